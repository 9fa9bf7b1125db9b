"""Rules for every file, whatever is in it."""

from collections.abc import Iterator
import re

from .tree import Finding, Tree

LONGEST = 420
"""Lines of the longest file; whatever is longer holds more than one idea."""

_CODE = {"", ".css", ".html", ".js", ".mjs", ".py", ".sh"}

# Written so that this file does not match itself.
_REGISTRY = re.compile(
    r"\b(?:pypi\.(?:org|python)|pythonhosted\.org|(?:deb|ftp|security)\.debian\.org"
    r"|archive\.ubuntu\.com|npmjs\.(?:com|org)|yarnpkg\.com|crates\.io"
    r"|proxy\.golang\.org)",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"(?<![\w.$*}>)\]/-])/(?:home|root|tmp|Users|work)/[\w.~]")
_UNFINISHED = re.compile(r"\b(?:TO[D]O|FIXM[E])\b")
_SKIPPED = re.compile(
    r"pragma:\s*no[ ]cover|pytest\.(?:skip|importorskip|xfail)\b"
    r"|mark\.(?:skip|xfail)|unittest\.skip"
)


def check_length(tree: Tree) -> Iterator[Finding]:
    """No file is too long to be read in one go."""
    for path in tree.paths:
        if path.suffix in _CODE and path.name != "LICENSE":
            lines = tree.text(path).count("\n")
            if lines > LONGEST:
                yield Finding(path, LONGEST, f"has {lines} lines, more than {LONGEST}")


def check_addresses(tree: Tree) -> Iterator[Finding]:
    """No file depends on one package registry or on one machine's folders."""
    yield from _search(tree, _REGISTRY, "names a package registry")
    yield from _search(tree, _MACHINE, "names a folder of somebody's machine")


def check_finished(tree: Tree) -> Iterator[Finding]:
    """Nothing is left for later, and no test is left out."""
    yield from _search(tree, _UNFINISHED, "is unfinished")
    yield from _search(tree, _SKIPPED, "is left out of the tests")


def _search(tree: Tree, pattern: re.Pattern[str], message: str) -> Iterator[Finding]:
    for path in tree.paths:
        for number, line in enumerate(tree.text(path).splitlines(), start=1):
            if found := pattern.search(line):
                yield Finding(path, number, f"{message}: {found[0]}")
