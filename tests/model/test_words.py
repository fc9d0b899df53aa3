"""How numbers, places and lists are written."""

from __future__ import annotations

import pytest

from seqcheck.model.words import batches_at, counted, listing, scope
from tests.histories import history, numbered_pass


def test_nouns_take_their_plural():
    assert [counted(1, "batch"), counted(3, "batch")] == ["1 batch", "3 batches"]
    assert [counted(0, "epoch"), counted(2, "axis"), counted(2, "entry", "entries")] == [
        "0 epochs",
        "2 axes",
        "2 entries",
    ]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([2], "2"),
        ([2, 4], "2 and 4"),
        (["a", "b", "c"], "a, b and c"),
        (range(6), "0, 1, 2, 3, 4 and 5"),
        (range(7), "0, 1, 2, 3, 4 and 2 more"),
    ],
)
def test_lists_end_in_and_and_never_say_1_more(items, expected):
    assert listing(items) == expected


def test_batches_are_named_once_in_order():
    assert batches_at([3]) == "batch 3"
    assert batches_at([5, 3, 5]) == "batches 3 and 5"


def test_the_scope_counts_batches_and_epochs_and_confesses_a_selection():
    whole = history("loop", [numbered_pass(12, 4)] * 2)
    assert scope([whole]) == "6 batches of 2 epochs"
    some = history("loop", [numbered_pass(12, 4)], lengths=50, indices=(0, 1, 2))
    assert scope([whole, some]) == "9 batches of 3 epochs, for the batches read"
