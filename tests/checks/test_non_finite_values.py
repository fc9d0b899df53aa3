"""non-finite-values: advice with leaf, rows and samples; made-up data, padding and rows of weight 0 are not blamed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqcheck.checks.non_finite_values import CHECK, judge
from seqcheck.model.check import Judgement, Outcome, Severity
from seqcheck.model.scenario import Truth
from tests.drawn import sound_reading
from tests.histories import batch, case, failure, history

NAN, INF = float("nan"), float("inf")
Y = np.arange(3)


def judged(*batches: Any, truth: Truth | None = None, contract: dict[str, Any] | None = None) -> Judgement:
    return judge(case(history("loop", [list(batches)], truth=truth), sound_reading(), contract=contract))


def pictures(*values: float) -> Any:
    return batch(np.array([[value, 1.0] for value in values], np.float32), Y[: len(values)])


def test_rows_are_named_with_their_samples() -> None:
    known = Truth(num_samples=3, num_samples_source="contract", probe=True)
    said = judged(pictures(1, NAN, 3), truth=known)
    assert said.outcome is Outcome.VIOLATED
    assert said.reason == "row 1 of x of batch 0 holds NaN or infinity"
    assert said.findings[0].evidence["samples"] == ["1"]
    assert CHECK.severity is Severity.ADVICE


def test_several_rows_and_batches_are_one_finding() -> None:
    said = judged(pictures(1, 2, 3), pictures(INF, 2, -INF), pictures(NAN, 2))
    assert said.reason == "rows 0 and 2 of x of batch 1 hold NaN or infinity"
    assert said.findings[0].evidence["batches concerned"] == "batches 1 and 2"


@pytest.mark.parametrize("value", [NAN, INF, -INF])
def test_a_number_for_the_whole_batch_and_complex_ones_have_no_rows(value: float) -> None:
    assert judged((np.ones((2, 1)), np.array([1j * value, 0]))).reason == "y of batch 0 holds NaN or infinity"


def test_data_that_was_made_up_is_not_blamed_on_the_class() -> None:
    said = judged(pictures(1, NAN), truth=Truth(made_up=True))
    assert said.outcome is Outcome.INCONCLUSIVE


def test_rows_of_weight_0_are_no_samples() -> None:
    weight = np.array([1.0, 0.0])
    assert judged(batch([1.0, NAN], Y[:2], weight)).outcome is Outcome.HOLDS
    assert judged(batch([NAN, 1.0], Y[:2], weight)).outcome is Outcome.VIOLATED


def test_padding_that_is_no_number_is_declared() -> None:
    assert judged(pictures(NAN), contract={"padding": NAN}).outcome is Outcome.NOT_APPLICABLE
    assert judged(pictures(NAN), contract={"padding": 0}).outcome is Outcome.VIOLATED


def test_finite_numbers_and_leaves_without_numbers_hold() -> None:
    assert judged(pictures(1, 2), (np.array(["a"]), np.array([True]))).outcome is Outcome.HOLDS
    assert judged(failure()).outcome is Outcome.INCONCLUSIVE
