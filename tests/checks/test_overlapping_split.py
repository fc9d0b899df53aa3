"""overlapping-split: samples of the training epoch that the Sequence for validation delivers as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from seqcheck.checks.overlapping_split import _log_tail, judge
from seqcheck.model.batch import Batch
from seqcheck.model.check import Judgement, Outcome
from seqcheck.model.history import Built, Failure, History
from seqcheck.model.scenario import Truth
from tests.checks.epochs import rows_in
from tests.drawn import drawing_reading, noisy_pass, reading
from tests.histories import case, history

DECLARED = {"validation": "data:make_validation"}
DATA = np.random.default_rng(1).normal(size=(200, 4)).astype(np.float32)


def rows(first: int, last: int, x: Any = DATA) -> list[Batch]:
    return rows_in(range(first, last), 8, x, np.zeros(len(x)))


def splitting(batches: Sequence[Batch], again: Sequence[Batch] | None = None, **more: Any) -> History:
    return history("splitting", passes={"validation": [batches], "validation-again": [again or batches]}, **more)


def judged(training: Any, validation: Any, **contract: Any) -> Judgement:
    trained = training if isinstance(training, History) else reading(training)
    other = validation if isinstance(validation, History) else splitting(validation)
    return judge(case(trained, other, contract={**DECLARED, **contract}))


def test_samples_in_both_are_found_with_their_places() -> None:
    said = judged(rows(0, 120), rows(72, 160))
    assert said.outcome is Outcome.VIOLATED
    assert said.findings[0].evidence["samples in both"] == 48
    assert said.findings[0].evidence["the first of them"] == "row 0 of training batch 9, row 0 of validation batch 0"


def test_a_clean_split_holds() -> None:
    said = judged(rows(0, 120), rows(120, 160))
    assert (said.outcome, "120 of training and 40 of validation" in said.reason) == (Outcome.HOLDS, True)


def test_a_few_equal_samples_may_be_the_data_s_own() -> None:
    said = judged(rows(0, 120), rows(119, 160))
    assert (said.outcome, said.declare) == (Outcome.INCONCLUSIVE, 'sample_id = "mypkg.data:ids_of_batch"')


def test_ids_settle_it_however_few_there_are() -> None:
    def named(batches: list[Batch], first: int) -> list[Batch]:
        return [
            replace(batch, identities=tuple(f"id {first + 8 * place + row}" for row in range(batch.rows or 0)))
            for place, batch in enumerate(batches)
        ]

    said = judged(named(rows(0, 40), 0), named(rows(0, 24), 39))
    assert said.outcome is Outcome.VIOLATED
    assert said.findings[0].evidence["such as"] == ["id 39"]
    assert judged(named(rows(0, 40), 0), named(rows(0, 24), 40)).outcome is Outcome.HOLDS


@pytest.mark.parametrize("values", [2, 40, 3000])
def test_data_with_equal_rows_are_not_blamed(values: int) -> None:
    """Whatever two samples of a random split have in common, they have within its halves as well."""
    x = np.random.default_rng(values).integers(0, values, size=(200, 1)).astype(np.float32)
    assert judged(rows(0, 120, x), rows(120, 200, x)).outcome is not Outcome.VIOLATED


def test_inputs_that_are_drawn_are_not_recognised() -> None:
    assert judged(drawing_reading(), noisy_pass(3)).outcome is Outcome.INCONCLUSIVE
    assert judged(rows(0, 40), splitting(rows(40, 80), rows(80, 120))).outcome is Outcome.INCONCLUSIVE
    assert judged(rows(0, 40), rows(40, 80), augments=["x"]).outcome is Outcome.INCONCLUSIVE
    assert judged(rows(0, 40), rows(40, 80, DATA.astype(np.float64))).outcome is Outcome.INCONCLUSIVE


def test_without_a_declaration_nothing_is_promised() -> None:
    assert judge(case(reading(rows(0, 40)))).outcome is Outcome.NOT_APPLICABLE


def test_what_was_not_read_is_open_and_says_why() -> None:
    broken = history("splitting", built=Built(0.0, failure=Failure("OSError", "no such folder")), ending="not-built")
    assert (
        judged(rows(0, 40), broken).reason == "the Sequence for validation could not be built: OSError: no such folder"
    )
    made_up = replace(reading(rows(0, 40)), truth=Truth(num_samples=40, probe=True))
    assert judged(made_up, rows(0, 24)).outcome is Outcome.INCONCLUSIVE
    part = splitting(rows(40, 80), indices=(0, 1, 2, 3, 4))
    assert judged(rows(0, 40), part).outcome is Outcome.INCONCLUSIVE
    assert judged(rows(0, 40), splitting([])).outcome is Outcome.INCONCLUSIVE


def test_the_tail_of_a_binomial() -> None:
    assert 10 ** _log_tail(3, 4, 0.5) == pytest.approx(5 / 16)
    assert _log_tail(40, 40, 0.5) == pytest.approx(40 * np.log10(0.5))
