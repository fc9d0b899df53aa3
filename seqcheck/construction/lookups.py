"""Tables that a source writes out itself, as of the numbers of its classes: their keys are looked up in them."""

from __future__ import annotations

import ast
from typing import Any, Final

from seqcheck.construction.bindings import Values, dotted
from seqcheck.construction.filters import Filters
from seqcheck.construction.traces import Trace, Use

MOST_KEYS: Final = 64
"""A table with more of them is data, not a naming of classes."""
Keys = tuple[Any, ...]


def keys_of(value: Any) -> Keys | None:
    """The keys of a table, or the items of a list: texts and numbers, two at least; None of anything else."""
    if type(value) not in (dict, list, tuple) or not 1 < len(value) <= MOST_KEYS:
        return None
    keys: Keys = tuple(value)
    return keys if all(type(key) in (str, int) for key in keys) else None


class Lookups(Filters):
    """The reader of ``KINDS[row["kind"]]``, ``frame["kind"].map(KINDS)`` and ``NAMES.index(name)``."""

    def _note_literal(self, target: ast.expr, value: ast.expr) -> None:
        """Remember a table that is written out, or numbers what a list holds, by the name that it is put into."""
        keys = self._written(value)
        if keys is not None:
            self.tables[self._called(target)] = keys
        elif (listed := _numbered(value)) is not None:
            traces = (item for item in self._of(listed) if isinstance(item, Trace))
            self.numbered[self._called(target)] = frozenset(item for item in traces if not item.steps)

    def _table(self, node: ast.expr) -> Keys | None:
        """The keys of the table that an expression is; None where it is none that is written out."""
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return self._written(node)
        found = self.tables.get(self._called(node)) or self.source.constants.get(dotted(node))
        return found if isinstance(found, tuple) else None

    def _called(self, node: ast.expr) -> str:
        name = dotted(node)
        return name if name.startswith("self.") else f"{self.here}:{name}"

    def _written(self, node: ast.expr) -> Keys | None:
        if isinstance(node, ast.DictComp):
            listed = _numbered(node)
            return None if listed is None else self._table(listed)
        try:
            return keys_of(ast.literal_eval(node))
        except (ValueError, SyntaxError, TypeError, RecursionError):
            return None

    def _note_lookup(self, table: ast.expr, looked: Values) -> None:
        """Note what has to be a key of a table, where `table` is one that is written out."""
        traces = [item for item in looked if isinstance(item, Trace)]
        for names in self.numbered.get(self._called(table), ()) if isinstance(table, (ast.Name, ast.Attribute)) else ():
            self.uses |= {Use(names, "listed", by=item) for item in traces if item.root != names.root}
        keys = self._table(table) if traces else None
        if keys is not None:
            self.uses |= {Use(trace, "mapped", repr(keys)) for trace in traces}


def _numbered(node: ast.expr) -> ast.expr | None:
    """The list whose entries are the keys of a dict, in their order: ``{name: k for k, name in enumerate(names)}``."""
    if not isinstance(node, ast.DictComp) or len(node.generators) != 1 or not isinstance(node.key, ast.Name):
        return None
    first = node.generators[0]
    pair = first.target.elts if isinstance(first.target, ast.Tuple) else []
    if not isinstance(first.iter, ast.Call) or dotted(first.iter.func) != "enumerate" or not first.iter.args:
        return None
    return first.iter.args[0] if len(pair) == 2 and getattr(pair[1], "id", "") == node.key.id else None
