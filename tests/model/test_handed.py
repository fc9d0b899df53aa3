"""A batch that is handed to a model by hand: what refuses it or changes it is advice, and said where nothing does."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcheck.checks.untrainable import judge
from seqcheck.model.batch import describe
from seqcheck.model.check import Judgement, Outcome, Severity
from seqcheck.model.history import Delivery, EngineNote, Event, Failure, Finished, assemble
from seqcheck.model.observation import ByHand
from seqcheck.model.scenario import Scenario
from tests.histories import case

GIVEN = describe((np.arange(8, dtype=np.float64).reshape(4, 2), np.arange(4)))


def judged(*events: Event) -> Judgement:
    delivered = Delivery(0, 0, None, GIVEN)
    return judge(case(assemble(Scenario("fit"), [delivered, *events, Finished(1.0)])))


def reached(value: Any, method: str = "train_on_batch") -> ByHand:
    return ByHand(method, 0, GIVEN, describe(value))


def refused(message: str) -> EngineNote:
    return EngineNote("by-hand", "train_on_batch", Failure("ValueError", message))


def test_what_arrives_in_another_precision_is_said_to_have_arrived() -> None:
    x, y = np.arange(8, dtype=np.float32).reshape(4, 2), np.arange(4, dtype=np.int32)
    judgement = judged(reached((x, y, None)), reached((x,), "predict_on_batch"))
    assert judgement.outcome is Outcome.HOLDS
    assert judgement.reason.endswith(", and batch 0 those of train_on_batch and predict_on_batch")


def test_other_values_are_advice() -> None:
    judgement = judged(reached((np.zeros((4, 2), np.float32), np.arange(4))))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == "x of batch 0 reaches the step of train_on_batch with other values"
    assert {finding.severity for finding in judgement.findings} == {Severity.ADVICE}


def test_whole_numbers_that_no_single_precision_holds_are_the_engines() -> None:
    large = describe((np.arange(4) + 2**40,))
    arrived = describe((np.arange(4, dtype=np.int32),))
    assert judged(ByHand("train_on_batch", 0, large, arrived)).outcome is Outcome.HOLDS


def test_a_refusal_of_the_batch_is_advice_and_one_of_the_model_nobodys_business() -> None:
    judgement = judged(refused("Unrecognized data type: x=..."))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == "train_on_batch refuses a batch that fit takes: Unrecognized data type: x=..."
    assert {finding.severity for finding in judgement.findings} == {Severity.ADVICE}
    assert judged(refused("no loss was compiled")).outcome is Outcome.HOLDS
