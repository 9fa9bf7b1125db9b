"""strings.json against the code: every text asked for is there, and none is idle."""

from collections.abc import Iterable, Iterator
from typing import Any

from homeassistant.const import Platform

from .names import UNKNOWN, pattern
from .reader import usage
from .translations import STRINGS, placeholders
from .tree import Finding, Tree, leaves
from .usage import Usage, Use

type _Texts = dict[str, Any]

# Home Assistant has these texts itself, for every flow that signs in with OAuth2.
_SHARED_ABORTS = {
    "authorize_url_timeout", "missing_credentials", "no_url_available", "oauth_error",
    "oauth_failed", "oauth_implementation_unavailable", "oauth_timeout",
    "oauth_unauthorized", "user_rejected_authorize",
}  # fmt: skip
# And these it asks for in such a flow.
_OAUTH_ABORTS = {*_SHARED_ABORTS, "already_in_progress", "missing_configuration"}
_OAUTH_STEPS = {"auth", "pick_implementation"}
_PLATFORMS = {platform.value for platform in Platform}


def check_missing_texts(tree: Tree) -> Iterator[Finding]:
    """Whatever the code asks for is in strings.json."""
    strings, used = tree.document(STRINGS), usage(tree)
    for use in used.uses:
        if use.key == UNKNOWN or _needs_no_text(use, used):
            continue
        for fault in _use_faults(use, _found(strings, use), used):
            yield Finding(use.path, use.line, fault)
    shown = _fields(strings)
    for field, use in used.fields.items():
        if field not in shown:
            yield Finding(use.path, use.line, f"no step has the field {field!r}")
    for section, given in (
        ("config", used.form_placeholders),
        ("options", used.form_placeholders),
        ("common", used.common_placeholders),
    ):
        for keys, text in leaves(strings.get(section, {}), section):
            for name in _placeholders(text) - given:
                fault = f"{'.'.join(keys)}: nothing fills in {name!r}"
                yield Finding(STRINGS, tree.line(STRINGS, *keys), fault)


def _needs_no_text(use: Use, used: Usage) -> bool:
    section = use.section.rpartition(".")[2]
    if section == "step":
        return use.key in used.silent_steps
    return section == "abort" and used.signs_in and use.key in _SHARED_ABORTS


def _found(strings: _Texts, use: Use) -> list[_Texts | str]:
    """Return what is kept for a use."""
    section, _, inner = use.section.partition(".")
    kept: _Texts = strings.get(section, {})
    places: Iterable[_Texts] = [kept.get(inner, {}) if inner else kept]
    if inner == "menu_options":
        places = [step.get(inner, {}) for step in kept.get("step", {}).values()]
    elif section == "fix_flow":
        issues = strings.get("issues", {}).values()
        places = [issue.get(section, {}).get(inner, {}) for issue in issues]
    elif section == "entity" and inner not in _PLATFORMS:
        # What is not in a platform's file can be of any platform.
        places = kept.values()
    key = pattern(use.key)
    texts = (item for place in places for item in place.items())
    return [text for name, text in texts if key.fullmatch(name)]


def _use_faults(use: Use, found: list[_Texts | str], used: Usage) -> Iterator[str]:
    name = f"{use.section}.{use.key}"
    if not found:
        yield f"no text: {name}"
    for text in found:
        given = use.given
        if given is not None and "fix_flow" in text:
            # A repair's flow can fill in more than its notice does.
            given = given | used.form_placeholders
        if given is not None:
            for placeholder in _placeholders(text) - given:
                yield f"{name}: {placeholder!r} is not filled in"
        if isinstance(text, dict):
            states = text.get("options" if use.section == "selector" else "state", ())
            for state in use.states - set(states):
                yield f"no text: {name} has no state {state!r}"


def _placeholders(value: Any) -> set[str]:
    return {
        name
        for _, text in leaves(value)
        if isinstance(text, str) and "{" in text
        for name in placeholders(text)
    }


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
        case ("title" | "services" | "application_credentials", *_):
            return None  # Home Assistant asks for these; services have their own check
        case ("config" | "options" as flow, "step", step, *inner):
            return _idle_in_step(flow, step, inner, used)
        case ("issues", issue, "fix_flow", "step", step, *inner):
            if not used.asks_for("issues", issue):
                return issue
            return _idle_in_step("fix_flow", step, inner, used)
        case ("config", "abort", reason) if used.signs_in and reason in _OAUTH_ABORTS:
            return None
        case ("config" | "options" as flow, "abort" | "progress" as section, key):
            return None if used.asks_for(f"{flow}.{section}", key) else key
        case ("common" | "exceptions" | "issues" as section, key, *_):
            return None if used.asks_for(section, key) else key
    return next((key for key in _named(keys) if not used.mentions(key)), None)


def _named(keys: tuple[str, ...]) -> Iterable[str]:
    """Return those of a text's keys that the code has to name somewhere."""
    match keys:
        case ("config", "flow_title"):
            return ["title_placeholders"]
        case ("entity", _, key, "state" | "state_attributes", *inner):
            return [key, *(one for one in inner if one not in ("name", "state"))]
        case ("entity", _, key, *_):
            return [key]
        case ("selector", key, _, *inner):
            return [key, *inner]
    return keys[-1:]


def _idle_in_step(flow: str, step: str, inner: list[str], used: Usage) -> str | None:
    if used.signs_in and step in _OAUTH_STEPS:
        return None
    if step not in used.silent_steps and not used.asks_for(f"{flow}.step", step):
        return step
    match inner:
        case ("menu_options" | "menu_option_descriptions", option):
            asked = used.asks_for(f"{flow}.menu_options", option)
            return None if asked else option
        case ("data" | "data_description", field):
            return None if field in used.fields else field
        case ("sections", _, "data" | "data_description", field):
            return None if field in used.fields else field
    return None
