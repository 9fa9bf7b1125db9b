"""strings.json and translations/*.json by themselves: form, and that they agree."""

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
import re
from string import Formatter
from typing import Any

from .tree import INTEGRATION, Finding, Tree, leaves

STRINGS = INTEGRATION / "strings.json"
TRANSLATIONS = INTEGRATION / "translations"
ENGLISH = TRANSLATIONS / "en.json"

_SECTIONS = {
    "application_credentials", "common", "conditions", "config", "config_panel",
    "config_subentries", "conversation", "device", "device_automation", "entity",
    "entity_component", "exceptions", "issues", "options", "preview_features",
    "selector", "services", "system_health", "title", "triggers",
}  # fmt: skip
_FLOW = {
    "abort", "create_entry", "entry_type", "error", "flow_title", "initiate_flow",
    "progress", "step",
}  # fmt: skip
_STEP = {
    "data", "data_description", "description", "menu_option_descriptions",
    "menu_options", "sections", "submit", "title",
}  # fmt: skip
_ENTITY = {"name", "state", "state_attributes", "unit_of_measurement"}
_SERVICE = {"description", "description_placeholders", "fields", "name", "sections"}

type _Fault = tuple[tuple[str, ...], str]
"""The keys that lead to it, and what is wrong."""

_KEY = re.compile(r"(?!.+[_-]{2})(?![_-])[a-z0-9_-]+(?<![_-])")
_VALUE_FAULTS = (
    (re.compile(r"<[A-Za-z/!][^>]*>"), "holds HTML"),
    (re.compile(r"'\{\w+\}'"), "has a placeholder in single quotes"),
    (re.compile(r"\[%"), "refers to another text, which only Home Assistant can"),
    (re.compile(r"(?:\w+://|www\.)\S+\.\S"), "holds an address; use a placeholder"),
    (re.compile(r"^\s|\s$"), "begins or ends with a space"),
    (re.compile(r"^$"), "is empty"),
)


def placeholders(text: str) -> set[str]:
    """Return the names of a text's placeholders.

    Raises:
        ValueError: a brace is not closed.

    """
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def check_texts(tree: Tree) -> Iterator[Finding]:
    """Keys and texts are such as hassfest accepts."""
    for path in STRINGS, *tree.below(TRANSLATIONS, ".json"):
        document = tree.document(path)
        for keys, text in leaves(document):
            for fault in (*_key_faults(keys), *_value_faults(text)):
                line = tree.line(path, *keys)
                yield Finding(path, line, f"{'.'.join(keys)}: {fault}")
        for keys, fault in _form_faults(document):
            line = tree.line(path, *keys)
            yield Finding(path, line, f"{'.'.join(keys)}: {fault}")


def _key_faults(keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        if not _KEY.fullmatch(key):
            yield f"{key!r} is not a valid key"


def _value_faults(text: Any) -> Iterator[str]:
    if not isinstance(text, str):
        yield "is not a text"
        return
    try:
        for name in placeholders(text):
            if not name.isidentifier():
                yield f"{name!r} is not a name for a placeholder"
    except ValueError as error:
        yield str(error)
    for pattern, fault in _VALUE_FAULTS:
        if pattern.search(text):
            yield fault


def _form_faults(document: dict[str, Any]) -> Iterator[_Fault]:
    """Return where Home Assistant does not look, or looks in vain."""
    yield from _unknown(document, _SECTIONS)
    for name in "config", "options":
        yield from _flow_faults(document.get(name, {}), name)
    for name, issue in document.get("issues", {}).items():
        yield from _issue_faults(issue, "issues", name)
    for name, exception in document.get("exceptions", {}).items():
        if exception.keys() != {"message"}:
            yield ("exceptions", name), "needs a message and nothing else"
    for platform, entities in document.get("entity", {}).items():
        for name, entity in entities.items():
            yield from _unknown(entity, _ENTITY, "entity", platform, name)
    for name, service in document.get("services", {}).items():
        yield from _unknown(service, _SERVICE, "services", name)


def _unknown(
    texts: dict[str, Any], known: Collection[str], *above: str
) -> Iterator[_Fault]:
    for key in texts.keys() - {*known}:
        yield (*above, key), "is not a key that Home Assistant knows here"


def _issue_faults(issue: dict[str, Any], *above: str) -> Iterator[_Fault]:
    yield from _unknown(issue, {"title", "description", "fix_flow"}, *above)
    if "title" not in issue:
        yield above, "has no title"
    if ("description" in issue) == ("fix_flow" in issue):
        yield above, "needs either a description or a fix flow"
    yield from _flow_faults(issue.get("fix_flow", {}), *above, "fix_flow")


def _flow_faults(flow: dict[str, Any], *above: str) -> Iterator[_Fault]:
    yield from _unknown(flow, _FLOW, *above)
    for name, step in flow.get("step", {}).items():
        here = (*above, "step", name)
        yield from _unknown(step, _STEP, *here)
        yield from _field_faults(step, *here)
        for section, inner in step.get("sections", {}).items():
            yield from _field_faults(inner, *here, "sections", section)


def _field_faults(step: dict[str, Any], *above: str) -> Iterator[_Fault]:
    fields, described = step.get("data", {}), step.get("data_description", {})
    for field in fields.keys() - described.keys():
        yield (*above, "data", field), "has no data_description"
    for field in described.keys() - fields.keys():
        yield (*above, "data_description", field), "describes no field"


def check_languages(tree: Tree) -> Iterator[Finding]:
    """Every language has the same keys, and the same placeholders in each text."""
    english = dict(leaves(tree.document(STRINGS)))
    if ENGLISH not in tree:
        yield Finding(ENGLISH, 1, "is missing")
    for path in tree.below(TRANSLATIONS, ".json"):
        texts = dict(leaves(tree.document(path)))
        for keys in english.keys() - texts.keys():
            yield Finding(path, tree.line(path, *keys), f"lacks {'.'.join(keys)}")
        for keys in texts.keys() - english.keys():
            fault = f"has {'.'.join(keys)}, which {STRINGS.name} lacks"
            yield Finding(path, tree.line(path, *keys), fault)
        for keys in texts.keys() & english.keys():
            yield from _difference(tree, path, keys, english[keys], texts[keys])


def _difference(
    tree: Tree, path: PurePosixPath, keys: tuple[str, ...], english: str, text: str
) -> Iterator[Finding]:
    name, line = ".".join(keys), tree.line(path, *keys)
    if path == ENGLISH and text != english:
        yield Finding(path, line, f"{name} is not as in {STRINGS.name}")
    try:
        same = placeholders(text) == placeholders(english)
    except ValueError:
        return  # is reported where the texts are checked
    if not same:
        yield Finding(path, line, f"{name} has other placeholders than in English")
