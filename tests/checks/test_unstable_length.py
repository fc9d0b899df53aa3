"""`unstable-length`: a change within an epoch is a fault, one between epochs is a question."""

from __future__ import annotations

from seqcheck.checks.unstable_length import judge
from seqcheck.model.check import Outcome
from tests.histories import case, history, length, numbered_pass


def lengths(*by_epoch):
    """The answers before and after the reads of each epoch."""
    return [
        length(number, epoch=epoch, when=when)
        for epoch, pair in enumerate(by_epoch)
        for when, number in zip(("epoch", "end"), pair, strict=True)
    ]


def test_a_change_within_an_epoch_is_a_fault():
    judgement = judge(case(history(lengths=lengths((3, 3), (3, 5)))))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == "the length changes within epoch 1: 3 before its batches were read, 5 after"


def test_a_change_within_an_epoch_is_not_excused_by_length_per_epoch():
    judgement = judge(case(history(lengths=lengths((3, 5))), contract={"length": "per-epoch"}))
    assert judgement.outcome is Outcome.VIOLATED


def test_a_change_between_epochs_asks_for_the_declaration_and_heeds_it():
    changing = history(lengths=[length(4, epoch=-1, when="start"), *lengths((3, 3), (5, 5))])
    asked = judge(case(changing))
    assert (asked.outcome, asked.declare) == (Outcome.INCONCLUSIVE, 'length = "per-epoch"')
    assert "4 before the first, 3 in epoch 0 and 5 in epoch 1" in asked.reason
    assert judge(case(changing, contract={"length": "per-epoch"})).outcome is Outcome.HOLDS
    assert judge(case(changing, contract={"length": "constant"})).outcome is Outcome.VIOLATED


def test_a_change_in_any_run_is_found():
    sound = history("loop", [numbered_pass(12, 4)])
    faulty = history("fork", [numbered_pass(12, 4)], lengths=lengths((3, 2)))
    assert judge(case(sound, faulty)).outcome is Outcome.VIOLATED


def test_a_constant_length_holds_and_says_where_it_was_asked():
    judgement = judge(case(history("loop", [numbered_pass(12, 4)] * 3)))
    assert judgement.outcome is Outcome.HOLDS
    assert judgement.reason == "the length was the same before and after the reads of 3 epochs"


def test_one_answer_an_epoch_settles_nothing():
    assert judge(case(history(lengths=[length(3)]))).outcome is Outcome.INCONCLUSIVE


def test_an_infinite_sequence_promises_no_length():
    assert judge(case(history(), contract={"infinite": True})).outcome is Outcome.NOT_APPLICABLE
