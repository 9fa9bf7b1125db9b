"""What expressions in the integration's code stand for, as far as they are texts."""

import ast
from collections.abc import Iterable, Iterator
import re

import homeassistant.const

UNKNOWN = "*"
"""Stands in a text for what only a running program knows."""

type Scope = dict[str, list[ast.expr]]
"""What is assigned to each name."""

_SLUG_OR_UNKNOWN = re.compile(r"[a-z0-9_*]*[a-z0-9][a-z0-9_*]*")


def assignments(body: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Return the names that statements assign to, with what they assign."""
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def pattern(key: str) -> re.Pattern[str]:
    """Return a pattern for a key; what is unknown are its groups."""
    return re.compile("([a-z0-9_]+)".join(map(re.escape, key.split(UNKNOWN))))


class Names:
    """The constants and enumerations of all modules, by their bare names."""

    def __init__(self) -> None:
        """Begin with the constants of Home Assistant."""
        self._constants: dict[str, ast.expr] = {
            name: ast.Constant(value)
            for name, value in vars(homeassistant.const).items()
            if isinstance(value, str)
        }
        self._enums: dict[str, dict[str, str]] = {}

    def learn(self, module: ast.Module) -> None:
        """Take in a module's constants and its enumerations of texts."""
        self._constants.update(assignments(module.body))
        for node in module.body:
            if isinstance(node, ast.ClassDef):
                self._enums[node.name] = {
                    member: str(value.value)
                    for member, value in assignments(node.body)
                    if isinstance(value, ast.Constant)
                }

    def texts(self, node: ast.expr | None, scope: Scope) -> set[str]:
        """Return the texts that an expression can have; UNKNOWN for what is not told.

        Args:
            node: the expression; None has no text.
            scope: the names of the function around.

        """
        match node:
            case None | ast.Constant(value=None):
                return set()
            case ast.Constant(value=str(text)):
                return {text}
            case ast.JoinedStr(values=parts):
                text = "".join(
                    str(part.value) if isinstance(part, ast.Constant) else UNKNOWN
                    for part in parts
                )
                return {text if _SLUG_OR_UNKNOWN.fullmatch(text) else UNKNOWN}
            case ast.Attribute(value=ast.Name(id=enum), attr=member) if (
                member in self._enums.get(enum, ())
            ):
                return {self._enums[enum][member]}
            case ast.Attribute(value=inner, attr="value"):
                return self.texts(inner, scope)
            case ast.Name(id=name) if name in scope:
                # Without the name, as it can be made from itself.
                others = {key: value for key, value in scope.items() if key != name}
                return self._any(scope[name], others)
        return self._any(self._choices(node, scope), scope)

    def _any(self, nodes: list[ast.expr], scope: Scope) -> set[str]:
        found = [self.texts(node, scope) for node in nodes]
        return set().union(*found) if found else {UNKNOWN}

    def _choices(self, node: ast.expr, scope: Scope) -> list[ast.expr]:
        """Return the expressions of which one is the value of this one."""
        match node:
            case ast.Name(id=name) if name in self._constants:
                return [self._constants[name]]
            case ast.IfExp(body=one, orelse=other):
                return [one, other]
            case ast.BoolOp(values=values):
                return values
            case ast.Subscript(value=table):
                return self._values(table, scope)
            case ast.Call(
                func=ast.Attribute(value=table, attr="get"), args=[_, *other]
            ):
                return [*self._values(table, scope), *other]
        return []

    def _values(self, table: ast.expr, scope: Scope) -> list[ast.expr]:
        """Return the values of a dictionary, or of those that a name stands for."""
        tables = [table]
        if isinstance(table, ast.Name):
            known = self._constants.get(table.id)
            tables = scope.get(table.id) or ([known] if known else [])
        return [
            value for one in tables if isinstance(one, ast.Dict) for value in one.values
        ]

    def collection(self, node: ast.expr | None, scope: Scope) -> set[str]:
        """Return the texts in a list, a dictionary's keys, or an enumeration."""
        match node:
            case ast.List(elts=nodes) | ast.Tuple(elts=nodes) | ast.Set(elts=nodes):
                return set().union(*(self._element(one, scope) for one in nodes))
            case ast.Dict(keys=keys):
                return self._any([key for key in keys if key], scope) - {UNKNOWN}
            case ast.IfExp(body=one, orelse=other):
                return self.collection(one, scope) | self.collection(other, scope)
            case ast.Name(id=name) if name in self._constants:
                return self.collection(self._constants[name], scope)
            case (
                ast.ListComp(generators=[ast.comprehension(iter=ast.Name(id=enum))])
                | ast.Call(func=ast.Name(id="list"), args=[ast.Name(id=enum)])
            ):
                return set(self._enums.get(enum, {}).values())
        return set()

    def _element(self, node: ast.expr, scope: Scope) -> set[str]:
        if isinstance(node, ast.Starred):
            return self.collection(node.value, scope)
        return self.texts(node, scope) - {UNKNOWN}
