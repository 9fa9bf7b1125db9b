"""The figures of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
import gc
import sys
from typing import Self

from .leaks import files, objects
from .log_counter import LogCounter
from .world import World

SAME = 1.05
"""Ratio of two sizes that count as the same."""
ALLOWED = 20
"""Objects of a class that may be added: the devices and events are others."""

_STORED_EVENTS = ("RecentEvent", "UnpairedEvent")
"""Classes of events, of which only the latest are kept: hundreds and thousands."""
MAX_STORED_EVENTS = 10_000

_DISTURBANCES = (
    "device changes",
    "faults",
    "incomplete device lists",
    "new links",
    "restarts",
    "webhook changes",
)
MAX_LINES = 2
"""Lines in the log for each disturbance: one at its start, and one at its end."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is in memory and on disk during the calm after a storm.

    Attributes:
        objects: the objects of the integration, by the name of their class.
        blocks: the blocks of memory that Python has allocated.
        files: the number of files.
    """

    objects: Mapping[str, int]
    blocks: int
    files: int

    @classmethod
    def measure(cls, world: World) -> Self:
        """Return what is there now."""
        counted = objects()
        gc.collect()
        return cls(counted, sys.getallocatedblocks(), len(files(world)))

    def check_same(self, before: Memory) -> None:
        """Check that nothing was added since."""
        for name, count in self.objects.items():
            if name in _STORED_EVENTS:
                assert count <= MAX_STORED_EVENTS, name
            else:
                assert count <= before.objects.get(name, 0) + ALLOWED, name
        assert self.blocks <= before.blocks * SAME


def check_lines(world: World, logs: LogCounter) -> None:
    """Check that a disturbance is two lines in the log, however long it lasts."""
    disturbances = sum(world.counts[name] for name in _DISTURBANCES)
    assert logs.lines.total() <= MAX_LINES * disturbances, logs.lines


def print_report(world: World, logs: LogCounter, memory: tuple[Memory, Memory]) -> None:
    """Print all figures."""
    middle, end = memory
    rows = {
        **dict(sorted(world.counts.items())),
        **world.ledger.counts,
        "most requests in a second": world.simulator.rate_limit.max_in_window,
        "log lines": logs.lines.total(),
        "allocated blocks in the middle": middle.blocks,
        "allocated blocks at the end": end.blocks,
        "files in the middle": middle.files,
        "files at the end": end.files,
    }
    for name, value in rows.items():
        print(f"{value:>10}  {name}")
