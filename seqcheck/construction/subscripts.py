"""What stands in square brackets: keys, columns, places, and parts of an array."""

from __future__ import annotations

import ast
from typing import Final

from seqcheck.construction.bindings import Values, each, some
from seqcheck.construction.names import COLUMNS
from seqcheck.construction.openings import Openings
from seqcheck.construction.traces import Row, Text, Trace, Use, Value

MOST_BEFORE: Final = 8
"""Columns that may stand before those that are taken together."""


class Subscripts(Openings):
    """The reader of subscripts."""

    def _subscript(self, node: ast.Subscript) -> Values:
        holder = self._of(node.value)
        traces = [item for item in holder if isinstance(item, Trace)]
        others: Values = frozenset(item for item in holder if not isinstance(item, Trace))
        literal = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if type(literal) is int and any(isinstance(item, Row) for item in others):
            return each(others, f"#{literal}")
        if not traces:
            self._note_lookup(node.value, self._of(node.slice))
            return holder
        self._filter(node.slice, traces)
        places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if len(places) > 1 and isinstance(places[0], ast.Slice) and isinstance(places[1], ast.Constant):
            self.uses |= {Use(trace, "axis", str(places[1].value)) for trace in traces}
        if len(places) > 1 and (rest := _rest(places[1])):
            self.uses |= {Use(trace, "rest", rest) for trace in traces}
        keys: list[tuple[str, ...]] = [()]
        if len(places) > 1 and any(map(_is_rest, places)):
            # Only arrays have axes to leave out: a parameter beside the dots is no name of a column.
            places = [place for place in places if not any(isinstance(item, Trace) for item in self._of(place))]
        deep = len(places) > 2 and any(isinstance(place, ast.Slice) or _is_rest(place) for place in places[:-1])
        for place in places:
            if deep and isinstance(place, ast.Constant) and type(place.value) is int:
                continue  # the band of a picture, which is no part of a record
            steps = self._steps(place, traces)
            keys = [(*key, *step) for key in keys for step in steps]
        found: set[Value] = set()
        for trace in traces:
            for key in keys:
                made = trace
                for step in key:
                    made = made.then(step)
                    if step[0] in ".$" or (step[0] == "#" and self._is_part_of_record(made)):
                        self.uses.add(Use(made, "key"))
                    elif step == "[]":
                        self.uses.add(Use(trace, "item"))
                found.add(made)
        return some(frozenset(found) | others)

    def _steps(self, place: ast.expr, holders: list[Trace]) -> list[tuple[str, ...]]:
        """The steps that one place of a subscript means."""
        if isinstance(place, ast.Slice):
            bounds = (place.lower, place.upper)
            for bound in bounds:
                self._reckon(bound)
            if not all(bound is None or isinstance(bound, (ast.Constant, ast.UnaryOp)) for bound in bounds):
                self.uses |= {Use(holder, "part") for holder in holders}
            return [()]
        if self._is_mask(place):
            return [()]
        if isinstance(place, ast.Constant):
            if isinstance(place.value, str):
                return [(f".{place.value}",)]
            inner = any("[]" in holder.steps and holder.steps[-1][0] in "[." for holder in holders)
            inner = inner or any(holder.steps[-1:] == ("cells",) for holder in holders)
            return [(f"#{place.value}" if inner else "[]",)] if isinstance(place.value, int) else [()]
        if isinstance(place, (ast.List, ast.Tuple)) and place.elts:
            texts = [
                item.value for item in place.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)
            ]
            if texts:
                return [(f".{text}",) for text in texts]
        sides = (place.left, place.right) if isinstance(place, ast.BinOp) and isinstance(place.op, ast.Add) else ()
        if sides and all(map(self._lists_columns, sides)):
            return [step for side in sides for step in self._steps(side, holders)]
        found: list[tuple[str, ...]] = []
        by_keys: set[Use] = set()
        for value in self._of(place):
            if isinstance(value, Text) and (key := self._spelled(value)):
                found.append((f".{key}",))
            elif isinstance(value, Trace):
                default = self.source.parameters.get(value.root)
                if isinstance(default, tuple) and value.steps in ((), ("[]",)):
                    found += [(f".{name}",) for name in default]
                elif not value.steps and isinstance(default, str):
                    found.append((f".{default}",))
                    self.uses.add(Use(value, "column", default))
                elif not value.steps and self._may_name_a_column(value.root):
                    found.append((f"${value.root}",))
                    self.uses.add(Use(value, "column"))
                    self.uses |= {Use(holder, "lookup", by=value) for holder in holders}
                elif value.steps == ("[]",) and default is None and COLUMNS.fullmatch(value.root):
                    found.append((f"${value.root}",))
                    self.uses.add(Use(value, "column"))
                elif value.steps[:1] == ("keys",):
                    by_keys |= {Use(holder, "lookup", by=value) for holder in holders}
                else:
                    self.uses |= {Use(holder, "lookup", by=value) for holder in holders}
        if not any(step[0][0] == "." for step in found):  # else a key of its own is taken where that one is not there
            self.uses |= by_keys
        return found or [("[]",)]

    def _is_part_of_record(self, place: Trace) -> bool:
        """Whether it is a place in what a column holds, or in a line of a file."""
        if place.steps[:-1] == ("[]",):
            lines = (item.number for item in self.openings.values() if item.kind in ("file", "lines"))
            return any(place.root == f"file {number}" for number in lines)
        return len(place.steps) > 1 and place.steps[-2][0] == "."

    def _lists_columns(self, node: ast.expr) -> bool:
        """Whether it is a parameter that may be a list of names, to which others are added."""
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return False
        reckoned = {use.trace.root for use in self.uses if use.kind in ("number", "batched")}
        values = self._of(node)
        return bool(values) and all(
            isinstance(value, Trace)
            and not value.steps
            and self._may_name_a_column(value.root)
            and value.root not in reckoned
            for value in values
        )

    def _may_name_a_column(self, root: str) -> bool:
        known = root in self.source.parameters and root not in self.source.samples
        return known and not isinstance(self.source.parameters[root], (int, float))

    def _spelled(self, text: Text) -> str:
        """A key that is put together, with parameters at their defaults; nothing where a part is not known."""
        parts = [
            self.source.parameters.get(part.root) if isinstance(part, Trace) and not part.steps else part
            for part in text.parts
        ]
        return "".join(map(str, parts)) if all(isinstance(part, str) for part in parts) else ""


def follow(trace: Trace, steps: tuple[str, ...]) -> Trace:
    """The trace with these steps behind its own."""
    for step in steps:
        trace = trace.then(step)
    return trace


def _is_rest(place: ast.expr) -> bool:
    return isinstance(place, ast.Constant) and place.value is Ellipsis


def _rest(place: ast.expr) -> str:
    """The place from which on all columns are taken: ``1`` of ``frame.iloc[row, 1:]``."""
    if not isinstance(place, ast.Slice) or place.upper is not None or not isinstance(place.lower, ast.Constant):
        return ""
    first = place.lower.value
    return str(first) if isinstance(first, int) and 0 < first < MOST_BEFORE else ""
