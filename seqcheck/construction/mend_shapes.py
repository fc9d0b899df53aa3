"""What an exception says of the shapes of samples: of a buffer that they do not fit, or of axes that are not there."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from seqcheck.construction.failed import Failed
from seqcheck.construction.guesses import DEEP_SIDE
from seqcheck.construction.materials import FileHolding, Files, Holding, Inputs, Labels, Material, Pictures, Plain
from seqcheck.construction.mend_files import failing_line
from seqcheck.construction.recipe import Recipe

LARGEST: Final = 1024 * 1024 * 3
"""Numbers in one sample: an exception that asks for more is not obeyed."""
MOST_CHANNELS: Final = 4
CHANNELS: Final = (1, 3, 4)
"""How many a picture in a file may have."""
MOST_BANDS: Final = 32
MOST_ASKED: Final = 512
"""The side of a picture that an exception may ask for."""
MOST_SKIPPED: Final = 8
"""Rows at the head of a table of numbers that may be left out when it is read."""
_SHAPES: Final = re.compile(r"from shape \(([\d, ]*)\) into shape \(([\d, ]*)\)")
_RESHAPE: Final = re.compile(r"cannot reshape array of size (\d+) into shape \(([\d, ]*)\)")
_BOUNDS: Final = re.compile(r"index (\d+) is out of bounds for axis (\d) with size (\d+)")
_TOO_SMALL: Final = re.compile(r"(?:smaller than|too small|at least)\D*(\d+)")
_REMAPPED: Final = re.compile(r"remapped shapes.*: \((\d), ?2\) +and requested shape \((\d), ?2\)")


def other_shape(failed: Failed) -> Iterator[Recipe]:
    """A sample of another shape: that of the buffer that it was to be put into, or one axis more or less."""
    recipe, text = failed.recipe, failed.text
    found = _SHAPES.search(text)
    if found:
        given, wanted = _numbers(found[1]), _numbers(found[2])
        yield from _apart(failed, given, wanted)
        yield from _one_of_files(failed, given, wanted)
        yield from _reshaped(recipe, given, wanted)
        for shape in dict.fromkeys(
            _own_shape(item) for item in recipe.all_materials()
        ):  # a part of it, of too many axes
            if shape and shape != given and len(shape) == len(given) > len(wanted) >= 1:
                yield from _reshaped(recipe, shape, shape[: len(wanted)])
        for item in recipe.probes:  # a label of several numbers
            if isinstance(item.value, Labels) and not given and len(wanted) == 1:
                yield recipe.with_material(item, replace(item.value, kind="one-hot"))
        yield from _sized(failed, given, wanted)
        numbers = {item.value.value for item in recipe.arguments if isinstance(item.value, Plain)}
        shapes = {_own_shape(item) for item in recipe.all_materials()}
        if given and given not in shapes and wanted in shapes and given[-1] in numbers:
            yield from _reshaped(recipe, wanted, given)  # what was put into samples has the size that was made up
    found = _RESHAPE.search(text)
    if found:
        size, wanted = int(found[1]), _numbers(found[2])
        for shape in {_own_shape(item) for item in recipe.all_materials()}:
            if shape and math.prod(shape) == size and math.prod(wanted) > 0:
                yield from _reshaped(recipe, shape, wanted)
        yield from _wider(recipe, size, wanted)
    deeper = "too many indices" in text or "not enough values to unpack" in text or "tuple index out of range" in text
    deeper = deeper or "axis 3 is out of bounds" in text or "axes don't match array" in text
    if deeper:
        for shape in dict.fromkeys(_own_shape(item) for item in recipe.all_materials()):
            if shape is not None and len(shape) == 3 and "array is 3-dimensional, but 4" in text:
                yield from _reshaped(recipe, shape, (DEEP_SIDE, DEEP_SIDE, DEEP_SIDE, shape[-1]))
            if shape is not None and 1 <= len(shape) < 3:
                yield from _reshaped(recipe, shape, (8, 8, 3) if len(shape) == 1 else (*shape, 3))
    found = _REMAPPED.search(text)  # `np.pad` is told of every axis what to put before it and behind
    axes, wanted_axes = (int(found[1]), int(found[2])) if found else (0, 0)
    for shape in dict.fromkeys(_own_shape(item) for item in recipe.all_materials()):
        if shape and 0 < axes < wanted_axes == len(shape):
            yield from _reshaped(recipe, shape, shape[:axes])
    found = _BOUNDS.search(text)
    if found:
        yield from _longer(recipe, *map(int, found.groups()))
    if "length equal to input rank" in text:  # `ndimage.zoom` is told a factor for every axis
        for shape in dict.fromkeys(_own_shape(item) for item in recipe.all_materials()):
            if shape is not None and len(shape) > 1:
                yield from _reshaped(recipe, shape, shape[:-1])
    found = _TOO_SMALL.search(text)
    if found and int(found[1]) <= MOST_ASKED:
        side = int(found[1])
        for shape in dict.fromkeys(_own_shape(item) for item in recipe.all_materials()):
            if shape is not None and len(shape) >= 2 and min(shape[:2]) < side:
                recipe = next(_reshaped(recipe, shape, (max(side, shape[0]), max(side, shape[1]), *shape[2:])), recipe)
        yield recipe
    if "low >= high" in text or "empty range" in text or "high <= 0" in text:
        for shape in dict.fromkeys(_own_shape(item) for item in recipe.all_materials()):
            if shape is not None and len(shape) >= 2 and shape[0] < 256:
                yield from _reshaped(recipe, shape, (shape[0] * 16, shape[1] * 16, *shape[2:]))


def _longer(recipe: Recipe, place: int, axis: int, size: int) -> Iterator[Recipe]:
    """Samples whose last axis reaches to a place that is looked for there, as the bands of a satellite's picture do."""
    for shape in dict.fromkeys(_own_shape(item) for item in recipe.all_materials()):
        # In an array of all samples these are the first axis.
        if shape and shape[-1] == size <= place < MOST_BANDS and axis in (len(shape) - 1, len(shape)):
            yield from _reshaped(recipe, shape, (*shape[:-1], place + 1))


