"""Data sets as objects: they have the ids of their samples, and methods that load what belongs to one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from seqcheck.construction.materials.material import Code
from seqcheck.construction.materials.pictures import picture
from seqcheck.construction.materials.world import World

IDS: Final = re.compile(r"((image|img|sample|item)_?)?(ids|indices|indexes)", re.I)
COUNTS: Final = re.compile(r"(num|nb|n|number_of)_(images|imgs|samples|examples|items)", re.I)
_LOAD = r"(load|get|read|fetch)_"
LOADS: Final[dict[str, re.Pattern[str]]] = {
    "picture": re.compile(_LOAD + r"(image|img|picture|frame|photo)", re.I),
    "mask": re.compile(_LOAD + r"(seg_?)?mask", re.I),
    "label": re.compile(_LOAD + r"(class_?)?(label|target|class|class_id)", re.I),
}
"""What a method of that name loads for one sample, by its id."""
COUNTING: Final = re.compile(
    r"(get_)?(num|nb|n|number_of|count)_?(images|imgs|samples|examples|items|instances|records|data)?"
    r"|(get_)?(length|size|len|count)|__len__",
    re.I,
)
LOADING: Final = re.compile(r"(get|load|read|fetch|retrieve)(_\w+|[A-Z]\w*)|__getitem__")
"""Methods that are called with nothing, and count the samples; and with a sample's place, and load all of it."""
_MASK: Final = re.compile(r"(?!masked)\w*(mask|seg|gt)\w*", re.I)
_LABEL: Final = re.compile(r"y|\w*(label|target|class|cls)\w*", re.I)


@dataclass(frozen=True)
class Count:
    """A method that says how many samples there are."""

    count: int

    def __call__(self) -> int:
        """As many as it was made with."""
        return self.count


@dataclass(frozen=True)
class Load:
    """A method that loads what belongs to a sample: a picture, its mask, or its label, which is its number.

    Where it loads several of them at once, `what` names them with commas between.
    """

    what: str

    def __call__(self, number: int) -> Any:
        """A picture (16, 16, 3) or a mask (16, 16), uint8, or a number; a tuple of several."""
        if "," in self.what:
            return tuple(Load(what)(number) for what in self.what.split(","))
        if self.what == "label":
            return int(number)
        return picture(int(number), (16, 16, 3) if self.what == "picture" else (16, 16))


class Loaded:
    """A data set of so many samples, with the attributes and methods that are asked of it."""

    def __init__(self, count: int, lists: tuple[str, ...], counts: tuple[str, ...], loads: dict[str, str]) -> None:
        self._count = count
        for name in lists:
            setattr(self, name, np.arange(count))
        for name in counts:
            setattr(self, name, count)
        for name, what in loads.items():
            setattr(self, name, Count(count) if what == "count" else Load(what))

    def __len__(self) -> int:
        """How many samples there are."""
        return self._count


@dataclass(frozen=True)
class Catalogue:
    """A data set whose `lists` hold the ids of all samples, whose `counts` are their number, and whose `loads` load."""

    lists: tuple[str, ...]
    counts: tuple[str, ...]
    loads: tuple[tuple[str, str], ...]

    def make(self, world: World) -> Loaded:
        """The data set; its ids are the numbers of the samples."""
        return Loaded(world.count, self.lists, self.counts, dict(self.loads))

    def words(self, count: int) -> str:
        """``a data set of 37: image_ids, load_image``"""
        return f"a data set of {count}: {', '.join((*self.lists, *self.counts, *(name for name, _ in self.loads)))}"

    def code(self) -> Code:
        """The same data set."""
        return Code(
            f"Loaded(num_samples, {self.lists!r}, {self.counts!r}, {dict(self.loads)!r})",
            imports=("from seqcheck.construction.materials.catalogues import Loaded",),
        )


def catalogue_for(
    attributes: set[str],
    methods: set[str],
    given: Mapping[str, int] | None = None,
    parted: Mapping[str, tuple[str, ...]] | None = None,
) -> Catalogue | None:
    """The data set that has all of these attributes and methods; None where one of them says nothing.

    `given` has with how many arguments a method is called, `parted` the names of the parts that its result is taken
    apart into; without them nobody knows what a method gives back that is named as no other is.
    """
    loads = {name: what for name in methods for what, form in LOADS.items() if form.fullmatch(name)}
    for name in methods - set(loads):
        places = (given or {}).get(name)
        if places == 0 and COUNTING.fullmatch(name):
            loads[name] = "count"
        elif places == 1 and LOADING.fullmatch(name) and (parts := (parted or {}).get(name)):
            loads[name] = ",".join(map(_what, parts))
    lists = {name for name in attributes if IDS.fullmatch(name)}
    counts = {name for name in attributes if COUNTS.fullmatch(name)}
    if not set(loads.values()) - {"count"} or set(loads) != methods or lists | counts != attributes:
        return None
    return Catalogue(tuple(sorted(lists)), tuple(sorted(counts)), tuple(sorted(loads.items())))


def _what(name: str) -> str:
    """What a part is, by the name that it is given."""
    return "mask" if _MASK.fullmatch(name) else "label" if _LABEL.fullmatch(name) else "picture"
