"""What a column holds by which a class keeps some of the rows of its table: the value that keeps them all."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from seqcheck.construction.filters import KEPT
from seqcheck.construction.materials import FileHolding, Holding, Material, Repeated
from seqcheck.construction.names import LABELS
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.traces import Clues, Use

NAMED: Final = re.compile(r"[A-Za-z]\w*")
FIRST: Final = "train"
"""The part that is asked for where a class knows several."""


def kept_values(name: str, clues: Clues, value_of: Callable[[str], Any]) -> Material | None:
    """The column that keeps every row, with the other values that may; None where nothing is kept by it.

    `value_of` has what a parameter will hold. A column of labels by which rows are parted into several kinds stays one
    of labels: all of its kinds are used.
    """
    uses = [use for use in clues.uses if use.kind == "kept" and use.trace.steps in ((f".{name}",), (f"@{name}",))]
    equal = _distinct(_compared(use, value_of) for use in uses if use.detail.startswith("=="))
    unlike = _distinct(_compared(use, value_of) for use in uses if use.detail.startswith("!="))
    if uses == [] and any(use.kind == "groups" and use.trace.steps == (f".{name}",) for use in clues.uses):
        return None if LABELS.search(name) else Repeated(name)
    wanted = sorted(equal, key=lambda value: (value != FIRST, repr(value)))
    wanted += [made for value in unlike if (made := _other_than(value)) not in wanted and made not in unlike]
    if not wanted or (len(equal) > 1 and LABELS.search(name)):
        return None
    return Repeated(wanted[0], tuple(wanted[1:]))


def chooses(recipe: Recipe) -> bool:
    """Whether the class may pass over all rows of a table, by what is written in them."""
    found: list[bool] = []

    def note(item: Material) -> Material:
        found.append(isinstance(item, (FileHolding, Repeated)) or (isinstance(item, Holding) and item.form == "frame"))
        return item

    recipe.changed(note)
    return any(found)


def none_found(recipe: Recipe, clues: Clues) -> Iterator[Recipe]:
    """What to try where no sample was found: the next value in the columns, or names that begin as is asked of them."""
    yield recipe.changed(
        lambda item: (
            replace(item, value=item.others[0], others=item.others[1:])
            if isinstance(item, Repeated) and item.others
            else item
        )
    )
    begun = sorted({use.detail for use in clues.uses if use.kind == "startswith" and NAMED.fullmatch(use.detail)})
    if begun and not recipe.prefixes:
        yield replace(recipe, prefixes=tuple(begun))


def _compared(use: Use, value_of: Callable[[str], Any]) -> Any:
    """The value that a column is compared with; None where nobody knows it."""
    if use.by is not None:
        value = value_of(use.by.root)
        return value if type(value) in KEPT else None
    return ast.literal_eval(use.detail[2:])


def _distinct(values: Any) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if value is not None and value not in found:
            found.append(value)
    return sorted(found, key=repr)


def _other_than(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return "other" if isinstance(value, str) else value + 1
