"""Buttons: the sounds of chimes, and reading devices and events now."""

from dataclasses import replace
from typing import Any

from homeassistant.components.button import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest

from ring_simulator import Fault, SimDevice

from .helpers import POLL, history_read_count, poll_count, state_of
from .linked_home import LinkedHome
from .polling_driver import PollingDriver

MELODY = "button.hallway_chime_play_doorbell_melody"
TONES = "button.hallway_chime_play_two_tones"
REFRESH = "button.alex_morgan_refresh"
PLAYBACK = "*/media/audio/playback"


async def press(hass: HomeAssistant, entity_id: str) -> None:
    """Press a button and wait until all is handled."""
    await hass.services.async_call(
        BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: entity_id}, blocking=True
    )
    await hass.async_block_till_done(wait_background_tasks=True)


async def error(hass: HomeAssistant, entity_id: str) -> HomeAssistantError:
    """Press a button that fails, and return its exception."""
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, entity_id)
    assert raised.value.translation_key is not None
    return raised.value


@pytest.fixture
def chime(home: LinkedHome) -> SimDevice:
    return home.simulator.device("Hallway Chime")


def slot(chime: SimDevice, number: int) -> dict[str, Any]:
    """Return a slot in the simulator."""
    (found,) = (
        each
        for each in chime.configurations["audio"]["customizable_slots"]
        if each["event"] == f"ring-appstore-event-{number}"
    )
    return found  # type: ignore[no-any-return]


def friendly_name(home: LinkedHome, entity_id: str) -> str:
    """Return the name that is shown."""
    state = home.hass.states.get(entity_id)
    assert state is not None
    return state.name


# Sounds


async def test_buttons_play_their_sound(home: LinkedHome, chime: SimDevice) -> None:
    assert friendly_name(home, TONES) == "Hallway Chime Play Two tones"
    await press(home.hass, TONES)
    await press(home.hass, MELODY)
    assert chime.played == ["custom_audio_1", "custom_audio_2"]


async def test_chime_that_accepts_the_other_body(
    home: LinkedHome, chime: SimDevice
) -> None:
    home.simulator.settings.chime_body = "flat"
    await press(home.hass, TONES)
    assert chime.played == ["custom_audio_1"]
    assert state_of(home.hass, "sensor.alex_morgan_api_status") == "ok"


async def test_playground_token_plays_nothing(polling: PollingDriver) -> None:
    failure = await error(polling.hass, TONES)
    assert "A Playground token cannot play sounds" in str(failure)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(status=403), "does not allow Home Assistant to play sounds on Hallway"),
        (Fault(status=403), "check that your app has the permission Chime Controls"),
        (Fault(status=404), "Ring no longer has Hallway Chime"),
        (Fault(status=500), "Ring's service has problems and cannot play sounds"),
        (Fault(status=429), "Ring receives too many requests for Hallway Chime"),
        (Fault(status=406), "Ring rejects connections from your network"),
        (Fault(body="device_offline"), "Hallway Chime is offline"),
        (Fault(status=400), "Ring could not play the sound on Hallway Chime: "),
    ],
)
async def test_failure_is_told(
    home: LinkedHome, chime: SimDevice, fault: Fault, message: str
) -> None:
    home.simulator.faults.add(replace(fault, path=PLAYBACK))
    assert message in str(await error(home.hass, TONES))
    assert chime.played == []


async def test_sound_does_not_play_twice(home: LinkedHome, chime: SimDevice) -> None:
    """Ring has played it, but its answer does not arrive."""
    home.simulator.faults.add(Fault(body="reset", path=PLAYBACK))
    failure = await error(home.hass, TONES)
    assert "Ring could not be reached for Hallway Chime" in str(failure)
    assert chime.played == ["custom_audio_1"]


async def test_sign_in_that_has_ended_is_told(home: LinkedHome) -> None:
    home.simulator.tokens.revoke_all(home.simulator.account)
    assert "Ring no longer accepts the sign-in" in str(await error(home.hass, TONES))


async def test_chime_that_went_offline_a_moment_ago(
    home: LinkedHome, chime: SimDevice
) -> None:
    chime.online = False
    assert "Hallway Chime is offline" in str(await error(home.hass, TONES))


async def test_chime_that_is_offline(home: LinkedHome, chime: SimDevice) -> None:
    chime.online = False
    await home.pass_time(POLL)
    assert state_of(home.hass, TONES) == "unavailable"
    chime.online = True
    await home.pass_time(POLL)
    assert state_of(home.hass, TONES) == "unknown"


@pytest.mark.parametrize("change", [{"disabled": True}, {"audio_ref": None}])
async def test_sound_that_cannot_be_played(
    home: LinkedHome, chime: SimDevice, change: dict[str, Any]
) -> None:
    before = dict(slot(chime, 1))
    slot(chime, 1).update(change)
    await home.pass_time(POLL)
    assert state_of(home.hass, TONES) == "unavailable"
    assert state_of(home.hass, MELODY) == "unknown"
    await press(home.hass, TONES)
    assert chime.played == []
    slot(chime, 1).update(before)
    await home.pass_time(POLL)
    assert state_of(home.hass, TONES) == "unknown"


