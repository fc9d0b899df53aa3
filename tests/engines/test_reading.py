"""The user's four entry points, called and recorded: what counts as a length, what is described, whose ids are kept."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.engines.reading import Reader, ask_length, call_hook, describe_batch
from seqcheck.engines.run import Run
from seqcheck.model.history import Event, Hook, Length, Read, ReadBegun
from tests.specimens import Endless, Noisy, NoneAtThree, Rows, Trap


class Ledger:
    """A run whose events are kept in a list."""

    def __init__(self, **how: Any) -> None:
        self.events: list[Event] = []
        self.run = Run(Path(), self.events.append, **how)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


class ByProperty(Rows):
    """Says its number of batches as Keras 3 lets it."""

    @property
    def num_batches(self) -> int:
        return 3


class LengthOfNumpy(Rows):
    def __len__(self) -> Any:
        return np.int64(6)


class Bare:
    """Neither a length nor hooks."""

    num_batches = 4

    def __getitem__(self, index: int) -> int:
        return index


@pytest.mark.parametrize(
    ("instance", "number", "type_name"),
    [
        (Rows(), 6, "int"),
        (ByProperty(), 3, "int"),
        (LengthOfNumpy(), 6, "int64"),
        (Endless(), None, "NoneType"),
        (Bare(), 4, "int"),
    ],
)
def test_a_length_is_asked_for_as_keras_does(ledger: Ledger, instance: Any, number: int | None, type_name: str) -> None:
    assert ask_length(instance, ledger.run, 1, "end") == number
    (said,) = ledger.events
    assert isinstance(said, Length)
    assert (said.number, said.type_name, said.failure, said.epoch, said.when) == (number, type_name, None, 1, "end")


def test_a_read_is_recorded_when_it_begins_and_when_it_ends(ledger: Ledger) -> None:
    value, failure = Reader(Rows(), ledger.run, worker=2).read(1, 5, "forward", 7)
    begun, read = ledger.events
    assert failure is None
    assert list(value[1]) == [10]
    assert isinstance(begun, ReadBegun)
    assert isinstance(read, Read)
    assert (read.epoch, read.index, read.purpose, read.worker, read.place) == (1, 5, "forward", 2, 7)
    assert (begun.process, begun.thread, begun.start) == (read.process, read.thread, read.start)
    assert read.thread == threading.get_ident()
    assert read.start <= read.end
    assert read.batch is not None
    assert read.batch.rows == 1


def test_none_and_a_failure_are_told_apart(ledger: Ledger) -> None:
    Reader(NoneAtThree(), ledger.run).read(0, 3)
    Reader(Trap("raises"), ledger.run).read(0, 3)
    nothing, raised = (event for event in ledger.events if isinstance(event, Read))
    assert (nothing.is_none, nothing.failure) == (True, None)
    assert (raised.is_none, raised.batch) == (False, None)


def test_the_exception_itself_is_there_for_an_engine_that_must_see_it(ledger: Ledger) -> None:
    _, raised, failure = Reader(Trap("interrupts"), ledger.run).attempt(0, 3)
    assert isinstance(raised, KeyboardInterrupt)
    assert failure is not None
    assert failure.is_exit


class BrokenInterpreter(Noisy):
    """Its reads fail inside the interpreter, the first `times` of them, once they have drawn."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def __getitem__(self, index: int) -> Any:
        batch = super().__getitem__(index)
        self.times -= 1
        if self.times >= 0:
            raise SystemError("AST constructor recursion depth mismatch (before=33, after=30)")
        return batch


def test_an_error_inside_the_interpreter_counts_where_it_comes_again(ledger: Ledger) -> None:
    sound = Reader(Noisy(), ledger.run, isolated=True).read(1, 2)[0]
    value, failure = Reader(BrokenInterpreter(1), ledger.run, isolated=True).read(1, 2)
    assert failure is None
    np.testing.assert_array_equal(value[0], sound[0])  # drawn anew from the start
    _, failure = Reader(BrokenInterpreter(2), ledger.run).read(1, 2)
    assert failure is not None
    assert failure.type_name == "SystemError"


def test_isolated_reads_draw_by_epoch_and_index(ledger: Ledger) -> None:
    reader = Reader(Noisy(), ledger.run, isolated=True)
    digests = {}
    for epoch, index in ((0, 1), (0, 2), (1, 1), (0, 1)):
        reader.read(epoch, index)
        read = ledger.events[-1]
        assert isinstance(read, Read)
        assert read.batch is not None
        assert digests.setdefault((epoch, index), read.batch.digest) == read.batch.digest
    assert len(set(digests.values())) == 3


def test_hooks_are_recorded_before_and_after(ledger: Ledger) -> None:
    assert call_hook(Rows(), ledger.run, 0, "on_epoch_end")
    assert ledger.events == [Hook(0, "on_epoch_end", begun=True), Hook(0, "on_epoch_end")]
    ledger.events.clear()
    assert call_hook(Bare(), ledger.run, 0, "on_epoch_end")
    assert ledger.events == []


def test_ids_are_the_owner_s_as_plain_values() -> None:
    by_rows = Ledger(sample_id=lambda batch: [*batch[1], "text", object]).run
    assert describe_batch(Rows()[0], by_rows).identities == (0, 1, "text", "<class 'object'>")


def test_an_id_that_cannot_be_read_claims_nothing() -> None:
    assert describe_batch(Rows()[0], Ledger(sample_id=lambda batch: batch["id"]).run).identities is None
    assert describe_batch(None, Ledger(sample_id=lambda batch: batch["id"]).run).leaves


def test_padding_is_stripped_where_it_is_declared() -> None:
    long, short = np.array([[1.0, 2.0, 0.0, 0.0]]), np.array([[1.0, 2.0, 0.0]])
    plain, padded = Ledger().run, Ledger(padding=0.0).run
    assert describe_batch(long, plain).leaves[0].rows != describe_batch(short, plain).leaves[0].rows
    assert describe_batch(long, padded).leaves[0].rows == describe_batch(short, padded).leaves[0].rows
