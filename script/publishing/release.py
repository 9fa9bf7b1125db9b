"""Sets the version of the next release, or builds the files of the current one."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
import json
import sys

from awesomeversion import (
    AwesomeVersion,
    AwesomeVersionException,
    AwesomeVersionStrategy,
)

from .archive import build_archive
from .changelog import CHANGELOG, UNRELEASED, read_section, release_unreleased
from .checkout import MANIFEST, ROOT, PublishingError, git, read_manifest

DIST = ROOT / "dist"


def set_version(text: str) -> None:
    """Set the version in the manifest and in the changelog.

    Raises:
        PublishingError: The version is none or not a newer one, there are no unreleased
            changes, or there are changes that are not committed.
    """
    try:
        version = AwesomeVersion(text, ensure_strategy=AwesomeVersionStrategy.SEMVER)
    except AwesomeVersionException:
        raise PublishingError(f"{text!r} is not a version such as 1.2.3") from None
    manifest = read_manifest()
    current = manifest["version"]
    # The version of the first release can be in the manifest already.
    if version < current or read_section(version.string):
        raise PublishingError(f"{version.string} is not newer than {current}")
    if git("status", "--porcelain"):
        raise PublishingError("There are changes that are not committed")
    day = datetime.now(UTC).date()
    release_unreleased(version.string, manifest["documentation"], day)
    manifest["version"] = version.string
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")


def build(tag: str | None = None) -> None:
    """Build the zip file and the release notes.

    Args:
        tag: The tag of a release. Without one, the version need not be in the
            changelog yet.

    Raises:
        PublishingError: The version has another tag or is not in the changelog.
    """
    version = read_manifest()["version"]
    if tag not in (None, f"v{version}"):
        raise PublishingError(f"The tag of version {version} is v{version}, not {tag}")
    notes = read_section(version)
    if not notes and tag is None:
        notes = read_section(UNRELEASED)
    if not notes:
        raise PublishingError(f"{CHANGELOG.name} has no changes in [{version}]")
    DIST.mkdir(exist_ok=True)
    (DIST / "release_notes.md").write_text(notes + "\n")
    build_archive(DIST / json.loads((ROOT / "hacs.json").read_text())["filename"])


def main(argv: Sequence[str] | None = None) -> int:
    """Run script/release and return its exit status."""
    parser = argparse.ArgumentParser("script/release", description=__doc__)
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--version", help="set this version, and build nothing")
    group.add_argument("--tag", help="tag of a release, to compare with the version")
    arguments = parser.parse_args(argv)
    try:
        if arguments.version is not None:
            set_version(arguments.version)
        else:
            build(arguments.tag)
    except PublishingError as err:
        print(f"script/release: {err}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
