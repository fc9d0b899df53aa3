"""What made-up data must not be taken for: batches that show nothing of them, or show what no real data would give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from seqcheck.construction.crossing import COMBINED
from seqcheck.construction.materials import (
    FileHolding,
    Files,
    Holding,
    Identity,
    Ids,
    Inputs,
    Labels,
    Material,
    Paths,
    Plain,
    Texts,
    Tokens,
)
from seqcheck.construction.materials.holdings import leaves
from seqcheck.construction.probe import Labels as LabelKind
from seqcheck.construction.probe import arrays_in
from seqcheck.construction.recipe import Recipe

_MADE_UP: Final = re.compile(r"id_\d{4}|/world-|class_\d{1,4}")
_COUNT: Final = re.compile(r"(n|num|nb|number|number_of|count)_\w+", re.I)
_OF_A_SAMPLE: Final = re.compile(
    r"class|channel|feature|dim|row|col|point|frame|slice|mel|bin|band|step|token|word|vocab|label|worker|len|fft|output|"
    r"input|anchor|box|neg|char|atom|node|lead|sensor|joint|landmark|cat",
    re.I,
)
"""What there are several of in each sample, or in none."""
MOST_TEXTS: Final = 64
LARGER: Final = 12
"""What numbers are made that came to nothing; few enough for windows over the samples that there are."""
ALL_ZERO: Final = "the inputs are all zeros, whatever the made-up files hold"
EMPTY: Final = "the rows of the batch are empty: other numbers than those that were made up were meant"
FEW_CLASSES: Final = 4
MANY: Final = 200
"""A probe of so many samples has enough for a batch, whatever is made of them."""
MANY_TIMES: Final = 4
"""How often each sample has come, one with another, where hardly any were taken."""
FEW_TAKEN: Final = "a few samples come again and again: labels of fewer classes were meant"
TAKEN_APART: Final = "the parts of the batch are the columns of made-up samples: samples of several parts were meant"
ONE_EACH: Final = "every made-up sample is an input of its own: a list of arrays was meant"


def doubt(recipe: Recipe, batches: Sequence[Any]) -> str:
    """Why the reads of made-up data show that these are not what the class wants; empty where nothing does.

    A class that reads files but gives names in their place, or the same nothing for all of them, has not read them:
    an exception may have been swallowed, and on real data of that kind the class would do something else.
    """
    if any(_MADE_UP.search(text) for batch in batches for text in _texts(batch)):
        return "the batch holds the names of made-up data, not what they stand for"
    if _crossed(recipe, batches):
        return f"{COMBINED}: other shapes of the inputs were meant"
    if _unmade(recipe, batches):
        return "the batch is a list of samples, of which a callable that was made up should have made arrays"
    if _taken_apart(recipe, batches):
        return TAKEN_APART
    if _one_each(recipe, batches):
        return ONE_EACH
    if beyond_classes(recipe, batches):
        return "labels that are made one-hot have rows of zeros: there are fewer classes than made-up labels"
    if enlarged(recipe) != recipe and any(
        leaf.ndim > 1 and len(leaf) and not leaf.size for batch in batches for leaf in arrays_in(batch)
    ):
        return EMPTY
    if not is_found(recipe):
        return ""
    parts = [batch[0] if isinstance(batch, (tuple, list)) and len(batch) > 1 else batch for batch in batches]
    inputs = [leaf for part in parts for leaf in arrays_in(part) if leaf.dtype.kind in "fiub" and leaf.ndim >= 2]
    if inputs and not any(np.any(leaf) for leaf in inputs):
        return ALL_ZERO
    return ""


def _unmade(recipe: Recipe, batches: Sequence[Any]) -> bool:
    """Whether what a made-up callable hands through is no batch yet: one tuple, dict or text a sample, in a list."""
    if not any(isinstance(item.value, Identity) for item in recipe.arguments if item.source == "probe"):
        return False
    listed = [isinstance(batch, list) and bool(batch) and all(isinstance(row, (tuple, dict, str)) for row in batch)
              for batch in batches]  # fmt: skip
    return bool(listed) and all(listed)


def _taken_apart(recipe: Recipe, batches: Sequence[Any]) -> bool:
    """Whether a batch has as many parts as a sample has rows or numbers, each of these in a part of its own."""
    shapes = [
        item.value.shape for item in recipe.probes if isinstance(item.value, Inputs) and item.value.holder == "array"
    ]
    found = [
        isinstance(batch, (tuple, list))
        and any(
            bool(shape) and len(batch) == shape[0] and all(np.shape(part)[1:] == shape[1:] for part in batch)
            for shape in shapes
        )
        for batch in batches
    ]
    return bool(found) and all(found)


def as_tuples(recipe: Recipe) -> Recipe:
    """The recipe with a list of (input, label) in place of each array."""
    pair = (("0", Inputs((8, 8, 3), "list")), ("1", Labels(holder="list")))
    return recipe.changed(
        lambda item: Holding("tuples", pair) if isinstance(item, Inputs) and item.holder == "array" else item
    )


def _one_each(recipe: Recipe, batches: Sequence[Any]) -> bool:
    """Whether inputs have as many leaves as there are samples, and not as a batch has rows."""
    count = recipe.num_samples or 0
    size = recipe.batch_size or count
    parts = [batch[0] if isinstance(batch, (tuple, list)) and batch else None for batch in batches]
    listed = [part for part in parts if isinstance(part, (tuple, list))]
    arrays = any(isinstance(item.value, Inputs) and item.value.holder == "array" for item in recipe.probes)
    return arrays and size < count and bool(parts) and all(len(part) == count for part in listed) and listed == parts


def severally(recipe: Recipe) -> Recipe:
    """The recipe with lists of arrays in place of arrays."""
    return recipe.changed(
        lambda item: replace(item, holder="several") if isinstance(item, Inputs) and item.holder == "array" else item
    )


def _crossed(recipe: Recipe, batches: Sequence[Any]) -> bool:
    """Whether arrays of too few axes were spread over each other, so that an inner axis is as long as the batch."""
    ranks = [len(item.value.shape) + 1 for item in recipe.probes if isinstance(item.value, Inputs)]
    if not ranks:
        return False
    found = [leaf for batch in batches for leaf in arrays_in(batch) if leaf.ndim >= max(ranks) + 2]
    return bool(found) and all(len(leaf) > 1 and len(leaf) in leaf.shape[1:] for leaf in found)


def beyond_classes(recipe: Recipe, batches: Sequence[Any]) -> int:
    """How many classes one-hot targets have, where some of their rows hold none; 0 where that is not so."""
    found: list[bool] = []

    def note(material: Material) -> Material:
        found.append(isinstance(material, Labels) and material.kind == "plain")
        return material

    recipe.changed(note)
    parts = [batch[1] for batch in batches if isinstance(batch, (tuple, list)) and len(batch) > 1]
    for leaf in arrays_in(parts) if any(found) else ():
        if leaf.ndim == 2 and leaf.shape[1] > 1 and leaf.dtype.kind in "fiub" and np.isin(leaf, (0, 1)).all():
            hot = leaf.sum(axis=1)
            if (hot <= 1).all() and (hot == 0).any() and (hot == 1).any():
                return int(leaf.shape[1])
    return 0


def enlarged(recipe: Recipe) -> Recipe:
    """The recipe with larger numbers in place of those that were made up, as of steps in a window."""
    small = [item for item in recipe.arguments if item.source == "probe" and isinstance(item.value, Plain)]
    names = {item.name for item in small if type(item.value.value) is int and 1 < item.value.value < LARGER}
    arguments = tuple(replace(item, value=Plain(LARGER)) if item.name in names else item for item in recipe.arguments)
    return replace(recipe, arguments=arguments)


def more_of_each(recipe: Recipe) -> Iterator[Recipe]:
    """Labels of a few classes, each with several samples; then many more samples: what could make a batch of none."""
    if not recipe.guesses:
        return
    kinds: dict[str, LabelKind] = {"one-hot": "one-hot classes", "plain": "classes"}

    def of_few(item: Material) -> Material:
        named = isinstance(item, Labels) and item.kind in kinds
        return replace(item, kind=kinds[item.kind], classes=FEW_CLASSES) if named else item  # type: ignore[attr-defined,type-var]

    yield recipe.changed(of_few)
    if recipe.num_samples and recipe.num_samples < MANY and not recipe.fixed_samples:
        yield replace(recipe, num_samples=recipe.num_samples * 8)


def few_taken(recipe: Recipe, batches: Sequence[Any]) -> bool:
    """Whether hardly a sample ever comes, where each has a label of its own: a class may have asked for some labels."""
    if not any(isinstance(leaf, Labels) and leaf.kind == "plain" for leaf in _made(recipe)):
        return False
    told = [[leaf for leaf in arrays_in(batch) if leaf.ndim and leaf.dtype.kind in "fiub"] for batch in batches]
    rows = [[tuple(row.tobytes() for row in sample) for sample in zip(*leaves, strict=False)] for leaves in told]
    distinct = {sample for batch in rows for sample in batch}
    often = 0 < len(distinct) * MANY_TIMES <= sum(map(len, rows))
    return often and len(distinct) < min(map(len, rows))


def _made(recipe: Recipe) -> list[Material]:
    materials = [*(item.value for item in recipe.probes if item.value is not None), *recipe.files]
    return [leaf for material in materials for leaf in leaves(material)]


def counts_by_guess(recipe: Recipe) -> bool:
    """Whether what was made up may say how many samples are taken: then nobody knows how many there are."""
    if any(isinstance(item.value, Holding) and item.value.form == "feeds" for item in recipe.probes):
        return True  # those of one Sequence, or of all of them
    return any(
        isinstance(item.value, Plain)
        and type(item.value.value) is int
        and _COUNT.fullmatch(item.name)
        and not _OF_A_SAMPLE.search(item.name)
        for item in recipe.arguments
        if item.source == "probe"
    )


def only_labels(recipe: Recipe) -> bool:
    """Whether nothing was made up but labels: then each of them may stand for an input as well."""
    made = [leaf for item in recipe.probes if item.value is not None for leaf in leaves(item.value)]
    return any(isinstance(leaf, Labels) for leaf in made) and all(isinstance(leaf, (Labels, Plain)) for leaf in made)


def degenerate(batches: Iterable[Any]) -> bool:
    """Whether a batch holds NaN or infinity, as standardising a flat picture gives."""
    leaves: list[npt.NDArray[Any]] = [leaf for batch in batches for leaf in arrays_in(batch)]
    return any(leaf.dtype.kind == "f" and not np.isfinite(leaf).all() for leaf in leaves)


def is_found(recipe: Recipe) -> bool:
    """Whether the class has to find or to read what it makes of the data, so that it may miss them without a word."""
    found: list[bool] = []

    def note(material: Material) -> Material:
        found.append(isinstance(material, (Files, Paths, FileHolding, Ids, Texts, Tokens)))
        return material

    recipe.changed(note)
    return any(found)


def _texts(value: Any, depth: int = 0) -> list[str]:
    """The texts in a batch, at most `MOST_TEXTS` of them."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, bytes):
        return [value.decode(errors="replace")]
    if isinstance(value, np.ndarray) and value.dtype.kind in "USO":
        return [text for item in value.ravel()[:MOST_TEXTS] for text in _texts(item, depth + 1)]
    if depth < 6 and isinstance(value, dict):
        value = [*value, *value.values()]
    if depth < 6 and isinstance(value, (tuple, list)):
        return [text for item in value[:MOST_TEXTS] for text in _texts(item, depth + 1)]
    return []
