"""worker-dependent-training finds trainings that workers change, says where they part, and blames no random draw."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.checks.worker_dependent_training import judge
from seqcheck.model.batch import Batch
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.history import Delivery, EngineNote, History
from seqcheck.model.scenario import POOLS
from tests.drawn import drawing_reading, noisy_pass, sound_reading
from tests.histories import case, history, numbered_pass, samples

PASS = numbered_pass(12, 4)
OTHERS = [PASS[0], samples(8, 9, 10, 11), PASS[2]]


def pool(engine: str, *seen: list[Batch], reference: tuple[list[Batch], ...] = (PASS, PASS), **fields: Any) -> History:
    deliveries = [
        Delivery(epoch, place, place, one) for epoch, batches in enumerate(seen) for place, one in enumerate(batches)
    ]
    return history(engine, seen, passes={"reference": reference}, **{"deliveries": deliveries, **fields})


def dealt(without: list[Batch], dealt_out: list[Batch], again: list[Batch] | None = None) -> History:
    passes = {
        "without-workers": [without, without],
        "with-workers": [dealt_out, dealt_out],
        "without-workers-again": [again or without] * 2,
    }
    return history("dealing", passes=passes, workers=2)


@pytest.mark.parametrize("engine", POOLS)
def test_workers_that_deliver_what_the_reference_reads_train_alike(engine: str) -> None:
    judgement = judge(case(sound_reading(), pool(engine, PASS, PASS)))
    assert (judgement.outcome, f"{engine} (x and y)" in judgement.reason) == (Outcome.HOLDS, True)


@pytest.mark.parametrize("engine", POOLS)
def test_the_first_step_that_differs_is_told_with_its_worker(engine: str) -> None:
    judgement = judge(case(sound_reading(), pool(engine, PASS, OTHERS)))
    assert judgement.outcome is Outcome.VIOLATED
    evidence = judgement.findings[0].evidence
    assert evidence["first difference"] == "epoch 1, step 1, batch 1, worker 1"
    assert evidence["steps that differ"] == "1 of 6"
    assert evidence["losses without workers"][0] == evidence["losses with workers"][0]
    assert evidence["losses without workers"][1] != evidence["losses with workers"][1]
    assert "they part at step 1 of epoch 1, where worker 1 read batch 1" in judgement.reason


def test_a_batch_that_changed_on_its_way_is_seen() -> None:
    late = [Delivery(0, place, place, one) for place, one in enumerate(OTHERS)]
    run = pool("fork", PASS, reference=(PASS,), deliveries=late)
    assert judge(case(sound_reading(), run)).outcome is Outcome.VIOLATED


def test_batches_that_did_not_arrive_settle_nothing() -> None:
    judgement = judge(case(sound_reading(), pool("fork", PASS, PASS[:2])))
    assert (judgement.outcome, "5 of 6 batches arrived" in judgement.reason) == (Outcome.INCONCLUSIVE, True)


def test_an_engine_that_training_does_not_use_is_advice() -> None:
    use = {"fit": {"use_multiprocessing": False}}
    judgement = judge(case(sound_reading(), pool("fork", OTHERS, PASS), contract=use))
    assert judgement.findings[0].severity is Severity.ADVICE


def test_what_is_drawn_in_threads_is_not_compared_and_asked_for() -> None:
    judgement = judge(case(drawing_reading(), pool("threads", noisy_pass(1), reference=(noisy_pass(0),))))
    assert (judgement.outcome, judgement.declare) == (Outcome.INCONCLUSIVE, 'augments = ["x"]')


def test_one_engine_that_could_be_compared_is_enough() -> None:
    runs = (pool("fork", PASS, PASS), pool("threads", [], reference=([],)))
    judgement = judge(case(sound_reading(), *runs))
    assert judgement.outcome is Outcome.HOLDS
    assert judgement.reason.endswith("not compared: threads (no batch was read without workers)")


def test_samples_that_are_chosen_anew_are_not_compared() -> None:
    judgement = judge(case(sound_reading(), pool("fork", OTHERS, PASS), contract={"epoch": "random"}))
    assert judgement.outcome is Outcome.INCONCLUSIVE


def test_without_knowing_what_repeats_nothing_is_claimed() -> None:
    assert judge(case(pool("fork", OTHERS, PASS))).outcome is Outcome.INCONCLUSIVE


SEEDED = {"seed": 7, "augments": ["x"]}


def test_draws_that_workers_change_under_a_declared_seed_are_found() -> None:
    runs = (drawing_reading(), pool("fork", PASS, PASS), dealt(noisy_pass(1), noisy_pass(2)))
    judgement = judge(case(*runs, contract=SEEDED))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["first difference"] == "epoch 0, step 0, batch 0, worker 0"
    assert judgement.reason.startswith("training with workers (everything seeded alike, nothing isolated)")


def test_draws_that_the_seed_decides_hold() -> None:
    judgement = judge(case(drawing_reading(), dealt(noisy_pass(1), noisy_pass(1)), contract=SEEDED))
    assert (judgement.outcome, "two forks under the seed (x and y)" in judgement.reason) == (Outcome.HOLDS, True)


def test_a_seed_that_nobody_declared_promises_nothing() -> None:
    runs = (sound_reading(), pool("fork", PASS, PASS), dealt(noisy_pass(1), noisy_pass(2)))
    assert judge(case(*runs)).outcome is Outcome.HOLDS


def test_draws_that_no_seed_decides_are_not_blamed_on_workers() -> None:
    run = dealt(noisy_pass(1), noisy_pass(2), again=noisy_pass(3))
    judgement = judge(case(sound_reading(), pool("fork", PASS, PASS), run, contract={"seed": 7}))
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "x differs between two trainings without workers" in judgement.reason


def test_a_training_that_could_not_be_read_is_told() -> None:
    note = EngineNote("skipped", "an instance that a test has made cannot be built again under a seed")
    runs = (sound_reading(), pool("fork", PASS, PASS), history("dealing", lengths=3, notes=(note,)))
    judgement = judge(case(*runs, contract={"seed": 7}))
    assert (judgement.outcome, note.text in judgement.reason) == (Outcome.INCONCLUSIVE, True)
