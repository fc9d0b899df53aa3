"""Which rows of a table a source keeps: those whose column holds, or does not hold, what it is compared with."""

from __future__ import annotations

import ast
from typing import Final

from seqcheck.construction.bindings import Bindings
from seqcheck.construction.traces import CELLS, Text, Trace, Use

SIGNS: Final[dict[type[ast.cmpop], str]] = {ast.Eq: "==", ast.NotEq: "!="}
KEPT: Final = (str, int, float, bool)
"""What a column is compared with to keep some of its rows."""


BY_COLUMN: Final = ("groupby", "sort_values", "set_index", "drop_duplicates")
"""The methods of a table that are told by which of its columns they go."""


class Filters(Bindings):
    """The reader of ``table[table["part"] == part]``, also where the mask was put into a name before."""

    def _note_mask(self, target: ast.expr, value: ast.expr) -> None:
        """Remember a comparison that was put into a name, for the table that is looked into by it."""
        compared = any(isinstance(node, ast.Compare) for node in ast.walk(value))
        if isinstance(target, ast.Name) and compared and self._is_mask(value):
            self.masks.setdefault((self.here, target.id), []).append(value)

    def _is_mask(self, place: ast.expr) -> bool:
        """Whether what is looked into by it keeps some of its rows, and stays what it is."""
        joined = isinstance(place, ast.BinOp) and isinstance(place.op, (ast.BitAnd, ast.BitOr))
        return joined or isinstance(place, ast.Compare) or (self.here, getattr(place, "id", "")) in self.masks

    def _filter(self, place: ast.expr, holders: list[Trace]) -> None:
        """Note what columns of the holders have to hold for rows to be kept by the subscript `place`."""
        masks = self.masks.get((self.here, place.id), []) if isinstance(place, ast.Name) else [place]
        roots = {holder.root for holder in holders}
        for node in [node for mask in masks for node in ast.walk(mask) if isinstance(node, ast.Compare)]:
            sign = SIGNS.get(type(node.ops[0])) if len(node.ops) == 1 else None
            for column in self._of(node.left) if sign else ():
                if isinstance(column, Trace) and column.root in roots and len(column.steps) == 1:
                    self._note_kept(column, str(sign), node.comparators[0])

    def _by_columns(self, node: ast.Call, method: str, holders: list[Trace]) -> None:
        """Note the columns by which a table is sorted or parted into groups."""
        given = [*node.args[:1], *(item.value for item in node.keywords if item.arg in ("by", "subset", "keys"))]
        listed = [item for one in given for item in (one.elts if isinstance(one, (ast.List, ast.Tuple)) else [one])]
        for item in listed:
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                columns = {holder.then(f".{item.value}") for holder in holders}
                self.uses |= {Use(column, "groups" if method == "groupby" else "key") for column in columns}

    def _note_table(self, node: ast.Call, tables: list[Trace], separator: str) -> None:
        """Note what a call that reads tables says of them: what parts the cells, whether they have a head, columns."""
        said = {item.arg: item.value for item in node.keywords}
        given = said.get("sep", said.get("delimiter"))
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            separator = given.value
        names = _literals(said.get("names"))
        headless = isinstance(head := said.get("header"), ast.Constant) and head.value is None
        for table in tables:
            if separator in CELLS:
                self.uses.add(Use(table, "split", separator))
            if headless or (names and head is None):
                self.uses.add(Use(table, "headless", "\n".join(names)))
            for option in ("names", "index_col", "usecols", "parse_dates"):
                columns = [table.then(f".{name}") for name in _literals(said.get(option))]
                self.uses |= {Use(column, "key") for column in columns}
                self.uses |= {Use(column, "dates") for column in columns if option == "parse_dates"}

    def _note_kept(self, column: Trace, sign: str, other: ast.expr) -> None:
        if column.steps[0][0] not in ".@":
            return
        if isinstance(other, ast.Constant) and type(other.value) in KEPT:
            self.uses.add(Use(column, "kept", f"{sign}{other.value!r}"))
        for value in self._of(other):
            if isinstance(value, Trace) and not value.steps:
                self.uses.add(Use(column, "kept", sign, by=value))
            elif isinstance(value, Text) and len(value.parts) == 1 and isinstance(value.parts[0], str):
                self.uses.add(Use(column, "kept", f"{sign}{value.parts[0]!r}"))


def _literals(node: ast.expr | None) -> list[str]:
    """The texts that are written out in an expression: one alone, or those of a list."""
    items = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    return [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
