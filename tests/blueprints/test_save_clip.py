"""The blueprint *Save the clip of each ring*."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from homeassistant.core import ServiceCall
import pytest

from ..linked_home import MOTION, RING, LinkedHome
from .driver import use_blueprint


@pytest.fixture
def save_clip(
    home: LinkedHome, notified: list[ServiceCall], tmp_path: Path
) -> Callable[..., Awaitable[list[ServiceCall]]]:
    """Return a function that sets up *Save the clip of each ring*.

    It returns the calls of the actions for a saved clip and for a failure.
    """

    async def set_up(**inputs: object) -> list[ServiceCall]:
        (tmp_path / "media").mkdir()
        home.hass.config.allowlist_external_dirs = {str(tmp_path / "media")}
        await use_blueprint(
            home,
            tmp_path,
            "save_clip",
            saved_actions=[
                {"action": "notify.notify", "data": {"message": "{{ clip.path }}"}}
            ],
            failed_actions=[
                {"action": "notify.notify", "data": {"message": "failed {{ device }}"}}
            ],
            **inputs,
        )
        return notified

    return set_up


async def test_save_clip(
    home: LinkedHome,
    tmp_path: Path,
    save_clip: Callable[..., Awaitable[list[ServiceCall]]],
) -> None:
    home.simulator.settings.recording_delay = 50
    await home.hass.config.async_set_time_zone("America/New_York")
    home.freezer.move_to("2026-12-24 12:00:00")
    folder = tmp_path / "media"
    calls = await save_clip(
        events=[RING, MOTION],
        filename=f"{folder}/{{{{ device }}}}/{{{{ time }}}}_{{{{ event }}}}.mp4",
    )
    await home.press()
    # Saving the clip of the ring has advanced the time.
    home.freezer.move_to("2026-12-24 12:05:00")
    await home.move()
    paths = [
        folder / "front_door" / "2026-12-24_07-00-00_ring.mp4",
        folder / "garden" / "2026-12-24_07-05-00_person.mp4",
    ]
    assert [call.data["message"] for call in calls] == [str(path) for path in paths]
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == paths
    for path in paths:
        assert path.read_bytes()[4:8] == b"ftyp"
    assert home.simulator.downloads.bearers_seen == 0


async def test_save_clip_reports_a_failure(
    home: LinkedHome, save_clip: Callable[..., Awaitable[list[ServiceCall]]]
) -> None:
    # The default folder is not one of those that are allowed here.
    calls = await save_clip(events=[RING])
    await home.press()
    assert [call.data["message"] for call in calls] == ["failed front_door"]
