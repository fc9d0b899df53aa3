"""Openings become patterns below a folder; what would lie outside of the made-up data is left out."""

from __future__ import annotations

import pytest

from seqcheck.construction.filings import filings
from seqcheck.construction.traces import Clues, Opening, Text, Trace, Use

ID = Trace("ids", ("[]",))
ROOT = Trace("root")
NAME = Trace("file 0", ("[]", "name", "#0"))
DEFAULTS = {"ids": None, "root": None, "part": "train", "scale": 4, "suffix": "_mask"}


@pytest.mark.parametrize(
    ("kind", "parts", "folder", "pattern"),
    [
        ("npy", ("data/", ID, ".npy"), "", "data/{id}.npy"),
        ("npy", (ROOT, "/", ID, ".npy"), "root", "{id}.npy"),
        ("picture", (ROOT, "/", ID), "root", "{id}.png"),
        ("picture", (ROOT, "/", Trace("part"), "/", ID, ".jpg"), "root", "train/{id}.jpg"),
        ("picture", (ROOT, "/", Trace("file 0", ("[]",)), "/", Trace("file 1", ("[]",))), "root", "{class}/{id}.png"),
        ("glob", (ROOT, "/*/*.jpg"), "root", "{class}/{id}.jpg"),
        ("csv", ("./labels.csv",), "", "labels.csv"),
        ("hdf5", (ROOT,), "root", ""),
        ("npy", (ROOT, "/x_", None, ".npy"), "root", "x_{id}.npy"),
        ("npy", ("../arrays/", ID, ".npy"), "", "../arrays/{id}.npy"),
        ("picture", (ROOT, "/", NAME, "x", Trace("scale"), Trace("file 0", ("[]", "#1"))), "root", "{id}x4"),
        ("picture", (ROOT, "/", NAME, Trace("suffix"), ".png"), "root", "{id}_mask.png"),
    ],
)
def test_a_path_as_a_pattern(kind: str, parts: tuple[object, ...], folder: str, pattern: str) -> None:
    (found,) = filings(Clues(openings=(Opening(2, kind, Text(parts)),)), DEFAULTS)  # type: ignore[arg-type]
    assert (found.folder, found.pattern) == (folder, pattern)


@pytest.mark.parametrize(
    "parts",
    [("/kaggle/input/", ID), ("~/data/", ID), ("../../../../data/", ID), ("a/../b/", ID), (Trace("given"), "/", ID)],
)
def test_nothing_is_planned_where_it_must_not_be_made(parts: tuple[object, ...]) -> None:
    """An absolute path, one that leads upwards, and one of which the user gave a part."""
    assert filings(Clues(openings=(Opening(0, "npy", Text(parts)),)), DEFAULTS) == []  # type: ignore[arg-type]


def test_the_ending_is_the_one_that_the_source_asks_for() -> None:
    name = Trace("file 0", ("[]",))
    openings = (Opening(0, "folder", Text((ROOT,))), Opening(1, "picture", Text((ROOT, "/", name))))
    found = filings(Clues(frozenset({Use(name, "endswith", ".jpeg")}), openings), DEFAULTS)
    assert found[1].pattern == "{id}.jpeg"
    # Sets of uses have another order in every process; made-up files are called alike in all of them.
    several = frozenset(Use(name, "endswith", ending) for ending in (".png", ".jpg", ".tif", ".bmp", ".gif", ".jpeg"))
    assert filings(Clues(several, openings), DEFAULTS)[-1].pattern == "{id}.png"
