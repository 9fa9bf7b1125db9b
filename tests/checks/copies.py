"""A copy of the checkout to break, and what the checks are expected to say of it."""

from collections.abc import Callable, Iterator
import json
from pathlib import Path, PurePosixPath
import shutil
from typing import Any

from script.checks import icons, manifest, quality, services, translations
from script.checks.tree import INTEGRATION, Finding, Tree

ROOT = Path(__file__).resolve().parents[2]
CHECKOUT = Tree.checkout(ROOT)
COPIED = ("custom_components", "hacs.json", "LICENSE", "README.md")

STRINGS = str(translations.STRINGS)
ENGLISH = str(translations.ENGLISH)
MANIFEST = str(manifest.MANIFEST)
ICONS = str(icons.ICONS)
QUALITY = str(quality.QUALITY)
SERVICES = str(services.SERVICES)
EXTRA = str(INTEGRATION / "extra.py")
SENSOR = str(INTEGRATION / "sensor.py")
FLOW = str(INTEGRATION / "config_flow.py")

type Check = Callable[[Tree], Iterator[Finding]]


class Copy:
    """A copy of the checkout that can be broken."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for path in CHECKOUT.paths:
            if path.parts[0] in COPIED:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, root / path)

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def append(self, path: str, text: str) -> None:
        with (self.root / path).open("a") as file:
            file.write(text)

    def remove(self, path: str) -> None:
        (self.root / path).unlink()

    def change(self, path: str, *keys: str, to: Any) -> None:
        """Set a value in a JSON file, or remove it."""
        file = self.root / path
        document = json.loads(file.read_text()) if file.exists() else {}
        place = document
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        if to is None:
            del place[keys[-1]]
        else:
            place[keys[-1]] = to
        file.write_text(json.dumps(document, indent=2))

    def found(self, check: Check) -> list[str]:
        paths = (
            PurePosixPath(path.relative_to(self.root))
            for path in self.root.rglob("*")
            if path.is_file()
        )
        return [str(finding) for finding in check(Tree(self.root, paths))]


def expect(copy: Copy, check: Check, *expected: str) -> None:
    """Expect a finding with each of the texts, and none without."""
    found = copy.found(check)
    assert len(found) == len(expected), found
    for text in expected:
        assert any(text in one for one in found), found
