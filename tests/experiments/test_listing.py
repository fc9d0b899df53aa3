"""Directories in an order of ours, for whoever lists them."""

from __future__ import annotations

import os
from pathlib import Path

from seqcheck.experiments.listing import Lister


def test_both_ways_of_listing_have_the_order_asked_for(tmp_path: Path) -> None:
    for name in "bca":
        (tmp_path / name).touch()
    for backwards, order in ((False, ["a", "b", "c"]), (True, ["c", "b", "a"])):
        lister = Lister(backwards=backwards)
        assert lister.listdir(tmp_path) == order
        assert lister.listdir(os.fsencode(tmp_path)) == [os.fsencode(name) for name in order]
        with lister.scandir(tmp_path) as entries:
            assert [entry.name for entry in entries] == order
        assert lister.count == 3


def test_an_order_takes_two(tmp_path: Path) -> None:
    (tmp_path / "only").touch()
    lister = Lister(backwards=True)
    assert lister.listdir(tmp_path) == ["only"]
    assert lister.count == 0
