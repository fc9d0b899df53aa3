"""Hooks that come twice, or late: two epochs each, on forks of one pristine state."""

from __future__ import annotations

import pytest

from tests.runs import Bench

END = "on_epoch_end"


def test_both_ways_of_calling_are_driven(bench: Bench) -> None:
    history = bench.history("Rows", "hooks")
    assert {purpose: list(history.passes(purpose)) for purpose in ("twice", "late")} == {
        "twice": [0, 1],
        "late": [0, 1],
    }
    calls = [(hook.epoch, hook.name) for hook in history.hooks]
    twice = [(-1, END)] * 2 + [(0, END)] * 2 + [(1, END)] * 2
    assert sorted(calls) == sorted([*twice, (0, END), (1, END)])
    assert history.ending == "finished"


def test_reads_that_come_before_any_hook_are_unshuffled(bench: Bench) -> None:
    history = bench.history("Rows", "hooks")
    late = [value for read in history.passes("late")[0] if read.batch for value in read.batch.leaves[1].values or ()]
    twice = [value for read in history.passes("twice")[0] if read.batch for value in read.batch.leaves[1].values or ()]
    assert late == list(range(11))
    assert sorted(twice) == late
    assert twice != late


@pytest.mark.parametrize(("at", "epochs"), [(1, 0), (2, 0), (3, 1), (5, 2)])
def test_a_hook_that_breaks_ends_that_way_of_calling_alone(bench: Bench, at: int, epochs: int) -> None:
    history = bench.history("BadHook", "hooks", {"at": at})
    assert len(history.passes("twice")) == epochs
    assert len(history.passes("late")) == min(at, 2)
    assert any(hook.failure is not None for hook in history.hooks)


def test_no_length_no_reads(bench: Bench) -> None:
    assert bench.history("Length", "hooks", {"length": -3}).reads == ()
