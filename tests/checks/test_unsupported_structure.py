"""`unsupported-structure`: what every Keras refuses is found; what one of them takes, or may take, is not."""

from __future__ import annotations

from collections import OrderedDict, namedtuple

import numpy as np
import pytest

from seqcheck.checks.unsupported_structure import judge
from seqcheck.model.batch import describe
from seqcheck.model.check import Outcome
from seqcheck.model.history import Delivery, EngineNote
from tests.histories import case, failure, history

X, Y, W = np.ones((4, 3), np.float32), np.arange(4), np.ones(4, np.float32)
Pair = namedtuple("Pair", "x y")


def judged(value, base="keras"):
    return judge(case(history("loop", [[value, value, value]]), base=base))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((X, Y, W, W), "the batch is a tuple of 4 parts; expected x, (x, y) or (x, y, sample_weight)"),
        ([X, X, X, X, X], "the batch is a list of 5 parts; expected x, (x, y) or (x, y, sample_weight)"),
        ((), "the batch is a tuple of 0 parts; expected x, (x, y) or (x, y, sample_weight)"),
        ({}, "the batch is a dict of 0 parts; expected x, (x, y) or (x, y, sample_weight)"),
        (([], Y), "x is empty: it holds no array"),
        ((None, Y), "x is None"),
        ((X, 1), "y is a single int; expected one entry a row"),
        ((X, np.float32(1)), "y is a single float32; expected one entry a row"),
        ((X, np.array(1.0)), "y is a single number; expected one entry a row"),
        ((X, {1, 2}), "y is a set, not an array"),
        ((range(4), Y), "x is a range, not an array"),
        ((X, np.array(["2020-01-01"] * 4, "M8[D]")), "y has dtype datetime64[D]"),
        ((list(X), Y), "x is a list of arrays, one a row"),
    ],
)
@pytest.mark.parametrize("base", ["keras", "tf_keras"])
def test_what_every_keras_refuses_is_found(value, expected, base):
    judgement = judged(value, base)
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == expected


def test_numbers_in_a_tuple_are_one_finding():
    judgement = judged((X, (0, 1, 2, 3)))
    assert [finding.summary for finding in judgement.findings] == [
        "y is a tuple of single numbers where an array belongs"
    ]


def test_a_generator_is_found():
    judgement = judge(case(history("loop", [[describe(row for row in X) for _ in range(3)]])))
    assert judgement.reason == "x is a generator, not an array"


@pytest.mark.parametrize(
    "value",
    [
        X,
        (X,),
        [X],
        (X, Y),
        [X, Y],
        [X, Y, W],
        Pair(X, Y),
        {"a": X, "b": Y},
        {0: X, 1: Y, 2: W, 3: W},
        OrderedDict(a=X),
        ({"a": X}, {"b": Y}),
        ((X, X), Y),
        ([X, X], Y),
        (X, Y, None),
        (X > 0, Y.astype(np.uint8)),
        (X.astype(">f4"), Y),
        (X[:0], Y[:0]),
    ],
    ids=repr,
)
def test_what_a_keras_takes_is_left_alone(value):
    judgement = judged(value)
    assert judgement.outcome is Outcome.HOLDS, judgement.reason


def test_two_inputs_of_two_rows_are_not_taken_for_rows():
    two = (X[:2], X[:2])
    assert judged((two, Y[:2])).outcome is Outcome.HOLDS


def test_rows_that_were_never_stacked_are_told_from_several_inputs_over_all_batches():
    """A list of rows is as long as its batch; a list of inputs is as long in the short last batch as in any other."""
    rows = history("loop", [[(list(X), list(np.eye(4))), (list(X[:1]), list(np.eye(4)[:1]))]])
    judgement = judge(case(rows))
    assert [finding.summary for finding in judgement.findings] == [
        "x is a list of arrays, one a row",
        "y is a list of arrays, one a row",
    ]
    inputs = history("loop", [[((X, X), (Y, Y)), ((X[:1], X[:1]), (Y[:1], Y[:1]))]])
    assert judge(case(inputs)).outcome is Outcome.HOLDS
    mismatched = history("loop", [[((X, X), (Y[:3], Y[:3]))] * 2])
    assert judge(case(mismatched)).outcome is Outcome.HOLDS


def test_text_settles_nothing_and_objects_are_left_to_their_own_check():
    assert judged((np.array(list("abcd")), Y)).outcome is Outcome.INCONCLUSIVE
    assert judged((np.array(list("abcd"), object), Y)).outcome is Outcome.HOLDS


class Ragged:
    """Stands for a tensor of a kind that only its own framework can read."""


def test_an_unknown_object_settles_nothing_unless_fit_took_it():
    loop = history("loop", [[(Ragged(), Y)] * 3])
    taken = Delivery(0, 0, 0, None)
    assert judge(case(loop)).outcome is Outcome.INCONCLUSIVE
    assert judge(case(loop, history("fit", deliveries=[taken]))).outcome is Outcome.HOLDS
    refused = history("fit", deliveries=[taken], notes=(EngineNote("error", "TypeError", failure()),))
    assert judge(case(loop, refused)).outcome is Outcome.INCONCLUSIVE


def test_a_number_inside_the_inputs_is_refused_by_keras_3_alone():
    value = ({"image": X, "count": 4}, Y)
    assert judged(value).outcome is Outcome.VIOLATED
    assert judged(value, "tf_keras").outcome is Outcome.INCONCLUSIVE


def test_a_form_that_only_some_batches_have_is_a_drift_and_left_to_that_check():
    judgement = judge(case(history("loop", [[(X, Y), (X, Y), (X[0], Y[0])]])))
    assert judgement.outcome is Outcome.HOLDS


def test_nothing_read_settles_nothing():
    assert judge(case(history("loop", [[None, failure()]]))).outcome is Outcome.INCONCLUSIVE
