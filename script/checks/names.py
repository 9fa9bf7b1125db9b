"""What names in the integration's code stand for, as far as they are texts."""

import ast
from collections.abc import Iterator

import homeassistant.const


class Names:
    """The constants and enumerations of all modules, by their bare names."""

    def __init__(self) -> None:
        """Begin with the constants of Home Assistant."""
        self._constants: dict[str, str] = {
            name: value
            for name, value in vars(homeassistant.const).items()
            if isinstance(value, str)
        }
        self._enums: dict[str, dict[str, str]] = {}

    def learn(self, module: ast.Module) -> None:
        """Take in a module's text constants and its enumerations of texts."""
        for node in module.body:
            if isinstance(node, ast.ClassDef):
                self._enums[node.name] = dict(_assigned_texts(node.body))
        self._constants.update(_assigned_texts(module.body))

    def texts(self, node: ast.expr | None) -> Iterator[str]:
        """Return the texts that an expression can have, as far as it tells."""
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.Name(id=name) if name in self._constants:
                yield self._constants[name]
            case ast.IfExp(body=body, orelse=other):
                yield from self.texts(body)
                yield from self.texts(other)
            case ast.Attribute(value=ast.Name(id=enum), attr=member) if (
                member in self._enums.get(enum, ())
            ):
                yield self._enums[enum][member]
            case ast.Attribute(value=inner, attr="value"):
                yield from self.texts(inner)

    def collection(self, node: ast.expr | None) -> Iterator[str]:
        """Return the texts in a list, a dictionary's keys, or an enumeration."""
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                for element in elements:
                    yield from self.texts(element)
            case ast.Dict(keys=keys):
                for key in keys:
                    yield from self.texts(key)
            case (
                ast.ListComp(generators=[ast.comprehension(iter=ast.Name(id=enum))])
                | ast.Call(func=ast.Name(id="list"), args=[ast.Name(id=enum)])
            ):
                yield from self._enums.get(enum, {}).values()


def _assigned_texts(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in body:
        match node:
            case (
                ast.Assign(
                    targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))
                )
                | ast.AnnAssign(
                    target=ast.Name(id=name), value=ast.Constant(value=str(text))
                )
            ):
                yield name, text
