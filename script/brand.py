"""Draws the integration's mark: a bell that hangs from a cloud.

    .venv/bin/python script/brand.py

Writes custom_components/ring_partner/brand. The mark is our own; it takes no shape,
colour or letter from the companies whose devices it stands beside.
"""

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).resolve().parents[1] / "custom_components/ring_partner/brand"
GRID = 64  # the mark is drawn on a square of so many units
SMOOTHING = 8  # drawn so many times larger, then made smaller

NAME = "Ring Partner"
GROUND = "#3b2f63"
BELL = "#ffc857"
CLAPPER = "#e8973a"
CLOUD = "#f4f1fb"


class Canvas:
    """A drawing in units of the grid."""

    def __init__(self, size: int) -> None:
        """Begin an empty square picture of so many pixels a side."""
        self._size = size
        self._scale = size * SMOOTHING / GRID
        side = size * SMOOTHING
        self._image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image)

    def _scaled(self, *units: float) -> list[float]:
        return [unit * self._scale for unit in units]

    def tile(self, colour: str, radius: float) -> None:
        """Fill the whole square, with round corners."""
        self._draw.rounded_rectangle(
            self._scaled(0, 0, GRID, GRID), radius * self._scale, colour
        )

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Draw a filled circle around a point."""
        box = self._scaled(x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, colour)

    def bar(
        self, box: tuple[float, float, float, float], radius: float, colour: str
    ) -> None:
        """Draw a rectangle with round corners."""
        self._draw.rounded_rectangle(self._scaled(*box), radius * self._scale, colour)

    def shape(self, points: list[tuple[float, float]], colour: str) -> None:
        """Draw a filled polygon."""
        self._draw.polygon(self._scaled(*(one for xy in points for one in xy)), colour)

    def finish(self) -> Image.Image:
        """Return the picture in its final size."""
        return self._image.resize((self._size, self._size), Image.Resampling.LANCZOS)


def curve(
    start: tuple[float, float],
    middle: tuple[float, float],
    end: tuple[float, float],
    steps: int = 48,
) -> list[tuple[float, float]]:
    """Return points of a quadratic Bézier curve."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        points.append(
            (
                a * start[0] + b * middle[0] + c * end[0],
                a * start[1] + b * middle[1] + c * end[1],
            )
        )
    return points


def cloud(canvas: Canvas) -> None:
    """Draw the cloud, above and behind the bell."""
    canvas.disc(21, 25, 9.5, CLOUD)
    canvas.disc(33, 19.5, 12, CLOUD)
    canvas.disc(45, 25.5, 9, CLOUD)
    canvas.bar((21, 22, 45, 34.5), 0, CLOUD)


def bell(canvas: Canvas) -> None:
    """Draw a hand bell that hangs from the cloud."""
    canvas.disc(32, 52.4, 4.4, CLAPPER)
    gap = 1.8  # a line of the ground's colour keeps bell and cloud apart
    for grown, colour in ((gap, GROUND), (0, BELL)):
        canvas.disc(32, 26.5, 2.8 + grown, colour)
        left = curve((22.6 - grown, 48), (24.2 - grown, 27 - grown), (32, 26.8 - grown))
        right = [(GRID - x, y) for x, y in reversed(left)]
        canvas.shape([*left, *right], colour)
        canvas.bar((18 - grown, 46 - grown, 46 + grown, 51 + grown / 2), 2.5, colour)


def icon(size: int) -> Image.Image:
    """Return the mark as a tile of so many pixels a side."""
    canvas = Canvas(size)
    canvas.tile(GROUND, 14)
    cloud(canvas)
    bell(canvas)
    return canvas.finish()


def logo(height: int, colour: str) -> Image.Image:
    """Return the mark with the name beside it."""
    font = ImageFont.load_default(height * 0.52)
    left, top, right, bottom = font.getbbox(NAME)
    space = height // 5
    picture = Image.new("RGBA", (height + space + math.ceil(right - left), height))
    picture.paste(icon(height))
    middle = (height - top - bottom) / 2
    ImageDraw.Draw(picture).text((height + space - left, middle), NAME, colour, font)
    return picture


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(exist_ok=True)
    pictures = {
        "icon": icon(256),
        "icon@2x": icon(512),
        "logo": logo(128, GROUND),
        "logo@2x": logo(256, GROUND),
        "dark_logo": logo(128, CLOUD),
        "dark_logo@2x": logo(256, CLOUD),
    }
    for name, picture in pictures.items():
        picture.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
