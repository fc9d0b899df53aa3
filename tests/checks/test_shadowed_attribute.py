"""Data where the base keeps something else."""

from __future__ import annotations

from seqcheck.checks.shadowed_attribute import CHECK, judge
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.history import Frame
from seqcheck.model.observation import Anatomy, Shadow
from seqcheck.model.own_fault import OwnFault
from seqcheck.model.verdict import severity_of
from tests.histories import case, history

ANATOMY = Anatomy("keras.PyDataset", attributes=6)
SPOT = ("data.py", 9, "Batches", "self.on_epoch_end = None")


def test_a_hook_that_is_no_longer_callable_is_an_error() -> None:
    run = history("making", observations=[ANATOMY, Shadow("on_epoch_end", "method", "None", spot=SPOT)])
    judgement = judge(case(run))
    assert judgement.reason == "on_epoch_end is None, where the base has a method: Keras calls it"
    assert judgement.findings[0].frame == Frame(*SPOT)
    assert severity_of(CHECK, judgement) is Severity.ERROR


def test_what_only_the_other_generation_trips_over_is_advice() -> None:
    run = history("making", observations=[ANATOMY, Shadow("num_batches", "number of batches", "5", harmless_here=True)])
    judgement = judge(case(run, base="tf_keras"))
    assert judgement.outcome is Outcome.VIOLATED
    assert severity_of(CHECK, judgement) is Severity.ADVICE
    assert judgement.reason.endswith("this Keras does not, but Keras 3 would")


def test_a_constructor_that_is_refused_by_the_base_tells_why_nothing_can_be_built() -> None:
    frame = Frame("data.py", 6, "__init__", "self.num_batches = 5")
    fault = OwnFault("shadowed-property", "construct", "AttributeError", "no setter", ("num_batches",), frame)
    judgement = judge(case(history("planning"), own_fault=fault))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason.startswith(
        "self.num_batches cannot be assigned: the Keras base has a property of that name"
    )
    assert judgement.findings[0].frame == frame


def test_other_faults_of_the_constructor_are_none_of_this_check_s() -> None:
    fault = OwnFault("missing-name", "construct", "NameError", "name 'np' is not defined", ("np",))
    assert judge(case(history("planning"), own_fault=fault)).outcome is Outcome.INCONCLUSIVE


def test_a_class_that_keeps_clear_of_its_base_holds() -> None:
    assert judge(case(history("making", observations=[ANATOMY]))).reason == "6 names of PyDataset"
    nothing = judge(case(history("making", observations=[Anatomy("")]), base=None))
    assert nothing.outcome is Outcome.NOT_APPLICABLE
