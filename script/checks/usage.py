"""Which texts the integration's code asks for.

What can be read from the code: the keyword arguments that Home Assistant defines
(`translation_key`, `reason`, `step_id`, …) with literals, constants or a choice
between them; `errors[…] = …`; tables of error keys in constants named `…_ERRORS`; and
names that begin with "notification_".
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
import re
from typing import override

from .names import Names
from .tree import INTEGRATION, Tree

_STEP = "async_step_"
_SLUG = re.compile(r"[a-z][a-z0-9_]*")
# Texts of notifications are translated by the integration, under names of this form.
_NOTIFICATION = re.compile(r"notification_(?!id$)[a-z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A place in the code that asks for a text.

    Attributes:
        path: the file.
        line: the line, from one.
        section: of strings.json: "exceptions", "entity.sensor", "config.error", …
        key: within the section.
        given: the placeholders that are filled in; None if the code does not tell.
        states: what an entity of a fixed set of states, or a selector, can be.

    """

    path: PurePosixPath
    line: int
    section: str
    key: str
    given: frozenset[str] | None = None
    states: frozenset[str] = frozenset()


@dataclass
class Usage:
    """All that the code asks for.

    Attributes:
        uses: the texts asked for by a key that can be read from the code.
        literals: every text in the code, values of constants and of enumerations too.
        endings: what follows a value in an f-string.
        steps: the steps of flows for which there is a method.
        fields: what forms ask for, in modules of flows.
        form_placeholders: filled into texts of forms.
        format_placeholders: filled into other texts.

    """

    uses: list[Use] = field(default_factory=list)
    literals: set[str] = field(default_factory=set)
    endings: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    fields: dict[str, Use] = field(default_factory=dict)
    form_placeholders: set[str] = field(default_factory=set)
    format_placeholders: set[str] = field(default_factory=set)

    def mentions(self, key: str) -> bool:
        """Return whether the code has a key, whole or put together from two parts."""
        return key in self.literals or any(
            key.endswith(ending) and key.removesuffix(ending) in self.literals
            for ending in self.endings
        )

    def keys(self, section: str) -> set[str]:
        """Return the keys asked for in a section."""
        return {use.key for use in self.uses if use.section == section}


def usage(tree: Tree) -> Usage:
    """Read the code of the integration."""
    paths, names, found = tree.below(INTEGRATION), Names(), Usage()
    for path in paths:
        module = tree.module(path)
        names.learn(module)
        found.steps.update(
            node.name.removeprefix(_STEP)
            for node in ast.walk(module)
            if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith(_STEP)
        )
    for path in paths:
        _Reader(path, names, found).visit(tree.module(path))
    return found


