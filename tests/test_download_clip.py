"""The action to download a clip."""

import asyncio
from datetime import datetime, timedelta
import tracemalloc
from typing import Any

from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.ring_partner.media import action_downloads
from ring_simulator import Fault

from .action_driver import ActionDriver
from .event_factory import NOW
from .linked_home import MOTION, RING

DOWNLOAD = "/media/video/download"
MEBIBYTE = 1024 * 1024


@pytest.fixture
def requested_components(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Return the cameras of devices of which clips are requested."""
    requested: list[str | None] = []
    opened = action_downloads.open_clip

    def open_clip(*args: Any, component_id: str | None, **kwargs: Any) -> Any:
        requested.append(component_id)
        return opened(*args, component_id=component_id, **kwargs)

    monkeypatch.setattr(action_downloads, "open_clip", open_clip)
    return requested


def saved(actions: ActionDriver, name: str = "saved.mp4") -> bytes:
    """Return the content of the clip, which is the only file."""
    assert actions.files == [name]
    content = (actions.folder / name).read_bytes()
    assert content[4:8] == b"ftyp"
    return content


async def test_clip_of_a_time(actions: ActionDriver) -> None:
    actions.record("Front Door", 600)
    filename = str(actions.folder / "new/folder/door.mp4")
    response = await actions.call(
        "download_clip",
        "Front Door",
        filename=filename,
        start=actions.ago(598),
        duration={"seconds": 5},
    )
    content = saved(actions, "new/folder/door.mp4")
    assert response == {
        "path": filename,
        "start": "2026-11-20T11:50:02+00:00",
        "duration": 5.0,
        "size": len(content),
        "content_type": "video/mp4",
    }
    assert (actions.folder / "new/folder/door.mp4").stat().st_mode & 0o777 == 0o644
    assert actions.simulator.downloads.requests == 1
    assert actions.simulator.downloads.bearers_seen == 0


async def test_clip_of_an_event_of_the_history(actions: ActionDriver) -> None:
    actions.record("Front Door", 700)
    event_id = actions.record("Front Door", 600, duration=12)
    response = await actions.call("download_clip", "Front Door", event_id=event_id)
    saved(actions)
    assert response["start"] == "2026-11-20T11:50:00+00:00"
    assert response["duration"] == 12.0


@pytest.mark.parametrize("reload", [False, True])
async def test_clip_of_a_ring_is_saved_when_it_is_ready(
    actions: ActionDriver,
    reload: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    actions.simulator.settings.recording_delay = 50
    await actions.home.press()
    if reload:
        await actions.home.reload()
    (event_id,) = actions.home.event_ids(RING)
    response = await actions.call("download_clip", "Front Door", event_id=event_id)
    saved(actions)
    assert response["start"] == "2026-11-20T12:00:00+00:00"
    assert response["duration"] == 20.0
    # The recording ends after 20 seconds, then come the pauses of 2, 3, 5, 10 and 15.
    assert actions.ago(55) == NOW
    assert actions.request_count(DOWNLOAD) == 6


async def test_clip_of_an_event_among_others(actions: ActionDriver) -> None:
    await actions.home.move()
    (event_id,) = actions.home.event_ids(MOTION)
    # A ring at the same time, and motions seconds before and after
    actions.record("Garden", 0, "ding", duration=30)
    actions.record("Garden", 7, "motion", duration=40)
    actions.record("Garden", -6, "motion", duration=50)
    response = await actions.call("download_clip", "Garden", event_id=event_id)
    assert response["start"] == "2026-11-20T12:00:00+00:00"
    assert response["duration"] == 20.0


async def test_clip_of_the_camera_that_moved(
    actions: ActionDriver, requested_components: list[str | None]
) -> None:
    actions.simulator.motion(actions.device("Garage"), "human", ("2",))
    await actions.home.settle()
    (event_id,) = actions.home.event_ids("event.garage_motion")
    requested_components.clear()
    await actions.call("download_clip", "Garage", event_id=event_id)
    await actions.call("download_clip", "Garage", event_id=event_id, component="1")
    await actions.call(
        "download_clip", "Garage", start=actions.ago(20), duration="00:00:05"
    )
    assert requested_components == ["2", "1", "1"]


@pytest.mark.parametrize(
    ("ago", "message", "seconds"),
    [
        # The last request is sent after three minutes.
        (0, "The recording of Front Door is not ready yet", 180),
        (3600, "Ring has no recording of Front Door at this time", 0),
    ],
)
async def test_event_without_a_recording(
    without_pictures: None,
    actions: ActionDriver,
    ago: float,
    message: str,
    seconds: float,
) -> None:
    await actions.home.deliver(actions.home.envelope("button_press", ago=ago))
    await actions.home.settle()
    event_id = f"{actions.device('Front Door').id}_button_press_r1"
    began = actions.ago(0)
    error = await actions.error("download_clip", "Front Door", event_id=event_id)
    assert message in str(error)
    assert actions.ago(0) - began == timedelta(seconds=seconds)
    assert actions.files == []


async def test_unknown_event(actions: ActionDriver) -> None:
    event_id = actions.record("Garden", 60, "motion")
    error = await actions.error("download_clip", "Front Door", event_id=event_id)
    assert isinstance(error, ServiceValidationError)
    assert "Ring has no event of Front Door with this ID" in str(error)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"start": NOW},
        {"duration": 10},
        {"event_id": "1", "duration": 10},
        {"event_id": "1", "start": NOW, "duration": 10},
    ],
)
async def test_event_or_time_is_needed(
    actions: ActionDriver, data: dict[str, Any]
) -> None:
    error = await actions.error("download_clip", "Front Door", **data)
    assert "Enter either an event ID, or a start and a duration" in str(error)


@pytest.mark.parametrize(
    ("start", "duration", "message"),
    [
        (NOW + timedelta(seconds=1), 10, "is in the future"),
        (NOW - timedelta(days=181), 10, "keeps recordings for 180 days"),
        (NOW, 901, "up to 15 minutes"),
        (NOW, 0, "up to 15 minutes"),
    ],
)
async def test_times_that_no_clip_has(
    actions: ActionDriver, start: datetime, duration: float, message: str
) -> None:
    error = await actions.error(
        "download_clip", "Front Door", start=start, duration=duration
    )
    assert isinstance(error, ServiceValidationError)
    assert message in str(error)


async def test_nothing_recorded(actions: ActionDriver) -> None:
    error = await actions.error(
        "download_clip", "Front Door", start=actions.ago(600), duration=10
    )
    assert "Ring has no recording of Front Door at this time" in str(error)
    assert actions.request_count(DOWNLOAD) == 1
    # Ring can still receive a recording that has just ended.
    await actions.error(
        "download_clip", "Front Door", start=actions.ago(20), duration=10, timeout=20
    )
    assert actions.request_count(DOWNLOAD) == 1 + 5


async def test_wait_ends_with_the_timeout(actions: ActionDriver) -> None:
    actions.simulator.settings.recording_delay = 3600
    actions.record("Front Door", 20)
    began = actions.ago(0)
    error = await actions.error(
        "download_clip",
        "Front Door",
        start=actions.ago(20),
        duration=10,
        timeout={"minutes": 1},
    )
    assert "The recording of Front Door is not ready yet" in str(error)
    assert timedelta(seconds=45) < actions.ago(0) - began <= timedelta(minutes=1)
    assert actions.files == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=503, path=f"*{DOWNLOAD}", count=8),
        Fault(status=429, path=f"*{DOWNLOAD}", count=1, retry_after=40),
        Fault(body="reset", path=f"*{DOWNLOAD}", count=8),
    ],
)
async def test_failures_of_ring_are_outlasted(
    actions: ActionDriver, fault: Fault
) -> None:
    event_id = actions.record("Front Door", 600)
    actions.simulator.faults.add(fault)
    await actions.call("download_clip", "Front Door", event_id=event_id)
    saved(actions)


async def test_failed_download_keeps_the_old_file(actions: ActionDriver) -> None:
    actions.record("Front Door", 600)
    (actions.folder / "saved.mp4").write_bytes(b"old")
    times = {"start": actions.ago(600), "duration": 10, "timeout": 0}
    actions.simulator.faults.add(Fault(status=500, path=f"*{DOWNLOAD}"))
    await actions.error("download_clip", "Front Door", **times)
    assert actions.files == ["saved.mp4"]
    assert (actions.folder / "saved.mp4").read_bytes() == b"old"
    actions.simulator.faults.clear()
    await actions.home.pass_time(60)
    await actions.call("download_clip", "Front Door", **times)
    saved(actions)


async def test_file_that_cannot_be_written(actions: ActionDriver) -> None:
    actions.record("Front Door", 600)
    (actions.folder / "file").write_bytes(b"")
    error = await actions.error(
        "download_clip",
        "Front Door",
        filename=str(actions.folder / "file/saved.mp4"),
        start=actions.ago(600),
        duration=10,
    )
    assert "saved.mp4 could not be written: Not a directory" in str(error)


async def test_account_unloaded_while_waiting(
    actions: ActionDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.simulator.settings.recording_delay = 3600
    event_id = actions.record("Front Door", 5)
    entry_id = actions.home.entry.entry_id

    async def sleep(_seconds: float) -> None:
        assert await actions.hass.config_entries.async_reload(entry_id)

    resilience = actions.home.entry.runtime_data.session.resilience
    monkeypatch.setattr(resilience, "sleep", sleep)
    error = await actions.error("download_clip", "Front Door", event_id=event_id)
    assert "Alex Morgan was unloaded" in str(error)


async def test_canceled_download_leaves_no_file(actions: ActionDriver) -> None:
    actions.record("Front Door", 600)
    actions.simulator.settings.clip_padding = 64 * MEBIBYTE
    download = asyncio.create_task(
        actions.call("download_clip", "Front Door", start=actions.ago(600), duration=10)
    )
    while not actions.files:  # noqa: ASYNC110 - the disk has no event
        await asyncio.sleep(0)
    download.cancel()
    with pytest.raises(asyncio.CancelledError):
        await download
    await actions.home.settle()
    assert actions.files == []


@pytest.mark.parametrize("delivery", ["redirect", "direct"])
async def test_large_clip_is_not_held_in_memory(
    actions: ActionDriver, delivery: Any
) -> None:
    actions.record("Front Door", 600)
    actions.simulator.settings.clip_delivery = delivery
    times = {"start": actions.ago(600), "duration": 10}
    await actions.call("download_clip", "Front Door", **times)
    actions.simulator.settings.clip_padding = 100 * MEBIBYTE
    tracemalloc.start()
    response = await actions.call("download_clip", "Front Door", **times)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert response["size"] > 100 * MEBIBYTE
    assert peak < 8 * MEBIBYTE
    assert actions.simulator.downloads.bearers_seen == 0
