"""How much of each module the tests run, read from coverage's JSON report."""

from collections.abc import Iterator
import json
from pathlib import Path, PurePosixPath
import sys
from typing import Any

from .tree import INTEGRATION, Finding

EVERY_MODULE = 95.0
"""Percent that the quality scale asks of each module of the integration."""
CONFIG_FLOW = INTEGRATION / "config_flow.py"


def check_coverage(report: dict[str, Any]) -> Iterator[Finding]:
    """Every module of the integration is tested well, the config flow wholly."""
    if str(CONFIG_FLOW) not in report["files"]:
        yield Finding(CONFIG_FLOW, 1, "was not measured")
    for name, figures in report["files"].items():
        path = PurePosixPath(name)
        needed = 100.0 if path == CONFIG_FLOW else EVERY_MODULE
        covered = figures["summary"]["percent_covered"]
        if path.is_relative_to(INTEGRATION) and covered < needed:
            missing = figures["missing_lines"] or [1]
            yield Finding(
                path,
                missing[0],
                f"{covered:.1f} % are covered, {needed:.0f} % are needed; not run: "
                f"lines {missing}",
            )


def main() -> int:
    """Print the findings of the report that the command line names."""
    found = sorted(check_coverage(json.loads(Path(sys.argv[1]).read_text())))
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
