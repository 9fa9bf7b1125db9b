"""Runs all benchmarks, or those given as arguments, and prints a table.

A benchmark is a module of this package with `async def run() -> list[Row]`.
"""

import asyncio
from importlib import import_module
from pathlib import Path
import sys

from .table import Row, render

_NOT_BENCHMARKS = {
    "__init__",
    "__main__",
    "account_server",
    "bare_integration",
    "entity_costs",
    "fleet_home",
    "fleet_simulation",
    "large_account",
    "plot",
    "rounds",
    "table",
}


async def _run(names: list[str]) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        print(f"[bench] {name}", file=sys.stderr)
        rows += await import_module(f"{__package__}.{name}").run()
    return rows


def main() -> None:
    """Run the benchmarks given as arguments, or all of them."""
    modules = {path.stem for path in Path(__file__).parent.glob("*.py")}
    benchmarks = sorted(modules - _NOT_BENCHMARKS)
    if unknown := set(sys.argv[1:]) - set(benchmarks):
        sys.exit(
            f"Unknown benchmarks: {', '.join(sorted(unknown))}. "
            f"The benchmarks are: {', '.join(benchmarks)}"
        )
    print(render(asyncio.run(_run(sys.argv[1:] or benchmarks))))


main()
