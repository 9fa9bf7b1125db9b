"""Runs every check and prints what it finds."""

from pathlib import Path
import sys

from . import files, icons, imports, manifest, quality, services, texts, translations
from .tree import Finding, Tree

CHECKS = (
    manifest.check_json,
    manifest.check_manifest,
    manifest.check_hacs,
    translations.check_texts,
    translations.check_languages,
    texts.check_missing_texts,
    texts.check_idle_texts,
    services.check_services,
    icons.check_icons,
    imports.check_api,
    imports.check_simulator,
    imports.check_circles,
    imports.check_dependencies,
    quality.check_quality_scale,
    files.check_length,
    files.check_addresses,
    files.check_finished,
)


def findings(tree: Tree) -> list[Finding]:
    """Return all that is wrong, in order of place."""
    broken = list(manifest.check_json(tree))
    if broken:  # The other checks read these files.
        return broken
    return sorted({finding for check in CHECKS for finding in check(tree)})


def main() -> int:
    """Check the checkout."""
    found = findings(Tree.checkout(Path(__file__).resolve().parents[2]))
    for finding in found:
        print(finding)
    print(f"{len(CHECKS)} checks, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
