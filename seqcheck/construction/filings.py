"""Where a class looks for its files: openings of its source as patterns below a folder, and who names the samples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from seqcheck.construction.loaders import ENDINGS
from seqcheck.construction.materials.contents import FORMATS, Content, Format
from seqcheck.construction.materials.files import FRAME
from seqcheck.construction.materials.world import stays_near
from seqcheck.construction.traces import Clues, Opening, Trace

Slot = tuple[str, tuple[str, ...]]
"""Where a value stands: the root of its trace, and its keys and places without the steps to elements."""
LISTINGS: Final = ("folder", "tree", "glob")
_GREY: Final = re.compile(r"mask|seg|annot|gt|ground|target|label", re.IGNORECASE)


@dataclass(frozen=True)
class Filing:
    """One opening of files, as a pattern with ``{id}``, ``{class}`` or neither (then it is one whole file).

    `folder` is the parameter that holds the folder, "" where the path is relative. `slots` name the values that make
    the ``{id}``; `bare` is set where the id stands alone, without an ending of its own. `number` is the opening's.
    `slash` is set where something is added to the folder as it is.
    """

    number: int
    kind: str
    folder: str
    pattern: str
    slots: tuple[Slot, ...] = ()
    bare: bool = False
    slash: bool = False

    @property
    def ending(self) -> str:
        """The ending of the file's name: ``.png``"""
        found = re.search(r"\.[A-Za-z0-9]{1,5}$", self.pattern)
        return found[0].lower() if found else ""

    @property
    def format(self) -> Format:
        """The format of a sample's file."""
        if self.kind in ("csv", "numbers", "wav", "video", "npy", "mat", "hdf5", "pickle", "json"):
            if self.kind == "npy" and self.ending == ".npz":
                return "npz"
            return self.kind  # type: ignore[return-value]  # they are formats, all of them
        return FORMATS.get(self.ending, "picture" if self.kind == "picture" else "txt")


def slot_of(trace: Trace) -> Slot:
    """Where a trace stands."""
    steps = (f".{step[1:]}" if step[0] in "@$" else step for step in trace.steps)
    return trace.root, tuple(step for step in steps if step not in ("[]", "text", "cells", "name"))


def filings(clues: Clues, defaults: Mapping[str, Any]) -> list[Filing]:
    """The openings whose place can be made in a world; `defaults` are the plain ones of the constructor's parameters.

    Paths that are absolute, or lead far out of the current folder, are left out: nothing may be made there.
    """
    found = []
    for opening in clues.openings:
        filing = _filing(opening, clues, defaults)
        if filing is not None and filing not in found:
            found.append(filing)
    return found


def grey(name: str) -> bool:
    """Whether pictures of that name have one channel, as masks have."""
    return bool(_GREY.search(name)) and not re.search(r"lines?$", name, re.IGNORECASE)


def content(filing: Filing, shapes: Mapping[str, tuple[int, ...]], clues: Clues) -> Content:
    """What each file of a filing holds; `shapes` has the shape of a ``picture`` and of an ``array``."""
    form = filing.format
    keys = tuple(sorted(_keys(filing, clues)))
    if form == "picture":
        shape = shapes["picture"]
        return Content(form, shape[:2] if grey(filing.pattern.rpartition("/")[0] or filing.folder) else shape)
    if form == "npz" or (form == "npy" and keys):
        form = "npz"
        return Content(form, shapes["array"], keys or ("arr_0",))
    if form == "txt" and _places_of_cells(filing, clues) == {0, 1, 2, 3, 4}:
        return Content("boxes")
    if form in ("numbers", "csv"):
        return Content(form, (16, 4) if not keys else (16,), keys, delimiter=",")
    return Content(form, shapes["array"], keys)


def _places_of_cells(filing: Filing, clues: Clues) -> set[int]:
    """The places that are looked at in the lines of a file, parted into words."""
    steps = [use.trace.steps for use in clues.of(f"file {filing.number}")]
    after = [one[one.index("cells") + 1 :] for one in steps if "cells" in one]
    return {int(one[0][1:]) for one in after if one and one[0][0] == "#"}


def _keys(filing: Filing, clues: Clues) -> set[str]:
    """The names that are asked of what is in the file."""
    traces = {use.trace for use in clues.uses if use.trace.root == f"file {filing.number}"}
    return {step[1:] for trace in traces for step in trace.steps[:1] if step.startswith(".")}


