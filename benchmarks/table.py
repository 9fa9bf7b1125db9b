"""One figure beside what it is compared with."""

from collections.abc import Iterable
from dataclasses import dataclass
import statistics

_HEADINGS = ("", "ours", "baseline", "unit", "ratio")


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement.

    Attributes:
        name: What was measured, and against what.
        ours: The figure of this project.
        baseline: The figure of what it is compared with, from the same run.
        unit: What both are counted in.
        ratio: `ours` divided by `baseline`; unlike the figures themselves it hardly
            depends on the machine.
    """

    name: str
    ours: float
    baseline: float
    unit: str
    ratio: float


def percentile_99(seconds: list[float]) -> float:
    """Return what one of a hundred values exceeds."""
    return statistics.quantiles(seconds, n=100)[98]


def compared(
    name: str, ours: float, baseline: float, *, unit: str, in_second: float
) -> Row:
    """Return two times beside each other.

    Args:
        name: What was measured, and against what.
        ours: Seconds.
        baseline: Seconds.
        unit: In which both are shown.
        in_second: How many of the unit are a second.
    """
    return Row(name, ours * in_second, baseline * in_second, unit, ours / baseline)


def render(rows: Iterable[Row]) -> str:
    """Return the rows as a table for a terminal or a Markdown page."""
    cells = [
        _HEADINGS,
        *(
            (
                row.name,
                _figure(row.ours),
                _figure(row.baseline),
                row.unit,
                f"{row.ratio:.2f}",
            )
            for row in rows
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        f"| {name:<{widths[0]}} | {ours:>{widths[1]}} | {baseline:>{widths[2]}} "
        f"| {unit:<{widths[3]}} | {ratio:>{widths[4]}} |"
        for name, ours, baseline, unit, ratio in cells
    ]
    rules = [
        "-" * (width - right) + ":" * right
        for width, right in zip(widths, (0, 1, 1, 0, 1), strict=True)
    ]
    return "\n".join([lines[0], f"| {' | '.join(rules)} |", *lines[1:]])


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
