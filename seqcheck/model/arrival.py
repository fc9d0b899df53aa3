"""Whether a batch reached a step of training as it was given, whatever an engine makes of its precision."""

from __future__ import annotations

import math
from typing import Final

from seqcheck.model.batch import Batch, Leaf

REFUSED: Final = "a compiled step of JAX refuses the batch"
"""How the error of a step begins that no model on JAX could take the batch in."""
TOLERANCE: Final = 1e-3
"""Relative; coarser than single precision, finer than any truncation that harms."""


def changed_leaves(fetched: Batch, arrived: Batch) -> list[tuple[Leaf, Leaf]]:
    """The leaves whose values changed on the way, as far as they have a number a row."""
    there = {_name(leaf): leaf for leaf in arrived.leaves}
    changed = []
    for leaf in fetched.leaves:
        other = there.get(_name(leaf))
        if other is None or other.digest == leaf.digest or leaf.values is None or other.values is None:
            continue
        if len(leaf.values) != len(other.values) or not all(map(close, leaf.values, other.values)):
            changed.append((leaf, other))
    return changed


def close(one: float, other: float) -> bool:
    """Whether two numbers are the same but for the precision of an engine."""
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=1e-6) or (math.isnan(one) and math.isnan(other))


def _name(leaf: Leaf) -> str:
    """The path, alike whether a batch is its inputs alone or a tuple around them."""
    return f"x{leaf.path}" if leaf.path.startswith("[") else leaf.path
