"""services.yaml against strings.json, icons.json and the code."""

import ast
from collections.abc import Iterator
import re
from typing import Any

import yaml

from .icons import ICONS
from .reader import usage
from .translations import STRINGS
from .tree import INTEGRATION, Finding, Tree

SERVICES = INTEGRATION / "services.yaml"

_REGISTER = {
    "async_register_admin_service", "async_register_entity_service",
    "async_register_platform_entity_service",
}  # fmt: skip


def check_services(tree: Tree) -> Iterator[Finding]:
    """Every action that is offered is described, and there is no other."""
    described = _described(tree)
    texts = tree.document(STRINGS).get("services", {})
    icons = tree.document(ICONS).get("services", {})
    used = usage(tree)
    if SERVICES not in tree:
        yield from _registered(tree)
    for name, service in described.items():
        line = _line(tree, name)
        if not used.mentions(name):
            yield Finding(SERVICES, line, f"nothing registers {name!r}")
        if name not in icons:
            yield Finding(SERVICES, line, f"{name!r} has no icon in icons.json")
        for fault in _text_faults(service, texts.get(name, {})):
            yield Finding(SERVICES, line, f"{name}: {fault}")
    for name in texts.keys() - described.keys():
        line = tree.line(STRINGS, "services", name)
        yield Finding(STRINGS, line, f"services.yaml has no {name!r}")


def _described(tree: Tree) -> dict[str, Any]:
    text = tree.text(SERVICES) if SERVICES in tree else ""
    return {
        name: service or {} for name, service in (yaml.safe_load(text) or {}).items()
    }


def _line(tree: Tree, name: str) -> int:
    text = tree.text(SERVICES)
    found = re.search(rf"^{re.escape(name)}:", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _fields(service: dict[str, Any]) -> Iterator[str]:
    """Return the fields of an action, those in its sections too."""
    for name, field in service.get("fields", {}).items():
        if isinstance(field, dict) and "fields" in field:
            yield from _fields(field)
        else:
            yield name


def _text_faults(service: dict[str, Any], texts: dict[str, Any]) -> Iterator[str]:
    fields = {*_fields(service)}
    for key in "name", "description":
        if key not in texts:
            yield f"strings.json has no {key}"
        for field in fields:
            if key not in texts.get("fields", {}).get(field, {}):
                yield f"strings.json has no {key} of the field {field!r}"
    for field in texts.get("fields", {}).keys() - fields:
        yield f"has no field {field!r}, which strings.json describes"


def _registered(tree: Tree) -> Iterator[Finding]:
    for path in tree.below(INTEGRATION):
        for node in ast.walk(tree.module(path)):
            if isinstance(node, ast.Call):
                function = ast.unparse(node.func)
                if function.rpartition(".")[2] in _REGISTER or function.endswith(
                    "services.async_register"
                ):
                    fault = "registers an action, but there is no services.yaml"
                    yield Finding(path, node.lineno, fault)
