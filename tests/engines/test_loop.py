"""The plain loop: each index once an epoch and in order, hooks as Keras calls them, and what is read past the end."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.engines.loop import LEGACY
from seqcheck.model.observation import Holding
from seqcheck.model.scenario import Scenario
from tests.runs import Bench

LOOP = Scenario("loop", epochs=3)


def test_every_index_is_read_once_an_epoch_and_in_order(bench: Bench) -> None:
    history = bench.history("Rows", LOOP)
    assert history.ending == "finished"
    assert [[read.index for read in reads] for reads in history.passes().values()] == [[0, 1, 2, 3, 4, 5]] * 3
    for batches in history.whole_passes().values():
        assert sorted(value for batch in batches.values() for value in batch.leaves[1].values or ()) == list(range(11))


def test_reads_at_the_length_and_past_it_are_kept_apart(bench: Bench) -> None:
    reads = bench.history("Rows", LOOP).passes("overrun")
    assert {epoch: [read.index for read in reads] for epoch, reads in reads.items()} == {2: [6, 7]}


def test_hooks_come_as_keras_3_calls_them(bench: Bench) -> None:
    hooks = [(hook.epoch, hook.name) for hook in bench.history("Rows", Scenario("loop", epochs=2)).hooks]
    begin, end = "on_epoch_begin", "on_epoch_end"
    assert hooks == [(-1, end), (0, begin), (0, end), (1, begin), (1, end)]


def test_hooks_come_as_legacy_keras_calls_them(bench: Bench) -> None:
    history = bench.history("Rows", Scenario("loop", epochs=2), protocol=LEGACY)
    assert [(hook.epoch, hook.name) for hook in history.hooks] == [(0, "on_epoch_end"), (1, "on_epoch_end")]


def test_the_first_epoch_is_shuffled_where_the_hook_comes_first(bench: Bench) -> None:
    def first(**how: Any) -> list[float]:
        batches = bench.history("Rows", LOOP, **how).whole_passes()[0].values()
        return [value for batch in batches for value in batch.leaves[1].values or ()]

    assert first(protocol=LEGACY) == list(range(11))
    assert first() != list(range(11))


def test_what_the_instance_holds_is_seen_before_the_first_read(bench: Bench) -> None:
    holdings = {item.path: item for item in bench.history("Rows", LOOP).observed(Holding)}
    assert holdings["self.x"].length == 11
    assert holdings["self.order"].permutation


@pytest.mark.parametrize("how", ["raises", "exits", "interrupts", "raises_what_cannot_travel"])
def test_a_read_that_raises_anything_is_recorded_and_the_loop_goes_on(bench: Bench, how: str) -> None:
    history = bench.history("Trap", LOOP, {"how": how})
    assert history.ending == "finished"
    failed = [(read.epoch, read.index) for read in history.reads if read.failure is not None]
    assert failed == [(0, 3), (1, 3), (2, 3)]
    failure = next(read.failure for read in history.reads if read.failure is not None)
    assert failure.frames[-1].function == how
    assert failure.is_exit == (how in ("exits", "interrupts"))
    assert failure.travels == (how != "raises_what_cannot_travel")


def test_none_is_not_taken_for_an_empty_batch(bench: Bench) -> None:
    history = bench.history("NoneAtThree", LOOP)
    assert [read.index for read in history.reads if read.is_none] == [3, 3, 3]
    assert history.whole_passes() == {}


@pytest.mark.parametrize(
    ("hook", "at", "epochs"), [("on_epoch_end", 1, 0), ("on_epoch_begin", 1, 0), ("on_epoch_end", 2, 1)]
)
def test_a_hook_that_raises_ends_the_run(bench: Bench, hook: str, at: int, epochs: int) -> None:
    history = bench.history("BadHook", LOOP, {"hook": hook, "at": at})
    assert history.ending == "finished"
    assert len(history.passes()) == epochs
    failure = history.hooks[-1].failure
    assert failure is not None
    assert failure.text == f"RuntimeError: {hook} is broken"


@pytest.mark.parametrize(
    ("arguments", "failure"), [({}, "FileNotFoundError: no such folder"), ({"leave": True}, "SystemExit: 2")]
)
def test_a_constructor_that_fails_is_recorded(bench: Bench, arguments: dict[str, Any], failure: str) -> None:
    history = bench.history("Unbuildable", LOOP, arguments)
    assert history.ending == "not-built"
    assert history.built is not None
    assert history.built.failure is not None
    assert history.built.failure.text == failure


@pytest.mark.parametrize(
    ("length", "failure"),
    [
        (2.5, "TypeError: 'float' object cannot be interpreted as an integer"),
        (-1, "ValueError: __len__() should return >= 0"),
        (2**63, "OverflowError: cannot fit 'int' into an index-sized integer"),
        (None, "TypeError: 'NoneType' object cannot be interpreted as an integer"),
        (KeyError("size"), "KeyError: 'size'"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
    ],
)
def test_an_unusable_length_is_an_answer(bench: Bench, length: Any, failure: str) -> None:
    history = bench.history("Length", LOOP, {"length": length})
    assert history.ending == "finished"
    assert history.length is None
    assert history.reads == ()
    said = history.lengths[0].failure
    assert said is not None
    assert said.text == failure


def test_a_sequence_without_end_has_no_length_and_no_failure(bench: Bench) -> None:
    said = bench.history("Endless", LOOP).lengths[0]
    assert (said.number, said.value, said.failure) == (None, "None", None)


def test_a_selection_is_read_alone(bench: Bench) -> None:
    history = bench.history("Length", Scenario("loop", indices=(0, 1, 5)), {"length": 2**40})
    assert [read.index for read in history.passes()[0]] == [0, 1, 5]