async def test_press_of_a_sound_that_is_turned_off(
    home: LinkedHome, chime: SimDevice
) -> None:
    """Home Assistant itself presses no unavailable button."""
    button = home.hass.data["entity_components"][BUTTON].get_entity(TONES)
    slot(chime, 1)["disabled"] = True
    await home.pass_time(POLL)
    with pytest.raises(
        HomeAssistantError, match="Two tones of Hallway Chime is turned"
    ):
        await button.async_press()
    assert chime.played == []


async def test_slots_appear_and_disappear(home: LinkedHome, chime: SimDevice) -> None:
    slots = chime.configurations["audio"]["customizable_slots"]
    slots.append(
        {**slot(chime, 1), "event": "ring-appstore-event-3", "audio_name": None}
    )
    slots.remove(slot(chime, 1))
    await home.pass_time(POLL)
    assert state_of(home.hass, TONES) == "unavailable"
    added = "button.hallway_chime_play_2"
    await press(home.hass, added)
    assert chime.played == ["custom_audio_1"]
    registered = er.async_get(home.hass).async_get(added)
    assert registered is not None
    assert registered.unique_id == f"{chime.id}_play_ring-appstore-event-3"


async def test_another_sound_in_a_slot(home: LinkedHome, chime: SimDevice) -> None:
    slot(chime, 1).update(audio_ref="custom_audio_9", audio_name="Dog")
    await home.pass_time(POLL)
    assert friendly_name(home, TONES) == "Hallway Chime Play Dog"
    registered = er.async_get(home.hass).async_get(TONES)
    assert registered is not None
    assert registered.original_name == "Play Dog"
    await press(home.hass, TONES)
    assert chime.played == ["custom_audio_9"]


async def test_devices_that_play_nothing_have_no_buttons(
    home: LinkedHome, chime: SimDevice
) -> None:
    assert set(home.hass.states.async_entity_ids(BUTTON)) == {MELODY, TONES, REFRESH}
    chime.capabilities["audio"]["supported_actions"] = []
    await home.pass_time(POLL)
    assert state_of(home.hass, TONES) == "unavailable"


async def test_chime_that_was_removed(home: LinkedHome, chime: SimDevice) -> None:
    home.entry.runtime_data.coordinator.async_set_removed(chime.id)
    assert state_of(home.hass, TONES) == "unavailable"
    await home.pass_time(POLL)
    assert state_of(home.hass, TONES) == "unknown"
    home.simulator.remove_device(chime.id)
    await home.pass_time(POLL)
    assert home.hass.states.get(TONES) is None


async def test_buttons_after_a_start_in_an_outage(
    home: LinkedHome, chime: SimDevice
) -> None:
    fault = home.simulator.faults.add(Fault(status=500))
    await home.reload()
    assert state_of(home.hass, TONES) == "unavailable"
    home.simulator.faults.remove(fault)
    await home.pass_time(POLL * 5)
    await press(home.hass, TONES)
    assert chime.played == ["custom_audio_1"]


# Refresh


async def test_refresh_reads_devices_and_events(home: LinkedHome) -> None:
    home.garden.online = False
    home.simulator.client.webhook_url = ""
    event = home.simulator.history.add(home.door, "ding", start=home.simulator.clock())
    home.freezer.tick(30)
    polls, reads = poll_count(home.simulator), history_read_count(home.simulator)
    await press(home.hass, REFRESH)
    assert poll_count(home.simulator) == polls + 1
    cameras = sum(
        device.is_camera and device.visible
        for device in home.simulator.devices.values()
        if device.account_id == home.simulator.account.id
    )
    assert history_read_count(home.simulator) == reads + cameras
    assert state_of(home.hass, "binary_sensor.garden_connectivity") == "off"
    assert home.event_ids("event.front_door_doorbell") == [event.id]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(status=500), "The devices could not be read: "),
        (Fault(status=400), "The devices could not be read: "),
        (Fault(body="html"), "The devices could not be read: "),
    ],
)
async def test_refresh_tells_why_devices_were_not_read(
    home: LinkedHome, fault: Fault, message: str
) -> None:
    home.simulator.faults.add(fault)
    reads = history_read_count(home.simulator)
    failure = await error(home.hass, REFRESH)
    assert message in str(failure)
    assert "None" not in str(failure)
    assert history_read_count(home.simulator) == reads


async def test_refresh_tells_that_the_sign_in_has_ended(home: LinkedHome) -> None:
    home.simulator.tokens.revoke_all(home.simulator.account)
    assert "Ring no longer accepts the sign-in" in str(await error(home.hass, REFRESH))


@pytest.mark.parametrize("status", [429, 500])
async def test_refresh_tells_whose_events_were_not_read(
    home: LinkedHome, status: int
) -> None:
    home.simulator.faults.add(
        Fault(status=status, path=f"/v1/history/devices/{home.door.id}/*")
    )
    failure = await error(home.hass, REFRESH)
    assert "not the events of " in str(failure)
    assert "Front Door" in str(failure)
    assert "Hallway Chime" not in str(failure)
    home.simulator.faults.clear()


async def test_refresh_without_permission_for_events(home: LinkedHome) -> None:
    """Refreshing again would not help, and a repair issue tells it."""
    home.simulator.faults.add(Fault(status=403, path="/v1/history/*"))
    await press(home.hass, REFRESH)
    issues = ir.async_get(home.hass).issues.values()
    assert "missing_permission_history" in {issue.translation_key for issue in issues}
