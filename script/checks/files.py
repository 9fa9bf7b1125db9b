"""Rules for files of code, and for the license."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from .tree import Tree

MAX_LINES = 420

_CODE = {"", ".css", ".html", ".js", ".mjs", ".py", ".sh"}
_LICENSE = PurePosixPath("LICENSE")
_LICENSES = ("MIT License", "Apache License", "GNU GENERAL PUBLIC LICENSE")


def check_length(tree: Tree) -> Iterator[str]:
    """No file of code is too long."""
    for path in tree.paths:
        if path.suffix in _CODE and path != _LICENSE:
            lines = tree.text(path).count("\n")
            if lines > MAX_LINES:
                yield f"{path}:{MAX_LINES}: has {lines} lines, more than {MAX_LINES}"


def check_license(tree: Tree) -> Iterator[str]:
    """GitHub recognizes the license."""
    if not tree.text(_LICENSE).lstrip().startswith(_LICENSES):
        yield f"{_LICENSE}: is missing or does not begin with the name of a license"
