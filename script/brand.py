"""Draws the integration's icon and logo: a bell in front of a cloud.

    .venv/bin/python script/brand.py

The images are written to custom_components/ring_partner/brand. They use no shape, color
or letter of Ring's or Amazon's trademarks.
"""

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).resolve().parents[1] / "custom_components/ring_partner/brand"
GRID = 64  # side length of the drawing in units
SMOOTHING = 8  # factor by which images are drawn larger, then scaled down

NAME = "Ring Partner"
BACKGROUND = "#3b2f63"
BELL = "#ffc857"
CLAPPER = "#e8973a"
CLOUD = "#f4f1fb"


class Canvas:
    """A square image, drawn in units of the grid."""

    def __init__(self, size: int) -> None:
        """Create an empty square image.

        Args:
            size: Side length in pixels.
        """
        self._size = size
        self._scale = size * SMOOTHING / GRID
        side = size * SMOOTHING
        self._image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image)

    def _scaled(self, *units: float) -> list[float]:
        return [unit * self._scale for unit in units]

    def tile(self, color: str, radius: float) -> None:
        """Fill the square, with round corners."""
        self._draw.rounded_rectangle(
            self._scaled(0, 0, GRID, GRID), radius * self._scale, color
        )

    def disc(self, x: float, y: float, radius: float, color: str) -> None:
        """Draw a filled circle around a point."""
        box = self._scaled(x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, color)

    def bar(
        self, box: tuple[float, float, float, float], radius: float, color: str
    ) -> None:
        """Draw a rectangle with round corners."""
        self._draw.rounded_rectangle(self._scaled(*box), radius * self._scale, color)

    def shape(self, points: list[tuple[float, float]], color: str) -> None:
        """Draw a filled polygon."""
        self._draw.polygon(
            self._scaled(*(coordinate for xy in points for coordinate in xy)), color
        )

    def finish(self) -> Image.Image:
        """Return the image in its final size."""
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
    """Draw the cloud behind the bell."""
    canvas.disc(21, 25, 9.5, CLOUD)
    canvas.disc(33, 19.5, 12, CLOUD)
    canvas.disc(45, 25.5, 9, CLOUD)
    canvas.bar((21, 22, 45, 34.5), 0, CLOUD)


def bell(canvas: Canvas) -> None:
    """Draw the bell, with an outline that separates it from the cloud."""
    canvas.disc(32, 52.4, 4.4, CLAPPER)
    gap = 1.8  # width of the background-colored outline between bell and cloud
    for margin, color in ((gap, BACKGROUND), (0, BELL)):
        canvas.disc(32, 26.5, 2.8 + margin, color)
        left = curve(
            (22.6 - margin, 48), (24.2 - margin, 27 - margin), (32, 26.8 - margin)
        )
        right = [(GRID - x, y) for x, y in reversed(left)]
        canvas.shape([*left, *right], color)
        canvas.bar((18 - margin, 46 - margin, 46 + margin, 51 + margin / 2), 2.5, color)


def icon(size: int) -> Image.Image:
    """Return the icon.

    Args:
        size: Side length in pixels.
    """
    canvas = Canvas(size)
    canvas.tile(BACKGROUND, 14)
    cloud(canvas)
    bell(canvas)
    return canvas.finish()


def logo(height: int, color: str) -> Image.Image:
    """Return the icon with the integration's name next to it.

    Args:
        height: Height in pixels.
        color: Color of the name.
    """
    font = ImageFont.load_default(height * 0.52)
    left, top, right, bottom = font.getbbox(NAME)
    space = height // 5
    image = Image.new("RGBA", (height + space + math.ceil(right - left), height))
    image.paste(icon(height))
    middle = (height - top - bottom) / 2
    ImageDraw.Draw(image).text((height + space - left, middle), NAME, color, font)
    return image


def main() -> None:
    """Write all images."""
    FOLDER.mkdir(exist_ok=True)
    images = {
        "icon": icon(256),
        "icon@2x": icon(512),
        "logo": logo(128, BACKGROUND),
        "logo@2x": logo(256, BACKGROUND),
        "dark_logo": logo(128, CLOUD),
        "dark_logo@2x": logo(256, CLOUD),
    }
    for name, image in images.items():
        image.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
