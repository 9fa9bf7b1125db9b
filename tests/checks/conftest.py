"""A copy of the checkout to break, and tables of what breaks it."""

import json
from pathlib import Path
import re
import shutil
import subprocess
from typing import Any

import yaml

from script.checks.tree import INTEGRATION, Tree

ROOT = Path(__file__).parents[2]
CHECKOUT = Tree(ROOT)


class Copy:
    """A copy of the files of the checkout whose paths begin with one of some texts.

    A percent sign in a path is the integration's folder.
    """

    def __init__(self, root: Path, *beginnings: str) -> None:
        self.root = root
        for path in CHECKOUT.paths:
            if str(path).startswith(beginnings):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, root / path)
        subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)

    def path(self, name: str) -> Path:
        return self.root / name.replace("%", str(INTEGRATION))

    def append(self, name: str, text: str) -> None:
        with self.path(name).open("a") as file:
            file.write(text)

    def change(self, name: str, key: str, value: Any) -> None:
        """Set a dotted key in a JSON or YAML file; None removes the key."""
        path = self.path(name)
        load = json.loads if path.suffix == ".json" else yaml.safe_load
        place = document = load(path.read_text()) if path.exists() else {}
        *above, last = key.split(".")
        for one in above:
            place = place.setdefault(one, {})
        place[last] = value
        if value is None:
            del place[last]
        path.write_text(json.dumps(document))


def table(name: str) -> list[list[str]]:
    """Return the rows of a table of cases. Its cells are two or more spaces apart."""
    lines = (ROOT / "tests/checks/cases" / name).read_text().splitlines()
    return [re.split(r" {2,}", line) for line in lines if not line.startswith("#")]
