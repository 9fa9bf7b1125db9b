"""Makes clips: MP4 files with H.264."""

from collections.abc import AsyncIterator
from fractions import Fraction
from functools import lru_cache
from io import BytesIO
import struct

from aiohttp import web
import av

from .drawing import draw, video_frame

_WIDTH, _HEIGHT = 320, 180
_RATE = 5
# of clips longer than a minute, which would take long to encode
_LOW_RATE = 1
_LONG = 60.0
_AUDIO_RATE = 16_000
_ZEROS = bytes(64 * 1024)


@lru_cache(maxsize=8)
def make_clip(title: str, start: float, duration: float, *, audio: bool) -> bytes:
    """Return a clip that shows a clock.

    The size and the rate are always low, so that long clips are made quickly.

    Args:
        title: Name of the camera.
        start: Epoch seconds.
        duration: Seconds.
        audio: Whether it has sound, which is silent.
    """
    rate = _RATE if duration <= _LONG else _LOW_RATE
    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=rate)
        video.width, video.height = _WIDTH, _HEIGHT
        video.pix_fmt = "yuv420p"
        video.options = {"preset": "ultrafast", "crf": "32"}
        sound = container.add_stream("aac", rate=_AUDIO_RATE) if audio else None
        for number in range(max(1, round(duration * rate))):
            image = draw(title, start + number / rate, width=_WIDTH, height=_HEIGHT)
            frame = video_frame(
                image, number=number, rate=rate, time_base=Fraction(1, rate)
            )
            container.mux(video.encode(frame))
            if sound is not None:
                container.mux(sound.encode(_silence(number, _AUDIO_RATE // rate)))
        container.mux(video.encode())
        if sound is not None:
            container.mux(sound.encode())
    return file.getvalue()


def clip_response(
    request: web.Request,
    content: bytes,
    *,
    padding: int,
    status: int,
    headers: dict[str, str],
    is_chunked: bool,
) -> web.Response:
    """Return a response with a clip, or with the part in the ``Range`` header.

    Args:
        request: The request.
        content: The clip.
        padding: Bytes to add to its end, which players ignore.
        status: Status without a ``Range`` header.
        headers: Further headers.
        is_chunked: Whether the response has no ``Content-Length``.
    """
    if padding:
        content += struct.pack(">I4s", padding + 8, b"free")
    size = len(content) + padding
    try:
        wanted = request.http_range
    except ValueError:
        wanted = slice(None, None, 1)
    start, stop, _ = wanted.indices(size)
    headers = {"Content-Type": "video/mp4", "Accept-Ranges": "bytes", **headers}
    if start >= stop:
        headers = {"Content-Range": f"bytes */{size}"}
        return web.Response(status=416, headers=headers)
    if stop - start < size:
        status = 206
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    # bytes if possible, so that a fault can change them
    body = _padded(content, start, stop) if padding else content[start:stop]
    if padding and not is_chunked:
        headers["Content-Length"] = str(stop - start)
    response = web.Response(body=body, status=status, headers=headers)
    if is_chunked:
        response.enable_chunked_encoding()
    return response


async def _padded(content: bytes, start: int, stop: int) -> AsyncIterator[bytes]:
    """Yield a part of the content, followed by zeros."""
    if start < len(content):
        yield content[start:stop]
    remaining = stop - max(start, len(content))
    while remaining > 0:
        yield _ZEROS[:remaining]
        remaining -= len(_ZEROS)


def _silence(number: int, samples: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="s16", layout="mono", samples=samples)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate = _AUDIO_RATE
    frame.pts = number * samples
    frame.time_base = Fraction(1, _AUDIO_RATE)
    return frame
