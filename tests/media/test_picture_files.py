"""The files of pictures."""

from datetime import UTC, datetime
from pathlib import Path
import stat

from homeassistant.core import HomeAssistant
import orjson
import pytest

from custom_components.ring_partner.api.media import Picture, PictureOrigin
from custom_components.ring_partner.media.picture_files import (
    MAX_FILE_SIZE,
    CameraId,
    PictureFiles,
    StoredPicture,
    media_folder,
)

AT = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
SNAPSHOT = StoredPicture(
    Picture(b"\xff\xd8\xff one", "image/jpeg", AT, PictureOrigin.SNAPSHOT)
)
EVENT = StoredPicture(
    Picture(b"\x89PNG\n\n two", "image/png", None, None), "id", "button_press", AT
)
CAMERA = CameraId("../device")
KINDS = ("newest", "event")


@pytest.fixture
def files(hass: HomeAssistant, tmp_path: Path) -> PictureFiles:
    """Return the files of an account, in a folder that does not exist yet."""
    hass.config.config_dir = str(tmp_path)
    return PictureFiles(hass, "entry")


def paths(hass: HomeAssistant) -> list[Path]:
    """Return all files of the account."""
    return [path for path in media_folder(hass, "entry").rglob("*") if path.is_file()]


@pytest.mark.parametrize("stored", [SNAPSHOT, EVENT])
async def test_stored_picture_is_loaded(
    hass: HomeAssistant, files: PictureFiles, stored: StoredPicture
) -> None:
    assert await files.async_load(CAMERA, "newest") is None
    await files.async_save(CAMERA, "newest", stored)
    assert await files.async_load(CAMERA, "newest") == stored
    after_a_restart = PictureFiles(hass, "entry")
    assert await after_a_restart.async_load(CAMERA, "newest") == stored
    for camera, kind in (
        (CAMERA, "event"),
        (CameraId("another"), "newest"),
        (CameraId("../device", "camera_2"), "newest"),
    ):
        assert await files.async_load(camera, kind) is None
    (path,) = paths(hass)
    assert "device" not in path.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_removed_picture(hass: HomeAssistant, files: PictureFiles) -> None:
    for kind in KINDS:
        await files.async_save(CAMERA, kind, SNAPSHOT)
    await files.async_remove(CAMERA, *KINDS)
    await files.async_remove(CAMERA, *KINDS)
    assert not paths(hass)


async def test_pictures_of_other_cameras(
    hass: HomeAssistant, files: PictureFiles
) -> None:
    kept = CameraId("device", "1")
    await files.async_remove_others([kept])
    for camera in CAMERA, kept, CameraId("device", "2"), CameraId("device"):
        for kind in KINDS:
            await files.async_save(camera, kind, SNAPSHOT)

    await files.async_remove_others([kept])

    assert len(paths(hass)) == 2
    for kind in KINDS:
        assert await files.async_load(kept, kind) == SNAPSHOT


HEADER = {
    "content_type": "image/png",
    "taken_at": None,
    "origin": None,
    "event_id": None,
    "event_type": None,
    "event_time": None,
}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}\n\xff\xd8\xff",
        b"[]\n\xff\xd8\xff",
        b"\xff\xd8\xff",
        orjson.dumps({**HEADER, "content_type": "text/html"}),
        orjson.dumps({**HEADER, "taken_at": 5}),
        orjson.dumps({**HEADER, "origin": "dream"}),
        b"x" * (MAX_FILE_SIZE + 1),
    ],
    ids=range(8),
)
async def test_unusable_file_counts_as_absent(
    hass: HomeAssistant,
    files: PictureFiles,
    caplog: pytest.LogCaptureFixture,
    content: bytes,
) -> None:
    await files.async_save(CAMERA, "newest", SNAPSHOT)
    (path,) = paths(hass)
    path.write_bytes(content)
    assert await files.async_load(CAMERA, "newest") is None
    assert "Ignored the file" in caplog.text
    await files.async_save(CAMERA, "newest", SNAPSHOT)
    assert await files.async_load(CAMERA, "newest") == SNAPSHOT


async def test_picture_that_cannot_be_stored(
    hass: HomeAssistant, files: PictureFiles
) -> None:
    folder = media_folder(hass, "entry")
    folder.parent.mkdir(parents=True)
    folder.touch()
    await files.async_save(CAMERA, "newest", SNAPSHOT)
    assert folder.is_file()
    folder.unlink()
    assert await files.async_load(CAMERA, "newest") is None
