"""Who imports whom."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePosixPath
import sys

from homeassistant.const import Platform

from .manifest import MANIFEST
from .tree import API, DOMAIN, INTEGRATION, SIMULATOR, Finding, Tree

# What hassfest lets every integration import without saying so.
_ALLOWED_COMPONENTS = {
    *(platform.value for platform in Platform),
    "alert", "automation", "conversation", "default_config", "device_automation",
    "frontend", "group", "homeassistant", "input_boolean", "input_button",
    "input_datetime", "input_number", "input_select", "input_text", "media_source",
    "mjpeg", "onboarding", "panel_custom", "persistent_notification", "person",
    "script", "shopping_list", "stream", "sun", "system_health", "system_log", "timer",
    "webhook", "websocket_api", "zone",
}  # fmt: skip
_ALLOWED_IN_API = {*sys.stdlib_module_names, "aiohttp", "orjson", "yarl"}

type Import = tuple[int, str]
"""The line, and the absolute name of the module or of what is taken from it."""


def imports(
    tree: Tree, path: PurePosixPath, *, for_types: bool = True
) -> Iterator[Import]:
    """Return what a file imports, relative imports resolved.

    Args:
        tree: the files.
        path: the file.
        for_types: also what is imported for type checkers only.

    """
    package = path.parent.parts
    for node in _statements(tree.module(path), for_types=for_types):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *filter(None, [node.module])))
            for name in node.names:
                yield node.lineno, f"{module}.{name.name}"


def _statements(node: ast.AST, *, for_types: bool) -> Iterator[ast.AST]:
    for inner in ast.iter_child_nodes(node):
        match inner:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")) if not for_types:
                continue
        yield inner
        yield from _statements(inner, for_types=for_types)


def check_api(tree: Tree) -> Iterator[Finding]:
    """The client knows nothing of Home Assistant and could be published alone."""
    inside = ".".join(API.parts) + "."
    for path in tree.below(API):
        for line, name in imports(tree, path):
            if name.startswith(inside) or name.split(".")[0] in _ALLOWED_IN_API:
                continue
            yield Finding(path, line, f"the client may not import {name}")


def check_simulator(tree: Tree) -> Iterator[Finding]:
    """Simulator and integration share nothing, so that no mistake hides in both."""
    for folder, others in (
        (SIMULATOR, {"custom_components", "homeassistant"}),
        (INTEGRATION, {"ring_simulator"}),
    ):
        for path in tree.below(folder):
            for line, name in imports(tree, path):
                if name.split(".")[0] in others | {"benchmarks", "script", "tests"}:
                    yield Finding(path, line, f"{folder} may not import {name}")


def check_circles(tree: Tree) -> Iterator[Finding]:
    """No module of the integration or the simulator imports itself by a detour."""
    for folder in INTEGRATION, SIMULATOR:
        modules = {_module(path): path for path in tree.below(folder)}
        graph = {
            name: {
                target
                for _, imported in imports(tree, path, for_types=False)
                if (target := _target(imported, modules)) and target != name
            }
            for name, path in modules.items()
        }
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            path = modules[circle[0]]
            yield Finding(path, 1, f"imports in a circle: {' ← '.join(circle)}")


def _module(path: PurePosixPath) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _target(name: str, modules: dict[str, PurePosixPath]) -> str | None:
    """Return the module that a name is taken from."""
    if name in modules:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in modules else None


def check_dependencies(tree: Tree) -> Iterator[Finding]:
    """The manifest names the integrations whose code is used."""
    manifest = tree.document(MANIFEST)
    declared = {
        *_ALLOWED_COMPONENTS,
        *manifest.get("dependencies", ()),
        *manifest.get("after_dependencies", ()),
        DOMAIN,
    }
    for path in tree.below(INTEGRATION):
        for line, name in imports(tree, path, for_types=False):
            parts = name.split(".")
            if parts[:2] != ["homeassistant", "components"] or len(parts) < 3:
                continue
            # This function only, as it works without the integration.
            if name == "homeassistant.components.http.auth.async_sign_path":
                continue
            component = parts[2]
            # Who has a platform of another integration may use that one anywhere.
            if component in declared or INTEGRATION / f"{component}.py" in tree:
                continue
            yield Finding(path, line, f"{component} is not among the dependencies")
