"""Measures the CPU time of calls that are compared with each other."""

from collections.abc import Callable
import gc
from time import thread_time
from typing import Any


def measure(
    calls: dict[str, Callable[[], Any]],
    *,
    rounds: int,
    before_round: Callable[[], None] | None = None,
) -> dict[str, list[float]]:
    """Return the seconds of CPU time of each call in each round.

    The calls of a round follow each other, so that they meet the same conditions. Each
    starts without garbage of the one before; its own garbage collection is measured.

    Args:
        calls: The calls by name.
        rounds: How often to measure each of them; the first round is not counted.
        before_round: Called before each round, and not measured.
    """
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds + 1):
        if before_round is not None:
            before_round()
        for name, call in calls.items():
            gc.collect()
            started = thread_time()
            result = call()
            seconds[name].append(thread_time() - started)
            del result
    return {name: values[1:] for name, values in seconds.items()}
