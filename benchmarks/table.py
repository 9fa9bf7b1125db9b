"""Results of benchmarks, and the table that shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import statistics

_HEADINGS = ("", "ours", "baseline", "unit", "ratio")


@dataclass(frozen=True, slots=True)
class Row:
    """A measurement and its baseline.

    Attributes:
        name: Name of the measurement and of its baseline.
        ours: Measured value of the integration.
        baseline: Measured value of the baseline, from the same run.
        unit: Unit of both values.
        ratio: `ours` divided by `baseline`. It depends on the machine less than the
            values do.
    """

    name: str
    ours: float
    baseline: float
    unit: str
    ratio: float


def duration_row(
    name: str, ours: float, baseline: float, *, unit: str, units_per_second: float
) -> Row:
    """Return the row of two durations.

    Args:
        name: Name of the measurement and of its baseline.
        ours: Seconds of the integration.
        baseline: Seconds of the baseline.
        unit: Unit to show the durations in.
        units_per_second: How many of these units are a second.
    """
    return Row(
        name,
        ours * units_per_second,
        baseline * units_per_second,
        unit,
        ours / baseline,
    )


def duration_rows(
    name: str,
    ours: Sequence[float],
    baseline: Sequence[float],
    *,
    unit: str,
    units_per_second: float,
) -> list[Row]:
    """Return rows with the median and the 99th percentile of durations.

    Args:
        name: Name of the measurement and of its baseline, with a placeholder for the
            statistic.
        ours: Seconds of the integration.
        baseline: Seconds of the baseline.
        unit: Unit to show the durations in.
        units_per_second: How many of these units are a second.
    """
    return [
        duration_row(
            name.format(statistic),
            calculate(ours),
            calculate(baseline),
            unit=unit,
            units_per_second=units_per_second,
        )
        for statistic, calculate in (
            ("median", statistics.median),
            ("99th percentile", _percentile_99),
        )
    ]


def _percentile_99(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


def render(rows: Iterable[Row]) -> str:
    """Return the rows as a table for a terminal or a Markdown page."""
    cells = [
        _HEADINGS,
        *(
            (
                row.name,
                _number(row.ours),
                _number(row.baseline),
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
    rule = [
        "-" * (width - right) + ":" * right
        for width, right in zip(widths, (0, 1, 1, 0, 1), strict=True)
    ]
    return "\n".join([lines[0], f"| {' | '.join(rule)} |", *lines[1:]])


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
