"""Compares strings.json with the other languages and with the code."""

import ast
from collections.abc import Iterator
import re

from homeassistant.helpers.config_entry_oauth2_flow import _SHARED_ABORT_REASONS

from .tree import INTEGRATION, Tree
from .used_keys import UNKNOWN, Use, UsedKeys, pattern, used_keys

STRINGS = INTEGRATION / "strings.json"
TRANSLATIONS = INTEGRATION / "translations"

# Home Assistant has these texts itself, for every flow that signs in with OAuth2.
_OAUTH_ABORTS = {f"config.abort.{reason}" for reason in _SHARED_ABORT_REASONS}
# The keys, or the words, that the code needs for a text to be shown.
_KEYS = (
    r"(?:common|device|exceptions|issues|selector|entity\.[^.]+)\.[^.]+",
    r"(?:config|options)\.(?!error|flow_title)[^.]+\.[^.]+",
    r".+\.step\.[^.]+",
    r".+\.step\..+\.(?:data|menu_options)\.[^.]+",
    r"system_health\.info\.[^.]+",
)
_WORDS = (
    r"(?:entity\.[^.]+|selector)\.[^.]+\.(.+)",
    r"(?:config|options)\.error\.([^.]+)",
)
# Exceptions whose texts Home Assistant shows.
_EXCEPTIONS = {
    "BrowseError",
    "ConfigEntryAuthFailed",
    "ConfigEntryError",
    "ConfigEntryNotReady",
    "HomeAssistantError",
    "MediaSourceError",
    "PlatformNotReady",
    "ServiceNotSupported",
    "ServiceValidationError",
    "Unresolvable",
    "UpdateFailed",
}
_NEVER_IN_CODE = {"name", "options", "state", "state_attributes", "unit_of_measurement"}


def placeholders(text: str) -> set[str]:
    """Return the names of a text's placeholders."""
    return {*re.findall(r"{(\w+)}", text)}


def _described(key: str) -> str:
    """Return the key of the field or menu option that a text describes."""
    return re.sub(r"\.(data|menu_option)_description(s?\.\w+)$", r".\1\2", key)


def check_languages(tree: Tree) -> Iterator[str]:
    """Every language has the keys and placeholders of strings.json."""
    texts = tree.values(STRINGS)
    if tree.values(TRANSLATIONS / "en.json") != texts:
        yield f"{TRANSLATIONS / 'en.json'}: is not the same as strings.json"
    for path in (path for path in tree.paths if path.parent == TRANSLATIONS):
        translated = tree.values(path)
        for key in texts.keys() ^ translated.keys():
            yield f"{path}: {key}: is only here or only in strings.json"
        for key in texts.keys() & translated.keys():
            if placeholders(texts[key]) != placeholders(translated[key]):
                yield f"{path}: {key}: has other placeholders than in strings.json"
    for key in texts:
        description = re.sub(r"(\.step\..+\.data)(\.\w+)$", r"\1_description\2", key)
        for missing in {description, _described(key)} - texts.keys():
            yield f"{STRINGS}: {key}: needs {missing}"


def check_missing(tree: Tree) -> Iterator[str]:
    """Every translation that the code uses is in strings.json."""
    texts, used = tree.values(STRINGS), used_keys(tree)
    for use in used.uses:
        if not use.key.endswith(f".{UNKNOWN}") and use.key not in _OAUTH_ABORTS:
            for fault in _faults(use, texts, used):
                yield f"{use.place}: {use.key}: {fault}"
    for key, text in texts.items():
        given = placeholders(text)
        if key.startswith(("config.", "options.")):
            given = used.form_placeholders
        elif key.startswith("common."):
            given = used.common_placeholders
        for name in placeholders(text) - given:
            yield f"{STRINGS}: {key}: nothing fills in {name!r}"


def _faults(use: Use, texts: dict[str, str], used: UsedKeys) -> Iterator[str]:
    """Return what the texts of a use lack."""
    key = re.compile(rf"{pattern(use.key).pattern}(\..+)?")
    found = [name for name in texts if key.fullmatch(name)]
    if not found:
        yield "is not in strings.json"
    for name in found if use.given is not None else ():
        # The flow of a repair issue fills in placeholders of its own.
        in_flow = used.form_placeholders if ".fix_flow." in name else set()
        for missing in placeholders(texts[name]) - (use.given or set()) - in_flow:
            yield f"{missing!r} is not filled in"
    for state in use.states if found else ():
        if not any(re.search(rf"\.(state|options)\.{state}$", name) for name in found):
            yield f"has no state {state!r}"


def check_unused(tree: Tree) -> Iterator[str]:
    """The code uses every translation in strings.json."""
    used = used_keys(tree)
    for key in tree.values(STRINGS):
        for match in filter(None, (re.match(one, _described(key)) for one in _KEYS)):
            if not used.has_key(match[0]):
                yield f"{STRINGS}: {key}: nothing uses {match[0]!r}"
        for match in filter(None, (re.fullmatch(one, key) for one in _WORDS)):
            for word in {*match[1].split(".")} - _NEVER_IN_CODE:
                if not (used.has_word(word) or used.has_key(key)):
                    yield f"{STRINGS}: {key}: nothing uses {word!r}"


def check_exceptions(tree: Tree) -> Iterator[str]:
    """Every exception that Home Assistant shows has a translation."""
    for path in tree.paths:
        if not path.is_relative_to(INTEGRATION) or path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(tree.text(path))):
            match node:
                case ast.Call(func=raised, keywords=keywords):
                    is_translated = "translation_key" in {one.arg for one in keywords}
                case ast.Raise(exc=ast.Name() | ast.Attribute() as raised):
                    is_translated = False
                case _:
                    continue
            name = ast.unparse(raised).rpartition(".")[2]
            if name in _EXCEPTIONS and not is_translated:
                yield f"{path}:{node.lineno}: {name}: has no translation_key"
