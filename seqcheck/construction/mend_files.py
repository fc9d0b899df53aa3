"""What an exception says of files: which are missing, what they are called, and in which format they were wanted."""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from seqcheck.construction.complaint import is_users
from seqcheck.construction.failed import Failed
from seqcheck.construction.filings import grey
from seqcheck.construction.guesses import SIDE
from seqcheck.construction.loaders import ENDINGS, LOADERS
from seqcheck.construction.materials import Content, FileHolding, Files, Ids, Inputs, Labels, Material, Paths
from seqcheck.construction.materials.contents import FORMATS
from seqcheck.construction.materials.world import stays_near
from seqcheck.construction.plan import BATCH_SIZE, sample_count
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.roles import role_of

MOST_SIBLINGS: Final = 64
_PATH: Final = re.compile(r"""['"‘(\[ ]?((?:[\w.~-]+)?(?:/[^'":;,\])’]+)+|[\w.-]+\.\w{2,5})""")
_JOINED: Final = re.compile(
    r"^.*?/world-[^/]+/(?P<folder>[^\0]*?)/?(?=/[^\0]*/world-[^/]+/)[^\0]*/world-[^/]+/(?P<name>.+)$"
)
"""A whole path of made-up data that was put behind the path of one of their folders."""
_SAID: Final = re.compile(r"\s+((was |is |could )?not |does not|doesn't|is missing|missing).*$", re.I)
"""What a message says of a path behind it."""
NAME: Final = re.compile(r"id_\d{4}|(?<!\d)\d{4}(?!\d)")
"""A made-up sample's name, or what is left of it."""


def missing_file(failed: Failed) -> Iterator[Recipe]:
    """A file that is not there: it is put there, in the folder of the made-up data."""
    recipe, error, text = failed.recipe, failed.error, failed.text
    missing = isinstance(error, OSError) or type(error).__name__ == "NotFoundError" or "No such file" in text
    if not missing:
        return
    path = getattr(error, "filename", None)
    if not isinstance(path, str):
        found = _PATH.search(text.partition("No such file")[2] or text) or _PATH.search(text)
        path = found[1] if found else ""
    joined = _JOINED.match(path.strip())
    if joined:
        yield from _by_name(recipe, joined["folder"].strip("/"), joined["name"])
        return
    path = re.sub(r"^.*/world-[^/]+/", "world:", _SAID.sub("", path.strip()))
    said = [item.value for item in recipe.arguments if item.pinned and isinstance(item.value, str) and item.value]
    if not path or not stays_near(path) or any(value in path for value in said):
        return  # outside of the made-up data, or where the user's own files are meant
    inside = not path.startswith("world:")
    pattern = re.sub(r"^\./", "", path.removeprefix("world:"))
    named = NAME.search(pattern)
    if NAME.fullmatch(pattern) and any(isinstance(item, Ids) for item in recipe.materials):
        # What names the samples is opened as it is.
        files = next((item for item in recipe.files if isinstance(item, Files)), Files())
        yield recipe.changed(lambda item: Paths(files, item.holder) if isinstance(item, Ids) else item)
        return
    if recipe.naming == "text" and re.search(r"(^|/)id(\.\w{1,5})?$", pattern):
        yield replace(recipe, naming="digits")  # only a part of the sample's name is in it, up to its underscore
        return
    numbered = _numbered(recipe, pattern)
    if numbered is not None:
        yield numbered
        return
    if recipe.naming == "numbers" and (found := re.search(r"(\d+)(?=[^/\d]*$)", pattern)):
        width = f":{len(found[1])}" if len(found[1]) > 1 else ""
        pattern = f"{pattern[: found.start()]}{{id{width}}}{pattern[found.end() :]}"
        made: Material = Files(pattern, _content(pattern, recipe))
        plain = re.sub(r"\{id:\d+\}", "{id}", pattern)
        same = [item for item in recipe.files if isinstance(item, Files) and item.pattern == plain != pattern]
        if same:  # the files are there, and only their names are written with fewer digits
            yield recipe.changed(lambda item: replace(item, pattern=pattern) if item in same else item)
            return
    elif named:
        pattern = re.sub(r"class_\d+", "{class}", pattern.replace(named[0], "{id}"))
        made = Files(pattern, _content(pattern, recipe))
        ended = next((item for item in recipe.files if isinstance(item, Files) and _is_named(item, pattern)), None)
        if ended is not None:
            yield recipe.changed(lambda item: _with_endings(item, ended))
            return
        if not re.search(r"\.\w{1,5}$", pattern):
            made = Files(f"{pattern}/{{id}}.png" if "{class}" in pattern else f"{pattern}.png")
    elif not re.search(r"\.\w{1,5}$", pattern):
        above, slash, name = pattern.rstrip("/").rpartition("/")
        names = _siblings(error, name)
        made = Files(f"{above}{slash}{'{class}' if names else name}/{{id}}.png", Content(), len(names) or 2, names)
    else:
        whole = _whole(pattern)
        if whole is None:
            return
        made = whole
    if made not in recipe.files:
        size = recipe.batch_size if recipe.batch_size and recipe.batch_size > 0 else BATCH_SIZE
        count = recipe.num_samples or sample_count(size)  # until now there were no samples, and so no number of them
        yield replace(recipe, files=(*recipe.files, made), inside=recipe.inside or inside, num_samples=count)


