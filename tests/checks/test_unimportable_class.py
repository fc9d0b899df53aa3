"""unimportable-class is red only where the name of the class is what pickle fails on."""

from __future__ import annotations

import pytest

from seqcheck.checks.unimportable_class import judge
from seqcheck.model.check import Outcome
from seqcheck.model.observation import PickleAttempt
from tests.histories import case, history


def attempted(attempt: PickleAttempt):
    return history("pickling", lengths=3, observations=(attempt,))


@pytest.mark.parametrize(
    ("where", "why"), [("data.make.<locals>.Local", "inside a function"), ("__main__.Local", "__main__")]
)
def test_a_class_without_a_name_of_its_own_is_found(where: str, why: str) -> None:
    failed = PickleAttempt("dump", error="Can't pickle local object", importable=False, where=where)
    judgement = judge(case(attempted(failed), nested_class=True))
    assert judgement.outcome is Outcome.VIOLATED
    assert where in judgement.reason
    assert why in judgement.reason


def test_an_attribute_that_cannot_be_pickled_is_another_fault() -> None:
    failed = PickleAttempt("dump", culprit="self.lock", what="_thread.lock", error="TypeError", where="data.MySequence")
    assert judge(case(attempted(failed))).outcome is Outcome.HOLDS


def test_a_class_pickled_in_a_way_of_its_own_holds() -> None:
    done = PickleAttempt("done", 300, importable=False, where="data.make.<locals>.Local")
    judgement = judge(case(attempted(done)))
    assert judgement.outcome is Outcome.HOLDS
    assert "a way of its own" in judgement.reason


def test_a_class_local_to_a_test_is_not_judged() -> None:
    failed = PickleAttempt("dump", importable=False, where="tests.test_it.<locals>.Local")
    assert judge(case(attempted(failed), origin="api", nested_class=True)).outcome is Outcome.NOT_APPLICABLE


def test_without_an_attempt_nothing_is_said() -> None:
    assert judge(case(history("pickling", lengths=3))).outcome is Outcome.INCONCLUSIVE
