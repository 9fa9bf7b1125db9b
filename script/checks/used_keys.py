"""Finds the translation keys that the integration's code uses.

Keys stand where Home Assistant expects them: in arguments, variables and tables with
certain names, in the fields of forms, and in calls of `translate`.
"""

import ast
from collections import ChainMap
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain, product
import re
from typing import Any, NamedTuple

import homeassistant.const
from homeassistant.const import Platform

from .tree import INTEGRATION, Tree

SERVICES = INTEGRATION / "services.yaml"
# In keys: a word that is known only at run time; any keys.
UNKNOWN, ANY = "*", "**"

type _Names = ChainMap[str, list[ast.expr]]

_STEP = "async_step_"
# The fields of a syntax node that hold its possible values, unlike keys and conditions.
_VALUES = ("body", "elts", "generators", "iter", "orelse", "value", "values")
# The kind of a flow by its base class; other flows are config flows.
_FLOWS = {"OptionsFlow": "options", "Repair": "issues.**.fix_flow"}
# The section of a flow by the name of an argument, a variable or a table.
_FLOW_SECTIONS = {
    "errors": "error",
    "menu_options": "step.**.menu_options",
    "progress_action": "progress",
    "reason": "abort",
    "step_id": "step",
}
# The section by what a translation key is given to; it is that of entities for others.
_SECTIONS = {
    "async_create_issue": "issues",
    "DeviceInfo": "device",
    "SelectorConfig": "selector",
}
# What Home Assistant uses by itself for a base class, a step or a call.
_IMPLIED = {
    "AbstractOAuth2FlowHandler": (
        "config.abort.already_in_progress",
        "config.abort.missing_configuration",
        "config.step.auth",
        "config.step.pick_implementation",
        "config.step.pick_implementation.data.implementation",
    ),
    "ConfirmRepairFlow": ("issues.**.fix_flow.step.confirm",),
    "_abort_if_unique_id_configured": ("config.abort.already_configured",),
    "_abort_if_unique_id_mismatch": ("config.abort.unique_id_mismatch",),
    "_async_abort_entries_match": ("config.abort.already_configured",),
    "async_step_reauth": ("config.abort.reauth_successful",),
    "async_step_reconfigure": ("config.abort.reconfigure_successful",),
}


class Use(NamedTuple):
    """A use of a translation: file and line, and dotted key.

    `given` are the placeholders that the code fills in, None if they are not known;
    `states` are the states or options that need a translation each.
    """

    place: str
    key: str
    given: set[str] | None = None
    states: Iterable[str] = ()


@cache
def pattern(key: str) -> re.Pattern[str]:
    """Return a pattern for a key; its groups are the unknown words."""
    escaped = re.escape(key).replace(r"\*\*", ".+").replace(r"\*", "([a-z0-9_]+)")
    return re.compile(escaped)


def strings(node: ast.AST, names: _Names) -> set[str]:
    """Return the strings that an expression can be or hold, `UNKNOWN` for others."""
    nodes: list[ast.AST] = []
    match node:
        case ast.Constant(value=str(text)) if UNKNOWN not in text:
            return {text}
        case ast.Constant():
            return set()
        case ast.JoinedStr(values=parts):
            values = (strings(part, names) or {UNKNOWN} for part in parts)
            return {_key_from(text) for text in map("".join, product(*values))}
        case ast.Attribute(attr=attribute) if (name := f".{attribute}") in names:
            nodes += names[name]
        case ast.Attribute() | ast.Name() if (name := ast.unparse(node)) in names:
            # A value can be made from the one before: look each name up once.
            nodes += names[name]
            names = names.new_child({name: []})
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *default]):
            nodes += [table, *default]
        case ast.Call(func=ast.Name(id="list" | "next"), args=arguments):
            nodes += arguments
        case _:
            for value in (getattr(node, field, []) for field in _VALUES):
                nodes += value if isinstance(value, list) else [value]
    return set().union(*(strings(one, names) for one in nodes)) if nodes else {UNKNOWN}


