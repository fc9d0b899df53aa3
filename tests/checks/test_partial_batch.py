"""`partial-batch`: incomplete batches against a size that somebody names, and honesty where nobody does."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.checks.partial_batch import judge
from seqcheck.model.check import Outcome
from seqcheck.model.scenario import Truth
from tests.histories import case, failure, history, numbered, numbered_pass

NAMED = Truth(num_samples=10, batch_size=4, batch_size_source="constructor")


def sized(*rows, truth=None, **fields):
    ends = np.cumsum(rows)
    batches = [numbered(int(end) - count, int(end)) for end, count in zip(ends, rows, strict=True)]
    return history("loop", [batches], truth=truth or Truth(), **fields)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((2, 4, 4), "batch 0 of epoch 0 has 2 rows; expected 4 (the constructor): it is short though not the last"),
        ((4, 2, 4), "batch 1 of epoch 0 has 2 rows; expected 4 (the constructor): it is short though not the last"),
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


def test_a_rest_that_whole_batches_carry_along_is_where_the_shuffle_puts_it():
    one, other, rest = numbered_pass(10, 4)
    hooks = {"own_hooks": ("on_epoch_end",)}
    moved = history("loop", [[one, other, rest], [rest, one, other]], truth=NAMED)
    assert judge(case(moved, **hooks)).reason.startswith("every batch had 4 rows (the constructor), but for the rest")
    again = history("loop", [[one, rest, other], [one, rest, other]], truth=NAMED)
    said = judge(case(again, **hooks))
    assert said.outcome is Outcome.INCONCLUSIVE
    assert "the rest of the samples is batch 1 in every epoch" in said.reason
    assert judge(case(again)).outcome is Outcome.VIOLATED
    in_order = history("loop", [[one, rest, other]] * 2, truth=NAMED, scenario={"shuffle": False})
    assert judge(case(in_order, **hooks)).outcome is Outcome.VIOLATED


def test_a_rest_that_stays_before_the_end_of_many_batches_is_no_chance():
    *full, rest = numbered_pass(38, 4)
    run = history("loop", [[rest, *full]] * 3, truth=NAMED)
    assert judge(case(run, own_hooks=("on_epoch_end",))).outcome is Outcome.VIOLATED


def test_a_short_batch_after_which_every_read_raises_is_the_last_that_there_is():
    *full, rest = numbered_pass(10, 4)
    raising = [failure("ValueError", "element 3 of 3")] * 4
    assert judge(case(history("loop", [[*full, rest, *raising]], truth=NAMED))).outcome is Outcome.HOLDS
    between = history("loop", [[*full, rest, *raising, numbered(10, 14)]], truth=NAMED)
    assert judge(case(between)).reason.startswith("batch 2 of epoch 0 has 2 rows")


@pytest.mark.parametrize(
    ("rows", "samples", "outcome"),
    [
        ((4, 4, 3, 3), 14, Outcome.INCONCLUSIVE),
        ((3, 3, 4, 4), 14, Outcome.INCONCLUSIVE),
        ((4, 3, 4, 3), 15, Outcome.VIOLATED),  # one is left out
        ((3, 4, 4, 4), 15, Outcome.VIOLATED),  # the rest, in the wrong place
        ((4, 3, 3, 3, 3), 16, Outcome.VIOLATED),  # four would do
    ],
)
def test_samples_that_are_shared_out_evenly_may_be_meant_so(rows, samples, outcome):
    truth = Truth(num_samples=samples, batch_size=4, batch_size_source="constructor")
    judgement = judge(case(sized(*rows, truth=truth)))
    assert judgement.outcome is outcome
    assert outcome is not Outcome.INCONCLUSIVE or judgement.declare == 'batch_size = "variable"'
