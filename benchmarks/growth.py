"""CPU time of reading device lists of 10 to 10,000 devices, as rows and as a plot.

The growth is linear if the time per device stays the same. It is compared with the time
per device of an account of the smallest size.
"""

from collections.abc import Callable
from pathlib import Path
import statistics
from typing import Any, Final

from yarl import URL

from custom_components.ring_partner.api.device_list import DeviceListReader

from .large_account import LargeAccount
from .plot import Series, log_log_plot
from .rounds import measure
from .table import Row

_SIZES: Final = (10, 30, 100, 300, 1_000, 3_000, 10_000)
_CALLS: Final = 10_000
"""Number of devices to read in each round, so that short times can be measured."""
_ROUNDS: Final = 5
_ORIGIN: Final = URL("https://api.amazonvision.com")
_PLOT: Final = Path(__file__).with_suffix(".svg")


async def run() -> list[Row]:
    """Measure first and unchanged reads of accounts of different sizes."""
    first, unchanged = zip(*map(_measure, _SIZES), strict=True)
    series = [Series("First read", first), Series("Unchanged", unchanged)]
    _PLOT.write_text(
        log_log_plot(
            "CPU time of reading a device list", "Devices", "ms", _SIZES, series
        )
    )
    return [row for each in series for row in _rows(each)]


def _rows(series: Series) -> list[Row]:
    smallest = series.values[0] / _SIZES[0]
    return [
        Row(
            f"{series.name}, {size:,} devices (per device with {_SIZES[0]})",
            milliseconds,
            smallest * size,
            "ms",
            milliseconds / (smallest * size),
        )
        for size, milliseconds in zip(_SIZES, series.values, strict=True)
    ]


def _measure(size: int) -> tuple[float, float]:
    """Return the milliseconds of a first read and of an unchanged one."""
    account = LargeAccount(size)
    bodies = account.body(), account.body()
    reader = DeviceListReader()
    times = max(1, _CALLS // size)

    def first() -> Any:
        for _ in range(times):
            _read(DeviceListReader(), bodies[0])

    def unchanged() -> Any:
        for number in range(times):
            _read(reader, bodies[number % 2])

    calls: dict[str, Callable[[], Any]] = {"first": first, "unchanged": unchanged}
    seconds = measure(calls, rounds=_ROUNDS)
    median = {name: statistics.median(each) for name, each in seconds.items()}
    return median["first"] / times * 1e3, median["unchanged"] / times * 1e3


def _read(reader: DeviceListReader, body: bytes) -> Any:
    return reader.read([reader.parse(body, _ORIGIN)])
