"""What the base's constructor would have left behind."""

from __future__ import annotations

import pytest

from seqcheck.checks.uninitialised_base import CHECK, judge
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.observation import Anatomy
from tests.histories import case, history

LEFT = ("_workers", "_use_multiprocessing", "_max_queue_size")


@pytest.mark.parametrize("missing", [LEFT, LEFT[1:]])
def test_what_is_missing_is_named(missing: tuple[str, ...]) -> None:
    judgement = judge(case(history("making", observations=[Anatomy("keras.src.PyDataset", LEFT, missing)])))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["missing"] == list(missing)
    assert "super().__init__() of PyDataset was not called" in judgement.reason
    assert CHECK.severity is Severity.ADVICE


def test_an_instance_that_has_all_of_it_holds_whoever_set_it() -> None:
    assert judge(case(history("making", observations=[Anatomy("keras.src.PyDataset", LEFT)]))).outcome is Outcome.HOLDS


@pytest.mark.parametrize("anatomy", [Anatomy(""), Anatomy("tf_keras.src.Sequence")])
def test_where_nothing_can_be_missing_nothing_is_asked(anatomy: Anatomy) -> None:
    assert judge(case(history("making", observations=[anatomy]))).outcome is Outcome.NOT_APPLICABLE


def test_an_instance_that_nobody_looked_at_is_open() -> None:
    assert judge(case(history("making", lengths=0))).outcome is Outcome.INCONCLUSIVE
