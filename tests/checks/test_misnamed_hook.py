"""Methods that nobody calls and that are nearly hooks."""

from __future__ import annotations

from seqcheck.checks.misnamed_hook import CHECK, judge
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.history import Frame
from seqcheck.model.observation import Anatomy, NearHook
from tests.histories import case, history

SPOT = ("data.py", 20, "onEpochEnd", "def onEpochEnd(self):")


def test_a_misnamed_hook_is_named_with_its_line() -> None:
    run = history(
        "making", observations=[Anatomy("keras.PyDataset", methods=3), NearHook("onEpochEnd", "on_epoch_end", SPOT)]
    )
    judgement = judge(case(run))
    assert judgement.outcome is Outcome.VIOLATED
    assert (
        judgement.reason
        == "onEpochEnd() is called by nobody: Keras calls on_epoch_end(), which the class does not have"
    )
    assert judgement.findings[0].frame == Frame(*SPOT)
    assert CHECK.severity is Severity.ADVICE


def test_a_class_without_one_holds() -> None:
    judgement = judge(case(history("making", observations=[Anatomy("keras.PyDataset", methods=3)])))
    assert (judgement.outcome, judgement.reason) == (Outcome.HOLDS, "the names of 3 methods of the class's own")


def test_a_class_that_nobody_looked_at_is_open() -> None:
    assert judge(case(history("making", lengths=0))).outcome is Outcome.INCONCLUSIVE