def _is_named(files: Files, pattern: str) -> bool:
    """Whether a sample's file is there, and only the ending of its name was left out."""
    return re.fullmatch(re.escape(pattern) + r"\.\w{1,5}", files.pattern) is not None


def _with_endings(item: Material, files: Files) -> Material:
    """What names the samples by ids, by the names of their files."""
    names = Paths(files, form="name")
    if isinstance(item, Labels) and item.holder == "by-id":
        return replace(item, holder="by-path", files=names)
    return names if isinstance(item, Ids) else item


def _numbered(recipe: Recipe, missing: str) -> Recipe | None:
    """The recipe with numbers for names, where a file of the samples is missing whose name is a number alone."""
    for files in (item for item in recipe.files if isinstance(item, Files) and recipe.naming == "text"):
        before, slot, after = files.pattern.partition("{id}")
        inner = missing[len(before) : len(missing) - len(after)]
        if slot and missing == before + inner + after and inner.isdigit() and int(inner) == 0:
            width = f":{len(inner)}" if len(inner) > 1 else ""

            def changed(item: Material, width: str = width) -> Material:
                return (
                    replace(item, pattern=item.pattern.replace("{id}", f"{{id{width}}}"))
                    if isinstance(item, Files)
                    else item
                )

            return replace(recipe.changed(changed), naming="numbers")
    return None


def _by_name(recipe: Recipe, folder: str, place: str) -> Iterator[Recipe]:
    """Names of files and not their paths, where these were put behind the path of a folder: the files lie in there."""
    pattern = NAME.sub("{id}", place)
    for paths in dict.fromkeys(item for item in recipe.materials if isinstance(item, Paths)):
        if paths.form != "absolute" or paths.files.pattern != pattern or not folder:
            continue
        files = replace(paths.files, pattern=f"{folder}/{pattern.rpartition('/')[2]}")
        made = recipe.changed(
            lambda item: replace(item, files=files, form="name") if item == paths else item  # noqa: B023
        )
        kept = tuple(item for item in made.files if item != paths.files)
        yield replace(made, files=kept if files in kept else (*kept, files))


def _siblings(error: BaseException, name: str) -> tuple[str, ...]:
    """The list of names in which the failing code has that of a missing folder: those of the classes, in its order."""
    for frame, _ in reversed([*traceback.walk_tb(error.__traceback__)]):
        if not is_users(frame):
            continue
        values = [*frame.f_locals.values(), *frame.f_globals.values()]
        values += [held for value in frame.f_locals.values() for held in getattr(value, "__dict__", {}).values()]
        for value in values:
            listed = type(value) in (list, tuple) and 1 < len(value) <= MOST_SIBLINGS
            if listed and all(isinstance(item, str) and item and "/" not in item for item in value) and name in value:
                return tuple(value)
    return ()


def _content(pattern: str, recipe: Recipe) -> Content:
    ending = re.search(r"\.\w{1,5}$", pattern)
    form = FORMATS.get(ending[0].lower() if ending else "", "picture")
    if form == "picture":
        return Content(shape=(SIDE, SIDE) if grey(pattern) else (SIDE, SIDE, 3))
    shapes = [files.content.shape for files in recipe.files if isinstance(files, Files)]
    return Content(form, shapes[0] if shapes else (8, 8, 3))


