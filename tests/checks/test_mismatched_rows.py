"""`mismatched-rows`: parts of a batch with different numbers of rows."""

from __future__ import annotations

import numpy as np

from seqcheck.checks.mismatched_rows import judge
from seqcheck.model.check import Outcome
from tests.histories import batch, case, history, numbered_pass

X, Y = np.ones((4, 3), np.float32), np.arange(4)


def test_different_numbers_of_rows_are_found_with_their_batch():
    judgement = judge(case(history("loop", [[(X, Y), (X, Y[:3])]])))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == "batch 1 of epoch 0 has 4 in x and 3 in y: the numbers of rows differ"
    assert judgement.findings[0].evidence["batches"] == "1 of 2 batches"


def test_inner_inputs_and_weights_count():
    assert judge(case(history("loop", [[({"a": X, "b": X[:1]}, Y)]]))).outcome is Outcome.VIOLATED
    assert judge(case(history("loop", [[(X, Y, np.ones(1))]]))).outcome is Outcome.VIOLATED


def test_an_empty_part_beside_a_full_one_is_found():
    assert judge(case(history("loop", [[batch([1.0, 2.0], [])]]))).outcome is Outcome.VIOLATED


def test_short_last_batches_and_left_out_weights_hold():
    judgement = judge(case(history("loop", [numbered_pass(10, 4)], passes={"forward": [[(X, Y, None)] * 4]})))
    assert judgement.outcome is Outcome.HOLDS
    assert judgement.reason == "all parts had equally many rows: 4 batches of 1 epoch"


def test_one_array_a_batch_holds_and_says_so():
    assert judge(case(history("loop", [[X, X]]))).reason.startswith("there is one array a batch")


def test_rows_that_cannot_be_counted_settle_nothing():
    assert judge(case(history("loop", [[(X, object())]]))).outcome is Outcome.INCONCLUSIVE
    assert judge(case(history("loop", [[None]]))).outcome is Outcome.INCONCLUSIVE
