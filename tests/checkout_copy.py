"""A copy of the checkout to change."""

import json
from pathlib import Path
import shutil
import subprocess
import sys
from typing import Any

import yaml

from script.checks.tree import INTEGRATION, Tree

ROOT = Path(__file__).parents[1]
CHECKOUT = Tree(ROOT)


class Copy:
    """A copy of the files of the checkout whose paths begin with one of some texts.

    All paths begin with an empty text. A percent sign in a path is the integration's
    folder.
    """

    def __init__(self, root: Path, *beginnings: str) -> None:
        self.root = root
        for path in CHECKOUT.paths:
            if str(path).startswith(beginnings):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, root / path)
        self.git("init", "--quiet")

    def git(self, *arguments: str) -> str:
        """Run git in the copy and return its output."""
        name = "-c", "user.name=Test", "-c", "user.email=test@example.com"
        return subprocess.run(
            ["git", *name, *arguments],
            cwd=self.root,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def commit(self) -> None:
        """Commit all files."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Copy")

    def run(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module of the copy as a program."""
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.root,
            capture_output=True,
            check=False,
            text=True,
        )

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
