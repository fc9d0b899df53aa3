"""`partial-batch`: incomplete batches against a size that somebody names, and honesty where nobody does."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.checks.partial_batch import judge
from seqcheck.model.check import Outcome
from seqcheck.model.scenario import Truth
from tests.histories import case, history, numbered, numbered_pass

NAMED = Truth(num_samples=10, batch_size=4, batch_size_source="constructor")


def sized(*rows, truth=None, **fields):
    ends = np.cumsum(rows)
    batches = [numbered(int(end) - count, int(end)) for end, count in zip(ends, rows, strict=True)]
    return history("loop", [batches], truth=truth or Truth(), **fields)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((2, 4, 4), "batch 0 of epoch 0 has 2 rows; expected 4 (the constructor): it is short though not the last"),
        ((4, 3, 3), "batch 1 of epoch 0 has 3 rows; expected 4 (the constructor): it is short though not the last"),
        ((4, 6), "batch 1 of epoch 0 has 6 rows; expected 4 (the constructor): it is larger than nominal"),
        ((4, 1, 4, 1), "batch 1 of epoch 0 has 1 row; expected 4 (the constructor): it is short though not the last"),
    ],
)
def test_an_incomplete_batch_is_found(rows, expected):
    judgement = judge(case(sized(*rows, truth=NAMED)))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == expected
    assert judgement.findings[0].declare == 'batch_size = "variable"'


@pytest.mark.parametrize("rows", [(4, 4, 2), (4, 4), (4,), (3,), (4, 4, 4, 1)])
def test_a_short_last_batch_holds(rows):
    judgement = judge(case(sized(*rows, truth=NAMED)))
    assert judgement.outcome is Outcome.HOLDS
    assert judgement.reason.startswith("every batch before the last had 4 rows (the constructor), the last no more")


def test_an_empty_batch_at_the_end_does_not_make_the_one_before_it_partial():
    assert judge(case(sized(4, 2, 0, truth=NAMED))).outcome is Outcome.HOLDS


def test_the_declared_size_counts_and_variable_sizes_are_not_judged():
    assert judge(case(sized(3, 3, 1), contract={"batch_size": 4})).outcome is Outcome.VIOLATED
    assert judge(case(sized(3, 4, 1), contract={"batch_size": "variable"})).outcome is Outcome.NOT_APPLICABLE


def test_a_constructors_size_that_no_batch_has_may_count_something_else():
    """A batch of 4 pairs holds 8 rows: nothing is wrong with it, and nothing is known of it."""
    judgement = judge(case(sized(8, 8, 8, truth=NAMED)))
    assert (judgement.outcome, judgement.declare) == (Outcome.INCONCLUSIVE, "batch_size = 8")


def test_the_declared_size_is_not_held_against_a_sequence_built_smaller_for_the_run():
    smaller = sized(2, 2, 1, truth=Truth(batch_size=2), scenario={"batch_size": 2})
    as_used = sized(4, 4, 1, truth=NAMED)
    assert judge(case(smaller, as_used, contract={"batch_size": 4})).outcome is Outcome.HOLDS
    assert judge(case(smaller, contract={"batch_size": 4})).outcome is Outcome.INCONCLUSIVE


def test_a_constant_size_that_nobody_names_is_taken_for_the_nominal_one():
    judgement = judge(case(sized(4, 4, 2)))
    assert judgement.outcome is Outcome.HOLDS
    assert "the only size seen" in judgement.reason


@pytest.mark.parametrize(("rows", "declare"), [((4, 3, 4), 'batch_size = "variable"'), ((4, 4, 6), "batch_size = 4")])
def test_sizes_that_differ_with_no_size_named_ask_for_it(rows, declare):
    judgement = judge(case(sized(*rows)))
    assert (judgement.outcome, judgement.declare) == (Outcome.INCONCLUSIVE, declare)


def test_too_few_batches_settle_nothing():
    assert judge(case(sized(4))).outcome is Outcome.INCONCLUSIVE
    assert judge(case(sized(4, 2))).outcome is Outcome.INCONCLUSIVE


def test_every_epoch_is_looked_at():
    run = history("loop", [numbered_pass(10, 4), [numbered(0, 2), numbered(2, 6), numbered(6, 10)]], truth=NAMED)
    assert judge(case(run)).reason.startswith("batch 0 of epoch 1 has 2 rows")


def test_in_a_selection_the_last_batch_is_that_of_the_length():
    run = history("loop", [numbered_pass(10, 4)], truth=NAMED, lengths=9, indices=(0, 1, 2))
    assert judge(case(run)).reason.startswith("batch 2 of epoch 0 has 2 rows")
