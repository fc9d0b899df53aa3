"""What a parameter wants that holds no samples: sizes made smaller, numbers, callables, names of columns, modes."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Final

from seqcheck.construction.loaders import ENDINGS
from seqcheck.construction.materials import (
    Anchors,
    BatchCount,
    ClassCount,
    Identity,
    Labels,
    Material,
    Plain,
    Statistic,
    Tokenizer,
)
from seqcheck.construction.materials.contents import SOUND_RATE
from seqcheck.construction.materials.texts import WORDS
from seqcheck.construction.materials.tokenizers import ASKED as TOKENIZED
from seqcheck.construction.names import CHARACTERS, COLUMNS, FRAME_NAME, SERIES, VOCABULARY
from seqcheck.construction.signature import Parameter
from seqcheck.construction.traces import Clues, Trace

SIDE: Final = 16
"""What a side of a picture is made, where a default is longer."""
DEEP_SIDE: Final = 8
"""The same where there are three sides and more, not counting channels."""
_CALL: Final = re.compile(
    r".*(transform|augment|aug|preprocess|preprocessing|normali[sz]e|func|function|fn|callback|pipeline|generator)\w*",
    re.I,
)
_WHAT: Final = r"image|img|input|target|output|patch|crop|frame|in|out|im|x|mask"
SIZE: Final = re.compile(rf"(dim|dims|\w*shape|size|(\w+_)?({_WHAT})_?(dim|dims|size|hw|wh))s?", re.I)
_SIDE: Final = re.compile(
    r"(row|col|column|width|height)s?_?dim(ension)?s?|(\w+_)?(height|width|rows|cols|h|w|image_size|img_size|imsize|side)",
    re.I,
)
_NUMBER: Final = re.compile(
    r"(n|num|nb|max|min|len|max_?len|seq_?length|timesteps|window|look_?back|steps?|stride|horizon|length|time_?steps|seq_?len|sequence_length|k|depth"
    r"|lag|history|future|fold|rate|sr|channels?|epochs?|workers?|degree|scale|sigma|alpha|ratio|prob|p)(_\w+)?"
    r"|\w+_(size|len|length|steps?|count|num|rate|channels?)",
    re.I,
)
_FIRST: Final = re.compile(
    r"(\w+_)?(start|begin|first|offset)(_(idx|index|pos|row|id|sample|position))?|min_(idx|index|row)", re.I
)
_LAST: Final = re.compile(r"(\w+_)?(end|stop)(_(idx|index|pos|row|id|sample|position))?|max_(idx|index|row)", re.I)
"""Where the part of the data begins that is taken, and where it ends."""
_FRACTION: Final = re.compile(r"\w*(alpha|ratio|prob|frac|sigma|scale|dropout)|(\w+_)?p", re.I)
_FLAG: Final = re.compile(
    r"(is|use|do|with|has|return|to)_\w+|train|training|augment(ation)?|test|verbose|debug|random|flip", re.I
)
ANCHORS: Final = re.compile(r"(\w+_)?anchors?(_?(boxes|sizes|masks?|list))?", re.I)
FULL_SIDE: Final = 64
"""What a side of a picture is made where anchors are given: the outputs of detectors are up to 32 times smaller."""
_ENDING: Final = re.compile(
    r"((img|image|im|file|pic|mask|audio|data)_?)?(format|fmt|ext|extension|suffix|ending)", re.I
)
_RATE: Final = re.compile(r"(\w+_)?(sr|fs|(sample|sampling|frame)?_?rate)", re.I)
_SECONDS: Final = re.compile(r"(\w+_)?(dt|seconds|secs?|duration|delta_?time|clip_len(gth)?_?s?)", re.I)
_MODE: Final = re.compile(r"mode|split|subset|phase|set_?type|partition|stage|kind|type|dataset_type", re.I)


_MEAN: Final = re.compile(r"(\w+_)?(means?|avg|average)(_\w+)?", re.I)
_DEVIATION: Final = re.compile(r"(\w+_)?(stds?|std_?devs?|stdev|stddev|deviations?)(_\w+)?", re.I)


METHODS: Final = {"random_transform", "standardize", "apply_transform", "transform", "augment_image", "augment_images"}
"""The methods through which augmenters and scalers are called, first those of Keras's own image generator."""


