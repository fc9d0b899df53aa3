"""Small changes to a module's syntax tree, each of a kind that people make by mistake."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

Edit = Callable[[], object]
"""Changes the tree in place."""
COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.FloorDiv,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
}
ROUNDING: Final = {"ceil": "floor", "floor": "ceil"}
COPIES: Final = ("copy", "array", "asarray", "list", "sorted", "fspath", "stack")
"""Calls that make of their first argument a new object, or another form of the same."""
FORMS: Final = ("copy", "astype", "convert", "resize", "reshape")
"""Methods that make of their object another form of the same."""


@dataclass(frozen=True)
class Change:
    """One changed module: what was done and in which line, the changed code before and after, and the whole text."""

    operator: str
    line: int
    before: str
    after: str
    source: str


def changes(source: str, class_name: str) -> list[Change]:
    """Every change of one place in the class, in the order of its lines; texts that come out alike are made once.

    Annotations, docstrings, and raising statements with the tests before them are left as they are: what refuses bad
    arguments is no part of what a Sequence delivers.
    """
    plain = _text(ast.parse(source))
    found: dict[str, Change] = {}
    for number in range(len(list(_edits(ast.parse(source), class_name)))):
        tree = ast.parse(source)
        operator, line, edit = list(_edits(tree, class_name))[number]
        edit()
        after = _text(ast.fix_missing_locations(tree))
        found.setdefault(after, Change(operator, line, *_differing(plain, after), after))
    return sorted(found.values(), key=lambda change: change.line)


def _text(tree: ast.Module) -> str:
    """The module as text, alike under every Python: 3.10 puts targets that are tuples into brackets."""
    return re.sub(r"^( *)\(([^()]+)\) = ", r"\1\2 = ", ast.unparse(tree), flags=re.MULTILINE)


def _differing(before: str, after: str) -> tuple[str, str]:
    """The lines in which two texts differ, joined."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return " ".join(map(str.strip, old)), " ".join(map(str.strip, new))


def _edits(tree: ast.Module, class_name: str) -> Iterator[tuple[str, int, Edit]]:
    """Every place in the class that can be changed: the operator's name, the line, and what changes it."""
    chosen = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == class_name)
    for method in chosen.body:
        if isinstance(method, ast.FunctionDef):
            yield from _of_statements(method)
            for node in _expressions(method.body):
                for operator, edit in _of_expression(node):
                    yield operator, node.lineno, edit


def _is_guard(node: ast.stmt) -> bool:
    """A statement that raises, or a test that leads to nothing else."""
    return isinstance(node, ast.Raise) or (isinstance(node, ast.If) and all(map(_is_guard, node.body)))


def _is_left_alone(node: ast.stmt) -> bool:
    return _is_guard(node) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _expressions(body: list[ast.stmt]) -> Iterator[ast.expr]:
    for statement in body:
        if _is_left_alone(statement):
            continue
        todo: list[ast.AST] = [statement]
        while todo:
            node = todo.pop(0)
            if isinstance(node, ast.expr):
                yield node
            for name, value in ast.iter_fields(node):
                items = value if isinstance(value, list) else [value]
                todo += [item for item in items if isinstance(item, ast.AST) and name != "annotation"]


def _of_statements(method: ast.FunctionDef) -> Iterator[tuple[str, int, Edit]]:
    for owner in ast.walk(method):
        body = getattr(owner, "body", None)
        if not isinstance(body, list):
            continue
        for place, node in enumerate(body):
            if _is_left_alone(node):
                continue
            if isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign)):
                yield "statement dropped", node.lineno, partial(body.__setitem__, place, ast.Pass())
            if isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
                yield "arithmetic", node.lineno, partial(setattr, node, "op", ARITHMETIC[type(node.op)]())
            if isinstance(node, ast.If):
                yield "condition turned round", node.lineno, partial(setattr, node, "test", _negated(node.test))
            if isinstance(node, ast.With):
                # What was opened or locked is let go before the body runs.
                apart = [ast.With(items=node.items, body=[ast.Pass()]), *node.body]
                yield "let go at once", node.lineno, partial(body.__setitem__, slice(place, place + 1), apart)


def _negated(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(op=ast.Not(), operand=test)


def _of_expression(node: ast.expr) -> Iterator[tuple[str, Edit]]:
    if isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield "comparison", partial(node.ops.__setitem__, 0, COMPARISONS[type(node.ops[0])]())
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield "arithmetic", partial(setattr, node, "op", ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.IfExp):
        yield "branches swapped", partial(_swap, node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "constant turned round", partial(setattr, node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield "number off by one", partial(setattr, node, "value", node.value + 1)
        yield "number off by one", partial(setattr, node, "value", node.value - 1)
    elif isinstance(node, ast.Subscript):
        yield from _of_subscript(node)
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield "parts swapped", node.elts.reverse
        yield "part dropped", node.elts.pop
    elif isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        first = node.generators[0]
        yield "first one skipped", partial(setattr, first, "iter", _without_first(first.iter))


def _of_call(node: ast.Call) -> Iterator[tuple[str, Edit]]:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in ROUNDING and isinstance(function, ast.Attribute):
        yield "floor for ceil", partial(setattr, function, "attr", ROUNDING[name])
    if len(node.args) > 1:
        yield "arguments swapped", node.args.reverse
    if node.args and not isinstance(node.args[0], ast.Starred):
        if name in COPIES:
            yield "copy removed", partial(_become, node, copy.deepcopy(node.args[0]))
        elif name == "len":
            yield "one too few", partial(_become, node, _plus(copy.deepcopy(node), -1))
        elif name == "permutation":
            counted = ast.parse(f"np.arange({ast.unparse(node.args[0])})", mode="eval").body
            yield "shuffle removed", partial(_become, node, counted)
    if name in FORMS and isinstance(function, ast.Attribute):
        yield "call removed", partial(_become, node, copy.deepcopy(function.value))
    for place, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            yield "argument dropped", partial(node.keywords.pop, place)


def _of_subscript(node: ast.Subscript) -> Iterator[tuple[str, Edit]]:
    inner = node.slice
    if isinstance(inner, ast.Slice):
        for end in ("lower", "upper"):
            value = getattr(inner, end)
            if value is not None:
                yield "slice off by one", partial(setattr, inner, end, _plus(value, 1))
                yield "slice off by one", partial(setattr, inner, end, _plus(value, -1))
                yield "slice left open", partial(setattr, inner, end, None)
    elif isinstance(node.ctx, ast.Load):
        yield "index dropped", partial(_become, node, copy.deepcopy(node.value))
        if isinstance(inner, ast.Name):
            yield "index off by one", partial(setattr, node, "slice", _plus(inner, -1))


def _plus(node: ast.expr, by: int) -> ast.expr:
    return ast.BinOp(left=node, op=ast.Add() if by > 0 else ast.Sub(), right=ast.Constant(value=abs(by)))


def _without_first(node: ast.expr) -> ast.expr:
    return ast.Subscript(value=node, slice=ast.Slice(lower=ast.Constant(value=1)), ctx=ast.Load())


def _swap(node: ast.IfExp) -> None:
    node.body, node.orelse = node.orelse, node.body


def _become(node: ast.expr, other: ast.expr) -> None:
    """Turn a node into another one where it stands."""
    line, column = node.lineno, node.col_offset
    node.__class__ = other.__class__
    node.__dict__.clear()
    node.__dict__.update(other.__dict__)
    node.lineno, node.col_offset = line, column
