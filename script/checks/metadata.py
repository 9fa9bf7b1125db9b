"""Rules for metadata that hassfest and HACS do not have for custom integrations."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from .translations import STRINGS
from .tree import INTEGRATION, Tree
from .used_keys import SERVICES, used_keys

MANIFEST = INTEGRATION / "manifest.json"
ICONS = INTEGRATION / "icons.json"

_HACS = PurePosixPath("hacs.json")
_README = PurePosixPath("README.md")


def check_dependencies(tree: Tree) -> Iterator[str]:
    """No integration is a dependency and an after-dependency."""
    manifest = tree.document(MANIFEST)
    after = manifest.get("after_dependencies", ())
    for name in {*manifest.get("dependencies", ())}.intersection(after):
        yield f"{MANIFEST}: {name!r} is a dependency and an after-dependency"


def check_icons(tree: Tree) -> Iterator[str]:
    """Every icon belongs to an entity, a state or an action with a translation."""
    texts = tree.values(STRINGS)
    for key in tree.values(ICONS):
        described = key.removesuffix(".default").removesuffix(".service")
        if not any(f"{text}.".startswith(f"{described}.") for text in texts):
            yield f"{ICONS}: {key}: is not in strings.json"


def check_oldest_version(tree: Tree) -> Iterator[str]:
    """The README names the oldest version of Home Assistant that HACS accepts."""
    oldest = tree.document(_HACS).get("homeassistant", "").rpartition(".")[0]
    if f"Home Assistant {oldest} or newer" not in tree.text(_README):
        yield f"{_README}: Home Assistant {oldest}, as in {_HACS}, is not named"


def check_services(tree: Tree) -> Iterator[str]:
    """Every action has a registration, translations and an icon."""
    services, used = tree.document(SERVICES), used_keys(tree)
    texts, icons = (tree.document(p).get("services", {}) for p in (STRINGS, ICONS))
    for name in services.keys() ^ texts.keys():
        yield f"{SERVICES}: {name}: is only here or only in strings.json"
    for name in services.keys() & texts.keys():
        if not used.has_word(name):
            yield f"{SERVICES}: {name}: is not registered"
        if name not in icons:
            yield f"{SERVICES}: {name}: has no icon in icons.json"
        for field in {*_fields(services[name])} ^ texts[name].get("fields", {}).keys():
            yield f"{SERVICES}: {name}: {field}: is only here or only in strings.json"


def _fields(service: dict[str, Any]) -> Iterator[str]:
    """Return the fields of an action, also those in its sections."""
    for name, field in ((service or {}).get("fields") or {}).items():
        yield from _fields(field) if "fields" in (field or {}) else [name]
