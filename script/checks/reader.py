"""Reads from the integration's code which texts it asks for.

What can be read: the keyword arguments that Home Assistant defines (`translation_key`,
`reason`, `step_id`, …), the fields and the errors of forms, and calls of the
integration's own function `text`. Their values may be literals, constants, members of
enumerations, choices and tables of these, and f-strings.
"""

import ast
from collections.abc import Iterable
from pathlib import PurePosixPath
import re
from typing import override

from .names import UNKNOWN, Names, Scope, assignments
from .tree import INTEGRATION, Tree
from .usage import Usage, Use

_STEP = "async_step_"
_SLUG = re.compile(r"[a-z][a-z0-9_]*")


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
        self._flow = "config"
        self._step: str | None = None
        self._scope: Scope = {}

    def _texts(self, node: ast.expr | None) -> set[str]:
        return self._names.texts(node, self._scope)

    def _collection(self, node: ast.expr | None) -> frozenset[str]:
        return frozenset(self._names.collection(node, self._scope))

    def _use(
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

    @override
    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        bases = " ".join(ast.unparse(base) for base in node.bases)
        self._found.signs_in |= "AbstractOAuth2FlowHandler" in bases
        before = self._flow
        if "RepairsFlow" in bases or "RepairFlow" in bases:
            self._flow = "fix_flow"
        elif "OptionsFlow" in bases:
            self._flow = "options"
        self.generic_visit(node)
        self._flow = before

    @override
    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_function(node)

    @override
    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._visit_function(node)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        before = self._step, self._scope
        if node.name.startswith(_STEP):
            self._step = node.name.removeprefix(_STEP)
        self._scope = {**self._scope}
        for name, value in assignments(ast.walk(node)):
            self._scope.setdefault(name, []).append(value)
        self.generic_visit(node)
        self._step, self._scope = before

    @override
    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._found.literals.add(node.value)
            # A step that hands its own name on shows a form of this name.
            if node.value == self._step:
                self._use(node, f"{self._flow}.step", [node.value])

    @override
    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._found.patterns |= self._texts(node) - {UNKNOWN}
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    @override
    def visit_Name(self, node: ast.Name) -> None:
        self._found.literals |= self._texts(node) - {UNKNOWN}

    @override
    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._assigned(target, node.value)
        self.generic_visit(node)

    @override
    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assigned(node.target, node.value)
        self.generic_visit(node)

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case (
                ast.Name(id="_attr_translation_key")
                | ast.Attribute(attr="_attr_translation_key")
            ):
                self._use(value, self._entities, self._texts(value))
            case ast.Subscript(slice=ast.Constant(value="title_placeholders")):
                self._found.form_placeholders |= self._collection(value)
            case ast.Subscript(value=ast.Name(id="errors")):
                self._error(value)
            case ast.Name(id="errors"):
                self._errors(value)
            case ast.Name(id=name) if name.endswith("_ERRORS"):
                for inner in ast.walk(value):
                    if isinstance(inner, ast.Constant) and _SLUG.fullmatch(
                        str(inner.value)
                    ):
                        self._error(inner)

    def _error(self, value: ast.expr) -> None:
        self._use(value, f"{self._flow}.error", self._texts(value))

    def _errors(self, value: ast.expr | None) -> None:
        if isinstance(value, ast.Dict):
            for one in value.values:
                self._error(one)

    @override
    def visit_Call(self, node: ast.Call) -> None:
        function = ast.unparse(node.func).rpartition(".")[2]
        arguments = {one.arg: one.value for one in node.keywords if one.arg}
        if "translation_key" in arguments:
            self._translated(node, function, arguments)
        if "abort" in function.lower():
            self._aborted(node, function, arguments)
        self._errors(arguments.get("errors"))
        self._found.form_placeholders |= self._collection(
            arguments.get("description_placeholders")
        )
        match function:
            case "async_show_form" | "async_show_menu" | "async_external_step":
                self._shown(node, arguments)
            case "async_show_progress":
                self._found.silent_steps |= self._texts(arguments.get("step_id"))
                progress = self._texts(arguments.get("progress_action"))
                self._use(node, f"{self._flow}.progress", progress)
            case "ConfirmRepairFlow":
                self._use(node, "fix_flow.step", ["confirm"])
            case "Required" | "Optional" if self._is_of_flows and node.args:
                for key in self._texts(node.args[0]) - {UNKNOWN}:
                    self._found.fields[key] = Use(
                        path=self._path, line=node.lineno, section="config", key=key
                    )
            case "text" if len(node.args) > 1:
                self._use(node, "common", self._texts(node.args[1]))
                self._found.common_placeholders.update(arguments)
        self.generic_visit(node)

    def _translated(
        self, node: ast.Call, function: str, arguments: dict[str, ast.expr]
    ) -> None:
        given: frozenset[str] | None = None
        if function == "async_create_issue":
            section = "issues"
        elif "translation_domain" in arguments:
            section = "exceptions"
        elif function.endswith("SelectorConfig"):
            section = "selector"
        else:
            section = self._entities
        if section in ("issues", "exceptions"):
            placeholders = arguments.get("translation_placeholders", ast.Dict())
            if isinstance(placeholders, ast.Dict):
                given = self._collection(placeholders)
        self._use(
            node,
            section,
            self._texts(arguments["translation_key"]),
            given,
            self._collection(arguments.get("options")),
        )

    def _aborted(
        self, node: ast.Call, function: str, arguments: dict[str, ast.expr]
    ) -> None:
        reason = arguments.get("reason")
        if function == "AbortFlow" and node.args:
            reason = node.args[0]
        if "translation_domain" in arguments:
            return
        keys = self._texts(reason) if reason else self._said_by_itself(function)
        self._use(node, f"{self._flow}.abort", keys)

    def _said_by_itself(self, function: str) -> set[str]:
        """Return what Home Assistant says when it is not told what to say."""
        match function:
            case "_abort_if_unique_id_mismatch":
                return {"unique_id_mismatch"}
            case "_abort_if_unique_id_configured" | "_async_abort_entries_match":
                return {"already_configured"}
            case "async_update_reload_and_abort" | "async_update_and_abort":
                steps = {"reauth", "reconfigure"} & self._found.steps
                return {f"{step}_successful" for step in steps}
        return set()

    def _shown(self, node: ast.Call, arguments: dict[str, ast.expr]) -> None:
        self._use(node, f"{self._flow}.step", self._texts(arguments.get("step_id")))
        options = self._collection(arguments.get("menu_options"))
        self._use(node, f"{self._flow}.menu_options", options)
