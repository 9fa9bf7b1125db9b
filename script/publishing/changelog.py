"""The changelog, in the format of Keep a Changelog."""

from datetime import date
import re

from .checkout import ROOT, PublishingError

CHANGELOG = ROOT / "CHANGELOG.md"

UNRELEASED = "Unreleased"


def read_section(name: str) -> str:
    """Return the text of a version's section, empty if there is none."""
    heading = rf"^## \[{re.escape(name)}\].*?\n"
    end = r"(?=^## \[|^\[[^\]]+\]: |\Z)"
    found = re.search(
        f"{heading}(.*?){end}", CHANGELOG.read_text(), re.MULTILINE | re.DOTALL
    )
    return found[1].strip() if found else ""


def release_unreleased(version: str, repository: str, day: date) -> None:
    """Move the unreleased changes to the section of a new version.

    Args:
        version: The version.
        repository: URL of the repository, for the links at the end of the file.
        day: The day of the release.

    Raises:
        PublishingError: There are no unreleased changes.
    """
    if not read_section(UNRELEASED):
        raise PublishingError(f"{CHANGELOG.name} has no changes in [{UNRELEASED}]")
    text = CHANGELOG.read_text()
    heading = f"## [{UNRELEASED}]\n"
    text = text.replace(heading, f"{heading}\n## [{version}] - {day:%Y-%m-%d}\n", 1)
    links = (
        f"[{UNRELEASED}]: {repository}/compare/v{version}...main\n"
        f"[{version}]: {repository}/releases/tag/v{version}\n"
    )
    text = re.sub(
        rf"^\[{UNRELEASED}\]: .*\n", lambda _: links, text, flags=re.MULTILINE
    )
    CHANGELOG.write_text(text)
