"""What an exception says of records: that they are had by ids, and are boxes or masks written as run lengths."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from seqcheck.construction.complaint import is_users
from seqcheck.construction.failed import Failed
from seqcheck.construction.materials import (
    BoxLists,
    Content,
    Files,
    Holding,
    Ids,
    Inputs,
    Labels,
    Material,
    Repeated,
    RunLengths,
    Texts,
)
from seqcheck.construction.materials.annotations import CORNERS
from seqcheck.construction.materials.texts import WORDS
from seqcheck.construction.mend_files import failing_line
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.construction.traces import CELLS, Clues

MOST_OF_A_BOX: Final = 6
"""The last place in which something may stand beside the corners of a box."""


def records(failed: Failed) -> Iterator[Recipe]:
    """Another form of what there is for each sample: by its id, as boxes, as run lengths."""
    recipe, text = failed.recipe, failed.text
    worded = re.search(r"(?:invalid literal for int\(\)[^:]*|could not convert string to float): '(\w+)", text)
    if worded and worded[1] in WORDS and worded[0].startswith("could") and _is_split(failed.error):
        yield recipe.changed(lambda item: _of_numbers(item, failed.clues) if isinstance(item, Texts) else item)
    if "string or file could not be read to its end" in text:
        yield recipe.changed(lambda item: _of_numbers(item, failed.clues))
    if re.search(r"invalid literal for int\(\)[^:]*: '\d+\.5'", text):
        yield recipe.changed(
            lambda item: replace(item, dtype="int64") if isinstance(item, Inputs) and item.holder == "texts" else item
        )
    if worded and worded[1] in WORDS and _is_split(failed.error):
        yield recipe.changed(lambda item: _of_boxes_beside(item))
        yield recipe.changed(lambda item: RunLengths() if isinstance(item, Texts) and item.holder == "list" else item)
    if re.search(r"'(int|numpy\.int64)' object has no attribute 'split'", text):
        yield recipe.changed(
            lambda item: (
                RunLengths(item if item.holder != "list" else None)
                if isinstance(item, Labels) and item.holder in ("list", "by-id", "by-path")
                else item
            )
        )
    if "must be integers or slices, not str" in text:
        yield from _by_ids(failed)
    if re.search(r"'list' object has no attribute '(items|keys|values|get)'", text):
        yield recipe.changed(
            lambda item: replace(item, form="by-id") if isinstance(item, Holding) and item.form == "rows" else item
        )
    yield from _of_boxes(recipe, text)


def _of_numbers(item: Material, clues: Clues) -> Material:
    """Texts or arrays in a table or a list, as texts that have the numbers of a sample."""
    parts = {use.detail for use in clues.uses if use.kind == "split"} & set(CELLS)
    separator = parts.pop() if len(parts) == 1 else " "
    if isinstance(item, Texts) and item.holder in ("list", "array"):
        return Inputs(holder="texts", separator=separator)
    if isinstance(item, Inputs) and item.holder in ("array", "list"):
        return replace(item, holder="texts", separator=separator)
    return item


def _of_boxes_beside(item: Material) -> Material:
    """A text for each picture, of which numbers are made: a line a box."""
    text = isinstance(item, Files) and item.content.format == "txt"
    return replace(item, content=Content("boxes")) if text else item  # type: ignore[type-var]


def _is_split(error: BaseException) -> bool:
    """Whether the text that is no number was split before, by the function that failed."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if is_users(frame)]
    called = frames[-1].f_code.co_names if frames else ()
    outer = frames[-2].f_code.co_names if len(frames) > 1 else ()
    return "split" in (*called, *outer)


def _by_ids(failed: Failed) -> Iterator[Recipe]:
    """Records in a list that were looked up by an id: they are a dict by id."""
    forms: dict[str, Any] = {"tuples": "tuples-by-id", "rows": "by-id"}
    line = failing_line(failed.error)
    for item in failed.recipe.probes:
        held = isinstance(item.value, Holding) and item.value.form in forms
        looked = re.search(rf"\b{re.escape(item.name)}\[", line)
        if held and looked:
            yield _in_place_of(failed.recipe, item, replace(item.value, form=forms[item.value.form]))
        elif looked and isinstance(item.value, Ids) and (boxes := _boxes(item.name, failed.clues)):
            yield _in_place_of(failed.recipe, item, boxes)


def _of_boxes(recipe: Recipe, text: str) -> Iterator[Recipe]:
    """Boxes for each key in place of labels, where one label was gone through, or has not as many parts as a box."""
    if "'int' object is not iterable" in text:
        yield recipe.changed(
            lambda item: BoxLists(item) if isinstance(item, Labels) and item.holder in ("by-id", "by-path") else item
        )
    more = re.search(r"not enough values to unpack \(expected (\d), got 4\)", text)
    if more and int(more[1]) <= MOST_OF_A_BOX + 1:
        yield recipe.changed(lambda item: replace(item, width=int(more[1])) if isinstance(item, BoxLists) else item)


def _boxes(name: str, clues: Clues) -> Holding | None:
    """The boxes of each picture by its id, where what is found there is taken apart into corners and more."""
    steps = [use.trace.steps for use in clues.of(name, "key")]
    places = {int(step[1][1:]) for step in steps if len(step) == 2 and step[0] == "[]" and step[1][1:].isdigit()}
    if not {0, 1, 2, 3} <= places or max(places) > MOST_OF_A_BOX:
        return None
    corners = [(str(place), Repeated(corner)) for place, corner in enumerate(CORNERS)]
    rest = [(str(place), Labels(holder="list")) for place in range(4, max(places) + 1)]
    return Holding("lists-by-id", (*corners, *rest))


def _in_place_of(recipe: Recipe, argument: Argument, holding: Holding) -> Recipe:
    arguments = tuple(replace(item, value=holding) if item == argument else item for item in recipe.arguments)
    return replace(recipe, arguments=arguments)