def guess(item: Parameter, clues: Clues) -> Material | None:
    """What a required parameter could be given that is no data; None where nothing says it."""
    if VOCABULARY.fullmatch(item.name) and {"index"} & {use.detail for use in clues.of(item.name, "method")}:
        return Labels(holder="names")  # of what is looked up there
    if VOCABULARY.fullmatch(item.name):
        return Plain({word: number + 1 for number, word in enumerate(WORDS)})
    asked = {use.detail for use in clues.of(item.name, "method", "attribute") if not use.trace.steps}
    if asked & TOKENIZED or re.fullmatch(r"(\w+_)?tokeni[sz]er", item.name, re.I):
        return Tokenizer()
    if CHARACTERS.fullmatch(item.name):
        return Plain(string.printable)
    kinds = {use.kind for use in clues.of(item.name) if not use.trace.steps}
    methods = {use.detail for use in clues.of(item.name, "method") if not use.trace.steps}
    if ANCHORS.fullmatch(item.name):
        return Anchors("masks" if re.search("mask", item.name, re.I) else "sizes")
    if _ENDING.fullmatch(item.name) and not {"call", "number", "item"} & kinds:
        return Plain(_ending(item.name, clues))
    if names_a_column(item, clues):
        several = COLUMNS.fullmatch(item.name) or names_each_column(item, clues)
        return Plain([f"{item.name}_{number}" for number in range(2)]) if several else Plain(item.name)
    if "call" in kinds or methods & METHODS or "Callable" in item.annotation:
        return Identity()
    literal = sorted(use.detail for use in clues.of(item.name, "compare") if not use.trace.steps)
    if literal:
        return Plain("train" if "train" in literal else literal[0])
    if item.name == "seed" or item.name.endswith("_seed"):
        return Plain(0)
    if item.annotation in ("bool", "<class 'bool'>") or (kinds == {"truth"} and not _NUMBER.fullmatch(item.name)):
        return Plain(False)
    if "wav" in clues.kinds and _RATE.fullmatch(item.name):
        return Plain(SOUND_RATE)
    if "wav" in clues.kinds and _SECONDS.fullmatch(item.name):
        return Plain(1)
    if "batches" in kinds:
        return BatchCount()
    if "batched" in kinds:
        return ClassCount()  # whatever it is called: the number of samples
    # What is counted or taken in parts holds samples, whatever it is called.
    whole = not {"length", "part", "item", "lookup"} & kinds and item.annotation not in ("float", "int")
    if whole and (told := statistic(item.name)) is not None:
        return told
    if SIZE.fullmatch(item.name) and ("size" in kinds or "number" not in kinds or _is_taken_apart(item.name, clues)):
        return Plain((SIDE, SIDE))
    if SIZE.fullmatch(item.name) or _SIDE.fullmatch(item.name):
        return Plain(SIDE)
    if re.search("channel", item.name, re.I):
        return Plain(3)
    if _FRACTION.fullmatch(item.name) or item.annotation == "float":
        return Plain(0.5)
    if "optional" in kinds and (_NUMBER.fullmatch(item.name) or _LAST.fullmatch(item.name)):
        return Plain(None)  # the class has a number of its own then
    if _FIRST.fullmatch(item.name):
        return Plain(0)
    if _LAST.fullmatch(item.name):
        return ClassCount()
    if "number" in kinds or item.annotation == "int" or _NUMBER.fullmatch(item.name):
        return Plain(SIDE if re.search("vocab|feature", item.name, re.I) else 4)
    if _CALL.fullmatch(item.name):
        return Identity()
    if _FLAG.fullmatch(item.name):
        return Plain(False)
    if _MODE.fullmatch(item.name):
        return Plain("train")
    if any(use.kind == "kept" and use.by == Trace(item.name) for use in clues.uses):
        return Plain("train")  # whatever it is called: the part of a table that is taken
    return Plain((SIDE, SIDE)) if "size" in kinds or re.search(r"(shape|dims?)$", item.name, re.I) else None


def statistic(name: str) -> Statistic | None:
    """The mean or the deviation of the data, where a parameter, a file or an array in it is called so."""
    if _MEAN.fullmatch(name):
        return Statistic(0)
    return Statistic(1) if _DEVIATION.fullmatch(name) else None


