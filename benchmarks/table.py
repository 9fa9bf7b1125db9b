"""Results of benchmarks, and the table that shows them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
import statistics

_HEADINGS = ("figure", "ours", "other", "ratio", "goal", "spread")


def _percentile_99(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


_STATISTICS: tuple[tuple[str, Callable[[Sequence[float]], float]], ...] = (
    ("median", statistics.median),
    ("99th percentile", _percentile_99),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A measurement of the integration and another one to compare it with.

    Attributes:
        name: What is measured, with the other measurement in parentheses.
        ours: Measured value of the integration.
        other: The other value, from the same run.
        unit: Unit of both values.
        ratio: `ours` divided by `other`. It depends on the machine less than the values
            do.
        goal: Goal for the ratio or the values, as text.
        spread: Quartiles of the ratios of single rounds; None if there are no rounds.
    """

    name: str
    ours: float
    other: float
    unit: str
    ratio: float
    goal: str = ""
    spread: tuple[float, float] | None = None


def duration_row(
    name: str,
    ours: float,
    other: float,
    *,
    unit: str,
    units_per_second: float,
    goal: str = "",
) -> Row:
    """Return the row of two durations.

    Args:
        name: What is measured, with the other measurement in parentheses.
        ours: Seconds of the integration.
        other: Seconds of the other measurement.
        unit: Unit to show the durations in.
        units_per_second: How many of these units are a second.
        goal: Goal for the ratio.
    """
    return Row(
        name,
        ours * units_per_second,
        other * units_per_second,
        unit,
        ours / other,
        goal,
    )


def rounds_row(
    name: str, ours: Sequence[float], other: Sequence[float], *, goal: str = ""
) -> Row:
    """Return the row of the medians of durations that were measured in rounds.

    Args:
        name: What is measured, with the other measurement in parentheses.
        ours: Seconds of the integration, one value for each round.
        other: Seconds of the other measurement in the same rounds.
        goal: Goal for the ratio.
    """
    low, _, high = statistics.quantiles(
        [mine / yours for mine, yours in zip(ours, other, strict=True)], n=4
    )
    medians = statistics.median(ours), statistics.median(other)
    return Row(
        name,
        medians[0] * 1_000,
        medians[1] * 1_000,
        "ms",
        medians[0] / medians[1],
        goal,
        (low, high),
    )


def duration_rows(
    name: str,
    ours: Sequence[float],
    other: Sequence[float],
    *,
    unit: str,
    units_per_second: float,
    goals: tuple[str, str] = ("", ""),
) -> list[Row]:
    """Return rows with the median and the 99th percentile of durations.

    Args:
        name: What is measured, with a placeholder for the statistic.
        ours: Seconds of the integration.
        other: Seconds of the other measurement.
        unit: Unit to show the durations in.
        units_per_second: How many of these units are a second.
        goals: Goals for the ratios of the two statistics.
    """
    return [
        duration_row(
            name.format(statistic),
            value_of(ours),
            value_of(other),
            unit=unit,
            units_per_second=units_per_second,
            goal=goal,
        )
        for (statistic, value_of), goal in zip(_STATISTICS, goals, strict=True)
    ]


def render(rows: Iterable[Row]) -> str:
    """Return the rows as a table for a terminal or a Markdown page."""
    cells = [
        _HEADINGS,
        *(
            (
                row.name,
                f"{_number(row.ours)} {row.unit}",
                f"{_number(row.other)} {row.unit}",
                f"{row.ratio:.2f}",
                row.goal,
                _range(row.spread),
            )
            for row in rows
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        f"| {name:<{widths[0]}} | "
        + " | ".join(
            f"{cell:>{width}}" for cell, width in zip(numbers, widths[1:], strict=True)
        )
        + " |"
        for name, *numbers in cells
    ]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([lines[0], f"| {' | '.join(rule)} |", *lines[1:]])


def _range(spread: tuple[float, float] | None) -> str:
    return "" if spread is None else "{:.2f} to {:.2f}".format(*spread)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
