"""Data sets as objects: they have the ids of their samples, and methods that load what belongs to one of them."""

from __future__ import annotations

import re
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


@dataclass(frozen=True)
class Load:
    """A method that loads what belongs to a sample: a picture, its mask, or its label, which is its number."""

    what: str

    def __call__(self, number: int) -> Any:
        """A picture (16, 16, 3) or a mask (16, 16), uint8, or a number."""
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
            setattr(self, name, Load(what))

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


def catalogue_for(attributes: set[str], methods: set[str]) -> Catalogue | None:
    """The data set that has all of these attributes and methods; None where one of them says nothing."""
    loads = {name: what for name in methods for what, form in LOADS.items() if form.fullmatch(name)}
    lists = {name for name in attributes if IDS.fullmatch(name)}
    counts = {name for name in attributes if COUNTS.fullmatch(name)}
    if not loads or set(loads) != methods or lists | counts != attributes:
        return None
    return Catalogue(tuple(sorted(lists)), tuple(sorted(counts)), tuple(sorted(loads.items())))
