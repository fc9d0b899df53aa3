"""The source of a class, gathered from the modules of its own line; read from their files, nothing is run."""

from __future__ import annotations

import ast
import inspect
import sys
import types
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from seqcheck.construction.bases import belongs_to_keras
from seqcheck.construction.clues import Source, read
from seqcheck.construction.guesses import ANCHORS, SIZE, names_each_column
from seqcheck.construction.loaders import format_of
from seqcheck.construction.lookups import keys_of
from seqcheck.construction.names import FRAME, FRAME_NAME, LABELS, NAMED
from seqcheck.construction.signature import Parameter
from seqcheck.construction.traces import Clues, Trace
from seqcheck.model import libraries

LONGEST_MODULE: Final = 400_000
"""Characters; a longer module says nothing, in time that nobody would wait for."""


def clues_of(kind: type, parameters: tuple[Parameter, ...]) -> Clues:
    """What the source of a class says of its constructor's arguments; nothing where it cannot be read."""
    try:
        return read(source_of(kind, parameters))
    except Exception:  # the source of others may be made in ways that nobody foresaw: then the signature alone speaks
        return Clues()


def in_use(item: Parameter, clues: Clues) -> Parameter:
    """The parameter with the role that its uses show where its name shows none: data are counted, or taken in parts."""
    if item.role in ("x", "y") and item.required and _names_columns(item, clues):
        return replace(item, role="")
    if names_each_column(item, clues):
        return item
    if item.role or not item.required or any(pattern.fullmatch(item.name) for pattern in (*NAMED, SIZE, ANCHORS)):
        return item
    paths = {part.root for opening in clues.openings for part in opening.path.parts if isinstance(part, Trace)}
    uses = clues.of(item.name)
    own = [use.kind for use in uses if not use.trace.steps]
    parts = {"length", "item", "part"} & set(own) or any(use.trace.steps[:1] == ("[]",) for use in uses)
    keyed = any(use.trace.steps and (use.trace.steps[0][0] in ".@$" or use.trace.steps[1:] != ()) for use in uses)
    if item.name in paths or keyed or not parts or {"call", "size", "number", "compare"} & set(own):
        return item
    labels = any(use.kind == "classes" for use in uses) or LABELS.search(item.name)
    return replace(item, role="y" if labels else "x")


def _names_columns(item: Parameter, clues: Clues) -> bool:
    """Whether what is called data names columns of a table: it is looked up there, and never taken in parts."""
    if any(use.kind == "part" and not use.trace.steps for use in clues.of(item.name)):
        return False
    holders = {use.trace.root for use in clues.uses if f"${item.name}" in use.trace.steps}
    asked = {use.detail for root in holders for use in clues.of(root, "method", "attribute") if not use.trace.steps}
    return any(root.startswith("file ") or FRAME_NAME.fullmatch(root) for root in holders) or bool(FRAME & asked)


def source_of(kind: type, parameters: tuple[Parameter, ...]) -> Source:
    """The methods of a class and of its bases that are not Keras's, and the functions beside them that they name."""
    methods: dict[str, str] = {}
    functions: dict[str, str] = {}
    constants: dict[str, Any] = {}
    modules: dict[str, str] = {}
    docs: list[str] = []
    for ancestor in reversed(kind.__mro__):
        if ancestor is object or belongs_to_keras(ancestor):
            continue
        module = sys.modules.get(ancestor.__module__)
        tree = _parsed(module)
        body = _class(tree, ancestor.__qualname__)
        if body is None:
            continue
        docs += _docs(body)
        for name, text in _functions(body):
            if name in methods:
                methods[f"super.{name}"] = methods[name]
            methods[name] = text
        functions.update(_imported(vars(module)))
        functions.update(_functions(tree))
        constants.update(_constants(vars(module)))
        constants.update({f"self.{name}": keys for name, keys in _tables(vars(ancestor)).items()})
        modules.update(_modules(vars(module)))
    defaults = {item.name: _default(item) for item in parameters if item.kind not in ("*", "**")}
    said = "\n".join(methods.values())
    named = {name: text for name, text in functions.items() if name in said}
    said += "\n".join(named.values())
    named.update({name: text for name, text in functions.items() if name in said})
    return Source(methods, named, constants, defaults, modules, "\n".join(docs))


def _docs(body: ast.ClassDef) -> Iterator[str]:
    """The docstrings of a class and of its constructor."""
    described: list[ast.ClassDef | ast.FunctionDef] = [body]
    described += [node for node in body.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    for node in described:
        text = ast.get_docstring(node)
        if text:
            yield text


def _default(item: Parameter) -> Any:
    """A plain default, or a tuple of names; None where it says nothing."""
    if item.plain:
        return item.value
    try:
        value = ast.literal_eval(item.default or "None")
    except (ValueError, SyntaxError, RecursionError):
        return None
    names = isinstance(value, (list, tuple)) and bool(value) and all(isinstance(name, str) for name in value)
    return tuple(value) if names else None


def _parsed(module: Any) -> ast.Module:
    try:
        text = inspect.getsource(module)
        if len(text) <= LONGEST_MODULE:
            return ast.parse(text)
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError):
        pass  # made in a shell, or compiled: then the signature alone speaks
    return ast.Module([], [])


def _class(tree: ast.Module, qualname: str) -> ast.ClassDef | None:
    body: ast.Module | ast.stmt = tree
    for part in qualname.split("."):
        found = [
            node for node in ast.walk(body) if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == part
        ]
        if part != "<locals>" and not found:
            return None
        body = found[-1] if part != "<locals>" else body
    return body if isinstance(body, ast.ClassDef) else None


def _functions(body: ast.Module | ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Functions by name, written anew: the lines of a file may hold comments and texts that no dedenting survives."""
    for node in body.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, ast.unparse(node)


def _imported(space: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The functions of the user's other modules, under the names by which this one calls them."""
    for name, value in space.items():
        if isinstance(value, types.ModuleType) and _is_users(value):
            for inner, text in _functions(_parsed(value)):
                yield f"{name}.{inner}", text
        elif isinstance(value, types.FunctionType) and value.__module__ != space.get("__name__"):
            home = sys.modules.get(value.__module__)
            if home is not None and _is_users(home):
                found = dict(_functions(_parsed(home)))
                for inner, text in found.items():  # those that it calls may be known by the same names here
                    if inner == value.__name__ or inner not in space:
                        yield (name if inner == value.__name__ else inner), text


def _is_users(module: types.ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and file.endswith(".py") and not libraries.is_installed(file)


def _constants(space: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in space.items() if type(value) in (str, int, float) and name[:1] != "_"}
    return plain | _tables(space)


def _tables(space: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """The keys of the tables that stand in a module or a class."""
    return {name: keys for name, value in space.items() if name[:2] != "__" and (keys := keys_of(value)) is not None}


def _modules(space: Mapping[str, Any]) -> dict[str, str]:
    """Modules by the names that stand for them, and functions of libraries that read files by theirs."""
    found = {name: value.__name__ for name, value in space.items() if isinstance(value, types.ModuleType)}
    for name, value in space.items():
        called = isinstance(value, (types.FunctionType, types.BuiltinFunctionType, type))
        if called and (value.__name__ != name or not format_of(name)):
            own = f"{value.__module__}.{value.__name__}"
            if format_of(own):
                found[name] = own
    return found
