"""manifest.json, hacs.json and what else HACS wants to find."""

from collections.abc import Iterator
from pathlib import PurePosixPath
import re
from typing import Any
from urllib.parse import urlsplit

from .tree import DOMAIN, INTEGRATION, Finding, Tree

MANIFEST = INTEGRATION / "manifest.json"
CONFIG_FLOW = INTEGRATION / "config_flow.py"
HACS = PurePosixPath("hacs.json")
ICON = INTEGRATION / "brand" / "icon.png"

type _Fault = tuple[str, str]
"""What is wrong, and the key that it concerns."""

_REQUIRED = {
    "codeowners", "config_flow", "documentation", "domain", "integration_type",
    "iot_class", "issue_tracker", "name", "version",
}  # fmt: skip
_OPTIONAL = {
    "after_dependencies", "bluetooth", "dependencies", "dhcp", "disabled", "homekit",
    "import_executor", "loggers", "mqtt", "preview_features", "quality_scale",
    "requirements", "single_config_entry", "ssdp", "usb", "zeroconf",
}  # fmt: skip
_VALUES = {
    "domain": re.compile(DOMAIN),
    "integration_type": re.compile("device|entity|hardware|helper|hub|service|system"),
    "iot_class": re.compile(
        "assumed_state|calculated|(?:cloud|local)_(?:polling|push)"
    ),
    "version": re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?"),
}
_LISTS = ("dependencies", "after_dependencies", "codeowners", "loggers", "requirements")
_CORE_DOCUMENTATION = "https://www.home-assistant.io/integrations"

_HACS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "content_in_root": bool,
    "country": (str, list),
    "filename": str,
    "hacs": str,
    "hide_default_branch": bool,
    "homeassistant": str,
    "persistent_directory": str,
    "render_readme": bool,
    "zip_release": bool,
}
_LICENSES = ("MIT License", "Apache License", "GNU GENERAL PUBLIC LICENSE")


def check_json(tree: Tree) -> Iterator[Finding]:
    """Every JSON file is JSON."""
    for path in tree.paths:
        # Development containers' files may hold comments.
        if path.suffix == ".json" and not path.is_relative_to(".devcontainer"):
            try:
                tree.document(path)
            except ValueError as error:
                line = getattr(error, "lineno", 1)
                yield Finding(path, line, f"is not JSON: {error}")


def check_manifest(tree: Tree) -> Iterator[Finding]:
    """The manifest is what hassfest and HACS accept of a custom integration."""
    manifest = tree.document(MANIFEST)
    for message, key in _manifest_faults(manifest):
        yield Finding(MANIFEST, tree.line(MANIFEST, key), message)
    if manifest.get("config_flow") and INTEGRATION / "config_flow.py" not in tree:
        yield Finding(
            MANIFEST, tree.line(MANIFEST, "config_flow"), "there is no config_flow.py"
        )


def _manifest_faults(manifest: dict[str, Any]) -> Iterator[_Fault]:
    yield from _key_faults(manifest)
    for key, valid in _VALUES.items():
        if not valid.fullmatch(str(manifest.get(key))):
            yield f"{key!r} is not {valid.pattern}", key
    for key in "documentation", "issue_tracker":
        yield from _address_faults(key, str(manifest.get(key)))
    for key in _LISTS:
        value = manifest.get(key, [])
        if not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            yield f"{key!r} is not a list of texts", key
    if not manifest.get("codeowners"):
        yield "nobody owns the code", "codeowners"
    first, later = (manifest.get(key, ()) for key in _LISTS[:2])
    for name in {*first} & {*later}:
        yield f"{name!r} is both a dependency and an after-dependency", "dependencies"


def _key_faults(manifest: dict[str, Any]) -> Iterator[_Fault]:
    for key in _REQUIRED - manifest.keys():
        yield f"lacks {key!r}", ""
    for key in manifest.keys() - _REQUIRED - _OPTIONAL:
        yield f"{key!r} is not a key that hassfest knows", key
    order = sorted(manifest, key=lambda key: (key != "domain", key != "name", key))
    for key, expected in zip(manifest, order, strict=True):
        if key != expected:
            yield f"is not sorted: {expected!r} should stand before {key!r}", key
            break


def _address_faults(key: str, address: str) -> Iterator[_Fault]:
    if urlsplit(address).scheme != "https" or not urlsplit(address).hostname:
        yield f"{key!r} is not an https address", key
    elif address.startswith(_CORE_DOCUMENTATION):
        yield f"{key!r} is of Home Assistant's own integrations", key


def check_hacs(tree: Tree) -> Iterator[Finding]:
    """HACS accepts the repository."""
    if HACS not in tree:
        yield Finding(HACS, 1, "is missing")
        return
    hacs = tree.document(HACS)
    for key, value in hacs.items():
        if key not in _HACS:
            yield Finding(HACS, tree.line(HACS, key), f"{key!r} is not a key of HACS's")
        elif not isinstance(value, _HACS[key]):
            yield Finding(HACS, tree.line(HACS, key), f"{key!r} is of the wrong type")
    if "name" not in hacs:
        yield Finding(HACS, 1, "lacks 'name'")
    if hacs.get("zip_release") and "filename" not in hacs:
        yield Finding(HACS, 1, "a zipped release needs 'filename'")
    yield from _repository_faults(tree)


def _repository_faults(tree: Tree) -> Iterator[Finding]:
    if ICON not in tree:
        yield Finding(ICON, 1, "is missing")
    if not {"README.md", "info.md"} & {str(path) for path in tree.paths}:
        yield Finding(PurePosixPath("README.md"), 1, "is missing")
    license_file = PurePosixPath("LICENSE")
    text = tree.text(license_file) if license_file in tree else ""
    if not text.lstrip().startswith(_LICENSES):
        yield Finding(license_file, 1, "does not begin with the name of a licence")
    for path in tree.paths:
        if path.match("custom_components/*/manifest.json") and path != MANIFEST:
            yield Finding(path, 1, "HACS takes one integration only")
