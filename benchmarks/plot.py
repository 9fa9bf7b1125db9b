"""Draws a plot with logarithmic axes as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

_NAMESPACE = "http://www.w3.org/2000/svg"
_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 130, 50, 50
_COLORS = ("#1c7ed6", "#e8590c")


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one line of a plot, one for each position on the horizontal axis."""

    name: str
    values: Sequence[float]


def log_log_plot(
    title: str,
    x_label: str,
    y_label: str,
    positions: Sequence[float],
    series: Sequence[Series],
) -> str:
    """Return an SVG of lines; those of linear growth rise by one decade per decade."""
    values = [value for each in series for value in each.values]
    x_decades, y_decades = _decades(positions), _decades(values)

    def x(position: float) -> float:
        return _scale(position, x_decades, _LEFT, _WIDTH - _RIGHT)

    def y(value: float) -> float:
        return _scale(value, y_decades, _HEIGHT - _BOTTOM, _TOP)

    grid = [
        f'<path d="M{x(10.0**each):.1f} {_TOP}V{_HEIGHT - _BOTTOM}"/>'
        for each in x_decades
    ] + [
        f'<path d="M{_LEFT} {y(10.0**each):.1f}H{_WIDTH - _RIGHT}"/>'
        for each in y_decades
    ]
    labels = [
        _text(x(10.0**each), _HEIGHT - _BOTTOM + 18, f"{10.0**each:,g}", "middle")
        for each in x_decades
    ] + [
        _text(_LEFT - 8, y(10.0**each) + 4, f"{10.0**each:,g} {y_label}", "end")
        for each in y_decades
    ]
    lines = []
    for each, color in zip(series, _COLORS, strict=False):
        points = [
            f"{x(position):.1f},{y(value):.1f}"
            for position, value in zip(positions, each.values, strict=True)
        ]
        lines.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{color}" '
            f'stroke-width="2" marker-start="url(#dot)" marker-mid="url(#dot)" '
            f'marker-end="url(#dot)"/>'
        )
        lines.append(
            _text(_WIDTH - _RIGHT + 10, y(each.values[-1]) + 4, each.name, "start")
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    return "\n".join(
        [
            f'<svg xmlns="{_NAMESPACE}" viewBox="0 0 {_WIDTH} {_HEIGHT}">',
            "<style>text { font: 12px sans-serif }</style>",
            '<marker id="dot" viewBox="-1 -1 2 2" markerWidth="3">',
            '<circle r="1" fill="context-stroke"/>',
            "</marker>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
            f'<g stroke="#ddd">{"".join(grid)}</g>',
            *labels,
            *lines,
            _text(middle, 25, title, "middle"),
            _text(middle, _HEIGHT - 10, x_label, "middle"),
            "</svg>\n",
        ]
    )


def _decades(values: Sequence[float]) -> range:
    """Return the powers of ten that enclose the values."""
    return range(floor(log10(min(values))), ceil(log10(max(values))) + 1)


def _scale(value: float, decades: range, start: float, end: float) -> float:
    share = (log10(value) - decades[0]) / (decades[-1] - decades[0])
    return start + share * (end - start)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