def _apart(failed: Failed, given: tuple[int, ...], wanted: tuple[int, ...]) -> Iterator[Recipe]:
    """Another shape for the one array of a sample's file whose name the failing line has, where there are several."""
    line = failing_line(failed.error)

    def change(item: Material) -> Material:
        if not isinstance(item, Files) or len(item.content.keys) < 2:
            return item
        named = [key for key in item.content.keys if re.search(rf"""['"]{re.escape(key)}['"]""", line)]
        if len(named) != 1 or item.content.shape_of(named[0]) != given:
            return item
        apart = {**dict(item.content.apart), named[0]: wanted}
        return replace(item, content=replace(item.content, apart=tuple(apart.items())))

    if wanted and math.prod(wanted) <= LARGEST:
        yield failed.recipe.changed(change)


def _one_of_files(failed: Failed, given: tuple[int, ...], wanted: tuple[int, ...]) -> Iterator[Recipe]:
    """Another shape for those files of the samples whose name stands in the failing line, and for no others."""
    line = failing_line(failed.error)
    arrays = [
        item
        for item in dict.fromkeys(failed.recipe.all_materials())
        if isinstance(item, Files) and item.content.shape == given
    ]
    parts = {item: {*re.split(r"\{[^}]*\}|/", item.pattern)} for item in arrays}
    shared = [part for part in set().union(*parts.values()) if sum(part in own for own in parts.values()) > 1]
    named = [item for item, own in parts.items() if any(part and part in line for part in own.difference(shared))]
    if len(arrays) > len(named) == 1 and wanted and math.prod(wanted) <= LARGEST:
        content = replace(named[0].content, shape=wanted)
        if content.format != "picture":
            yield failed.recipe.changed(lambda item: replace(item, content=content) if item == named[0] else item)


