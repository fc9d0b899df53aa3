"""Instances that differ in one argument, and how many epochs it takes to exclude chance."""

from __future__ import annotations

import math

import pytest

from seqcheck.experiments.parameters import LIKELY, MOST_EPOCHS, epochs_for
from seqcheck.model.history import History
from seqcheck.model.observation import Varied
from tests.runs import Bench

BOTH = {"batch_size": 4, "shuffle": False}
PASSES = ("fewer", "more", "unshuffled", "shuffled")


def contents(history: History, purpose: str) -> set[bytes]:
    """Fingerprints of all batches of a pass."""
    reads = [read for of_epoch in history.passes(purpose).values() for read in of_epoch]
    return {read.batch.digest for read in reads if read.batch is not None}


def test_two_sizes_and_both_ways_of_shuffling_are_read(bench: Bench) -> None:
    history = bench.history("Configured", "parameters", BOTH)
    assert [len(history.passes(purpose)[0]) for purpose in ("fewer", "more")] == [7, 3]
    assert {purpose: len(history.passes(purpose)) for purpose in ("unshuffled", "shuffled")} == {
        "unshuffled": 3,
        "shuffled": 3,
    }
    assert len(contents(history, "unshuffled")) == 7
    assert len(contents(history, "shuffled")) == 21


def test_an_argument_that_changes_nothing_gives_the_same_batches(bench: Bench) -> None:
    history = bench.history("Configured", "parameters", {**BOTH, "how": "fixed size"})
    first, second = (history.passes(purpose)[0] for purpose in ("fewer", "more"))
    assert [read.batch for read in first] == [read.batch for read in second]


@pytest.mark.parametrize(("how", "lengths"), [("", [7, 6]), ("keeps it", [7, 7])])
def test_batches_are_read_with_the_remainder_and_without(bench: Bench, how: str, lengths: list[int]) -> None:
    history = bench.history("Remainders", "parameters", {"drop_remainder": False, "how": how})
    assert history.observed(Varied) == (Varied(("kept", "dropped"), "drop_remainder"),)
    assert [len(history.passes(purpose)[0]) for purpose in ("kept", "dropped")] == lengths


def test_what_the_constructor_does_not_take_is_left_out(bench: Bench) -> None:
    assert bench.history("Configured", "parameters").reads == ()


def test_a_size_that_is_refused_hides_no_other_pass(bench: Bench) -> None:
    history = bench.history("Configured", "parameters", {**BOTH, "how": "refuses large batches"})
    assert [purpose for purpose in PASSES if history.passes(purpose)] == ["fewer", "unshuffled", "shuffled"]
    assert any("with batch_size=12: ValueError: no batch may" in note.text for note in history.notes)


@pytest.mark.parametrize("length", [2, 3, 4, 5, 13, 100])
def test_an_order_that_stays_for_so_long_is_no_chance(length: int) -> None:
    epochs = epochs_for(length)
    digits = math.lgamma(length + 1) / math.log(10)
    assert 2 <= epochs <= MOST_EPOCHS
    assert epochs == MOST_EPOCHS or epochs * digits >= LIKELY
