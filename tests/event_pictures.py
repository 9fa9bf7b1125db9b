"""What the simulator draws for an event, and what Home Assistant serves."""

from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession
from yarl import URL

from custom_components.ring_partner.media.picture_files import media_folder
from ring_simulator import SimDevice
from ring_simulator.media.drawing import camera_title, draw, encode

from .action_driver import ActionDriver
from .event_factory import NOW
from .linked_home import RING, LinkedHome

ACTION: Final = "get_event_picture"
DOWNLOAD: Final = "/media/image/download"
LAST_EVENT: Final = "image.front_door_last_event_picture"
START: Final = NOW.timestamp()


def picture_of(
    device: SimDevice, time: float, component_id: str | None = None
) -> bytes:
    """Return the picture of a device and a time, in the size that Ring chooses."""
    return encode(draw(camera_title(device.name, component_id), time), "jpeg")


async def fetch(home: LinkedHome, url: str) -> tuple[int, bytes]:
    """Fetch a URL of Home Assistant as a phone does that is not signed in."""
    absolute = home.server.make_url("/").join(URL(url, encoded=True))
    async with ClientSession() as session, session.get(absolute) as response:
        content = await response.read()
        assert response.status != 200 or response.content_type == "image/jpeg"
        return response.status, content


async def press(actions: ActionDriver) -> str:
    """Press the doorbell's button; return the ID of the event."""
    await actions.home.press()
    return actions.home.event_ids(RING)[-1]


async def picture(actions: ActionDriver, response: dict[str, Any]) -> bytes:
    """Return the picture as somebody gets it who is not signed in."""
    status, content = await fetch(actions.home, response["url"])
    assert status == 200
    return content


def cached_files(actions: ActionDriver) -> list[Path]:
    """Return the files of pictures that are kept for a while."""
    folder = media_folder(actions.hass, actions.home.entry.entry_id) / "clips"
    return [*folder.rglob("*.picture")]
