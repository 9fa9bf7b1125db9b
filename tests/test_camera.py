"""The picture of a camera: when it is fetched, and what it says about itself."""

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import Any

from homeassistant.components.camera import async_get_image
from homeassistant.components.camera.helper import get_camera_from_entity_id
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from ring_simulator import Fault, SimDevice, Simulator

from .helpers import PassTime, state_of
from .linked_home import LinkedHome
from .polling_driver import PollingDriver

GARDEN = "camera.garden"
IMAGES = "*/media/image/download"
JPEG = b"\xff\xd8\xff"


def image_count(simulator: Simulator, device: SimDevice | None = None) -> int:
    """Return how many pictures were requested."""
    return sum(
        record.path.endswith("/media/image/download")
        and (device is None or device.id in record.path)
        for record in simulator.requests
    )


def files_in(folder: Path) -> list[Path]:
    """Return all files in a folder and its folders."""
    return [path for path in folder.rglob("*") if path.is_file()]


def attributes(hass: HomeAssistant, entity_id: str = GARDEN) -> dict[str, Any]:
    """Return what the camera says about its picture."""
    state = hass.states.get(entity_id)
    assert state is not None
    return {
        name.removeprefix("picture_"): value
        for name, value in state.attributes.items()
        if name.startswith("picture_")
    }


async def test_newest_picture(
    polling: PollingDriver, hass_client: ClientSessionGenerator
) -> None:
    simulator = polling.simulator
    event = simulator.history.add(simulator.device("Garden"), "motion")
    await polling.pass_time(30)
    client = await hass_client()
    response = await client.get(f"/api/camera_proxy/{GARDEN}")
    assert response.status == HTTPStatus.OK
    assert response.content_type == "image/jpeg"
    assert (await response.read()).startswith(JPEG)
    assert attributes(polling.hass)["origin"] == "recording"
    assert attributes(polling.hass)["taken_at"].timestamp() == event.end / 1000
    assert attributes(polling.hass)["outdated"] is False


async def test_dashboards_share_one_request(polling: PollingDriver) -> None:
    """Two hundred dashboards show the camera for a minute."""
    simulator = polling.simulator
    garden = simulator.device("Garden")
    simulator.history.add(garden, "motion")
    before = image_count(simulator)
    for _ in range(6):
        images = await asyncio.gather(
            *(async_get_image(polling.hass, GARDEN) for _ in range(200))
        )
        assert len({image.content for image in images}) == 1
        await polling.pass_time(10)
    assert image_count(simulator, garden) - before == 1


async def test_picture_is_refreshed_while_somebody_looks(
    polling: PollingDriver,
) -> None:
    simulator = polling.simulator
    garden = simulator.device("Garden")
    simulator.history.add(garden, "motion", start=simulator.clock() - 30)
    first = await async_get_image(polling.hass, GARDEN)
    simulator.history.add(garden, "motion", start=simulator.clock() - 5)
    await polling.pass_time(14 * 60)
    assert (await async_get_image(polling.hass, GARDEN)).content == first.content
    before = image_count(simulator)
    await polling.pass_time(60 * 60)
    assert image_count(simulator) == before

    # The known picture is shown at once, and the newer one afterwards.
    assert (await async_get_image(polling.hass, GARDEN)).content == first.content
    await polling.hass.async_block_till_done(wait_background_tasks=True)
    assert (await async_get_image(polling.hass, GARDEN)).content != first.content
    assert image_count(simulator) == before + 1


async def test_no_recording(polling: PollingDriver) -> None:
    before = image_count(polling.simulator)
    for _ in range(3):
        with pytest.raises(HomeAssistantError, match="Unable to get image"):
            await async_get_image(polling.hass, GARDEN)
    assert image_count(polling.simulator) == before + 1
    assert attributes(polling.hass) == {
        "taken_at": None,
        "origin": None,
        "outdated": False,
    }


async def test_picture_stays_through_an_outage(polling: PollingDriver) -> None:
    simulator = polling.simulator
    simulator.history.add(simulator.device("Garden"), "motion")
    image = await async_get_image(polling.hass, GARDEN)
    await polling.fail(Fault(status=500), polls=20)
    assert polling.connectivity == {"unavailable"}
    assert polling.state(GARDEN) == "idle"
    assert (await async_get_image(polling.hass, GARDEN)).content == image.content
    await polling.hass.async_block_till_done(wait_background_tasks=True)
    assert attributes(polling.hass)["outdated"] is True
    # Another camera has no picture to show.
    assert polling.state("camera.driveway") == "unavailable"

    await polling.recover(polls=15)
    await async_get_image(polling.hass, GARDEN)
    await polling.hass.async_block_till_done(wait_background_tasks=True)
    assert attributes(polling.hass)["outdated"] is False


