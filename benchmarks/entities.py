"""What the entities of an account cost in Home Assistant.

They are compared with the same number of bare entities of the same platforms, which are
spread over as many devices; as many of them are disabled by default.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from .account_server import serve_account
from .entity_costs import (
    Entities,
    count_state_writes,
    describe,
    in_new_process,
    measure_durations,
    measure_memory,
)
from .table import Row, rounds_row

_DEVICES: Final = 1_000
_ROUNDS: Final = 7
_STEPS: Final = {"set_up": "first set-up", "reload": "reload", "unload": "unload"}
"""The names of the steps in `Durations`, and those to display."""


async def run() -> list[Row]:
    """Measure an account in turn with bare entities."""
    with serve_account(_DEVICES) as account:
        entities = account, await in_new_process(describe, account)
        writes = await _each(count_state_writes, *entities)
        memory = await _each(measure_memory, *entities)
        rounds = [await _each(measure_durations, *entities) for _ in range(_ROUNDS)]
    ours, bare = zip(*rounds, strict=True)
    name = f"{_DEVICES:,} devices, {{}} (bare entities)"
    return [
        Row(
            name.format("states written by an unchanged poll"),
            writes[0],
            writes[1],
            "states",
            writes[0] / writes[1],
            "0 states",
        ),
        *(
            rounds_row(
                name.format(label),
                [getattr(each, step) for each in ours],
                [getattr(each, step) for each in bare],
                goal="≤ 1.50",
            )
            for step, label in _STEPS.items()
        ),
        Row(
            name.format("memory per device"),
            memory[0] / 1e3 / _DEVICES,
            memory[1] / 1e3 / _DEVICES,
            "kB",
            memory[0] / memory[1],
            "≤ 2.00",
        ),
    ]


async def _each[T](
    function: Callable[[Entities], Coroutine[Any, Any, T]],
    ours: Entities,
    bare: Entities,
) -> tuple[T, T]:
    """Return the results for an account and for bare entities."""
    return await in_new_process(function, ours), await in_new_process(function, bare)
