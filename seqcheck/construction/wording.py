"""Texts that a source puts together, as names of files: f-strings, formats and joined paths."""

from __future__ import annotations

import ast
import re
from typing import Final

from seqcheck.construction.bindings import MOST_VALUES, NOTHING, Values, plain, rank
from seqcheck.construction.subscripts import Subscripts
from seqcheck.construction.traces import Text, Trace

_DIGITS: Final = re.compile(r"0(\d)d")
"""How a number is written in a text with zeros before it; one that nothing is known of is that of a frame."""
MOST_COLUMNS: Final = 3
_FORMAT: Final = re.compile(r"\{[^{}]*\}|%0?\d*[sdi]")


class Wording(Subscripts):
    """The reader of texts that are put together."""

    def _piece(self, node: ast.expr) -> Text | Trace | str | None:
        """One part of an f-string or a format."""
        if isinstance(node, ast.FormattedValue):
            digits = _DIGITS.search(ast.unparse(node.format_spec)) if node.format_spec is not None else None
            piece = self._piece(node.value)
            return f"{{frame:{digits[1]}}}" if piece is None and digits else piece
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else str(node.value)
        values = sorted(plain(self._of(node)), key=rank)
        return values[0] if values else None

    def _spliced(self, node: ast.JoinedStr) -> Values:
        """An f-string: one text for each column of a table that may stand in it."""
        made = [Text(())]
        for item in node.values:
            piece = self._piece(item)
            pieces = [piece]
            if isinstance(piece, Trace) and piece.steps and isinstance(item, ast.FormattedValue):
                others = sorted(plain(self._of(item.value)), key=rank)[:MOST_COLUMNS]
                pieces = [value for value in others if isinstance(value, Trace) and value.root == piece.root]
            made = [text.plus(one) for text in made for one in pieces][:MOST_VALUES]
        return frozenset(made)

    def _formatted(self, form: str, given: list[ast.expr]) -> Text:
        literals, forms = _FORMAT.split(form), _FORMAT.findall(form)
        made = Text(()).plus(literals[0])
        for place, literal in enumerate(literals[1:]):
            piece = self._piece(given[place]) if place < len(given) else None
            if piece is None and (digits := _DIGITS.search(forms[place])):
                piece = f"{{frame:{digits[1]}}}"
            made = made.plus(piece, literal)
        return made

    def _join(self, node: ast.Call, arguments: list[Values]) -> Values:
        """``os.path.join(...)``, or ``"".join([...])``, which says nothing."""
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant):
            return NOTHING
        made: list[Text] = [Text(())]
        for place, values in enumerate(arguments):
            pieces: list[Trace | Text | None] = [*sorted(plain(values), key=rank)[:3]] or [None]
            made = [text.plus("/" if place else "", piece) for text in made for piece in pieces][:MOST_VALUES]
        return frozenset(made)
