"""Names of samples that tell something: what an exception says of how a class takes them apart."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from seqcheck.construction.complaint import is_users
from seqcheck.construction.failed import Failed
from seqcheck.construction.materials.texts import WORDS
from seqcheck.construction.materials.world import Fields
from seqcheck.construction.mend_files import NAME, failing_line
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.traces import Clues

MOST_PREFIXES: Final = 40
MOST_PARTS: Final = 8
"""A name that is taken apart into more is no name of numbers."""


def numbered_names(failed: Failed) -> Iterator[Recipe]:
    """Names that are put together of numbers, as many as the class takes out of them."""
    text = failed.text
    worded = re.search(r"(?:invalid literal for int\(\)[^:]*|could not convert string to float): '(\w+)", text)
    if worded and worded[1] in WORDS:
        return
    if "invalid literal for int()" in text or "could not convert string to float: 'id" in text:
        yield from _of_numbers(failed)
    elif parts := _parts_asked(failed.error, text):
        for separator in _separators(failed.clues):
            yield from _of_fields(failed.recipe, Fields(parts, separator))


def _of_numbers(failed: Failed) -> Iterator[Recipe]:
    recipe = failed.recipe
    if isinstance(recipe.naming, Fields):
        if re.search(r": '\d{4}\.\w+'", failed.text):  # the last part has the ending of the file
            yield from _of_fields(recipe, replace(recipe.naming, parts=recipe.naming.parts + 1))
    elif recipe.naming == "digits":
        for separator in _separators(failed.clues):
            yield replace(recipe, naming=Fields(2, separator))
    else:
        yield replace(recipe, naming="digits")


def _of_fields(recipe: Recipe, naming: Fields) -> Iterator[Recipe]:
    known = recipe.naming
    fewer = not isinstance(known, Fields) or known.parts < naming.parts
    if fewer and naming.parts <= MOST_PARTS and not recipe.prefixes:
        yield replace(recipe, naming=naming)


def _separators(clues: Clues) -> list[str]:
    """What names may be put together with: by what the class splits texts, an underscore where it does not say."""
    return sorted({use.detail for use in clues.uses if use.kind == "split"} & set("_- "))[:2] or ["_"]


def _parts_asked(error: BaseException, text: str) -> int:
    """How many parts of a name the failing line wants, where it found fewer of them; 0 where it was no name."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if is_users(frame)]
    line = failing_line(error)
    if not frames:
        return 0
    unpacked = re.search(r"not enough values to unpack \(expected (\d+), got [12]\)", text)
    if unpacked:
        return int(unpacked[1]) if "split" in line else 0
    if isinstance(error, IndexError) and "list index out of range" in text:
        places = [int(found) for found in re.findall(r"split\([^()]*\)\[(-?\d+)\]", line)]
        for name, place in re.findall(r"(\w+)\[(-?\d+)\]", line):
            held = frames[-1].f_locals.get(name)
            if isinstance(held, list) and 0 < len(held) <= 2 and all(isinstance(part, str) for part in held):
                places.append(int(place))
        return max((place + 1 if place >= 0 else -place for place in places), default=0)
    return 2 if re.search(r"'NoneType' object has no attribute 'groups?'", text) else 0


def telling_names(failed: Failed) -> Iterator[Recipe]:
    """A table of the user's own is asked for a part of a sample's name: names begin with its keys, as their labels."""
    recipe, error = failed.recipe, failed.error
    key = error.args[0] if isinstance(error, KeyError) and error.args else None
    if not isinstance(key, str) or not (NAME.fullmatch(key) or key == "id") or recipe.prefixes:
        return
    keys = tables_asked(error)
    if not 1 < len(keys) <= MOST_PREFIXES:
        return
    splits = sorted({use.detail for use in failed.clues.uses if use.kind == "split"} - {"/", "\\"}) or ["_"]
    for split in splits[:2]:
        yield replace(recipe, prefixes=tuple(f"{name}{split}" for name in keys))


def tables_asked(error: BaseException) -> tuple[str, ...]:
    """The names that the dicts have in which the failing line looks something up."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if is_users(frame)]
    if not frames:
        return ()
    frame, line = frames[-1], failing_line(error)
    found: dict[str, None] = {}
    for owner, name in re.findall(r"(?:(\w+)\.)?(\w+)\[", line):
        space = frame.f_locals.get(owner) if owner else None
        held = vars(space).get(name) if hasattr(space, "__dict__") else {**frame.f_globals, **frame.f_locals}.get(name)
        for key in held if isinstance(held, dict) else ():
            if isinstance(key, str) and re.fullmatch(r"[A-Za-z][\w-]*", key) and not NAME.search(key):
                found[key] = None
    return tuple(found)
