"""The action to download a snapshot."""

from datetime import timedelta
from io import BytesIO

from homeassistant.helpers import entity_registry as er
from PIL import Image
import pytest
import voluptuous as vol

from ring_simulator import Fault
from ring_simulator.device_kinds import Encryption

from .action_driver import ActionDriver

DOWNLOAD = "/media/image/download"


def saved(actions: ActionDriver, name: str = "saved.jpg") -> Image.Image:
    """Return the picture, which is the only file."""
    assert actions.files == [name]
    picture = Image.open(BytesIO((actions.folder / name).read_bytes()))
    assert picture.format == "JPEG"
    return picture


async def test_newest_snapshot(actions: ActionDriver) -> None:
    actions.record("Front Door", 600, duration=20)
    response = await actions.call("download_snapshot", "Front Door")
    saved(actions)
    assert response == {
        "path": str(actions.folder / "saved.jpg"),
        "taken_at": "2026-11-20T11:50:20+00:00",
        "origin": "recording",
    }
    assert actions.simulator.downloads.bearers_seen == 0


async def test_snapshot_of_a_time(actions: ActionDriver) -> None:
    actions.record("Front Door", 600, duration=20)
    actions.record("Front Door", 60)
    filename = str(actions.folder / "ring/door.JPEG")
    response = await actions.call(
        "download_snapshot", "Front Door", filename=filename, at=actions.ago(595)
    )
    saved(actions, "ring/door.JPEG")
    assert response["taken_at"] == "2026-11-20T11:50:05+00:00"


async def test_snapshot_of_a_size(actions: ActionDriver) -> None:
    actions.record("Front Door", 600)
    await actions.call("download_snapshot", "Front Door", width=320, height=180)
    assert saved(actions).size == (320, 180)


@pytest.mark.parametrize(
    "size", [{"width": 320}, {"height": 180}, {"width": 1921, "height": 1080}]
)
async def test_sizes_that_no_snapshot_has(
    actions: ActionDriver, size: dict[str, int]
) -> None:
    with pytest.raises(vol.Invalid):
        await actions.call("download_snapshot", "Front Door", **size)


async def test_snapshot_of_one_camera_of_several(actions: ActionDriver) -> None:
    actions.record("Garage", 600, "motion")
    contents = set()
    for data in ({}, {"component": "1"}, {"component": "2"}):
        await actions.call("download_snapshot", "Garage", **data)
        contents.add((actions.folder / "saved.jpg").read_bytes())
    assert len(contents) == 2


async def test_snapshot_of_a_press_is_saved_when_it_is_ready(
    actions: ActionDriver,
) -> None:
    actions.simulator.settings.recording_delay = 50
    actions.record("Front Door", 0)
    began = actions.ago(0)
    await actions.call("download_snapshot", "Front Door", at=began)
    saved(actions)
    assert actions.ago(0) - began == timedelta(seconds=50)


async def test_newest_snapshot_is_not_waited_for(actions: ActionDriver) -> None:
    error = await actions.error("download_snapshot", "Front Door")
    assert "Ring has no recording of Front Door at this time" in str(error)
    assert actions.request_count(DOWNLOAD) == 1
    assert actions.files == []


@pytest.mark.parametrize("disabled", [False, True])
async def test_snapshot_older_than_a_day_is_still_the_newest(
    actions: ActionDriver,
    disabled: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    await actions.home.press()
    await actions.home.pass_time(1)
    if disabled:
        registry = er.async_get(actions.hass)
        for entity_id in ("camera.front_door", "image.front_door_last_event_picture"):
            registry.async_update_entity(
                entity_id, disabled_by=er.RegistryEntryDisabler.USER
            )
    await actions.home.reload()
    actions.home.freezer.tick(2 * 86_400)
    response = await actions.call("download_snapshot", "Front Door")
    saved(actions)
    assert response["taken_at"] == "2026-11-20T12:00:00+00:00"
    (actions.folder / "saved.jpg").unlink()
    # Of another time or size, Ring has none.
    for data in ({"at": actions.ago(3600)}, {"width": 320, "height": 180}):
        error = await actions.error("download_snapshot", "Front Door", **data)
        assert "Ring has no recording of Front Door" in str(error)
    assert actions.files == []


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            Fault(status=403, path=f"*{DOWNLOAD}"),
            "Ring does not allow Home Assistant to see videos of",
        ),
        (Fault(status=500, path=f"*{DOWNLOAD}"), "Ring's service has problems"),
        (Fault(body="device_offline", path=f"*{DOWNLOAD}"), "Front Door is offline"),
    ],
)
async def test_snapshot_reports_failures_of_ring(
    actions: ActionDriver, fault: Fault, message: str
) -> None:
    actions.simulator.faults.add(fault)
    error = await actions.error("download_snapshot", "Front Door")
    assert message in str(error)
    assert actions.files == []


async def test_undecodable_snapshot(actions: ActionDriver) -> None:
    actions.record("Front Door", 60)
    actions.device("Front Door").encryption = Encryption.TAKE
    error = await actions.error("download_snapshot", "Front Door")
    assert "its videos are end-to-end encrypted" in str(error)
    assert actions.files == []
