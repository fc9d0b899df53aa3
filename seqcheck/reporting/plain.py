"""Text from outside, made safe for a terminal, a log and an XML file.

Class names, exception messages and sample ids come from the user's code and may hold anything: escape sequences that
clear the screen, carriage returns that overwrite a line, lone surrogates that cannot be encoded.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence, Set
from typing import Any, Final

UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that are shown escaped: controls, format marks (direction overrides), surrogates, separators."""
MOST_ITEMS: Final = 12
"""A list with more items than this is shortened on a terminal; the JSON report has all of them."""
MOST_CHARACTERS: Final = 2000
"""A single text longer than this is cut on a terminal."""


def plain(text: str) -> str:
    """The text with everything but newlines and tabs that a terminal could act upon written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if character in "\n\t" or unicodedata.category(character) not in UNSAFE else _escape(character)
        for character in text.replace("\r\n", "\n")
    )


def one_line(text: str) -> str:
    """As `plain`, on one line: newlines and tabs are escaped too, and a very long text is cut."""
    line = "".join(_escape(c) if c in "\n\t" else c for c in plain(text.strip()))
    if len(line) > MOST_CHARACTERS:
        return f"{line[:MOST_CHARACTERS]} [{len(line) - MOST_CHARACTERS} more characters]"
    return line


def show(value: Any) -> str:
    """One value of a finding's evidence as a reader sees it: long lists shortened, brackets only around inner ones."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, (bytes, bytearray)):
        return f"#{bytes(value[:4]).hex()}"
    if isinstance(value, Mapping):
        return _listed([f"{_inner(key)}: {_inner(item)}" for key, item in value.items()])
    if isinstance(value, (Sequence, Set)):
        return _listed([_inner(item) for item in value])
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.6g}"
    return one_line(str(value))


def _inner(value: Any) -> str:
    nested = isinstance(value, (Mapping, Sequence, Set)) and not isinstance(value, (str, bytes, bytearray))
    return f"({show(value) if value else ''})" if nested else show(value)


def _listed(items: Sequence[str]) -> str:
    if not items:
        return "none"
    between = "; " if any(", " in item and not item.endswith(")") for item in items) else ", "
    if len(items) > MOST_ITEMS:
        return f"{between.join(items[: MOST_ITEMS - 2])}{between}... {items[-1]} ({len(items)} in all)"
    return between.join(items)


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
