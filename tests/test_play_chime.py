"""The action that plays a sound on chimes."""

from typing import Any

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import Context
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    UnknownUser,
)
import pytest
from pytest_homeassistant_custom_component.common import MockUser
import voluptuous as vol

from custom_components.ring_partner.const import DOMAIN
from ring_simulator import DeviceKind, Fault, SimDevice

from .action_driver import ActionDriver
from .helpers import POLL

PLAYBACK = "/media/audio/playback"
MELODY = "button.hallway_chime_play_doorbell_melody"
TONES = "button.hallway_chime_play_two_tones"


class ChimeDriver:
    """Calls the action on chimes."""

    def __init__(self, actions: ActionDriver) -> None:
        self.actions = actions
        self.hass = actions.hass
        self.simulator = actions.simulator
        self.hallway = actions.device("Hallway Chime")
        self.slots: list[dict[str, Any]] = self.hallway.configurations["audio"][
            "customizable_slots"
        ]

    async def play(
        self,
        *devices: str,
        device_id: Any = None,
        context: Context | None = None,
        **data: Any,
    ) -> None:
        """Call the action on devices with these names, or on those with these IDs."""
        if device_id is None:
            names = devices or ("Hallway Chime",)
            device_id = [self.actions.device_id(name) for name in names]
        await self.hass.services.async_call(
            DOMAIN,
            "play_chime",
            {"device_id": device_id, **data},
            blocking=True,
            context=context,
        )

    async def error(self, *devices: str, **data: Any) -> HomeAssistantError:
        """Call the action, which fails, and return its exception."""
        with pytest.raises(HomeAssistantError) as raised:
            await self.play(*devices, **data)
        assert raised.value.translation_key is not None
        return raised.value

    async def refused(self, *devices: str, **data: Any) -> str:
        """Return why a person has to call the action differently; nothing plays."""
        failure = await self.error(*devices, **data)
        assert isinstance(failure, ServiceValidationError)
        assert self.actions.request_count(PLAYBACK) == 0
        return str(failure)

    async def add(self, name: str) -> SimDevice:
        """Add a chime."""
        chime = self.simulator.add_device(DeviceKind.CHIME, name)
        await self.poll()
        return chime

    async def poll(self) -> None:
        """Let Home Assistant read the devices."""
        await self.actions.home.pass_time(POLL)


@pytest.fixture
def chimes(actions: ActionDriver) -> ChimeDriver:
    return ChimeDriver(actions)


@pytest.mark.parametrize(
    ("sound", "played"),
    [
        ("Two tones", "custom_audio_1"),
        ("two TONES", "custom_audio_1"),
        ("ring-appstore-event-2", "custom_audio_2"),
        ("Doorbell melody", "custom_audio_2"),
    ],
)
async def test_sound_by_name_or_event(
    chimes: ChimeDriver, sound: str, played: str
) -> None:
    await chimes.play(sound=sound)
    assert chimes.hallway.played == [played]


async def test_device_id_that_is_no_list(chimes: ChimeDriver) -> None:
    device_id = chimes.actions.device_id("Hallway Chime")
    await chimes.play(device_id=device_id, sound="Two tones")
    assert chimes.hallway.played == ["custom_audio_1"]


async def test_several_chimes(chimes: ChimeDriver) -> None:
    upstairs = await chimes.add("Upstairs Chime")
    await chimes.play(
        "Hallway Chime", "Upstairs Chime", "Hallway Chime", sound="Two tones"
    )
    assert chimes.hallway.played == upstairs.played == ["custom_audio_1"]


async def test_other_chimes_play_if_one_fails(chimes: ChimeDriver) -> None:
    upstairs = await chimes.add("Upstairs Chime")
    chimes.simulator.faults.add(
        Fault(status=500, path=f"/v1/devices/{chimes.hallway.id}{PLAYBACK}")
    )
    failure = await chimes.error("Hallway Chime", "Upstairs Chime", sound="Two tones")
    assert "problems and cannot play sounds on Hallway Chime" in str(failure)
    assert upstairs.played == ["custom_audio_1"]


async def test_no_chime_plays_if_one_lacks_the_sound(chimes: ChimeDriver) -> None:
    chimes.slots[0]["audio_name"] = "Dog"
    upstairs = await chimes.add("Upstairs Chime")
    message = await chimes.refused("Hallway Chime", "Upstairs Chime", sound="Dog")
    assert "Upstairs Chime has no sound Dog" in message
    assert upstairs.played == chimes.hallway.played == []


# Which sound


async def test_only_sound_needs_no_name(chimes: ChimeDriver) -> None:
    del chimes.slots[0]
    await chimes.poll()
    await chimes.play()
    assert chimes.hallway.played == ["custom_audio_1"]


async def test_only_sound_that_can_be_played_needs_no_name(
    chimes: ChimeDriver,
) -> None:
    chimes.slots[1]["disabled"] = True
    await chimes.poll()
    await chimes.play()
    assert chimes.hallway.played == ["custom_audio_2"]


async def test_several_sounds_need_a_name(chimes: ChimeDriver) -> None:
    assert await chimes.refused() == (
        "Enter which sound Hallway Chime is to play. It has: Two tones, Doorbell melody"
    )


