"""Runs every benchmark, or those named, and prints one table.

Each module of this package with an `async def run() -> list[Row]` is one.
"""

import asyncio
from importlib import import_module
from pathlib import Path
import sys

from .table import Row, render

_NOT_BENCHMARKS = {"__init__", "__main__", "table"}


async def _run(names: list[str]) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        print(f"[bench] {name}", file=sys.stderr)
        rows += await import_module(f"{__package__}.{name}").run()
    return rows


def main() -> None:
    """Run the benchmarks named on the command line, all without a name."""
    every = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    every = [name for name in every if name not in _NOT_BENCHMARKS]
    if unknown := set(sys.argv[1:]) - set(every):
        sys.exit(f"No such benchmark: {', '.join(sorted(unknown))}. {every} are.")
    print(render(asyncio.run(_run(sys.argv[1:] or every))))


main()
