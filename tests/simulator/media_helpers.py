"""Helpers for the tests of pictures and clips."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from aiohttp import ClientResponse, ClientSession
import av
from PIL import Image

from ring_simulator import SimDevice

from .helpers import START, HttpClient

NOW = round(START * 1000)


@dataclass(frozen=True)
class Media:
    """The response that finally contains the media, or an error."""

    status: int
    headers: Mapping[str, str]
    content_type: str
    content: bytes


async def request(
    client: HttpClient, device: SimDevice, kind: str, body: Any, **kwargs: Any
) -> ClientResponse:
    """Request a picture or a clip, without following the redirect."""
    return await client.post(
        f"/v1/devices/{device.id}/media/{kind}/download",
        json=body,
        allow_redirects=False,
        **kwargs,
    )


async def download(url: str, **headers: str) -> Media:
    """Request a pre-signed URL, without an access token."""
    async with ClientSession() as session, session.get(url, headers=headers) as found:
        return await _media(found)


async def get_media(
    client: HttpClient, device: SimDevice, kind: str, body: Any
) -> Media:
    """Return a picture or a clip, after the redirect if there is one."""
    response = await request(client, device, kind, body)
    if response.status == 303:
        return await download(response.headers["Location"])
    return await _media(response)


async def picture_at(client: HttpClient, device: SimDevice, time: int) -> Media:
    """Return the picture of a time in epoch milliseconds."""
    body = {"type": "at_timestamp", "timestamp": time}
    return await get_media(client, device, "image", body)


async def clip(
    client: HttpClient, device: SimDevice, start: int, duration: int, **options: Any
) -> Media:
    """Return a clip; start and duration in milliseconds."""
    body = {"timestamp": start, "duration": duration, **options}
    return await get_media(client, device, "video", body)


def image(media: Media) -> Image.Image:
    """Return the picture of a response, decoded."""
    assert media.status == 200, media.content
    found = Image.open(BytesIO(media.content))
    found.load()
    return found


def decode(content: bytes) -> tuple[str, int, float]:
    """Decode a clip; return the codec, the number of frames and the seconds."""
    with av.open(BytesIO(content), "r") as container:
        stream = container.streams.video[0]
        frames = sum(1 for _ in container.decode(stream))
        assert stream.duration is not None
        assert stream.time_base is not None
        return stream.codec.name, frames, float(stream.duration * stream.time_base)


async def _media(response: ClientResponse) -> Media:
    return Media(
        response.status,
        response.headers,
        response.content_type,
        await response.read(),
    )