async def test_picture_is_outdated_if_ring_cannot_be_asked(
    polling: PollingDriver,
) -> None:
    simulator = polling.simulator
    # The picture of a live view, which is not fetched as that of an event.
    simulator.history.add(simulator.device("Garden"), "on_demand", duration=10)
    await polling.poll()
    await async_get_image(polling.hass, GARDEN)
    await polling.pass_time(16 * 60)
    simulator.faults.add(Fault(status=403, path=IMAGES))
    before = image_count(simulator)
    for _ in range(3):
        await async_get_image(polling.hass, GARDEN)
        await polling.pass_time(1)
    assert attributes(polling.hass)["outdated"] is True
    assert image_count(simulator) == before + 1
    # Ring is asked again two minutes later.
    simulator.faults.clear()
    await polling.pass_time(120)
    await async_get_image(polling.hass, GARDEN)
    await polling.pass_time(1)
    assert attributes(polling.hass)["outdated"] is False


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(status=403, path=IMAGES), "does not allow Home Assistant"),
        (Fault(status=404, path=IMAGES), "Ring no longer has Garden"),
        (Fault(status=425, path=IMAGES), "is not ready yet"),
        (Fault(body="html", path=IMAGES), "could not provide this for Garden"),
        (Fault(status=500, path=IMAGES), "Ring's service has problems"),
        (Fault(body="reset", path=IMAGES), "could not be reached"),
        (Fault(status=429, retry_after=60, path=IMAGES), "too many requests"),
    ],
)
async def test_error_is_shown(
    polling: PollingDriver, fault: Fault, message: str
) -> None:
    simulator = polling.simulator
    simulator.history.add(simulator.device("Garden"), "motion")
    simulator.faults.add(fault)
    with pytest.raises(HomeAssistantError, match=message):
        await async_get_image(polling.hass, GARDEN)


async def test_end_to_end_encrypted(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    simulator.add_device("camera", "Vault", encryption="take")
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    with pytest.raises(HomeAssistantError, match="end-to-end encrypted"):
        await async_get_image(hass, "camera.vault")
    assert image_count(simulator) == 0


async def test_undecodable_picture(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    """A device whose encryption Ring does not report."""
    vault = simulator.add_device("camera", "Vault", encryption="take")
    del vault.configurations["e2e_encryption"]
    simulator.history.add(vault, "motion")
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    with pytest.raises(HomeAssistantError, match="end-to-end encrypted"):
        await async_get_image(hass, "camera.vault")


async def test_each_camera_of_a_device(
    hass: HomeAssistant, simulator: Simulator, loaded_entry: MockConfigEntry
) -> None:
    simulator.history.add(simulator.device("Garage"), "motion")
    pictures = {
        (await async_get_image(hass, f"camera.garage_camera_{number}")).content
        for number in (1, 2)
    }
    assert len(pictures) == 2


async def test_picture_of_before_the_restart(home: LinkedHome) -> None:
    await home.move()
    await home.pass_time(2)
    image = await async_get_image(home.hass, GARDEN)
    before = attributes(home.hass)
    home.simulator.faults.add(Fault(status=500))
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    assert home.entry.state is ConfigEntryState.LOADED
    assert attributes(home.hass) == {**before, "outdated": True}
    assert (await async_get_image(home.hass, GARDEN)).content == image.content


async def test_removed_device_takes_its_pictures_with_it(
    home: LinkedHome, tmp_path: Path
) -> None:
    await home.move()
    await home.pass_time(2)
    assert files_in(tmp_path)
    home.simulator.actions.remove(home.garden)
    await home.settle()
    await home.pass_time(61)
    assert not files_in(tmp_path)


async def test_device_that_was_removed_meanwhile(
    home: LinkedHome, tmp_path: Path
) -> None:
    """A device can be removed while the account is not set up."""
    await home.move()
    await home.press()
    await home.pass_time(2)
    before = files_in(tmp_path)
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    home.simulator.actions.remove(home.garden)

    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.settle()

    # The other half is of the doorbell.
    assert len(files_in(tmp_path)) == len(before) / 2


async def test_device_that_is_removed_at_the_next_poll(home: LinkedHome) -> None:
    home.simulator.faults.add(Fault(status=500))
    home.simulator.actions.set_shared(home.garden, shared=False)
    await home.settle()
    with pytest.raises(HomeAssistantError, match="Ring no longer has Garden"):
        await async_get_image(home.hass, GARDEN)
    camera = get_camera_from_entity_id(home.hass, GARDEN)
    with pytest.raises(HomeAssistantError, match="Ring no longer has Garden"):
        await camera.async_handle_async_webrtc_offer("v=0", "1", print)


async def test_requests_for_pictures_cause_no_requests(home: LinkedHome) -> None:
    """They are entries of the history themselves, as are live views."""
    simulator = home.simulator
    simulator.settings.on_demand_events = "all"
    simulator.settings.webhook_drop_share = 1.0
    await home.move()
    for _ in range(5):
        await home.pass_time(60)
    before = image_count(simulator)
    assert before == 1
    simulator.history.add(home.garden, "on_demand")
    await async_get_image(home.hass, GARDEN)
    for _ in range(60):
        await home.pass_time(60)
    assert image_count(simulator) == before
    kinds = [event.event_type for event in simulator.history.of(home.garden)]
    assert kinds.count("on_demand") == 2


async def test_recording_says_what_to_use_instead(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, tmp_path: Any
) -> None:
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    assert await async_setup_component(hass, "stream", {})
    with pytest.raises(HomeAssistantError, match="no stream that Home Assistant can"):
        await hass.services.async_call(
            "camera",
            "record",
            {"entity_id": GARDEN, "filename": str(tmp_path / "clip.mp4")},
            blocking=True,
        )


async def test_motion_detection(
    hass: HomeAssistant,
    simulator: Simulator,
    loaded_entry: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    state = hass.states.get(GARDEN)
    assert state is not None
    assert state.attributes["motion_detection"] is True
    simulator.device("Garden").motion_detection = False
    await pass_time(60)
    state = hass.states.get(GARDEN)
    assert state is not None
    assert "motion_detection" not in state.attributes
    assert state_of(hass, GARDEN) == "idle"
