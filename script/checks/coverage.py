"""Requires a coverage of each module, which coverage itself does only for the total."""

from collections.abc import Iterator
import json
from pathlib import Path
import sys
from typing import Any

from .tree import INTEGRATION

CONFIG_FLOW = str(INTEGRATION / "config_flow.py")


def check_coverage(report: dict[str, Any]) -> Iterator[str]:
    """Each module has the percentage that the quality scale asks for."""
    if CONFIG_FLOW not in report["files"]:
        yield f"{CONFIG_FLOW}: was not measured"
    for name, figures in report["files"].items():
        needed = 100 if name == CONFIG_FLOW else 95
        covered = figures["summary"]["percent_covered"]
        if name.startswith(f"{INTEGRATION}/") and covered < needed:
            lines = figures["missing_lines"]
            yield f"{name}: {covered:.1f} %, less than {needed} %; not run: {lines}"


if __name__ == "__main__":
    found = list(check_coverage(json.loads(Path(sys.argv[1]).read_text())))
    print(*found, sep="\n")
    sys.exit(1 if found else 0)