class _Reader(ast.NodeVisitor):
    """Reads one file."""

    def __init__(self, path: PurePosixPath, names: Names, found: Usage) -> None:
        self._path = path
        self._names = names
        self._found = found
        platform = path.relative_to(INTEGRATION).with_suffix("").parts[0]
        self._entities = f"entity.{platform}"
        self._is_of_flows = "flow" in path.stem or path.stem == "repairs"
        self._flow: str | None = None
        self._step: str | None = None

    def _add(
        self,
        node: ast.expr | ast.stmt,
        section: str,
        keys: Iterable[str],
        given: frozenset[str] | None = None,
        states: frozenset[str] = frozenset(),
    ) -> None:
        for key in keys:
            self._found.uses.append(
                Use(
                    path=self._path,
                    line=node.lineno,
                    section=section,
                    key=key,
                    given=given,
                    states=states,
                )
            )

    def _in_flow(self, section: str) -> str:
        """Return the section of the flow around; the first one's outside of any."""
        return f"{self._flow or 'config'}.{section}"

    @override
    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        bases = " ".join(ast.unparse(base) for base in node.bases)
        before = self._flow
        if "RepairsFlow" in bases or "RepairFlow" in bases:
            self._flow = "fix_flow"
        elif "OptionsFlow" in bases:
            self._flow = "options"
        elif "Flow" in bases:
            self._flow = "config"
        self.generic_visit(node)
        self._flow = before

    @override
    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_function(node)

    @override
    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._visit_function(node)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        before = self._step
        if self._flow and node.name.startswith(_STEP):
            self._step = node.name.removeprefix(_STEP)
        self.generic_visit(node)
        self._step = before

    @override
    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._found.literals.add(node.value)
            if _NOTIFICATION.fullmatch(node.value):
                self._add(node, "common", [node.value])
            # A step that hands its own name on shows a form of this name.
            if self._step is not None and node.value == self._step:
                self._add(node, self._in_flow("step"), [node.value])

    @override
    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        for part in node.values[1:]:
            if isinstance(part, ast.Constant):
                self._found.endings.add(str(part.value))
        self.generic_visit(node)

    @override
    def visit_Name(self, node: ast.Name) -> None:
        self._found.literals.update(self._names.texts(node))

    @override
    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._assigned(target, node.value)
        self.generic_visit(node)

    @override
    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assigned(node.target, node.value)
            self.visit(node.target)
            self.visit(node.value)

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case (
                ast.Name(id="_attr_translation_key")
                | ast.Attribute(attr="_attr_translation_key")
            ):
                self._add(value, self._entities, self._names.texts(value))
            case ast.Subscript(value=ast.Name(id=name)) if name.endswith("errors"):
                self._errors(value, self._names.texts(value))
            case ast.Name(id="errors") if isinstance(value, ast.Dict):
                for one in value.values:
                    self._errors(one, self._names.texts(one))
            case ast.Name(id=name) if name.endswith("_ERRORS"):
                for inner in ast.walk(value):
                    if isinstance(inner, ast.Constant):
                        self._errors(
                            inner, filter(_SLUG.fullmatch, self._names.texts(inner))
                        )

    def _errors(self, node: ast.expr, keys: Iterable[str]) -> None:
        self._add(node, self._in_flow("error"), keys)

    @override
    def visit_Call(self, node: ast.Call) -> None:
        function = ast.unparse(node.func).rpartition(".")[2]
        arguments = {one.arg: one.value for one in node.keywords if one.arg}
        if "translation_key" in arguments:
            self._translated(node, function, arguments)
        if "abort" in function.lower():
            self._aborted(node, function, arguments)
        if function in ("async_show_form", "async_show_menu", "async_show_progress"):
            self._shown(node, arguments)
        if function in ("Required", "Optional") and self._is_of_flows:
            for key in self._names.texts(node.args[0] if node.args else None):
                self._found.fields[key] = Use(
                    path=self._path, line=node.lineno, section="config", key=key
                )
        if function == "ConfirmRepairFlow":
            self._add(node, "fix_flow.step", ["confirm"])
        if function == "format":
            self._found.format_placeholders.update(arguments)
        self._found.form_placeholders.update(
            self._names.collection(arguments.get("description_placeholders"))
        )
        self.generic_visit(node)

    def _translated(
        self, node: ast.Call, function: str, arguments: dict[str, ast.expr]
    ) -> None:
        given: frozenset[str] | None = frozenset()
        if (placeholders := arguments.get("translation_placeholders")) is not None:
            is_literal = isinstance(placeholders, ast.Dict)
            names = frozenset(self._names.collection(placeholders))
            given = names if is_literal else None
        if function == "async_create_issue":
            section = "issues"
        elif "translation_domain" in arguments:
            section = "exceptions"
        elif function.endswith("SelectorConfig"):
            section, given = "selector", None
        else:
            section, given = self._entities, None
        self._add(
            node,
            section,
            self._names.texts(arguments["translation_key"]),
            given,
            frozenset(self._names.collection(arguments.get("options"))),
        )

    def _aborted(
        self, node: ast.Call, function: str, arguments: dict[str, ast.expr]
    ) -> None:
        reason = arguments.get("reason")
        if function == "AbortFlow" and node.args:
            reason = node.args[0]
        keys = list(self._names.texts(reason))
        if reason is None:
            keys = self._said_by_itself(function)
        self._found.literals.update(keys)
        self._add(node, self._in_flow("abort"), keys)

    def _said_by_itself(self, function: str) -> list[str]:
        """Return what Home Assistant says when it is not told what to say."""
        match function:
            case "_abort_if_unique_id_mismatch":
                return ["unique_id_mismatch"]
            case "_abort_if_unique_id_configured" | "_async_abort_entries_match":
                return ["already_configured"]
            case "async_update_reload_and_abort" | "async_update_and_abort":
                steps = {"reauth", "reconfigure"} & self._found.steps
                return [f"{step}_successful" for step in steps]
        return []

    def _shown(self, node: ast.Call, arguments: dict[str, ast.expr]) -> None:
        self._add(
            node, self._in_flow("step"), self._names.texts(arguments.get("step_id"))
        )
        self._add(
            node,
            self._in_flow("menu_options"),
            self._names.collection(arguments.get("menu_options")),
        )
        errors = arguments.get("errors")
        if isinstance(errors, ast.Dict):
            for one in errors.values:
                self._errors(one, self._names.texts(one))
