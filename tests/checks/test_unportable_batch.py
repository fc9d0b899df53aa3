"""`unportable-batch`: forms that only one Keras takes, as an error where that one is not in use."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.checks.unportable_batch import judge
from seqcheck.model.batch import describe
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.history import Delivery, EngineNote
from tests.histories import case, history

X, Y = np.ones((4, 3), np.float32), np.arange(4)


def judged(value, base="keras"):
    return judge(case(history("loop", [[value, value]]), base=base))


class Tensor:
    """Stands for a tensor of some framework."""

    def __array__(self, dtype=None, copy=None):
        return X


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (([X, X], Y), "x is a list of arrays"),
        ((X, [Y, Y]), "y is a list of arrays"),
        ([[X, X], Y], "x is a list of arrays"),
        (({"a[0]": [X, X]}, Y), "x['a[0]'] is a list of arrays"),
        ((([X], X), Y), "x[0] is a list of arrays"),
        ((X, Y, None), "sample_weight is None"),
        ((X, None), "y is None"),
        (((X, None), Y), "x[1] is None"),
        (Tensor(), "the whole batch is a Tensor without a tuple around it"),
        ((X.astype(np.longdouble), Y), f"x has dtype {np.dtype(np.longdouble)}"),
    ],
)
def test_what_keras_3_alone_refuses_is_an_error_there_and_advice_elsewhere(value, expected):
    judgement = judged(value)
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == expected
    assert [finding.severity for finding in judgement.findings] == [None]
    for base in ("tf_keras", None):
        assert [finding.severity for finding in judged(value, base).findings] == [Severity.ADVICE]


@pytest.mark.parametrize(("backend", "error"), [("jax", True), ("tensorflow", False)])
def test_what_another_backend_was_trained_on_is_advice(backend, error):
    notes = [EngineNote("version", f"{backend} 1.2.3")]
    notes += [EngineNote("error", "fit stopped")] if error else []
    for told, severity in ((notes, None), (notes[:1], Severity.ADVICE if backend == "jax" else None)):
        fit = history("fit", [[(X, None)]], notes=tuple(told), deliveries=[Delivery(0, 0, None, describe((X, None)))])
        judgement = judge(case(history("loop", [[(X, None)] * 2]), fit))
        assert [finding.severity for finding in judgement.findings] == [severity]


@pytest.mark.parametrize("value", [(X, [0, 1, 2, 3]), (X.tolist(), Y), (X, [[0], [1]])])
@pytest.mark.parametrize("base", ["keras", "tf_keras"])
def test_numbers_in_lists_are_an_error_on_every_keras(value, base):
    judgement = judged(value, base)
    assert judgement.reason.endswith("is a list of Python numbers")
    assert judgement.findings[0].severity is None


def test_strings_in_lists_are_not_called_numbers():
    assert judged((X, ["a", "b", "c", "d"])).reason.endswith("y is a list of Python strings")


@pytest.mark.parametrize(
    "value",
    [(X, Y), [X, Y], [(X, X), Y], {"a[": X}, ({"a": X, "b": (X, X)}, Y), (X,), [X], (Tensor(), Y)],
    ids=["tuple", "list", "tuple in list", "dict", "nested", "one", "one in list", "tensor"],
)
def test_portable_forms_hold(value):
    judgement = judged(value)
    assert judgement.outcome is Outcome.HOLDS, judgement.reason


def widths(*epochs):
    return history("loop", [[(np.ones((4, width), np.float32), Y) for width in epoch] for epoch in epochs])


def test_a_width_that_changes_after_two_that_agree_is_an_error_on_keras_3():
    judgement = judge(case(widths((3, 3, 5))))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason.startswith("axis 1 of x has 3 and 5 entries by batch; Keras 3 stops later")
    assert judgement.findings[0].severity is None
    assert judgement.findings[0].declare == 'varying_axes = {"x" = [1]}'
    assert judge(case(widths((3, 3, 5)), base="tf_keras")).findings[0].severity is Severity.ADVICE


def test_widths_in_a_changing_order_say_how_often_keras_3_stops():
    judgement = judge(case(widths((3, 5, 3, 5), (5, 3, 3, 5))))
    assert judgement.findings[0].severity is None
    assert "in about 33% of trainings" in judgement.reason


def test_widths_whose_first_two_always_differ_are_advice():
    judgement = judge(case(widths((3, 5, 3), (3, 5, 3))))
    assert judgement.findings[0].severity is Severity.ADVICE
    assert "only because the first two batches differ" in judgement.reason


def test_a_declared_axis_is_excused_and_no_other():
    varying = {"varying_axes": {"x": [1]}}
    judgement = judge(case(widths((3, 3, 5)), contract=varying))
    assert (judgement.outcome, "x apart as declared" in judgement.reason) == (Outcome.HOLDS, True)
    assert judge(case(widths((3, 3, 5)), contract={"varying_axes": {"x": [2]}})).outcome is Outcome.VIOLATED


def test_short_and_empty_batches_and_other_ranks_are_no_varying_width():
    empty = (np.zeros((0, 9), np.float32), Y[:0])
    flat = (np.ones(3, np.float32), Y)
    run = history("loop", [[(X, Y), (X[:1], Y[:1]), empty, flat]])
    assert judge(case(run)).outcome is Outcome.HOLDS


def test_a_batch_in_which_time_is_cut_off_is_another_fault():
    stretch, nothing = (np.ones((4, 5, 2)), np.ones((4, 5, 1))), (np.ones((4, 0, 2)), np.ones((4, 0, 1)))
    assert judge(case(history("loop", [[stretch, stretch, nothing]]))).outcome is Outcome.HOLDS
    rest = (np.ones((4, 2, 2)), np.ones((4, 2, 1)))
    assert judge(case(history("loop", [[stretch, stretch, rest, nothing]]))).outcome is Outcome.VIOLATED
    # Entries that are missing in one leaf alone are entries that some batches have and others have not.
    boxes = (stretch[0], nothing[1])
    assert judge(case(history("loop", [[stretch, stretch, boxes]]))).outcome is Outcome.VIOLATED


def test_errors_stand_before_advice():
    mixed = [([X, X], Y), ([np.ones((4, 5)), X], Y), ([X, X], Y)]
    severities = [finding.severity for finding in judge(case(history("loop", [mixed]))).findings]
    assert severities == [None, Severity.ADVICE]


def test_nothing_read_settles_nothing():
    assert judge(case(history("loop", [[None]]))).outcome is Outcome.INCONCLUSIVE