def _filing(opening: Opening, clues: Clues, defaults: Mapping[str, Any]) -> Filing | None:
    parts = list(opening.path.parts)
    roots = {part.root for part in parts if isinstance(part, Trace)}
    if any(root not in defaults and not root.startswith("file ") for root in roots):
        return None  # somebody gave a part of the path: nothing is made up where the user's own files are meant
    while parts and parts[-1] == "/":
        parts.pop()
    folder, slash = "", False
    if parts and isinstance(parts[0], Trace) and not parts[0].steps and parts[0].root in defaults:
        if len(parts) == 1 and opening.kind not in LISTINGS:
            return Filing(opening.number, opening.kind, parts[0].root, "")
        folder = parts.pop(0).root  # type: ignore[union-attr]
        slash = bool(parts) and not (isinstance(parts[0], str) and parts[0].startswith("/"))
    elif parts and isinstance(parts[0], str) and parts[0].startswith(("/", "~")):
        return None
    pattern, slots, bare = _pattern(parts, opening, clues, defaults)
    pattern = re.sub(r"/+", "/", pattern.replace("./", "", 1) if pattern.startswith("./") else pattern).lstrip("/")
    if not stays_near(pattern) or (folder and ".." in pattern.split("/")):
        return None
    return Filing(opening.number, opening.kind, folder, pattern, tuple(dict.fromkeys(slots)), bare, slash)


def _pattern(
    parts: list[Any], opening: Opening, clues: Clues, defaults: Mapping[str, Any]
) -> tuple[str, list[Slot], bool]:
    """The pattern, the slots that name samples in it, and whether its id has no ending of its own."""
    made, slots = "", []
    for place, part in enumerate(parts):
        if isinstance(part, str):
            # Of what is no sample's own folder or file, the number is the sample's.
            literal = part if "{id}" in made else FRAME.sub("{id}", part, count=1)
            if opening.kind == "glob" and "{id}" in made:  # what is found in a sample's own folder are its frames
                literal = literal.replace("*", "{frame:4}", 1)
            made += literal if opening.kind != "glob" else _starred(literal)
        elif isinstance(part, Trace):
            default = defaults.get(part.root)
            if not part.steps and part.root in defaults and not isinstance(default, (int, float)):
                named = default if isinstance(default, str) else part.root
                made += _starred(named) if opening.kind == "glob" else named
            elif not part.steps and type(default) in (int, float) and "{id}" in made:
                made += str(default)  # as the scale of a picture stands behind its name
            elif _names_a_class(part, parts[place + 1 :], made, opening.kind == "glob"):
                made += "{class}"
            else:
                made += "{id}" if "{id}" not in made else ""
                slots.append(slot_of(part))
        else:
            made += "{id}" if "{id}" not in made else ""
    bare = bool(slots) and not made.endswith("{id}")
    if opening.kind in LISTINGS and opening.kind != "glob":
        return made, slots, bare
    if opening.kind == "glob" and "{id}" not in made:
        made += "/{id}"
    if made.endswith("{id}"):
        made += _ending(opening, slots, clues)
    return made, slots, bare


def _names_follow(rest: list[Any]) -> bool:
    """Whether a name from a listing is that of a folder, because another name comes behind it and a slash."""
    slash = next((place for place, item in enumerate(rest) if isinstance(item, str) and "/" in item), len(rest))
    return any(isinstance(item, Trace) for item in rest[slash:])


def _names_a_class(part: Trace, rest: list[Any], made: str, starred: bool) -> bool:
    """Whether a name in a path is that of a folder per class: what is listed in that folder comes next."""
    if (
        starred
        and part.root.startswith("file ")
        and any(isinstance(item, str) and "/" in item and "*" in item for item in rest)
    ):
        return True
    if part.root.startswith("file ") and rest and _names_follow(rest):
        return True
    listed = len(rest) > 1 and isinstance(rest[1], Trace) and rest[1].root.startswith("file ")
    return listed and rest[0] == "/" and "{" not in made


def _ending(opening: Opening, slots: list[Slot], clues: Clues) -> str:
    """The ending of names that carry their own: what the source asks of them, else what the format has."""
    uses = [use for use in clues.uses if use.kind == "endswith" and use.detail.startswith(".")]
    asked = {use.detail for use in uses if slot_of(use.trace) in slots}
    if asked:  # of several always the same, and what keeps each value where there is the choice
        return min(asked, key=lambda ending: (ending != ".png", ending))
    literal = sorted(use.detail for use in clues.uses if use.kind == "endswith" and use.detail.lower() in FORMATS)
    keyed = any(use.trace.root == f"file {opening.number}" and use.kind == "key" for use in clues.uses)
    if keyed and opening.kind == "npy":
        return ".npz"
    return literal[0] if literal else ENDINGS.get(opening.kind, ".png")


def _starred(text: str) -> str:
    """``*.png`` as ``{id}.png``; the stars before the last are folders of classes."""
    text = text.replace("**/", "")
    return "{id}".join(text.replace("*", "{class}", text.count("*") - 1).split("*")) if "*" in text else text