def _key_from(text: str) -> str:
    text = re.sub(r"\*+", UNKNOWN, text)
    return text if re.fullmatch(r"[\w*]*[a-z0-9][\w*]*", text) else UNKNOWN


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """Return what is assigned to variables, attributes, classes and their members."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        match node:
            case (
                ast.Assign(targets=[target], value=value)
                | ast.AnnAssign(target=target, value=ast.expr() as value)
            ):
                found.setdefault(ast.unparse(target), []).append(value)
            case ast.ClassDef(name=name, body=body):
                members = _assigned(body)
                found |= {f"{name}.{member}": one for member, one in members.items()}
                found[name] = [value for one in members.values() for value in one]
    return found


def _enums_in(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """Return the enums of arguments by name, and those of properties with a dot.

    Arguments that have another type elsewhere are left out.
    """
    nodes = list(nodes)
    enums = {
        node.name
        for node in nodes
        if isinstance(node, ast.ClassDef)
        and any("Enum" in ast.unparse(base) for base in node.bases)
    }
    found: dict[str, list[ast.expr]] = {}
    others: set[str] = set()
    for node in nodes:
        match node:
            case ast.arg(arg=name, annotation=ast.Name(id=enum) as values):
                if enum in enums:
                    found.setdefault(name, []).append(values)
                else:
                    others.add(name)
            case ast.arg(arg=name):
                others.add(name)
            case ast.FunctionDef(name=name, returns=ast.Name(id=enum) as values):
                if enum in enums and "property" in map(
                    ast.unparse, node.decorator_list
                ):
                    found.setdefault(f".{name}", []).append(values)
    return {name: values for name, values in found.items() if name not in others}


class UsedKeys:
    """What the code of the integration says about translations."""

    def __init__(self, tree: Tree) -> None:
        """Read the code."""
        self.uses: list[Use] = []
        self.words: set[str] = set()
        self.form_placeholders: set[str] = set()
        self.common_placeholders: set[str] = set()
        self._flow = "config"
        self._step: str | None = None
        files = [path for path in tree.paths if path.is_relative_to(INTEGRATION)]
        modules = {p: _parsed(tree.text(p)) for p in files if p.suffix == ".py"}
        constants = vars(homeassistant.const).items()
        public: dict[str, list[ast.expr]] = {n: [ast.Constant(c)] for n, c in constants}
        for module in modules.values():
            public |= _assigned(module.body)
        public |= _enums_in(chain(*map(ast.walk, modules.values())))
        for self._path, module in modules.items():
            stem = self._path.stem
            # Code that is not in a platform's file can serve any platform.
            self._entity = f"entity.{stem if stem in Platform else ANY}"
            self._has_flow = "Flow" in tree.text(self._path)
            # The names of other modules do not hide those of the module itself.
            self._names: _Names = ChainMap(_assigned(module.body), public)
            self._read(module)
            if stem == "system_health":
                self._read_information(module)
        self._read_services(tree.values(SERVICES))

    def has_word(self, word: str) -> bool:
        """Return whether the code has a word, whole or as an f-string of its words."""
        return word in self.words or self._has(self.words, word)

    def has_key(self, key: str) -> bool:
        """Return whether the code uses a translation key."""
        return self._has({use.key for use in self.uses}, key)

    def _has(self, made: set[str], text: str) -> bool:
        found = (pattern(one).fullmatch(text) for one in made if UNKNOWN in one)
        return text in made or any(
            all(map(self.has_word, one.groups())) for one in found if one
        )

    def _known(self, *nodes: ast.expr | None) -> set[str]:
        known = (strings(node, self._names) for node in nodes if node)
        return set().union(*known) - {UNKNOWN}

    def _keys(self, table: ast.expr) -> set[str]:
        """Return the keys of a dictionary."""
        nodes = self._names.get(ast.unparse(table), [table])
        dicts = (node for node in nodes if isinstance(node, ast.Dict))
        return self._known(*(key for one in dicts for key in one.keys))

    def _use(self, section: str, node: ast.expr, *details: Any) -> None:
        for key in strings(node, self._names):
            place = f"{self._path}:{node.lineno}"
            self.uses.append(Use(place, f"{section}.{key}", *details))

    def _imply(self, name: str, node: ast.stmt | ast.expr) -> None:
        for key in _IMPLIED.get(name, ()):
            self.uses.append(Use(f"{self._path}:{node.lineno}", key))

    def _read_services(self, values: dict[str, str]) -> None:
        for key, value in values.items():
            above, _, last = key.rpartition(".")
            if last == "translation_key":
                options = re.findall(r"\w+", values.get(f"{above}.options", ""))
                for used in "", *(f".options.{option}" for option in options):
                    self.uses.append(Use(f"{SERVICES}", f"selector.{value}{used}"))

    def _read_information(self, module: ast.Module) -> None:
        """Read the keys of dictionaries, which are those of the information."""
        for node in ast.walk(module):
            match node:
                case ast.Dict(keys=keys):
                    for key in filter(None, keys):
                        self._use("system_health.info", key)
                case ast.Assign(targets=[ast.Subscript(slice=key)]):
                    self._use("system_health.info", key)

    def _read(self, node: ast.AST) -> None:
        before = self._flow, self._step, self._names
        children = ast.iter_child_nodes(node)
        match node:
            case ast.ClassDef(bases=bases):
                for base in map(ast.unparse, bases):
                    self._imply(base, node)
                    if found := re.search("|".join(_FLOWS), base):
                        self._flow = _FLOWS[found[0]]
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self._imply(name, node)
                self._names = self._names.new_child(_assigned(ast.walk(node)))
                if name.startswith(_STEP):
                    self._step = name.removeprefix(_STEP)
            case ast.Assign() | ast.AnnAssign():
                for target, [value] in _assigned([node]).items():
                    self._read_value(target, value)
            case ast.Call():
                self._read_call(node)
            case ast.JoinedStr(values=parts):
                self.words |= self._known(node)
                children = (one for one in parts if isinstance(one, ast.FormattedValue))
            case ast.Constant() | ast.Name():
                self.words |= self._known(node)
        for child in children:
            self._read(child)
        self._flow, self._step, self._names = before

    def _read_value(self, name: str, value: ast.expr) -> None:
        """Read the value of an argument, a variable, an attribute or a table."""
        for word in re.findall(r"\w+", name):
            section = _FLOW_SECTIONS.get(re.sub(r"\w*_ERRORS", "errors", word))
            if section and self._has_flow:
                self._use(f"{self._flow}.{section}", value)
            elif word == "_attr_translation_key":
                self._use(self._entity, value)
            elif word in ("description_placeholders", "title_placeholders"):
                self.form_placeholders |= self._keys(value)

    def _read_call(self, node: ast.Call) -> None:
        function = ast.unparse(node.func).rpartition(".")[2]
        named = {one.arg: one.value for one in node.keywords if one.arg}
        if function == "async_show_progress":
            # Such a step has only the text of its action.
            named.pop("step_id", None)
        if "translation_key" in named:
            self._read_translation(function, named)
        elif function == "translate":
            self._use("common", node.args[1])
            self.common_placeholders |= named.keys()
        elif function == "async_register" and ast.unparse(node.args[0]) == "DOMAIN":
            self._use("services", node.args[1])
        elif function in ("Required", "Optional") and self._has_flow:
            self._use("**.data", node.args[0])
        elif function == "AbortFlow" and node.args:
            self._use(f"{self._flow}.abort", node.args[0])
        elif "reason" not in named:
            self._imply(function, node)
        for name, value in named.items():
            self._read_value(name, value)
        for value in node.args:
            # A step that passes on its own name shows a form of this name.
            if self._step in self._known(value):
                self._use(f"{self._flow}.step", value)

    def _read_translation(self, function: str, named: dict[str, ast.expr]) -> None:
        section, given = self._entity, None
        if "translation_domain" in named:
            section = "exceptions"
        elif found := re.search("|".join(_SECTIONS), function):
            section = _SECTIONS[found[0]]
        placeholders = named.get("translation_placeholders", ast.Dict())
        if section != self._entity and isinstance(placeholders, ast.Dict):
            given = self._keys(placeholders)
        states = self._known(named.get("options"))
        self._use(section, named["translation_key"], given, states)


@lru_cache(1)
def used_keys(tree: Tree) -> UsedKeys:
    """Return what the code says, which is read once for several rules."""
    return UsedKeys(tree)