def _sized(failed: Failed, given: tuple[int, ...], wanted: tuple[int, ...]) -> Iterator[Recipe]:
    """Sizes as the class itself makes its samples, where the shape of what they are put into comes from parameters."""
    recipe = failed.recipe
    values = {item.name: _literal(item.default) for item in failed.parameters}
    values |= {item.name: item.value.value for item in recipe.arguments if isinstance(item.value, Plain)}
    for item in recipe.arguments:
        sides = values.get(item.name)
        if not isinstance(sides, (tuple, list)) or not sides or tuple(sides) != wanted[: len(sides)]:
            continue
        rest = len(wanted) - len(sides)
        if rest > 1 or len(given) < 2 + rest or (rest and given[-1] > MOST_CHANNELS) or math.prod(given) > LARGEST:
            continue
        made = recipe.with_material(item, Plain(type(sides)(given[: len(given) - rest])))
        channels = [other for other in recipe.arguments if re.search("channel", other.name, re.I)]
        for other in channels if rest and wanted[-1] != given[-1] else ():
            if values.get(other.name) == wanted[-1]:
                made = made.with_material(other, Plain(given[-1]))
        yield made


def _literal(default: str | None) -> object:
    try:
        return ast.literal_eval(default or "None")
    except (ValueError, SyntaxError, RecursionError):
        return None


def _wider(recipe: Recipe, size: int, wanted: tuple[int, ...]) -> Iterator[Recipe]:
    """Tables with so many columns of numbers that a row of them can be taken for several points."""
    part = math.prod(side for side in wanted if side > 0)

    def change(item: Material) -> Material:
        if not isinstance(item, (Holding, FileHolding)) or (isinstance(item, FileHolding) and item.form != "csv"):
            return item
        labels = [name for name, member in item.members if isinstance(member, Labels)]
        if len(labels) != size:
            return item
        more = tuple((f"{labels[-1]}_{number}", Labels(holder="list")) for number in range(2, 2 * part + 2 - size))
        return replace(item, members=(*item.members, *more))

    if 1 < part <= 16 and 0 < size < part:
        yield recipe.changed(change)


def _reshaped(recipe: Recipe, given: tuple[int, ...], wanted: tuple[int, ...]) -> Iterator[Recipe]:
    if given[-1:] == wanted[-1:] == (1,) and given[:-1] in [_own_shape(item) for item in recipe.all_materials()]:
        given, wanted = given[:-1], wanted[:-1]  # the class adds the last axis itself
    if not wanted or math.prod(wanted) > LARGEST:
        return

    def change(item: Material) -> Material:
        own = _own_shape(item)
        if isinstance(item, Files) and (rows := _rows_skipped(item, given)) and len(wanted) == len(given):
            return replace(item, content=replace(item.content, shape=(wanted[0] + rows, *wanted[1:])))
        if own is None or (given != own and given != _squeezed(own)):
            return item
        if isinstance(item, Files):
            picture = len(wanted) == 2 or (len(wanted) == 3 and wanted[2] in CHANNELS)
            fits = item.content.format != "picture" or picture
            return replace(item, content=replace(item.content, shape=wanted)) if fits else item
        return replace(item, shape=wanted)  # type: ignore[type-var]  # those with a shape of their own are dataclasses

    yield recipe.changed(change)


def _rows_skipped(files: Files, given: tuple[int, ...]) -> int:
    """How many rows of a table of numbers are left out when it is read; 0 where it is none, or another one."""
    own = files.content.shape
    rows = own[0] - given[0] if len(own) == len(given) == 2 and own[1:] == given[1:] else 0
    return rows if files.content.format == "numbers" and 0 < rows <= MOST_SKIPPED else 0


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return shape[:-1] if shape[-1:] == (1,) else shape


def _own_shape(item: Material) -> tuple[int, ...] | None:
    if isinstance(item, Files):
        return item.content.shape
    return item.shape if isinstance(item, (Inputs, Pictures)) else None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part.strip())
