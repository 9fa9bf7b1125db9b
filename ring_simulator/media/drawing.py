"""Draws what a camera sees: a house, a person, the name of the device and a clock."""

from fractions import Fraction
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Literal

import av
from PIL import Image, ImageColor, ImageDraw, ImageFont

from ring_simulator.timestamps import iso

type Box = tuple[float, float, float, float]
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
        title: Name of the camera; it also determines what the house looks like.
        time: Epoch seconds, shown with tenths of a second.
        width: Pixels.
        height: Pixels.
    """
    image = _scene(title, width, height).copy()
    canvas = ImageDraw.Draw(image)
    _draw_person(canvas, width * (time % 4) / 4, height)
    font = _font(max(height // 14, 10))
    margin = width // 40
    clock = iso(time, milliseconds=True)[:-3].replace("T", "  ")
    for text, anchor, position in (
        (title, "la", (margin, margin)),
        (clock, "ra", (width - margin, margin)),
    ):
        canvas.text(position, text, "white", font, anchor, stroke_width=1)
    return image


@cache
def _scene(title: str, width: int, height: int) -> Image.Image:
    """Return a house behind a lawn, in the color of the camera."""
    shade, hue = sha256(title.encode()).digest()[:2]
    image = Image.new("RGB", (1, height))
    horizon = height * 6 // 10
    for row in range(height):
        if row < horizon:
            color = f"hsl(205, 60%, {60 + 30 * row // horizon}%)"
        else:
            color = f"hsl(110, 35%, {48 - 20 * (row - horizon) // (height - horizon)}%)"
        image.putpixel((0, row), ImageColor.getcolor(color, "RGB"))
    image = image.resize((width, height))
    canvas = ImageDraw.Draw(image)

    def box(left: float, top: float, right: float, bottom: float) -> Box:
        return width * left, height * top, width * right, height * bottom

    left = 0.12 + 0.4 * shade / 255
    canvas.rectangle(
        box(left, 0.35, left + 0.34, 0.7), f"hsl({360 * hue // 256}, 30%, 70%)"
    )
    roof = box(left - 0.03, 0.35, left + 0.37, 0.17)
    canvas.polygon(
        (roof[:2], ((roof[0] + roof[2]) / 2, roof[3]), (roof[2], roof[1])),
        f"hsl({360 * hue // 256}, 35%, 35%)",
    )
    canvas.rectangle(box(left + 0.21, 0.47, left + 0.28, 0.7), "hsl(25, 40%, 30%)")
    canvas.rectangle(box(left + 0.06, 0.45, left + 0.15, 0.57), "hsl(50, 80%, 80%)")
    path = box(left + 0.21, 0.7, left + 0.28, 1)
    canvas.polygon(
        (
            path[:2],
            (path[2], path[1]),
            (path[2] + width * 0.12, path[3]),
            (path[0] - width * 0.12, path[3]),
        ),
        "hsl(40, 15%, 65%)",
    )
    return image


def _draw_person(canvas: ImageDraw.ImageDraw, position: float, height: int) -> None:
    """Draw somebody who walks from left to right."""
    radius = height * 0.035
    canvas.ellipse(
        (position - radius, height * 0.6, position + radius, height * 0.6 + 2 * radius),
        "hsl(30, 45%, 75%)",
    )
    canvas.rounded_rectangle(
        (position - radius, height * 0.67, position + radius, height * 0.9),
        radius,
        "hsl(220, 45%, 30%)",
    )


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
