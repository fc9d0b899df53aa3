"""Shapes of samples as docstrings say them: ``X: shape (N, D, H, W, 1)``."""

from __future__ import annotations

import re
from typing import Final

from seqcheck.construction.guesses import DEEP_SIDE
from seqcheck.construction.open_files import said_of

MOST_AXES: Final = 5
MOST_SIDE: Final = 64
"""A longer side that a docstring says is made shorter where it may be."""
_SHAPE: Final = re.compile(r"[(\[]\s*(?:[A-Za-z_]\w*|\.\.\.)\s*,\s*([\w, ]+?),?\s*[)\]]")
_CHANNELS: Final = re.compile(r"c|ch|chan|n?_?channels?|bands?", re.I)


def said_shape(name: str, docs: str) -> tuple[int, ...] | None:
    """The shape of one sample of a parameter, whose docstring gives that of all; None where it says none.

    Sides that are words are short, but for the last where it is called channels: there are three.
    """
    found = _SHAPE.search(said_of(name, docs))
    if not found:
        return None
    words = [word.strip() for word in found[1].split(",") if word.strip()]
    if not words or len(words) > MOST_AXES or any(word.isdigit() and int(word) > MOST_SIDE for word in words):
        return None
    sides = [int(word) if word.isdigit() else 0 for word in words]
    if not sides[-1] and _CHANNELS.fullmatch(words[-1]):
        sides[-1] = 3
    return tuple(side or DEEP_SIDE for side in sides)
