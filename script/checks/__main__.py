"""Applies every rule and prints what breaks it."""

from pathlib import Path
import sys

from . import files, metadata, translations
from .tree import Tree

CHECKS = (
    files.check_length,
    files.check_license,
    metadata.check_dependencies,
    metadata.check_icons,
    metadata.check_oldest_version,
    metadata.check_services,
    translations.check_exceptions,
    translations.check_languages,
    translations.check_missing,
    translations.check_unused,
)


def check(root: Path) -> list[str]:
    """Return what is found in the files of a checkout."""
    tree = Tree(root)
    return sorted({finding for one in CHECKS for finding in one(tree)})


if __name__ == "__main__":
    found = check(Path(__file__).parents[2])
    print(*found, f"{len(CHECKS)} checks, {len(found)} findings", sep="\n")
    sys.exit(1 if found else 0)
