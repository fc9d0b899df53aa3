"""stale-shuffle tells an earlier order from the new one, and says nothing where no order changes."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.checks.stale_shuffle import judge
from seqcheck.model.check import Outcome
from seqcheck.model.history import History
from seqcheck.model.scenario import POOLS
from tests.drawn import drawing_reading, noisy_pass, sound_reading
from tests.histories import case, history, numbered_pass, samples

NATURAL = numbered_pass(12, 4)
FIRST = [samples(3, 7, 1, 10), samples(0, 11, 5, 2), samples(8, 9, 4, 6)]
SECOND = [samples(6, 2, 9, 0), samples(10, 4, 3, 8), samples(1, 5, 7, 11)]


def pool(engine: str, seen: list[list[Any]], references: list[list[Any]]) -> History:
    return history(engine, seen, passes={"reference": references})


@pytest.mark.parametrize("engine", POOLS)
def test_workers_that_follow_each_reshuffle_hold(engine: str) -> None:
    judgement = judge(case(sound_reading(), pool(engine, [FIRST, SECOND], [FIRST, SECOND])))
    assert (judgement.outcome, engine in judgement.reason) == (Outcome.HOLDS, True)


@pytest.mark.parametrize("engine", ["fork", "spawn", "forkserver"])
def test_the_order_of_an_earlier_epoch_is_found(engine: str) -> None:
    judgement = judge(case(sound_reading(), pool(engine, [FIRST, FIRST], [FIRST, SECOND])))
    assert judgement.outcome is Outcome.VIOLATED
    assert "the order of epoch 0" in judgement.reason
    assert judgement.findings[0].evidence["epoch"] == 1


def test_the_first_step_in_the_old_order_and_its_worker_are_told() -> None:
    """Batch 0 is the same in both orders; the workers take turns."""
    before, after = [NATURAL[0], *FIRST[1:]], [NATURAL[0], *SECOND[1:]]
    judgement = judge(case(sound_reading(), pool("fork", [before, before], [before, after])))
    assert judgement.reason == (
        "workers of fork read epoch 1 in the order of epoch 0: 2 of 2 batches that a reshuffle changed, first at step "
        "1, where worker 1 read batch 1"
    )
    assert judgement.findings[0].evidence["first difference"] == "epoch 1, step 1, batch 1, worker 1"


def test_the_order_before_the_first_hook_is_found() -> None:
    """A fresh interpreter has the order of the module, which no hook of the driver reaches."""
    hooks = history("hooks", passes={"late": [NATURAL, FIRST]})
    judgement = judge(case(sound_reading(), hooks, pool("spawn", [NATURAL, NATURAL], [FIRST, SECOND])))
    assert judgement.outcome is Outcome.VIOLATED
    assert "before the first on_epoch_end" in judgement.reason


def test_without_a_reshuffle_there_is_nothing_to_follow() -> None:
    assert judge(case(sound_reading(), pool("fork", [FIRST, FIRST], [FIRST, FIRST]))).outcome is Outcome.NOT_APPLICABLE


def test_one_engine_without_workers_does_not_hide_that_nothing_is_reshuffled() -> None:
    judgement = judge(case(sound_reading(), pool("fork", [FIRST, FIRST], [FIRST, FIRST]), history("spawn", lengths=3)))
    assert judgement.outcome is Outcome.NOT_APPLICABLE


def test_an_order_that_is_neither_is_no_stale_one() -> None:
    third = [samples(0, 0, 0, 0), samples(1, 1, 1, 1), samples(2, 2, 2, 2)]
    assert judge(case(sound_reading(), pool("fork", [FIRST, third], [FIRST, SECOND]))).outcome is Outcome.INCONCLUSIVE


def test_random_content_is_no_new_order() -> None:
    """x is drawn anew in each epoch; the labels say that nothing moved."""
    references = [noisy_pass(1), noisy_pass(2)]
    judgement = judge(case(drawing_reading(), pool("fork", [references[0], references[0]], references)))
    assert judgement.outcome is Outcome.NOT_APPLICABLE


def test_one_epoch_settles_nothing() -> None:
    assert judge(case(sound_reading(), pool("fork", [FIRST], [FIRST]))).outcome is Outcome.INCONCLUSIVE


def test_without_a_run_of_workers_nothing_is_said() -> None:
    judgement = judge(case(sound_reading(), history("hooks", passes={"late": [NATURAL]})))
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert judgement.reason
