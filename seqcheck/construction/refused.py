"""What an object does not have, or a library does not take any more, whatever the data: told from an exception."""

from __future__ import annotations

import ast
import inspect
import linecache
import re
import sys
import traceback
import types
from collections.abc import Iterator
from typing import Any, Final

from seqcheck.construction.bases import belongs_to_keras, is_sequence
from seqcheck.construction.complaint import is_users
from seqcheck.model import libraries

GONE: Final[dict[tuple[str, str], frozenset[str]]] = {
    ("pandas", "DataFrame"): frozenset(
        ("append", "applymap", "as_blocks", "as_matrix", "get_value", "iteritems", "ix", "lookup", "mad", "set_value")
    ),
    ("pandas", "Series"): frozenset(
        ("append", "as_matrix", "get_value", "get_values", "iteritems", "ix", "mad", "set_value")
    ),
    ("numpy", "ndarray"): frozenset(("itemset", "newbyteorder", "ptp")),
}
"""By library and type, the methods and attributes that objects of it had in earlier versions."""
ENTERED: Final = ("__init__", "__len__", "__getitem__", "on_epoch_end", "on_epoch_begin", "num_batches", "__iter__")
"""The methods through which Keras drives a Sequence."""
_UNEXPECTED: Final = re.compile(r"got an unexpected keyword argument '(\w+)'")


def gone_method(error: AttributeError) -> str:
    """``pandas.Series.as_matrix``: what objects of that type had once; empty where the name was never one of theirs."""
    for ancestor in type(error.obj).__mro__:
        name = (ancestor.__module__.partition(".")[0], ancestor.__name__)
        if error.name in GONE.get(name, ()):
            return f"{name[0]}.{name[1]}.{error.name}"
    return ""


def refused_keyword(error: TypeError) -> str:
    """``skimage.io.imread(as_grey=)``: a keyword of the failing line that a library's function does not take.

    The same of a method of the Sequence's own. Empty where what is called there was handed in: another might take it.
    """
    found = _UNEXPECTED.search(str(error))
    frames = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if is_users(frame)]
    if not found or not frames:
        return ""
    frame, line = frames[-1]
    for call in _calls_at(frame.f_code.co_filename, line):
        if any(keyword.arg == found[1] for keyword in call.keywords):
            own = _own_method(call.func, frame.f_locals)
            if own is not None and not _takes(own, found[1]):
                return f"{own.__qualname__}({found[1]}=)"
            called, owner = _looked_up(call.func, frame.f_globals)
            module = getattr(called, "__module__", None) or ""
            file = getattr(sys.modules.get(module), "__file__", None)
            if callable(called) and owner and (libraries.is_installed(str(file)) if file else module == "builtins"):
                return f"{owner}({found[1]}=)"
    return ""


def _calls_at(file: str, line: int) -> Iterator[ast.Call]:
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or node.lineno):
            yield node


def _own_method(node: ast.expr, space: dict[str, Any]) -> types.FunctionType | None:
    """The method of its own that a Sequence calls on itself."""
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"):
        return None
    held = space.get("self")
    found = inspect.getattr_static(type(held), node.attr, None)
    return found if is_sequence(type(held)) and isinstance(found, types.FunctionType) else None


def _takes(function: types.FunctionType, keyword: str) -> bool:
    parameters = inspect.signature(function).parameters.values()
    return any(item.name == keyword or item.kind is item.VAR_KEYWORD for item in parameters)


def _looked_up(node: ast.expr, space: dict[str, Any]) -> tuple[Any, str]:
    """What a dotted name stands for where it begins with a module or with what a module defines, and its full name."""
    if isinstance(node, ast.Name):
        value = space.get(node.id)
        if isinstance(value, types.ModuleType):
            return value, value.__name__
        module = getattr(value, "__module__", "")
        return value, f"{module}.{getattr(value, '__qualname__', node.id)}" if module else ""
    if isinstance(node, ast.Attribute):
        holder, name = _looked_up(node.value, space)
        if isinstance(holder, types.ModuleType):
            return vars(holder).get(node.attr), f"{name}.{node.attr}"
    return None, ""


def never_set(error: AttributeError) -> bool:
    """Whether nothing in the modules of a Sequence's classes sets the attribute that it asks itself for."""
    if not error.name or not is_sequence(type(error.obj)):
        return False
    trees = [_tree(file) for file in _files(type(error.obj))]
    return bool(trees) and not any(_may_set(node, error.name) for tree in trees for node in ast.walk(tree))


def left_to_callers(error: AttributeError) -> bool:
    """Whether only methods that Keras never comes to set the attribute: whoever made the instance was to call them."""
    if not error.name or not is_sequence(type(error.obj)):
        return False
    methods: dict[str, list[ast.FunctionDef]] = {}
    for file in _files(type(error.obj)):
        for node in ast.walk(_tree(file)):
            if isinstance(node, ast.ClassDef) and node.name in {kind.__name__ for kind in type(error.obj).__mro__}:
                for item in node.body:
                    if isinstance(item, ast.FunctionDef):
                        methods.setdefault(item.name, []).append(item)
    setting = {name for name, bodies in methods.items() if any(_sets(body, error.name) for body in bodies)}
    reached: set[str] = set()
    waiting: list[str] = [name for name in ENTERED if name in methods]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            asked = {node.attr for body in methods[name] for node in ast.walk(body) if isinstance(node, ast.Attribute)}
            waiting += [other for other in asked if other in methods]
    return bool(setting) and not setting & reached


def waits_for_callers(error: BaseException | None) -> bool:
    """Whether a Sequence fails because a method that Keras never comes to was to be called first."""
    return isinstance(error, AttributeError) and left_to_callers(error)


def _sets(body: ast.AST, name: str) -> bool:
    stored = (node for node in ast.walk(body) if isinstance(node, ast.Attribute) and node.attr == name)
    return any(isinstance(node.ctx, ast.Store) for node in stored)


def _may_set(node: ast.AST, name: str) -> bool:
    """Whether a piece of source sets an attribute of that name, or attributes of names that cannot be told."""
    if isinstance(node, ast.Attribute):
        return (node.attr == name and isinstance(node.ctx, ast.Store)) or node.attr == "__dict__"
    if isinstance(node, ast.Name):
        return node.id in ("setattr", "vars", name) and not (node.id == name and isinstance(node.ctx, ast.Load))
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return node.name in (name, "__getattr__", "__getattribute__", "__setattr__")
    return False


def _files(kind: type) -> list[str]:
    """The source files of a class and of its bases that are not Keras's."""
    found: dict[str, None] = {}
    for ancestor in kind.__mro__:
        if ancestor is not object and not belongs_to_keras(ancestor):
            try:
                found[inspect.getfile(ancestor)] = None
            except (TypeError, OSError):
                return []
    return list(found)


def _tree(file: str) -> ast.Module:
    try:
        return ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])
