"""What was under way when a run stopped, and what becomes of each way of stopping."""

from __future__ import annotations

import pytest

from seqcheck.engines.autopsy import history_of, under_way
from seqcheck.engines.isolate import Outcome
from seqcheck.model.history import Built, Event, Finished, History, Hook, Length, ReadBegun
from seqcheck.model.scenario import Scenario

FORK = Scenario("fork")
STOOD = Built(0.1, "Rows")
LENGTH = Length(-1, "start", 6, "6", "int")


def begun(index: int, start: float, worker: int = -1, purpose: str = "epoch") -> ReadBegun:
    return ReadBegun(1, index, purpose, 10 + worker, 1, worker, start)


def died(*events: Event) -> History:
    return history_of(FORK, Outcome(list(events), "SIGSEGV"), 5)


@pytest.mark.parametrize(
    ("events", "during", "index"),
    [
        ((), "building the instance", None),
        ((STOOD,), "asking for the length", None),
        ((STOOD, LENGTH, Hook(0, "on_epoch_end", begun=True)), "calling on_epoch_end", None),
        ((STOOD, LENGTH), "between two reads", None),
        ((STOOD, LENGTH, begun(4, 2.0, 1), begun(2, 1.0, 0)), "reading batch 2 in epoch 1 in worker 0", 2),
        ((STOOD, LENGTH, begun(3, 2.0)), "reading batch 3 in epoch 1", 3),
        # A reference that was given up is over; the worker's read is what hangs.
        ((begun(3, 1.0, -1, "reference"), begun(4, 2.0, 1)), "reading batch 4 in epoch 1 in worker 1", 4),
        ((begun(3, 1.0, -1, "reference"),), "reading batch 3 in epoch 1", 3),
    ],
)
def test_what_was_under_way_is_told_in_words(events: tuple[Event, ...], during: str, index: int | None) -> None:
    history = died(*events)
    assert history.ending == "died"
    (death,) = history.deaths
    assert (death.worker, death.cause, death.during, death.index) == (-1, "SIGSEGV", during, index)
    assert under_way(history)[0] == during


def test_an_end_in_the_middle_is_a_death_whatever_it_says() -> None:
    hook = Hook(0, "on_epoch_end", begun=True)
    history = history_of(FORK, Outcome([STOOD, LENGTH, hook], ""), 5)
    (death,) = history.deaths
    assert history.ending == "died"
    assert (death.cause, death.during) == ("exit 0", "calling on_epoch_end")
    assert not history_of(FORK, Outcome([STOOD, LENGTH, Finished(1.0)], ""), 5).deaths


def test_a_silent_run_timed_out() -> None:
    history = history_of(FORK, Outcome([STOOD, LENGTH, begun(3, 2.0)], "silent", ("its stack",)), 5)
    assert history.ending == "timed-out"
    (timeout,) = history.timeouts
    assert (timeout.seconds, timeout.index, timeout.epoch, timeout.stacks) == (5, 3, 1, ("its stack",))


@pytest.mark.parametrize(
    ("outcome", "ending", "note"),
    [
        (Outcome([STOOD, Finished(1.0)], ""), "finished", ""),
        (Outcome([STOOD], "cut"), "not-run", "the time budget ran out"),
        (Outcome([], "no nursery"), "not-run", "the process that imports the target is gone"),
        (
            Outcome([], "", broken=("Traceback ...\nLookupError: ours",)),
            "seqcheck-failed",
            "seqcheck failed: LookupError: ours",
        ),
    ],
)
def test_every_way_of_stopping_has_its_ending(outcome: Outcome, ending: str, note: str) -> None:
    history = history_of(FORK, outcome, 5)
    assert (history.ending, history.note) == (ending, note)
    assert history.deaths == ()
