"""What an expression of a source may hold, and what it does with the values in it."""

from __future__ import annotations

import ast
from typing import Final

from seqcheck.construction.bindings import NOTHING, Values, back, is_self, name_of, plain, some
from seqcheck.construction.calls import Calls
from seqcheck.construction.loaders import SAME
from seqcheck.construction.roles import role_of
from seqcheck.construction.traces import Row, Text, Trace, Use, Value

ARRAYED: Final = ("np.asarray", "np.array", "numpy.asarray", "numpy.array")
"""What makes an array of whatever it is given."""


class Expressions(Calls):
    """The reader of expressions."""

    def _of(self, node: ast.expr | None) -> Values:
        """What an expression may hold."""
        if node is None:
            return NOTHING
        if isinstance(node, ast.Constant):
            return frozenset({Text((node.value,))}) if isinstance(node.value, str) and node.value else NOTHING
        if isinstance(node, ast.Name):
            return self._named(node.id)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.BinOp):
            return self._binary(node)
        if isinstance(node, ast.JoinedStr):
            return self._spliced(node)
        if isinstance(node, ast.Compare):
            self._compare(node)
            return NOTHING
        if isinstance(node, ast.IfExp):
            self._test(node.test)
            return some(self._of(node.body) | self._of(node.orelse))
        if isinstance(node, ast.BoolOp):
            for item in node.values[:-1]:  # `given or made_here`
                self._test(item)
            return some(frozenset().union(*(self._of(item) for item in node.values)))
        if isinstance(node, ast.UnaryOp):
            self._test(node.operand)
            return NOTHING
        if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
            self._comprehend(node.generators)
            inner = self._element(node.elt)
            # A list made of elements has them for elements: the step that a subscript adds is taken back.
            return frozenset(back(item) for item in inner)
        if isinstance(node, ast.DictComp):
            self._comprehend(node.generators)
            self._of(node.key)
            return frozenset(back(item) for item in self._of(node.value))
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            found = frozenset().union(*(self._of(item) for item in node.elts)) if node.elts else NOTHING
            return NOTHING if all(isinstance(item, Text) for item in found) else some(found)
        if isinstance(node, ast.Starred):
            return self._of(node.value)
        if isinstance(node, ast.Dict):
            self._collect(node)
            return NOTHING
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr) and not isinstance(node, ast.Lambda):
                self._of(child)
        return NOTHING

    def _collect(self, node: ast.Dict) -> None:
        """Arrays that stand in a dict by a name each, as inputs do: entries of all of them are taken together."""
        for key, item in zip(node.keys, node.values, strict=True):
            self._of(key)
            values = self._of(item)
            named = isinstance(key, ast.Constant) and isinstance(key.value, str)
            if named and isinstance(item, ast.Call) and ast.unparse(item.func) in ARRAYED:
                self.uses |= {Use(value, "item") for value in values if isinstance(value, Trace) and not value.steps}

    def _named(self, name: str) -> Values:
        known = self.locals[self.here].get(name)
        if known is not None:
            return known
        constant = self.source.constants.get(name)
        return frozenset({Text((constant,))}) if isinstance(constant, str) and constant else NOTHING

    def _attribute(self, node: ast.Attribute) -> Values:
        if is_self(node.value):
            return self.attributes.get(node.attr, NOTHING)
        holder = self._of(node.value)
        traces = [item for item in holder if isinstance(item, Trace)]
        self.uses |= {Use(trace, "attribute", node.attr) for trace in traces}
        opened = any(trace.root.startswith("file ") for trace in traces)
        if node.attr in SAME and (opened or node.attr != "root"):  # a file has a root, settings may name one
            return holder
        if node.attr in ("name", "stem"):
            return frozenset(item if isinstance(item, Trace) else name_of(item, node.attr) for item in holder)
        if node.attr in ("shape", "size", "ndim", "dtype", "columns", "index") or node.attr.startswith("_"):
            return NOTHING
        # df.path is a column as df["path"] is; what is a method after all is called, and then this step says nothing.
        return frozenset(trace.then(f"@{node.attr}") for trace in traces)

    def _binary(self, node: ast.BinOp) -> Values:
        left, right = self._of(node.left), self._of(node.right)
        rows: Values = frozenset(item for item in (*left, *right) if isinstance(item, Row))
        if rows:  # lists of them, one behind the other
            return rows
        left, right = plain(left), plain(right)
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            return frozenset({self._formatted(node.left.value, given)})
        texts = [item for item in (*left, *right) if isinstance(item, Text)]
        unknown = isinstance(node.left, ast.BinOp) or isinstance(node.right, ast.Call)
        if isinstance(node.op, ast.Add) and (texts or (left and right)) and (texts or unknown or left or right):
            return some(
                frozenset(Text(()).plus(first, second) for first in left or {None} for second in right or {None})
            )
        if isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod)) and all(map(_is_inner, left)):  # else it is a path
            self.uses |= {Use(item, "divisor") for item in right if isinstance(item, Trace) and item.steps}
        if isinstance(node.op, (ast.Div, ast.FloorDiv)) and any(_is_batch_size(item) for item in right):
            self.uses |= {Use(item, "batched") for item in left if isinstance(item, Trace) and not item.steps}
        if isinstance(node.op, ast.Div) and left and (texts or right):
            slash: list[Value] = []
            for first in left:
                slash += [Text(()).plus(first, "/", second) for second in right or {Text((None,))}]
            return some(frozenset(slash))
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(other, ast.Tuple):  # a shape that is put together
                self.uses |= {
                    Use(item, "size") for item in self._of(side) if isinstance(item, Trace) and not item.steps
                }
            else:
                self._reckon(side)
        # What is reckoned with is no sample; but lines of a file are put behind others.
        kept = (item for item in (*left, *right) if isinstance(item, Trace))
        return frozenset(item for item in kept if item.steps or item.root.startswith("file "))

    def _compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        literals = [side.value for side in sides if isinstance(side, ast.Constant)]
        for side in sides:
            if isinstance(side, (ast.List, ast.Tuple, ast.Set)):
                literals += [item.value for item in side.elts if isinstance(item, ast.Constant)]
        for side in sides:
            for value in self._of(side):
                if isinstance(value, Trace):
                    for literal in literals:
                        if isinstance(literal, (int, float)) and not isinstance(literal, bool):
                            self.uses.add(Use(value, "number"))
                        elif isinstance(literal, str):
                            self.uses.add(Use(value, "compare", literal))
                        elif literal is None and not value.steps:
                            self.uses.add(Use(value, "optional"))


def _is_inner(value: Value) -> bool:
    """Whether it stands in something else, as numbers in a table do and folders do not."""
    return isinstance(value, Trace) and bool(value.steps)


def _is_batch_size(value: Value) -> bool:
    return isinstance(value, Trace) and not value.steps and role_of(value.root, "", factory=False) == "batch_size"
