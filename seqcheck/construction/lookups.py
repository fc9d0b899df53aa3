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
        """Remember a table that is written out, by the name that it is put into."""
        keys = self._written(value)
        if keys is not None:
            self.tables[self._called(target)] = keys

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
        if isinstance(node, ast.DictComp) and len(node.generators) == 1 and isinstance(node.key, ast.Name):
            first = node.generators[0]
            called = isinstance(first.iter, ast.Call) and dotted(first.iter.func) == "enumerate"
            pair = first.target.elts if isinstance(first.target, ast.Tuple) else []
            if called and first.iter.args and len(pair) == 2 and getattr(pair[1], "id", "") == node.key.id:  # type: ignore[attr-defined]
                return self._table(first.iter.args[0])  # type: ignore[attr-defined]  # an ast.Call
            return None
        try:
            return keys_of(ast.literal_eval(node))
        except (ValueError, SyntaxError, TypeError, RecursionError):
            return None

    def _note_lookup(self, table: ast.expr, looked: Values) -> None:
        """Note what has to be a key of a table, where `table` is one that is written out."""
        traces = [item for item in looked if isinstance(item, Trace)]
        keys = self._table(table) if traces else None
        if keys is not None:
            self.uses |= {Use(trace, "mapped", repr(keys)) for trace in traces}
