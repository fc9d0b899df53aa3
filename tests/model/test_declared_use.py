"""What the run with the declared workers is held against, and what is said where it differs, or cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from seqcheck.model.batch import Batch
from seqcheck.model.declared_use import Tried, tried
from seqcheck.model.history import Delivery, EngineNote, Failure, History, Timeout
from seqcheck.model.scenario import AS_DECLARED, Truth
from tests.histories import case, failure, history, numbered_pass, samples

EPOCH = numbered_pass(7, 2)
TORN = [samples(0, 1), samples(2, 3), samples(4, 5), samples(0)]
TRUTH = Truth(num_samples=7, num_samples_source="probe", probe=True)
USED = {"fit": {"workers": 2}}
STARTED, VERSION = EngineNote("started", "threads"), EngineNote("version", "keras 3.15.1")
NAME = "fit of keras 3.15.1 with 2 threads"


def delivering(engine: str, epochs: Sequence[Sequence[Batch]], **fields: Any) -> History:
    """A run of which only deliveries are known."""
    made = history(engine, [], truth=TRUTH, workers=2 if engine != "fit" else 1, scenario={"epochs": 2}, **fields)
    items = [Delivery(epoch, place, None, item) for epoch, its in enumerate(epochs) for place, item in enumerate(its)]
    return replace(made, deliveries=(*made.deliveries, *items))


def declared(epochs: Sequence[Sequence[Batch]], *notes: EngineNote, **fields: Any) -> History:
    return delivering(AS_DECLARED, epochs, notes=(STARTED, VERSION, *notes), **fields)


LOOP = history("loop", [EPOCH, EPOCH[::-1], EPOCH], truth=TRUTH)
READING = history("reading", passes={"plain-twice": [[*EPOCH]]}, truth=TRUTH)
PLAIN = delivering("fit", [EPOCH, EPOCH])
THREADS = delivering("threads", [EPOCH, EPOCH[::-1]])
SOUND = (LOOP, READING, PLAIN, THREADS)


def said(*histories: History, **facts: Any) -> Tried:
    (found,) = tried(case(*histories, contract=USED, **facts))
    return found


def test_without_a_run_nothing_is_said() -> None:
    assert tried(case(*SOUND, contract=USED)) == ()


def test_every_kind_of_worker_that_was_tried_is_told() -> None:
    started = (EngineNote("started", "spawn"), VERSION)
    spawned = delivering("fit-by-spawn", [EPOCH, TORN], notes=started)
    sound, torn = tried(case(*SOUND, delivering("spawn", [EPOCH, EPOCH]), declared([EPOCH, EPOCH]), spawned))
    assert sound.held.startswith(NAME)
    assert torn.broken.startswith("fit of keras 3.15.1 with 2 processes by spawn trains on other samples")


def test_each_sample_in_each_epoch_holds_in_whatever_order() -> None:
    assert said(*SOUND, declared([EPOCH, EPOCH[::-1]])) == Tried(
        held=f"{NAME} trained on the 7 samples of each of 2 epochs"
    )


def test_samples_that_only_the_engine_s_workers_lose_are_named() -> None:
    assert said(*SOUND, declared([EPOCH, TORN])) == Tried(
        broken=f"{NAME} trains on other samples than without workers: in epoch 1 1 sample too seldom (6) and 1 sample "
        "too often (0); our own threads deliver each as often as a loop. Instead: workers=1"
    )


def test_a_hook_that_comes_after_its_workers_is_the_way_round() -> None:
    broken = said(*SOUND, declared([TORN, TORN]), own_hooks=("on_epoch_begin",)).broken
    assert broken.endswith("before it calls on_epoch_begin (keras-team/keras#23283)")


def test_an_epoch_that_comes_short_is_broken() -> None:
    short = declared([[samples(0, 1), samples(2)], EPOCH])
    assert "in epoch 0 4 samples too seldom (3, 4, 5 and 6);" in said(*SOUND, short).broken


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ((LOOP, READING, PLAIN, delivering("threads", [EPOCH, TORN])), "our own threads do not deliver the samples"),
        ((LOOP, READING, delivering("fit", [EPOCH, TORN]), THREADS), "without workers, epochs do not hold the same"),
        ((history("loop", [EPOCH, TORN, EPOCH], truth=TRUTH), READING, PLAIN, THREADS), "without workers, epochs do"),
        ((READING, PLAIN, THREADS), "loop"),
        ((LOOP, READING, THREADS), "is held against nothing"),
        ((LOOP, READING, PLAIN), "is held against nothing"),
    ],
)
def test_what_others_do_not_deliver_either_is_not_the_engine_s(others: tuple[History, ...], why: str) -> None:
    told = said(*others, declared([TORN, TORN]))
    assert not told.broken
    assert not told.held
    assert why in told.unknown


ERROR = EngineNote("error", "it stopped with ValueError: 3 workers are too many")


def test_an_error_that_only_the_engine_s_workers_meet_is_told() -> None:
    assert said(*SOUND, declared([EPOCH], ERROR)).broken == (
        f"{NAME}: it stopped with ValueError: 3 workers are too many; without workers, and read by our own threads, "
        "all batches come"
    )


def test_an_error_that_others_meet_is_theirs() -> None:
    stopped = replace(PLAIN, notes=(EngineNote("error", "fit stopped with ValueError"),))
    assert "so did fit without workers" in said(LOOP, READING, stopped, THREADS, declared([EPOCH], ERROR)).unknown
    raised: Failure = failure()
    failing = replace(THREADS, deliveries=(*THREADS.deliveries, Delivery(1, 9, 9, None, raised)))
    assert "meets an error as well" in said(LOOP, READING, PLAIN, failing, declared([EPOCH], ERROR)).unknown


def test_what_does_not_come_to_an_end_is_open() -> None:
    hung = declared([EPOCH], ending="timed-out", timeouts=[Timeout(20.0, "training", ())])
    assert said(*SOUND, hung).unknown == f"{NAME} did not come to its end: timed-out"


def test_what_was_not_begun_says_why() -> None:
    skipped = history(AS_DECLARED, notes=(EngineNote("skipped", "the Keras backend is torch"),))
    assert said(*SOUND, skipped).unknown == ("training with workers was not tried: the Keras backend is torch")
    late = history(AS_DECLARED, ending="not-run", note="the time budget ran out")
    assert said(*SOUND, late).unknown.endswith("was not tried: the time budget ran out")