def _whole(pattern: str) -> Material | None:
    """One file for all samples, by its ending and name."""
    stem = pattern.rpartition("/")[2].partition(".")[0]
    label = role_of(stem, "", factory=False) == "y" or re.search(r"label|target|(^|_)y(_|$)", stem, re.I)
    single: Material = Labels() if label else Inputs((8, 8, 3))
    ending = pattern[pattern.rindex(".") :].lower()
    both = (("path", Paths(Files())), ("label", Labels(holder="list")))
    if ending == ".npy":
        return FileHolding(pattern, "npy", (("", single),))
    if ending == ".csv":
        return FileHolding(pattern, "csv", both)
    if ending == ".json":
        return FileHolding(pattern, "json", (("", Labels(holder="by-id")),))
    if ending in (".h5", ".hdf5"):
        return FileHolding(pattern, "hdf5", (("data", Inputs((8, 8, 3))), ("labels", Labels())))
    if ending in (".pkl", ".pickle", ".p"):
        return FileHolding(pattern, "pickle", (("", single),))
    return None


def other_format(failed: Failed) -> Iterator[Recipe]:
    """A made-up file that the failing line opens as one of another format: it is written in that format."""
    recipe, path = failed.recipe, path_refused(failed.error)
    text = failing_line(failed.error)
    if not path or not text:
        return
    called = re.findall(r"([A-Za-z_][\w.]*)\s*\(", text)
    kinds = [kind for name in called if (kind := LOADERS.get(name) or LOADERS.get(name.rpartition(".")[2])) in ENDINGS]
    if not kinds:
        return
    ending = ENDINGS[kinds[-1]]

    def change(item: Material) -> Material:
        if not isinstance(item, Files) or not path.endswith(item.pattern.rpartition("{id}")[2]):
            return item
        folder = item.pattern.partition("{")[0]
        if f"/{folder}" not in path or FORMATS.get(ending) == item.content.format:
            return item
        form = FORMATS[ending]
        shape = item.content.shape if form != "picture" else (SIDE, SIDE, 3)
        return replace(item, pattern=re.sub(r"\.\w{1,5}$", "", item.pattern) + ending, content=Content(form, shape))

    yield recipe.changed(change)


def other_delimiter(failed: Failed) -> Iterator[Recipe]:
    """Tables of numbers whose cells are parted otherwise than by commas."""
    if re.search(r"could not convert string '-?[\d.]+,", failed.text):
        yield failed.recipe.changed(
            lambda item: (
                replace(item, content=replace(item.content, delimiter=" "))
                if isinstance(item, Files) and item.content.format == "numbers"
                else item
            )
        )


def mapped_numbers(failed: Failed) -> Iterator[Recipe]:
    """A file of bare numbers that is shorter than what is mapped: it holds an array of that shape and type."""
    if not re.search("mmap length is greater than file ?size", failed.text):
        return
    frames = [frame for frame, _ in traceback.walk_tb(failed.error.__traceback__)]
    shape, kind = frames[-1].f_locals.get("shape"), str(frames[-1].f_locals.get("dtype"))
    if not isinstance(shape, tuple) or shape[0] != failed.recipe.num_samples or not re.fullmatch(r"\w+", kind):
        return
    whole = Inputs(tuple(int(side) for side in shape[1:]), dtype=kind)
    yield failed.recipe.changed(
        lambda item: replace(item, members=(("", whole),)) if _is_mapped(item) else item  # type: ignore[type-var]
    )


def _is_mapped(item: Material) -> bool:
    return isinstance(item, FileHolding) and item.form == "raw"


def path_refused(error: BaseException) -> str:
    """The made-up file that a library was reading when it raised; empty where it read none."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    users = [place for place, frame in enumerate(frames) if is_users(frame)]
    for frame in frames[users[-1] + 1 :] if users else ():
        for value in frame.f_locals.values():
            named = value if isinstance(value, (str, Path)) else _name_of(value)
            if isinstance(named, (str, Path)) and "/world-" in str(named):
                return str(named)
    return ""


def _name_of(value: object) -> object:
    try:
        return getattr(value, "name", None)
    except Exception:  # half of a library's object: looking something up in it may fail in any way
        return None


def failing_line(error: BaseException) -> str:
    """The user's line at which an exception came; empty where none is known."""
    frames = [(frame, number) for frame, number in traceback.walk_tb(error.__traceback__) if is_users(frame)]
    return linecache.getline(frames[-1][0].f_code.co_filename, frames[-1][1], frames[-1][0].f_globals) if frames else ""
