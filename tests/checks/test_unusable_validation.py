"""unusable-validation is red for other samples in a validation, and for reads that raise in validation alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from seqcheck.checks.unusable_validation import judge
from seqcheck.model.batch import Batch
from seqcheck.model.check import Outcome
from seqcheck.model.history import Delivery, EngineNote, Failure, History, Hook
from seqcheck.model.observation import Validating
from tests.drawn import sound_reading
from tests.histories import case, failure, history, numbered_pass, samples

PASS = numbered_pass(12, 4)
SWAPPED = [PASS[2], PASS[0], PASS[1]]
OTHERS = [PASS[0], PASS[1], samples(8, 9, 10, 20)]
DONE = Validating(2, (1, 3), 2)
LOOP = history("loop", [PASS, SWAPPED, PASS])


def validated(
    *seen: Sequence[Any], alone: Sequence[Sequence[Any]] = (PASS, PASS), ended: bool = True, **fields: Any
) -> History:
    """Validations that saw these batches; `alone` is what a fork read as they do."""
    deliveries = [
        Delivery(number, place, None, one)
        for number, batches in enumerate(seen)
        for place, one in enumerate(batches)
        if isinstance(one, Batch)
    ]
    observations = (DONE,) if ended else ()
    given = {"deliveries": deliveries, "observations": observations, **fields}
    return history("validation", seen, passes={"alone": alone}, **given)


def judged(*runs: History, **declared: Any) -> tuple[Outcome, str]:
    judgement = judge(case(sound_reading(), LOOP, *runs, contract=declared))
    return judgement.outcome, judgement.reason


def test_the_same_samples_each_time_hold_in_whatever_order() -> None:
    outcome, reason = judged(validated(PASS, SWAPPED))
    assert outcome is Outcome.HOLDS
    assert reason.startswith(
        "2 validations of 3 batches after epochs 1 and 3 of training on a second instance: the same 12 samples each"
    )


@pytest.mark.parametrize("number", [0, 1])
def test_other_samples_beside_another_instance_are_found(number: int) -> None:
    seen = [PASS, PASS]
    seen[number] = OTHERS
    judgement = judge(case(sound_reading(), LOOP, validated(*seen)))
    assert judgement.outcome is Outcome.VIOLATED
    (finding,) = judgement.findings
    assert finding.evidence["validation"] == number
    assert (len(finding.evidence["missing"]), len(finding.evidence["came instead"])) == (1, 1)
    assert "before another one was built and trained on" in finding.summary


def test_other_samples_in_the_second_validation_by_itself_are_found() -> None:
    """The hooks of a validation come twice in a row between two of them; nobody else shares the instance."""
    outcome, reason = judged(validated(PASS, OTHERS, alone=(PASS, OTHERS)))
    assert (outcome, "than validation 0, though nothing else was done" in reason) == (Outcome.VIOLATED, True)


def test_a_sample_that_comes_twice_is_another_epoch() -> None:
    twice = [PASS[0], PASS[1], samples(8, 9, 10, 10)]
    assert judged(validated(PASS, twice))[0] is Outcome.VIOLATED


def test_epochs_that_leave_out_others_each_time_are_held_to_the_data_alone() -> None:
    """As with a shuffle whose remainder is dropped."""
    loop = history("loop", [PASS, OTHERS, PASS])
    judgement = judge(case(sound_reading(), loop, validated(OTHERS, PASS)))
    assert (judgement.outcome, "of those that its epochs have" in judgement.reason) == (Outcome.HOLDS, True)
    strange = [PASS[0], PASS[1], samples(8, 9, 10, 31)]
    twice = [PASS[0], PASS[1], samples(8, 9, 10, 10)]
    for seen in (strange, twice):
        assert judge(case(sound_reading(), loop, validated(PASS, seen))).outcome is Outcome.INCONCLUSIVE


def test_declared_samples_by_epoch_are_not_compared() -> None:
    outcome, reason = judged(validated(PASS, OTHERS), epoch="per-epoch")
    assert (outcome, "their samples are not compared" in reason) == (Outcome.HOLDS, True)


def test_without_a_plain_loop_nothing_is_claimed() -> None:
    assert judge(case(sound_reading(), validated(PASS, PASS))).outcome is Outcome.INCONCLUSIVE


def test_a_selection_of_batches_is_not_counted() -> None:
    run = validated(PASS, PASS, indices=(0, 1, 2), lengths=30)
    assert judged(run) == (
        Outcome.INCONCLUSIVE,
        "only a selection of the batches was validated on, so that samples cannot be counted",
    )


def test_batches_that_the_engine_did_not_fetch_or_lost_are_no_fault_of_the_sequence() -> None:
    assert judged(validated(PASS, PASS[:2], lengths=3))[0] is Outcome.INCONCLUSIVE
    lost = [Delivery(0, 0, None, PASS[0])]
    outcome, reason = judged(validated(PASS, PASS, deliveries=lost))
    assert (outcome, "1 of 3 batches of validation 0 reached the test step" in reason) == (Outcome.INCONCLUSIVE, True)


def test_a_read_that_raises_in_validation_alone_is_found() -> None:
    run = validated(PASS, [PASS[0], failure("KeyError", "5"), PASS[2]], ended=False)
    judgement = judge(case(sound_reading(), LOOP, run))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == "batch 1 raises KeyError: 5 in validation 1, beside another instance in training"
    assert judgement.findings[0].frame is not None


@pytest.mark.parametrize(
    ("purpose", "words"), [("train", "of the instance in training"), ("alone", "in a process of its own")]
)
def test_it_is_told_which_instance_raised(purpose: str, words: str) -> None:
    run = history("validation", [PASS], passes={purpose: [[PASS[0], failure()]]})
    outcome, reason = judged(run)
    assert (outcome, words in reason) == (Outcome.VIOLATED, True)


def test_a_read_that_raises_elsewhere_too_is_another_fault() -> None:
    broken = [PASS[0], failure(), PASS[2]]
    judgement = judge(case(sound_reading(), history("loop", [broken]), validated(broken, ended=False)))
    assert (judgement.outcome, "as it does where nothing is validated" in judgement.reason) == (
        Outcome.INCONCLUSIVE,
        True,
    )


@pytest.mark.parametrize(
    "error",
    [failure("BlockingIOError", "[Errno 11]"), failure("sqlite3.OperationalError", "busy"), failure("X", "is locked")],
)
def test_two_instances_over_one_file_may_be_one_too_many(error: Failure) -> None:
    outcome, reason = judged(validated([PASS[0], error], ended=False))
    assert (outcome, "two instances over one file" in reason) == (Outcome.INCONCLUSIVE, True)


def test_a_hook_that_raises_and_an_engine_that_stops_are_told() -> None:
    hook = Hook(0, "on_epoch_end", failure("IndexError", "pop from empty list"))
    assert "on_epoch_end raised IndexError" in judged(validated(PASS, hooks=(hook,), ended=False))[1]
    note = EngineNote("error", "fit with validation data stopped with TypeError", Failure("TypeError", "no"))
    outcome, reason = judged(validated(PASS, ended=False, notes=(note,)))
    assert (outcome, reason) == (
        Outcome.INCONCLUSIVE,
        "fit with validation data stopped with TypeError: TypeError: no",
    )


def test_what_cannot_be_validated_on_is_not_judged() -> None:
    assert judge(case(base=None)).outcome is Outcome.NOT_APPLICABLE
    assert judged(validated(PASS, PASS), infinite=True)[0] is Outcome.NOT_APPLICABLE


def test_a_run_that_was_cut_short_settles_nothing() -> None:
    outcome, reason = judged(validated(PASS, ended=False, ending="timed-out"))
    assert (outcome, "timed-out" in reason) == (Outcome.INCONCLUSIVE, True)
