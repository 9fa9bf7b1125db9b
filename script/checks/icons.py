"""icons.json: icons that exist by rule, for entities and services that exist."""

from collections.abc import Iterator
import re
from typing import Any

from .translations import STRINGS
from .tree import INTEGRATION, Finding, Tree, leaves

ICONS = INTEGRATION / "icons.json"

type _Fault = tuple[tuple[str, ...], str]
"""The keys that lead to it, and what is wrong."""

_ICON = re.compile(r"mdi:[a-z0-9]+(?:-[a-z0-9]+)*")


def check_icons(tree: Tree) -> Iterator[Finding]:
    """The icons are such as hassfest accepts, and each belongs to something."""
    icons, strings = tree.document(ICONS), tree.document(STRINGS)
    for keys, icon in leaves(icons):
        if not _ICON.fullmatch(str(icon)):
            fault = f"{icon!r} is not an icon of Material Design Icons"
            yield Finding(ICONS, tree.line(ICONS, *keys), fault)
    for keys, fault in (
        *_entity_faults(icons, strings),
        *_service_faults(icons, strings),
    ):
        yield Finding(ICONS, tree.line(ICONS, *keys), f"{'.'.join(keys)}: {fault}")
    for key in icons.keys() - {"entity", "services"}:
        yield Finding(ICONS, tree.line(ICONS, key), f"{key!r} is not a known key")


def _entity_faults(icons: dict[str, Any], strings: dict[str, Any]) -> Iterator[_Fault]:
    for platform, entities in icons.get("entity", {}).items():
        for name, entity in entities.items():
            here = ("entity", platform, name)
            texts = strings.get("entity", {}).get(platform, {}).get(name)
            if texts is None:
                yield here, "there is no such entity in strings.json"
                continue
            if "default" not in entity:
                yield here, "has no default"
            yield from _state_faults(entity, texts, here)
            for attribute, inner in entity.get("state_attributes", {}).items():
                above = (*here, "state_attributes", attribute)
                attribute_texts = texts.get("state_attributes", {}).get(attribute)
                if attribute_texts is None:
                    yield above, "there is no such attribute in strings.json"
                else:
                    yield from _state_faults(inner, attribute_texts, above)


def _state_faults(
    icons: dict[str, Any], texts: dict[str, Any], here: tuple[str, ...]
) -> Iterator[_Fault]:
    for state, icon in icons.get("state", {}).items():
        if icon == icons.get("default"):
            yield (*here, "state", state), "is the default anyway"
        if state not in texts.get("state", ()):
            yield (*here, "state", state), "there is no such state in strings.json"


def _service_faults(icons: dict[str, Any], strings: dict[str, Any]) -> Iterator[_Fault]:
    for service in icons.get("services", {}):
        if service not in strings.get("services", {}):
            yield ("services", service), "there is no such service in strings.json"
