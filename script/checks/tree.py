"""The files that are checked, read once."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
import json
from pathlib import Path, PurePosixPath
import re
import subprocess
from typing import Any, Self

DOMAIN = "ring_partner"
INTEGRATION = PurePosixPath("custom_components") / DOMAIN
API = INTEGRATION / "api"
SIMULATOR = PurePosixPath("ring_simulator")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that is wrong in a file; lines count from one."""

    path: PurePosixPath
    line: int
    message: str

    def __str__(self) -> str:
        """Return the finding as editors understand it."""
        return f"{self.path}:{self.line}: {self.message}"


class Tree:
    """The files of a checkout, or of a copy of one."""

    def __init__(self, root: Path, paths: Iterable[PurePosixPath]) -> None:
        """Hold the files of these paths, which are relative to `root`."""
        self.root = root
        self.paths = sorted(path for path in paths if (root / path).is_file())
        self._texts: dict[PurePosixPath, str] = {}

    @classmethod
    def checkout(cls, root: Path) -> Self:
        """Return what git holds or would hold; that leaves out what tools made."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            check=True,
            capture_output=True,
            text=True,
        )
        return cls(root, map(PurePosixPath, filter(None, listed.stdout.split("\0"))))

    def __contains__(self, path: PurePosixPath) -> bool:
        """Return whether there is a file of this path."""
        return path in self.paths

    def text(self, path: PurePosixPath) -> str:
        """Return a file's text; nothing for what is not text, such as a picture."""
        if path not in self._texts:
            raw = (self.root / path).read_bytes()
            self._texts[path] = "" if b"\0" in raw else raw.decode(errors="replace")
        return self._texts[path]

    def below(self, folder: PurePosixPath, suffix: str = ".py") -> list[PurePosixPath]:
        """Return the files of a folder and its folders."""
        return [
            path
            for path in self.paths
            if path.is_relative_to(folder) and path.suffix == suffix
        ]

    def module(self, path: PurePosixPath) -> ast.Module:
        """Return a parsed Python file.

        Raises:
            SyntaxError: it is not Python.

        """
        return _parsed(self.text(path))

    def document(self, path: PurePosixPath) -> dict[str, Any]:
        """Return a JSON object; an empty one if there is no such file.

        Raises:
            ValueError: it is not JSON.

        """
        if path not in self:
            return {}
        document: dict[str, Any] = json.loads(self.text(path))
        return document

    def line(self, path: PurePosixPath, *keys: str) -> int:
        """Return the line of a key in an indented JSON file; the first if not found."""
        text, position = self.text(path), 0
        for depth, key in enumerate(keys, start=1):
            found = re.compile(
                rf"^ {{{2 * depth}}}{re.escape(json.dumps(key))}:", re.MULTILINE
            ).search(text, position)
            if found is None:
                break
            position = found.end()
        return text.count("\n", 0, position) + 1


@cache
def _parsed(text: str) -> ast.Module:
    """Parse a text; several checks, and several copies of a tree, ask for the same."""
    return ast.parse(text)


def leaves(value: Any, *above: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Return the texts of a nested object, each with the keys that lead there."""
    if not isinstance(value, dict):
        yield above, value
        return
    for key, inner in value.items():
        yield from leaves(inner, *above, key)
