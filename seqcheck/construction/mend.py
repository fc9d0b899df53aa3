"""What an exception says of the data that would have been right: from a recipe that failed to one that may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from seqcheck.construction.failed import Failed, Rule, text_of
from seqcheck.construction.guesses import DEEP_SIDE, SIDE
from seqcheck.construction.loaders import ENDINGS
from seqcheck.construction.materials import (
    ClassCount,
    Content,
    FileHolding,
    Files,
    Folder,
    Holding,
    Identity,
    Ids,
    Inputs,
    Labels,
    Material,
    Paths,
    Pictures,
    Places,
    Plain,
    Texts,
    Tokens,
)
from seqcheck.construction.materials.contents import FORMATS, Format
from seqcheck.construction.materials.holdings import changed
from seqcheck.construction.materials.texts import WORDS
from seqcheck.construction.materials.world import Fields
from seqcheck.construction.mend_files import (
    NAME,
    failing_line,
    mapped_numbers,
    missing_file,
    other_delimiter,
    other_format,
)
from seqcheck.construction.mend_names import numbered_names, telling_names
from seqcheck.construction.mend_records import records
from seqcheck.construction.mend_shapes import other_shape
from seqcheck.construction.names import LABELS
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.roles import role_of
from seqcheck.construction.signature import Parameter
from seqcheck.construction.textures import textured
from seqcheck.construction.traces import Clues

_BOUNDS: Final = re.compile(r"index (-?\d+) is out of bounds for axis (\d) with size (\d+)")
_PAIR: Final = re.compile(
    r"concatenate tuple \(not \"int\"\)|'int' object is not (iterable|subscriptable)|type 'int' has no len"
    r"|must be an iterable, not int|cannot unpack non-iterable int"
)
_DEEP: Final = (8, 8, 3, 2)
"""The sides of an array that is looked into in so many axes at once."""
MOST_PLACES: Final = 12
"""A place behind these that is looked for in a record is none that can be made up."""
FEWEST_CLASSES: Final = 2
_NONE_LEFT: Final = re.compile(r"need at least one array to (stack|concatenate)")
_ROWS: Final = ("array", "list")
_SINGLE: Final = re.compile(r"'(tuple|list)' object cannot be interpreted as an integer|'(tuple|list)' and 'int'")


def mend(recipe: Recipe, error: BaseException, parameters: tuple[Parameter, ...], clues: Clues) -> list[Recipe]:
    """The recipes that the exception suggests, best first; none where it says nothing that was not tried.

    What is pinned by the user stays as it is.
    """
    found = []
    failed = Failed(recipe, error, text_of(error), parameters, clues)
    for rule in _RULES:
        for made in rule(failed):
            if made != recipe and made not in found:
                found.append(made)
    return found[:2]


def _missing_key(failed: Failed) -> Iterator[Recipe]:
    """A column, key or dataset that is not there: it is added to the table that the recipe has."""
    recipe, error, text = failed.recipe, failed.error, failed.text
    h5 = re.search(r"object '([^']+)' doesn't exist", text)
    npz = re.search(r"(\S+) is not a file in the archive", text)
    counted = re.search(r"can't locate attribute: '([^']+)'", text)
    if counted:
        yield recipe.changed(lambda item: _with_attribute(item, counted[1]))
        return
    frame = re.search(r"'(?:DataFrame|Series)' object has no attribute '(\w+)'", text)
    several = re.search(r"None of \[Index\(\[([^\]]+)\]", text) or re.search(r"\[([^\]]+)\] not in index", text)
    place = error.args[0] if isinstance(error, KeyError) and error.args else None
    if type(place) is int and 0 < place <= MOST_PLACES:
        yield recipe.changed(lambda item: _with_places(item, place))
        return
    names: list[str] = []
    if h5 or npz or frame:
        names = [(h5 or npz or frame)[1].strip("'\"")]  # type: ignore[index]  # one of them matched
    elif several:
        names = re.findall(r"'([^']+)'", several[1])
    elif isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        names = [error.args[0]]
    if not names or any(NAME.search(name) or "/world-" in name for name in names):
        yield from _wrong_keys(recipe, error)
        return
    added: list[bool] = []

    def add(material: Material) -> Material:
        if isinstance(material, (Holding, FileHolding)) and material.members[:1] and not added:
            known = {name for name, _ in material.members}
            members = tuple((name, _member(name)) for name in names if name not in known)
            if members:
                added.append(True)
                return replace(material, members=(*material.members, *members))
        return material

    made = recipe.changed(add)
    if added:
        yield made
        return
    if h5 or npz:
        yield recipe.changed(lambda item: _with_keys(item, tuple(names)))
        return
    for item in recipe.probes:
        if isinstance(item.value, (Inputs, Labels, Pictures)) and item.role == "x":
            members = tuple((name, _member(name)) for name in names)
            yield recipe.with_material(item, Holding("frame", members))
            yield recipe.with_material(item, Holding("dict", members))


def _with_places(item: Material, place: int) -> Material:
    """Records with so many places more that there is one behind what was looked for; labels stand there."""
    if not isinstance(item, Holding) or item.form != "tuples":
        return item
    more = tuple((str(number), Labels(holder="list")) for number in range(len(item.members), place + 1))
    return replace(item, members=(*item.members, *more))


def _with_attribute(item: Material, name: str) -> Material:
    """An HDF5 file that says of itself how many samples or classes it has."""
    if not isinstance(item, FileHolding) or item.form != "hdf5":
        return item
    members = tuple(member for member in item.members if member[0] != "attrs")
    return replace(item, members=(*members, (f"@{name}", ClassCount())))


def _with_keys(item: Material, names: tuple[str, ...]) -> Material:
    """Files of one sample each that hold arrays under names: under these as well."""
    if not isinstance(item, Files) or item.content.format not in ("npz", "hdf5", "npy"):
        return item
    form: Format = "npz" if item.content.format == "npy" else item.content.format
    keys = tuple(dict.fromkeys((*item.content.keys, *names)))
    return replace(item, content=replace(item.content, format=form, keys=keys))


def _wrong_keys(recipe: Recipe, error: BaseException) -> Iterator[Recipe]:
    """Labels that are looked up by something else than their keys: by paths and not by ids, or the other way round."""
    key = error.args[0] if isinstance(error, KeyError) and error.args else None
    by: Any = "by-path" if isinstance(key, str) and "/world-" in key else "by-id"
    files = next((item.files for item in recipe.all_materials() if isinstance(item, Paths)), None)
    if isinstance(key, str) and "/" not in key and "." in key and files is not None:
        named = Paths(files, form="name")
        yield recipe.changed(
            lambda item: (
                replace(item, holder="by-path", files=named)
                if isinstance(item, Labels) and item.holder in ("by-id", "by-path")
                else item
            )
        )
    elif key is not None:
        yield recipe.changed(
            lambda item: (
                replace(item, holder=by, files=files)
                if isinstance(item, Labels) and item.holder in ("by-id", "by-path")
                else item
            )
        )


def _member(name: str) -> Material:
    """What a column of that name holds."""
    if re.search(r"path|file|image_?name|img_?name", name, re.I):
        return Paths(Files(f"{name}/{{id}}.png"))
    if re.fullmatch(r"(\w+_)?(id|ids|name)", name, re.I) and not LABELS.search(name):
        return Ids()
    if role_of(name, "", factory=False) == "x":
        return Inputs((8, 8, 3))
    return Labels(holder="list")


def _class_count(failed: Failed) -> Iterator[Recipe]:
    """A label that is out of range: there are only so many classes."""
    recipe, text = failed.recipe, failed.text
    found = _BOUNDS.search(text)
    classes = int(found[3]) if found and 1 < int(found[3]) <= 1000 else 0
    if classes:
        yield of_classes(recipe, classes)
        if isinstance(recipe.naming, Fields) and recipe.naming.classes is None:
            yield replace(recipe, naming=replace(recipe.naming, classes=classes))


def _none_left(failed: Failed) -> Iterator[Recipe]:
    """A batch for which nothing was left: flat pictures and arrays are passed over as blank."""
    if _NONE_LEFT.search(failed.text):
        yield textured(failed.recipe)


def _fewer_classes(failed: Failed) -> Iterator[Recipe]:
    """A refusal that speaks of classes: there may be more of them than, say, rows in a batch. Of two there are not."""
    if isinstance(failed.error, (ValueError, AssertionError)) and re.search(r"\bclass(es)?\b", failed.text, re.I):
        yield of_classes(failed.recipe, FEWEST_CLASSES)


def of_classes(recipe: Recipe, classes: int) -> Recipe:
    """The recipe with labels that stand for so many classes."""

    def change(item: Material) -> Material:
        if isinstance(item, Labels) and item.kind in ("plain", "classes"):
            return replace(item, kind="classes", classes=min(item.classes, classes))
        return item

    return recipe.changed(change)


def _holder(failed: Failed) -> Iterator[Recipe]:
    """Another holder for the same data: arrays for lists, lists for arrays, a table, a `Path`, plain numbers."""
    recipe, text = failed.recipe, failed.text
    lists = "only integer scalar arrays" in text or re.search(r"list indices must be integers or slices, not \w*", text)
    if (lists and "not str" not in text) or "'list' object has no attribute" in text:
        yield recipe.changed(_as_array)
    if re.search(r"'numpy.ndarray' object has no attribute '(todense|toarray|tocsr|tocoo|getrow|nnz)'", text):
        yield recipe.changed(
            lambda item: replace(item, holder="sparse") if isinstance(item, Inputs) and len(item.shape) == 1 else item
        )
    if re.search(r"'numpy.ndarray' object has no attribute '(split|strip|replace)'", text):
        yield recipe.changed(
            lambda item: replace(item, holder="texts") if isinstance(item, Inputs) and item.holder in _ROWS else item
        )
    if "'numpy.ndarray' object has no attribute" in text or "truth value of an array" in text:
        yield recipe.changed(_as_list)
    if re.search(r"object has no attribute '(iloc|loc|iterrows|columns|values|reset_index|sample|groupby)'", text):
        for item in recipe.probes:
            if item.role in ("x", "") and not isinstance(item.value, (Holding, Folder, FileHolding)):
                members = (("path", Paths(Files())), ("label", Labels(holder="list")))
                yield recipe.with_material(item, Holding("frame", members))
    if "could not convert string to float" in text and "/world-" in text:
        yield recipe.changed(_numbers_for_paths)
    if "too many indices for array: array is 1-dimensional, but 2" in text:
        yield replace(recipe, files=tuple(changed(item, _as_column) for item in recipe.files))
        yield from _names_in_columns(failed)
    found = re.search(r"array is 0-dimensional, but ([234]) were indexed", text)
    if found:
        yield _arrays_by_id(failed, _DEEP[: int(found[1])])
    if re.search(r"unhashable type: '(list|slice|numpy.ndarray)'", text):
        yield from _not_by_key(failed)
    single = "'int' object is not subscriptable" in text or "invalid index to scalar variable" in text
    if single or re.search(r"object of type '(int|numpy\.u?int\d+)' has no len\(\)", text):
        yield recipe.changed(_wrapped)
    if "inhomogeneous shape" in text:
        yield recipe.changed(
            lambda item: replace(item, length=SIDE // 2) if isinstance(item, Tokens) and item.length is None else item
        )
    if re.search(r"PathLike object, not (int|numpy)", text):
        yield recipe.changed(lambda item: _paths_for_numbers(item, failed.clues))
    if "'str' object has no attribute" in text or "unsupported operand type(s) for /: 'str'" in text:
        yield recipe.changed(lambda item: replace(item, as_path=True) if isinstance(item, Folder) else item)
        for item in recipe.probes:
            if isinstance(item.value, Paths) and item.role == "x":
                yield recipe.with_material(item, Inputs((8, 8, 3), "list"))
    if re.search(r'can only concatenate str \(not "(list|numpy.ndarray)"\)', text):
        yield recipe.changed(lambda item: Tokens() if isinstance(item, Texts) and item.holder != "one" else item)
    added = "broadcast" in text and re.search(r"\+ *(list\(|\[)", failing_line(failed.error))
    if added or re.search(r"for \+: '(int|numpy\.u?int\d+)' and 'list'", text):  # a label for each token
        yield recipe.changed(lambda item: Tokens() if isinstance(item, Labels) and item.holder in _ROWS else item)
    # `int` names the text as it is, NumPy a word of it.
    worded = re.search(r"(?:invalid literal for int\(\)[^:]*|could not convert string to float): '(\w+)", text)
    if worded and worded[1] in WORDS:
        yield recipe.changed(lambda item: Tokens() if isinstance(item, Texts) and item.holder != "one" else item)
    if "location index with a non-integer key" in text or "arrays used as indices must be of integer" in text:
        yield recipe.changed(lambda item: Places() if isinstance(item, Ids) else item)
    if "format: a real number is required, not str" in text or "format code 'd' for object of type 'str'" in text:
        yield replace(recipe, naming="numbers")
    if "must be integers or slices, not str" in text or "indices must be integers" in text:
        yield replace(recipe, naming="numbers")
        for item in recipe.probes:
            if isinstance(item.value, (Inputs, Labels)) and item.role in ("x", "y"):
                holder: Any = "by-id"
                yield recipe.with_material(item, replace(item.value, holder=holder))
    if "cannot unpack non-iterable" in text and "Folder" not in repr(recipe.probes):
        for item in recipe.probes:
            if isinstance(item.value, (Inputs, Paths)) and item.role in ("x", ""):
                inner = item.value if isinstance(item.value, Paths) else Inputs((8, 8, 3), "list")
                yield recipe.with_material(item, Holding("tuples", (("0", inner), ("1", Labels(holder="list")))))


def _arrays_by_id(failed: Failed, shape: tuple[int, ...]) -> Recipe:
    """Arrays in place of labels by id, in what the failing line names."""
    recipe, line = failed.recipe, failing_line(failed.error)
    for item in recipe.probes:
        labels = isinstance(item.value, Labels) and item.value.holder == "by-id"
        if labels and re.search(rf"\b{re.escape(item.name)}\b", line):
            recipe = recipe.with_material(item, Inputs(shape, "by-id"))
    return recipe


def _names_in_columns(failed: Failed) -> Iterator[Recipe]:
    """Rows of several names in place of one, in what the failing line takes a column of."""
    line = failing_line(failed.error)
    for item in failed.recipe.probes:
        if isinstance(item.value, (Paths, Ids)) and re.search(rf"\b{re.escape(item.name)}\[:, *\d", line):
            places = [int(use.detail) for use in failed.clues.of(item.name, "axis") if use.detail.isdigit()]
            if max(places, default=MOST_PLACES) < MOST_PLACES:
                column: Material = replace(item.value, holder="list")
                members = tuple((str(place), column) for place in range(max(places) + 1))
                yield failed.recipe.with_material(item, Holding("table", members))


def _as_column(item: Material) -> Material:
    return replace(item, holder="column") if isinstance(item, Labels) and item.holder in _ROWS else item


def _numbers_for_paths(item: Material) -> Material:
    """A table of which all that is in it is reckoned with: numbers where paths were."""
    if not isinstance(item, Holding) or item.form != "frame":
        return item
    kept = [(name, Labels(holder="list") if isinstance(member, Paths) else member) for name, member in item.members]
    return replace(item, members=tuple(kept))


def _not_by_key(failed: Failed) -> Iterator[Recipe]:
    """An array for a dict into which lists of places were looked; numbers for what was a key, or in a set, itself."""
    recipe, line = failed.recipe, failing_line(failed.error)
    for item in recipe.probes:
        if isinstance(item.value, Holding) and item.value.form == "dict" and re.search(rf"\b{item.name}\[", line):
            yield recipe.with_material(item, Inputs((8, 8, 3)))
    for item in [item for item in recipe.probes if isinstance(item.value, Inputs)][1:]:
        yield recipe.with_material(item, Labels(holder="list"))


def _paths_for_numbers(item: Material, clues: Clues) -> Material:
    """A table whose columns were opened: those that are not called labels hold paths, of what the class reads."""
    if not isinstance(item, (Holding, FileHolding)):
        return item
    kind = next((kind for kind in ("wav", "npy", "picture", "mat") if kind in clues.kinds), "picture")
    ending = ENDINGS[kind]
    members = tuple(
        (name, Paths(Files(f"{name}/{{id}}{ending}", Content(FORMATS[ending], (8, 8, 3)))))
        if isinstance(member, Labels) and not LABELS.search(name)
        else (name, member)
        for name, member in item.members
    )
    return replace(item, members=members)


def _wrapped(item: Material) -> Material:
    if not isinstance(item, Labels) or item.holder not in ("array", "list", "by-id", "by-path"):
        return item
    return replace(item, wrapped=True, holder="list" if item.holder == "array" else item.holder)


def _as_array(item: Material) -> Material:
    if isinstance(item, (Paths, Ids)) and item.holder == "list":
        return replace(item, holder="array")
    if isinstance(item, (Inputs, Pictures)) and item.holder == "list":
        return replace(item, holder="array")
    return replace(item, holder="array") if isinstance(item, Labels) and item.holder == "list" else item


def _as_list(item: Material) -> Material:
    if isinstance(item, (Paths, Ids)) and item.holder == "array":
        return replace(item, holder="list")
    if isinstance(item, (Inputs, Pictures)) and item.holder == "array":
        return replace(item, holder="list")
    return replace(item, holder="list") if isinstance(item, Labels) and item.holder == "array" else item


def _size(failed: Failed) -> Iterator[Recipe]:
    """A size that is one number where two were wanted, or the other way round."""
    recipe, text = failed.recipe, failed.text
    pair = re.search(
        r"concatenate tuple \(not \"int\"\)|'int' object is not (iterable|subscriptable)|type 'int' has no len", text
    )
    pair = pair or re.search(r"must be an iterable, not int|cannot unpack non-iterable int", text)
    single = re.search(
        r"'(tuple|list)' object cannot be interpreted as an integer|type: 'tuple' and|'tuple' and 'int'", text
    )
    more = re.search(r"not enough values to unpack \(expected ([34]), got 2\)", text)
    line = failing_line(failed.error) if more else ""
    for item in recipe.arguments:
        if item.source == "probe" and isinstance(item.value, Plain):
            value = item.value.value
            if more and isinstance(value, tuple) and len(value) == 2 and re.search(rf"\b{item.name}\b", line):
                yield recipe.with_material(item, Plain((*value, 3) if more[1] == "3" else (*[DEEP_SIDE] * 3, 1)))
            if isinstance(value, float) and "'float' object cannot be interpreted as an integer" in text:
                yield recipe.with_material(item, Plain(2))
            if pair and isinstance(value, int) and value >= 4:
                yield recipe.with_material(item, Plain((value, value)))
            elif single and isinstance(value, tuple):
                yield recipe.with_material(item, Plain(value[0]))


def _absent(failed: Failed) -> Iterator[Recipe]:
    """A default of None that is used all the same: it is filled as its uses say."""
    recipe, text, parameters, clues = failed.recipe, failed.text, failed.parameters, failed.clues
    if "NoneType" not in text:
        return
    for parameter in parameters:
        given = next((item for item in recipe.arguments if item.name == parameter.name), None)
        if given is None or given.source != "default" or parameter.default != "None":
            continue
        called = bool(clues.of(parameter.name, "call")) or "random_transform" in {
            use.detail for use in clues.of(parameter.name, "method")
        }
        if (called and "not callable" in text) or (called and "has no attribute 'random_transform'" in text):
            yield recipe.with_material(given, Identity())
        elif parameter.role == "num_classes":
            yield recipe.with_material(given, ClassCount())
        elif "size" in {use.kind for use in clues.of(parameter.name)}:
            yield recipe.with_material(given, Plain((SIDE, SIDE)))


_RULES: Final[tuple[Rule, ...]] = (
    missing_file,
    other_format,
    other_delimiter,
    mapped_numbers,
    telling_names,
    _missing_key,
    _class_count,
    _fewer_classes,
    other_shape,
    _size,
    records,
    _holder,
    numbered_names,
    _absent,
    _none_left,
)