def _ending(name: str, clues: Clues) -> str:
    """The ending of files in the format that the class reads, with its dot unless that stands before it in a path."""
    kinds = [kind for kind in ENDINGS if kind in clues.kinds]
    ending = ENDINGS[kinds[0]] if kinds else ".png"
    for parts in (opening.path.parts for opening in clues.openings):
        for before, part in pairwise(parts):
            if isinstance(part, Trace) and part.root == name and isinstance(before, str) and before.endswith("."):
                return ending[1:]
    return ending


UNUSED: Final = Plain(0)
"""For what the source never looks at."""


def names_a_column(item: Parameter, clues: Clues) -> bool:
    """Whether something is looked up under the parameter's value, as a column or a dataset is."""
    own = any(use.kind == "column" and not use.trace.steps for use in clues.of(item.name))
    return own or any(f"${item.name}" in use.trace.steps for use in clues.uses)


def names_a_column_of_a_table(item: Parameter, others: Iterable[Parameter], clues: Clues) -> bool:
    """Whether something is looked up under the value in what is a table, and no array."""
    step = (f"${item.name}",)
    tables = {other.name for other in others if FRAME_NAME.fullmatch(other.name) or "DataFrame" in other.annotation}
    uses = [use for use in clues.uses if use.trace.steps == step]
    return any(use.trace.root in tables or (use.kind == "attribute" and use.detail in SERIES) for use in uses)


def names_each_column(item: Parameter, clues: Clues) -> bool:
    """Whether columns are looked up under the elements of the parameter."""
    return any(use.kind == "column" and use.trace.steps == ("[]",) for use in clues.of(item.name))


def _is_taken_apart(name: str, clues: Clues) -> bool:
    return any(use.trace.steps for use in clues.of(name))


def shrunk(item: Parameter) -> Any:
    """A size that is smaller than the parameter's own default; None where that is small enough, or is no size."""
    if item.default is None:
        return None
    try:
        value = ast.literal_eval(item.default)
    except (ValueError, SyntaxError, RecursionError):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return SIDE if value > 2 * SIDE and (_SIDE.fullmatch(item.name) or SIZE.fullmatch(item.name)) else None
    if not isinstance(value, (tuple, list)) or not 1 < len(value) <= 4 or not SIZE.fullmatch(item.name):
        return None
    if not all(isinstance(side, int) and not isinstance(side, bool) and side > 0 for side in value):
        return None
    sides = [side for side in value if side > 4]
    most = SIDE if len(sides) <= 2 else DEEP_SIDE
    made = type(value)(min(side, most) for side in value)
    return made if made != value and max(value) > 2 * SIDE - 1 else None


def enlarged(material: Material) -> Material:
    """A size of pictures that was made up, for detectors; everything else as it is."""
    if isinstance(material, Plain) and material.value in (SIDE, (SIDE, SIDE), (SIDE, SIDE, 3)):
        sides = material.value
        return Plain(FULL_SIDE if isinstance(sides, int) else (FULL_SIDE, FULL_SIDE, *sides[2:]))
    return material


def shapes(parameters: tuple[Parameter, ...], made: dict[str, Material]) -> dict[str, tuple[int, ...]]:
    """The shape of a sample's ``picture`` and of its ``array``, as sizes and channels among the parameters say."""
    picture: tuple[int, ...] = (SIDE, SIDE, 3)
    array: tuple[int, ...] = ()
    channels: tuple[int, ...] = ()
    sides: list[int] = []
    for item in parameters:
        value = _value(item, made)
        if isinstance(value, (tuple, list)) and SIZE.fullmatch(item.name) and all(isinstance(s, int) for s in value):
            array = array or tuple(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            if re.search("channel", item.name, re.I):
                channels = (value,)
            elif _SIDE.fullmatch(item.name) or SIZE.fullmatch(item.name):
                sides.append(value)
    array = array or (tuple(sides[:2]) * (2 if len(sides) == 1 else 1) if sides else ())
    if len(array) >= 2 and max(array[:2]) <= 256:
        picture = (*array[:2], 3 if channels != (1,) else 1)
    own = array[-1:] if len(array) == 3 and array[-1] <= 4 else ()
    whole = (*array, *(channels if not own else ())) if array else (DEEP_SIDE, DEEP_SIDE, *(channels or (3,)))
    return {"picture": picture, "array": whole}


def _value(item: Parameter, made: dict[str, Material]) -> Any:
    given = made.get(item.name)
    if isinstance(given, Plain):
        return given.value
    try:
        return ast.literal_eval(item.default or "None")
    except (ValueError, SyntaxError, RecursionError):
        return None
