"""What the source of a class says of the data that it wants, read by `ast` without running anything.

Values are followed from the constructor's parameters through attributes, locals, own methods and functions of the same
module, without regard to order: what a name may hold is the union of all that is put into it.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Final

from seqcheck.construction.bindings import NOTHING, Source, shuts_out
from seqcheck.construction.expressions import Expressions
from seqcheck.construction.traces import Clues, Trace, Use

__all__ = ["Source", "read"]

ROUNDS: Final = 4
"""How often all functions are read: what one round finds of a name, the next one follows on."""


def read(source: Source) -> Clues:
    """The clues in a source; whatever cannot be parsed says nothing."""
    clues = _Statements(source).read()
    # What is taken in parts that are reckoned has the samples of a batch, and is no name of a column.
    parted = {use.trace.root for use in clues.uses if use.kind == "part" and not use.trace.steps}
    samples = parted & {step[1:] for use in clues.uses for step in use.trace.steps if step[0] == "$"}
    return _Statements(replace(source, samples=frozenset(samples))).read() if samples else clues


class _Statements(Expressions):
    """The reader of whole functions."""

    def read(self) -> Clues:
        start = self.bodies.get("self.__init__")
        if start is not None:
            for name in self.source.parameters:
                self.locals["self.__init__"][name] = frozenset({Trace(name)})
        for _ in range(ROUNDS):
            for name, body in self.bodies.items():
                self.here = name
                for statement in body.body:
                    self._run(statement)
        length = self.returns.get("self.__len__", NOTHING)
        self.uses |= {Use(item, "batches") for item in length if isinstance(item, Trace) and not item.steps}
        numbered = sorted(self.openings.values(), key=lambda opening: opening.number)
        roots = {use.trace.root for use in self.uses}
        roots |= {part.root for opening in numbered for part in opening.path.parts if isinstance(part, Trace)}
        return Clues(
            frozenset(self.uses),
            tuple(numbered),
            tuple(sorted(self.classes)),
            frozenset(roots),
            frozenset(self.kinds),
            self.source.docs,
            frozenset(self.source.modules.values()),
        )

    def _run(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            return
        if isinstance(node, ast.Return):
            if node.value is not None:
                self._return(node.value)
            return
        if isinstance(node, ast.Assign):
            value = self._of(node.value)
            either = node.value if isinstance(node.value, ast.IfExp) else None
            for target in node.targets:
                if either is not None and isinstance(target, ast.Tuple):  # x, y = (x[:cut], y[:cut]) if first else ...
                    for branch in (either.body, either.orelse):
                        self._put(target, self._of(branch), branch)
                    continue
                self._put(target, value, node.value)
                self._note_mask(target, node.value)
                self._note_literal(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
            if node.value is not None:
                self._put(node.target, self._of(node.value), node.value)
                self._note_literal(node.target, node.value)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._iterate(node.target, node.iter)
        elif isinstance(node, ast.If) and shuts_out(node.test, node.body):
            pass  # what the names end with that are passed over is not what files are called
        elif isinstance(node, (ast.If, ast.While)):
            self._test(node.test)
        elif isinstance(node, ast.With):
            for item in node.items:
                value = self._of(item.context_expr)
                if item.optional_vars is not None:
                    if isinstance(item.optional_vars, ast.Name):  # one name for one file after the other
                        self.locals[self.here].pop(item.optional_vars.id, None)
                    self._put(item.optional_vars, value, item.context_expr)
        elif isinstance(node, (ast.Expr, ast.Raise, ast.Assert, ast.Delete)):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self._of(child)
        for name in ("body", "orelse", "finalbody"):
            for child in getattr(node, name, ()):
                self._run(child)
        for handler in getattr(node, "handlers", ()):
            for child in handler.body:
                self._run(child)
