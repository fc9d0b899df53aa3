"""`empty-epoch`: a length of 0 is a fault wherever there was data for a batch."""

from __future__ import annotations

from seqcheck.checks.empty_epoch import judge
from seqcheck.model.check import Outcome
from seqcheck.model.scenario import Truth
from tests.histories import case, history, length, numbered_pass


def test_a_length_of_0_is_found():
    judgement = judge(case(history(lengths=0)))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == "the length is 0 before the first epoch: nothing can be trained on"


def test_the_samples_that_are_known_are_named():
    truth = Truth(num_samples=20, num_samples_source="contract", batch_size=32)
    judgement = judge(case(history(lengths=0, truth=truth)))
    assert "though there are 20 samples (contract)" in judgement.reason


def test_one_empty_epoch_among_others_is_found():
    judgement = judge(case(history(lengths=[length(3), length(0, epoch=1)]), contract={"length": "per-epoch"}))
    assert judgement.reason == "the length is 0 in epoch 1: nothing can be trained on"


def test_less_made_up_data_than_a_batch_is_no_fault():
    """A Sequence that drops the remainder is right to have no batch of 3 samples when 4 make one."""
    tiny = history(lengths=0, truth=Truth(3, "probe", 4, "probe", probe=True), scenario={"num_samples": 3})
    assert judge(case(tiny)).outcome is Outcome.INCONCLUSIVE
    ample = history("loop", [numbered_pass(12, 4)], scenario={"num_samples": 12})
    assert judge(case(tiny, ample)).outcome is Outcome.HOLDS


def test_enough_made_up_data_and_no_batch_is_a_fault():
    faulty = history(lengths=0, truth=Truth(4, "probe", 4, "probe", probe=True), scenario={"num_samples": 4})
    assert judge(case(faulty)).outcome is Outcome.VIOLATED


def test_batches_hold():
    judgement = judge(case(history("loop", [numbered_pass(12, 4)])))
    assert (judgement.outcome, judgement.reason) == (Outcome.HOLDS, "the length was 3")


def test_an_unusable_length_settles_nothing():
    assert judge(case(history(lengths=[length(None, value=1.5)]))).outcome is Outcome.INCONCLUSIVE


def test_an_infinite_sequence_promises_no_length():
    assert judge(case(history(lengths=0), contract={"infinite": True})).outcome is Outcome.NOT_APPLICABLE
