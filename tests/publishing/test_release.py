"""script/release in a copy of the checkout."""

import json
from pathlib import Path
import re
import zipfile

import pytest

from tests.checkout_copy import Copy

MANIFEST = "%/manifest.json"
FILES = ("custom_components", "script/publishing", "CHANGELOG.md", "hacs.json")
CHANGELOG = """\
# Changelog

## [Unreleased]

### Added

- A feature.

[Unreleased]: https://github.com/owner/name/commits/main
"""
RELEASED = """\
# Changelog

## [Unreleased]

## [1.2.3] - DAY

### Added

- A feature.

[Unreleased]: REPOSITORY/compare/v1.2.3...main
[1.2.3]: REPOSITORY/releases/tag/v1.2.3
"""


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Return a committed copy with one unreleased change."""
    copy = Copy(tmp_path, *FILES)
    copy.path("CHANGELOG.md").write_text(CHANGELOG)
    copy.path(".gitignore").write_text("/dist\n__pycache__/\n")
    copy.commit()
    return copy


def release(copy: Copy, *arguments: str) -> str:
    """Run script/release and return its error."""
    done = copy.run("script.publishing.release", *arguments)
    assert done.returncode == (1 if done.stderr else 0)
    return done.stderr.removeprefix("script/release: ").strip()


def test_version_is_set(copy: Copy) -> None:
    before = copy.path(MANIFEST).read_text()
    manifest = json.loads(before)
    assert release(copy, "--version", "1.2.3") == ""
    assert copy.path(MANIFEST).read_text() == before.replace(
        f'"version": "{manifest["version"]}"', '"version": "1.2.3"'
    )
    changelog = copy.path("CHANGELOG.md").read_text()
    assert re.sub(r"- \d{4}-\d{2}-\d{2}$", "- DAY", changelog, flags=re.MULTILINE) == (
        RELEASED.replace("REPOSITORY", manifest["documentation"])
    )


def test_first_release_can_have_the_version_of_the_manifest(copy: Copy) -> None:
    version = json.loads(copy.path(MANIFEST).read_text())["version"]
    assert release(copy, "--version", version) == ""
    copy.commit()
    assert release(copy, "--version", version) == (
        f"{version} is not newer than {version}"
    )


@pytest.mark.parametrize("version", ["", "1.2", "1.2.3b1", "01.2.3", "latest"])
def test_version_is_none(copy: Copy, version: str) -> None:
    assert release(copy, "--version", version) == (
        f"{version!r} is not a version such as 1.2.3"
    )


@pytest.mark.parametrize("version", ["1.2.3", "1.2.2", "1.2.3-beta.1"])
def test_version_is_not_newer(copy: Copy, version: str) -> None:
    release(copy, "--version", "1.2.3")
    copy.commit()
    assert release(copy, "--version", version) == f"{version} is not newer than 1.2.3"


def test_nothing_is_unreleased(copy: Copy) -> None:
    release(copy, "--version", "1.2.3")
    copy.commit()
    assert release(copy, "--version", "1.2.4") == (
        "CHANGELOG.md has no changes in [Unreleased]"
    )
    assert copy.git("status", "--porcelain") == ""


def test_changes_are_not_committed(copy: Copy) -> None:
    copy.append("new.txt", "text")
    assert release(copy, "--version", "1.2.3") == (
        "There are changes that are not committed"
    )
    assert copy.git("status", "--porcelain") == "?? new.txt\n"


def test_files_are_built(copy: Copy) -> None:
    release(copy, "--version", "1.2.3")
    copy.append("%/untracked.py", "")
    assert release(copy, "--tag", "v1.2.3") == ""
    notes = copy.path("dist/release_notes.md").read_text()
    assert notes == "### Added\n\n- A feature.\n"
    hacs = json.loads(copy.path("hacs.json").read_text())
    assert hacs["zip_release"]
    path = copy.path("dist") / hacs["filename"]
    with zipfile.ZipFile(path) as archive:
        tracked = copy.git("ls-files", str(copy.path("%"))).splitlines()
        assert archive.namelist() == sorted(
            name.removeprefix("custom_components/ring_partner/") for name in tracked
        )
        assert json.loads(archive.read("manifest.json"))["version"] == "1.2.3"

    before = path.read_bytes()
    for file in copy.path("%").iterdir():
        file.touch()
    assert release(copy) == ""
    assert path.read_bytes() == before


def test_version_has_another_tag(copy: Copy) -> None:
    release(copy, "--version", "1.2.3")
    assert release(copy, "--tag", "v1.2.4") == (
        "The tag of version 1.2.3 is v1.2.3, not v1.2.4"
    )
    assert not copy.path("dist").exists()


def test_version_is_not_in_the_changelog(copy: Copy) -> None:
    copy.change(MANIFEST, "version", "1.2.3")
    assert release(copy, "--tag", "v1.2.3") == (
        "CHANGELOG.md has no changes in [1.2.3]"
    )
    assert not copy.path("dist").exists()
    assert release(copy) == ""
    notes = copy.path("dist/release_notes.md").read_text()
    assert notes == "### Added\n\n- A feature.\n"