async def test_unknown_sound(chimes: ChimeDriver) -> None:
    chimes.slots[0]["audio_name"] = None
    await chimes.poll()
    assert await chimes.refused(sound="Dog") == (
        "Hallway Chime has no sound Dog. It has: Two tones, ring-appstore-event-2"
    )


async def test_same_name_of_two_sounds(chimes: ChimeDriver) -> None:
    for each in chimes.slots:
        each["audio_name"] = "Dog"
    chimes.slots[1]["disabled"] = True
    await chimes.poll()
    await chimes.play(sound="Dog")
    assert chimes.hallway.played == ["custom_audio_2"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"disabled": True}, "The sound Two tones of Hallway Chime is turned off"),
        ({"audio_ref": None}, "The sound Two tones of Hallway Chime has no audio"),
    ],
)
async def test_sound_that_cannot_be_played(
    chimes: ChimeDriver, change: dict[str, Any], message: str
) -> None:
    chimes.slots[1].update(change)
    await chimes.poll()
    assert message in await chimes.refused(sound="Two tones")
    del chimes.slots[0]
    await chimes.poll()
    assert message in await chimes.refused()


@pytest.mark.parametrize("data", [{}, {"sound": "Two tones"}])
async def test_chime_without_sounds(chimes: ChimeDriver, data: dict[str, str]) -> None:
    chimes.slots.clear()
    await chimes.poll()
    assert "Hallway Chime has no sounds of your app" in await chimes.refused(**data)


# Which device


async def test_device_that_is_no_chime(chimes: ChimeDriver) -> None:
    message = await chimes.refused("Front Door", sound="Two tones")
    assert message == "Front Door is not a chime"


async def test_account(chimes: ChimeDriver) -> None:
    device_id = chimes.actions.home.entry.runtime_data.account_device_id
    message = await chimes.refused(device_id=device_id, sound="Two tones")
    assert message == "Alex Morgan is not a chime"


async def test_removed_device(chimes: ChimeDriver) -> None:
    coordinator = chimes.actions.home.entry.runtime_data.coordinator
    coordinator.async_set_removed(chimes.hallway.id)
    failure = await chimes.error(sound="Two tones")
    assert "Ring no longer has Hallway Chime" in str(failure)


@pytest.mark.parametrize(
    "data", [{"device_id": []}, {"device_id": None}, {"sound": None}, {"volume": 1}]
)
async def test_values_that_are_refused(
    chimes: ChimeDriver, data: dict[str, Any]
) -> None:
    values = {"device_id": chimes.actions.device_id("Hallway Chime"), **data}
    with pytest.raises(vol.Invalid):
        await chimes.hass.services.async_call(
            DOMAIN, "play_chime", values, blocking=True
        )


async def test_account_that_is_not_loaded(chimes: ChimeDriver) -> None:
    device_id = chimes.actions.device_id("Hallway Chime")
    await chimes.hass.config_entries.async_unload(chimes.actions.home.entry.entry_id)
    failure = await chimes.error(device_id=device_id)
    assert "ring_partner is not loaded" in str(failure)


# What Ring answers


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(status=403, path=f"*{PLAYBACK}"), "has the permission Chime Controls"),
        (Fault(status=500, path=f"*{PLAYBACK}"), "Ring's service has problems"),
        (Fault(body="device_offline", path=f"*{PLAYBACK}"), "Hallway Chime is offline"),
    ],
)
async def test_failures_of_ring(
    chimes: ChimeDriver, fault: Fault, message: str
) -> None:
    chimes.simulator.faults.add(fault)
    failure = await chimes.error(sound="Two tones")
    assert not isinstance(failure, ServiceValidationError)
    assert message in str(failure)
    assert chimes.hallway.played == []
    assert chimes.actions.request_count(PLAYBACK) == 1


async def test_chime_that_is_known_to_be_offline(chimes: ChimeDriver) -> None:
    chimes.hallway.online = False
    await chimes.poll()
    failure = await chimes.error(sound="Two tones")
    assert "Hallway Chime is offline" in str(failure)
    assert chimes.actions.request_count(PLAYBACK) == 0


# Permissions


async def test_permission_for_all_buttons_of_the_chime(
    chimes: ChimeDriver, hass_read_only_user: MockUser
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    entities: dict[str, Any] = {
        TONES: {POLICY_CONTROL: True},
        MELODY: {POLICY_READ: True},
    }
    hass_read_only_user.mock_policy({"entities": {"entity_ids": entities}})
    message = await chimes.refused(sound="Two tones", context=context)
    assert message == "You do not have permission to play sounds on Hallway Chime"
    entities[MELODY] = {POLICY_CONTROL: True}
    hass_read_only_user.mock_policy({"entities": {"entity_ids": entities}})
    await chimes.play(sound="Two tones", context=context)
    assert chimes.hallway.played == ["custom_audio_1"]


async def test_unknown_user(chimes: ChimeDriver) -> None:
    with pytest.raises(UnknownUser):
        await chimes.play(sound="Two tones", context=Context(user_id="unknown"))
    assert chimes.hallway.played == []
