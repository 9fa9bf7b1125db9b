"""strings.json against the code: every text asked for is there, and none is idle."""

from collections.abc import Iterable, Iterator
from typing import Any

from homeassistant.const import Platform

from .translations import STRINGS, placeholders
from .tree import Finding, Tree, leaves
from .usage import Usage, Use, usage

type _Texts = dict[str, Any]

# Given by Home Assistant's OAuth2 flows without the integration's doing.
_OAUTH_ABORTS = {
    "already_in_progress", "authorize_url_timeout", "missing_configuration",
    "missing_credentials", "no_url_available", "oauth_error", "oauth_failed",
    "oauth_implementation_unavailable", "oauth_timeout", "oauth_unauthorized",
    "user_rejected_authorize",
}  # fmt: skip
_PLATFORMS = {platform.value for platform in Platform}


def check_missing_texts(tree: Tree) -> Iterator[Finding]:
    """Whatever the code asks for is in strings.json."""
    strings, used = tree.document(STRINGS), usage(tree)
    for use in used.uses:
        text = _text(strings, use, used.endings)
        if text is None:
            yield Finding(use.path, use.line, f"no text: {use.section}.{use.key}")
            continue
        if use.given is not None:
            # A repair's flow can fill in more than its notice does.
            given = use.given
            if "fix_flow" in text:
                given = given | used.form_placeholders
            for name in _placeholders(text) - given:
                fault = f"{use.section}.{use.key}: {name!r} is not filled in"
                yield Finding(use.path, use.line, fault)
        states = text.get("options" if use.section == "selector" else "state", {})
        for state in use.states - set(states):
            fault = f"no text: {use.section}.{use.key} has no state {state!r}"
            yield Finding(use.path, use.line, fault)
    shown = _fields(strings)
    for field, use in used.fields.items():
        if field not in shown:
            yield Finding(use.path, use.line, f"no step has the field {field!r}")
    yield from _never_filled(tree, strings, used)


def _text(strings: _Texts, use: Use, endings: set[str]) -> dict[str, Any] | None:
    """Return what is kept for a use; None if there is nothing."""
    section, _, inner = use.section.partition(".")
    kept: _Texts = strings.get(section, {})
    places: Iterable[_Texts] = [kept.get(inner, {}) if inner else kept]
    if inner == "menu_options":
        places = [step.get(inner, {}) for step in kept.get("step", {}).values()]
    elif section == "fix_flow":
        issues = strings.get("issues", {}).values()
        places = [issue.get(section, {}).get(inner, {}) for issue in issues]
    elif section == "entity" and inner not in _PLATFORMS:
        places = kept.values()
    keys = {use.key}
    if section == "common":
        keys |= {use.key + ending for ending in endings}
    for place in places:
        for key in keys & place.keys():
            return place[key] if isinstance(place[key], dict) else {"": place[key]}
    return None


def _placeholders(value: Any) -> set[str]:
    return {
        name
        for _, text in leaves(value)
        if isinstance(text, str) and "{" in text
        for name in placeholders(text)
    }


def _never_filled(tree: Tree, strings: _Texts, used: Usage) -> Iterator[Finding]:
    for section, given in (
        ("config", used.form_placeholders),
        ("options", used.form_placeholders),
        ("common", used.format_placeholders),
    ):
        for keys, text in leaves(strings.get(section, {}), section):
            for name in _placeholders(text) - given:
                line = tree.line(STRINGS, *keys)
                fault = f"{'.'.join(keys)}: nothing fills in {name!r}"
                yield Finding(STRINGS, line, fault)


def _fields(strings: _Texts) -> set[str]:
    """Return the fields of all steps."""
    issues = strings.get("issues", {}).values()
    flows = [
        strings.get("config", {}),
        strings.get("options", {}),
        *(issue.get("fix_flow", {}) for issue in issues),
    ]
    return {
        field
        for flow in flows
        for step in flow.get("step", {}).values()
        for form in (step, *step.get("sections", {}).values())
        for field in form.get("data", ())
    }


def check_idle_texts(tree: Tree) -> Iterator[Finding]:
    """The code asks for whatever is in strings.json."""
    used = usage(tree)
    for keys, _ in leaves(tree.document(STRINGS)):
        if (idle := _idle(keys, used)) is not None:
            line = tree.line(STRINGS, *keys)
            yield Finding(STRINGS, line, f"{'.'.join(keys)}: nothing uses {idle!r}")


def _idle(keys: tuple[str, ...], used: Usage) -> str | None:
    """Return the first of a text's keys that the code does not have."""
    match keys:
        case ("config" | "options" as flow, "step", step, *inner):
            return _idle_in_step(flow, step, inner, used)
        case ("config" | "options" as flow, "abort", reason):
            known = used.keys(f"{flow}.abort") | _OAUTH_ABORTS
            return None if reason in known else reason
        case ("issues", issue, "fix_flow", "step", step, *inner):
            if issue not in used.keys("issues"):
                return issue
            return _idle_in_step("fix_flow", step, inner, used)
        case ("exceptions" | "issues" as section, key, *_):
            return None if key in used.keys(section) else key
        case ("entity", _, key, "state" | "state_attributes", *inner):
            mentioned = (key, *(one for one in inner if one not in ("name", "state")))
        case ("entity", _, key, *_):
            mentioned = (key,)
        case ("selector", key, _, *inner):
            mentioned = (key, *inner)
        case ("title" | "services" | "device_automation", *_):
            return None  # services are compared with services.yaml
        case ("application_credentials", *_):
            return None  # Home Assistant asks for these
        case _:
            mentioned = (keys[-1],)
    return next((key for key in mentioned if not used.mentions(key)), None)


def _idle_in_step(flow: str, step: str, inner: list[str], used: Usage) -> str | None:
    if step not in used.keys(f"{flow}.step"):
        return step
    match inner:
        case ("menu_options" | "menu_option_descriptions", option):
            return None if option in used.keys(f"{flow}.menu_options") else option
        case ("data" | "data_description", field):
            return None if field in used.fields else field
        case ("sections", _, "data" | "data_description", field):
            return None if field in used.fields else field
    return None
