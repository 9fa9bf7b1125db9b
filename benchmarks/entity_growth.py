"""CPU time and memory of the entities of 10 to 10,000 devices, as rows and as plots.

They are compared with bare entities, as in `entities`. Home Assistant's limit of
enabled entities in an account does not apply here.
"""

from pathlib import Path
import statistics
from typing import Final

from .account_server import serve_account
from .entity_costs import describe, in_new_process, measure_memory, measure_set_up
from .plot import Series, log_log_plot
from .table import Row

_SIZES: Final = (10, 30, 100, 300, 1_000, 3_000, 10_000)
_ROUNDS: Final = 3
_FOLDER: Final = Path(__file__).parent


async def run() -> list[Row]:
    """Measure accounts of different sizes."""
    milliseconds, megabytes = zip(
        *[await _measure(size) for size in _SIZES], strict=True
    )
    return [
        *_report("Set-up of entities", "ms", milliseconds, "set_up_growth.svg"),
        *_report("Memory of entities", "MB", megabytes, "memory_growth.svg"),
    ]


def _report(
    name: str, unit: str, values: tuple[tuple[float, float], ...], file: str
) -> list[Row]:
    """Draw the plot of the values of Ring's and of bare entities; return the rows."""
    series = [
        Series(label, each)
        for label, each in zip(
            ("Ring's", "Bare"), zip(*values, strict=True), strict=True
        )
    ]
    (_FOLDER / file).write_text(log_log_plot(name, "Devices", unit, _SIZES, series))
    return [
        Row(f"{name}, {size:,} devices (bare)", ours, bare, unit, ours / bare)
        for size, (ours, bare) in zip(_SIZES, values, strict=True)
    ]


async def _measure(devices: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the milliseconds and the megabytes of Ring's and of bare entities."""
    with serve_account(devices) as account:
        entities = account, await in_new_process(describe, account)
        rounds = [
            [await in_new_process(measure_set_up, each) for each in entities]
            for _ in range(_ROUNDS)
        ]
        memory = [await in_new_process(measure_memory, each) for each in entities]
    ours, bare = (statistics.median(each) * 1e3 for each in zip(*rounds, strict=True))
    return (ours, bare), (memory[0] / 1e6, memory[1] / 1e6)
