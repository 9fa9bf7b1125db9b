"""Draws what a camera sees: the name of the device, and a clock."""

from fractions import Fraction
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Literal

import av
from PIL import Image, ImageDraw, ImageFont

from ring_simulator.timestamps import iso

type PictureFormat = Literal["jpeg", "png"]


def camera_title(name: str, component_id: str | None) -> str:
    """Return the title of the pictures of a camera.

    Args:
        name: Name of the device.
        component_id: The camera of a device with several.
    """
    return name if component_id is None else f"{name} {component_id}"


def draw(
    title: str, time: float, *, width: int = 640, height: int = 360
) -> Image.Image:
    """Return a picture.

    Args:
        title: Name of the camera; it also determines the color.
        time: Epoch seconds, shown with tenths of a second.
        width: Pixels.
        height: Pixels.
    """
    red, green, blue = (64 + part // 2 for part in sha256(title.encode()).digest()[:3])
    image = Image.new("RGB", (width, height), (red, green, blue))
    canvas = ImageDraw.Draw(image)
    size = max(height // 9, 10)
    margin = width // 20
    canvas.text((margin, height * 0.25), title, font=_font(size))
    clock = iso(time, milliseconds=True)[:-3].replace("T", "  ")
    canvas.text((margin, height * 0.5), clock, font=_font(size))
    # a bar that moves from left to right every two seconds
    position = width * (time % 2) / 2
    canvas.rectangle(
        (position, height * 0.8, position + width / 20, height * 0.9), (255, 255, 255)
    )
    return image


def encode(image: Image.Image, picture_format: PictureFormat) -> bytes:
    """Return a picture as a file."""
    file = BytesIO()
    image.save(file, picture_format)
    return file.getvalue()


def video_frame(
    image: Image.Image, *, number: int, rate: int, time_base: Fraction
) -> av.VideoFrame:
    """Return a picture as a frame of a video.

    Args:
        image: The picture.
        number: Number of the frame, from 0.
        rate: Frames per second.
        time_base: Unit of the frame's time, in seconds.
    """
    frame: av.VideoFrame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
    frame.pts = int(Fraction(number, rate) / time_base)
    frame.time_base = time_base
    return frame


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
