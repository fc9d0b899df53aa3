"""repeated-samples: a sample that comes too often is named with its places; equal rows in the data are left alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqcheck.checks.repeated_samples import judge
from seqcheck.model.batch import describe
from seqcheck.model.check import Judgement, Outcome
from tests.checks.epochs import CLASSES, PICTURES, held, indexes, known, numbered_in, probe, rows_in, shuffles
from tests.histories import at, batch, case, history, numbered, samples

N, B = 38, 4
WRAPPED = [*range(N), 0, 1]


def test_a_wrapped_last_batch_is_named_with_its_places() -> None:
    judged = judge(case(history(epochs=[numbered_in(WRAPPED, B)] * 3, truth=probe(N))))
    assert judged.outcome is Outcome.VIOLATED
    assert judged.reason == (
        "sample 0 came 2 times in epoch 0 (row 0 of batch 0 and row 2 of batch 9), "
        "and 1 other sample more often than once"
    )
    assert judged.findings[0].declare == 'epoch = "per-epoch"'


@pytest.mark.parametrize("kind", ["per-epoch", "random"])
def test_oversampling_may_be_declared(kind: str) -> None:
    run = history(epochs=[numbered_in(WRAPPED, B)], truth=probe(N))
    assert judge(case(run, contract={"epoch": kind})).outcome is Outcome.NOT_APPLICABLE


def test_fixed_data_show_it_by_what_is_held_or_known() -> None:
    epochs = [rows_in(WRAPPED, B)] * 3
    for seen in ([held("self.x", PICTURES[:N])], [indexes(N)]):
        assert judge(case(history(epochs=epochs, observations=seen))).outcome is Outcome.VIOLATED
    assert judge(case(history(epochs=epochs, truth=known(N)))).outcome is Outcome.VIOLATED
    assert judge(case(history(epochs=epochs), contract={"num_samples": N})).outcome is Outcome.VIOLATED


def test_epochs_that_repeat_others_show_each_other() -> None:
    epochs = [rows_in([*order, *order[:2]], B) for order in shuffles(N, 3)]
    assert judge(case(history(epochs=epochs))).outcome is Outcome.VIOLATED


def test_equal_rows_come_less_often_where_a_remainder_is_left_out_on_purpose() -> None:
    """Three rows of the data are equal, and each epoch leaves other rows out: once one of the three."""
    equal = {20: 0, 21: 0}
    epochs = [rows_in([equal.get(one, one) for one in order[:20]], 4) for order in shuffles(22, 5)]
    seen = case(history(epochs=epochs), contract={"drop_remainder": True})
    judgement = judge(seen)
    assert (judgement.outcome, "another in each epoch" in judgement.reason) == (Outcome.INCONCLUSIVE, True)
    for remainder, outcome in (("per-group", Outcome.INCONCLUSIVE), (1, Outcome.VIOLATED), (False, Outcome.VIOLATED)):
        assert judge(case(history(epochs=epochs), contract={"drop_remainder": remainder})).outcome is outcome


def test_more_repeats_than_a_remainder_leaves_room_for_are_found() -> None:
    epochs = [rows_in([*order[:18], *order[:2]], 4) for order in shuffles(22, 3)]
    assert judge(case(history(epochs=epochs), contract={"drop_remainder": True})).outcome is Outcome.VIOLATED


def beside(rows: list[int], others: np.ndarray[Any, Any]) -> Judgement:
    """What is said of samples in these rows, with others beside them in a second input that no read changes."""
    inputs = np.asarray(rows, np.float32)[:, None] + np.full(3, 0.5, np.float32)
    whole = describe(((inputs, others.astype(np.float32)), np.asarray(rows) % 2))
    steady = history("reading", passes={"plain-twice": [[at(0, whole), at(0, whole)]]})
    return judge(case(history(epochs=[[whole]] * 2, truth=probe(4)), steady))


def test_a_picture_with_several_captions_is_no_repeat() -> None:
    rows = [0, 0, 1, 2, 3, 3, 3]
    captions = beside(rows, np.arange(70).reshape(7, 10) % 13)
    assert captions.outcome is Outcome.INCONCLUSIVE
    assert captions.declare == 'epoch = "per-epoch"'
    assert "another row of x[1]" in captions.reason
    with_their_own = beside(rows, np.repeat(np.asarray(rows)[:, None] * 7 % 5, 10, axis=1))
    assert with_their_own.outcome is Outcome.VIOLATED


def test_equal_rows_in_the_data_are_no_repeats() -> None:
    twin = np.repeat(PICTURES[:10], 4, axis=0)
    unshuffled = history(epochs=[rows_in(range(N), B, twin)] * 3)
    assert judge(case(unshuffled)).outcome is Outcome.INCONCLUSIVE
    shuffled = history(epochs=[rows_in(order, B, twin) for order in shuffles(N, 3)])
    assert judge(case(shuffled)).outcome is Outcome.HOLDS
    seen = history(epochs=[rows_in(range(N), B, twin)] * 3, observations=[held("self.x", twin[:N])])
    assert judge(case(seen)).outcome is Outcome.HOLDS


def test_the_same_number_of_times_for_every_sample_asks() -> None:
    judged = judge(case(history(epochs=[numbered_in([*range(20), *range(20)], B)] * 2, truth=probe(20))))
    assert (judged.outcome, judged.declare) == (Outcome.INCONCLUSIVE, 'epoch = "per-epoch"')


def test_windows_that_overlap_are_different_samples() -> None:
    rows = [np.stack([PICTURES[one : one + 3] for one in range(first, first + B)]) for first in range(0, 36, B)]
    run = history(epochs=[[describe((x, CLASSES[:B])) for x in rows]] * 3, observations=[held("self.x", PICTURES)])
    assert judge(case(run)).outcome is Outcome.HOLDS


def test_pairs_may_share_a_picture() -> None:
    pairs = [(0, one) for one in range(1, 21)]
    cut = [pairs[first : first + B] for first in range(0, 20, B)]
    epoch = [describe(((PICTURES[[a for a, _ in some]], PICTURES[[b for _, b in some]]), CLASSES[:B])) for some in cut]
    assert judge(case(history(epochs=[epoch] * 3, observations=[held("self.x", PICTURES)]))).outcome is Outcome.HOLDS


def test_padding_and_rows_of_weight_zero_are_no_samples() -> None:
    weighted = [batch([0.5, 1.5], [0, 1], [1, 1]), batch([2.5, 0.5], [2, 0], [1, 0])]
    assert judge(case(history(epochs=[weighted] * 2, truth=probe(3)))).outcome is Outcome.HOLDS
    padded = [batch([0.5, 1.5], [0, 1]), batch([2.5, 0], [2, 0])]
    run = history(epochs=[padded] * 2, truth=probe(3))
    assert judge(case(run, contract={"padding": 0})).outcome is Outcome.HOLDS


def test_the_owners_ids_count() -> None:
    def named(*ids: str) -> object:
        return describe((np.random.default_rng(0).normal(size=(len(ids), 2)), np.zeros(len(ids))), identities=ids)

    repeated = history(epochs=[[named("a", "b"), named("b", "c")]])
    assert judge(case(repeated)).reason.startswith("sample b came 2 times in epoch 0")
    assert judge(case(history(epochs=[[named("a", "b"), named("c", "d")]]))).outcome is Outcome.HOLDS


def test_whole_numbers_that_also_stand_in_an_index_array_do_not_come_from_it() -> None:
    """Tokens 0 to 9, each with its class: found in an index array over 40 rows, and equal rows of the data."""
    tokens = np.random.default_rng(2).integers(0, 10, 40)
    epochs = [[batch(tokens[order[k : k + 4]], tokens[order[k : k + 4]] % 2) for k in range(0, 40, 4)] for order in
              (np.array(one) for one in shuffles(40, 3))]  # fmt: skip
    run = history(epochs=epochs, observations=[indexes(40)])
    assert judge(case(run)).outcome is not Outcome.VIOLATED
    constant = [[batch(np.ones((4, 3)), np.zeros(4, int))] * 10] * 3
    assert judge(case(history(epochs=constant, observations=[indexes(40)]))).outcome is not Outcome.VIOLATED


def test_many_places_are_not_all_named() -> None:
    again = history(epochs=[[numbered(0, 4), *[samples(1)] * 9]] * 2, truth=probe(4))
    judged = judge(case(again))
    assert judged.outcome is Outcome.VIOLATED
    assert len(judged.reason) < 300
    assert "6 more" in judged.reason
