"""Generators of the process that stand where the Sequence put them."""

from __future__ import annotations

from dataclasses import replace

from seqcheck.checks.global_reseed import CHECK, judge
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.history import Frame
from seqcheck.model.observation import Making, Reseeding
from tests.histories import case, history

WHOLE = Making(("construction", "len()", "reading", "on_epoch_end()"), 5)
SPOT = ("data.py", 7, "__init__", "np.random.seed(42)")


def test_a_seed_in_the_constructor_is_named_with_its_line() -> None:
    judgement = judge(case(history("making", observations=[WHOLE, Reseeding("NumPy", "construction", spot=SPOT)])))
    assert judgement.reason == (
        "NumPy's generator stands in one and the same state after construction, whatever it was "
        "(data.py:7: np.random.seed(42))"
    )
    assert judgement.findings[0].frame == Frame(*SPOT)
    assert CHECK.severity is Severity.ADVICE


def test_reads_that_seed_are_told_once_for_each_generator() -> None:
    reads = [Reseeding(name, "reading", index) for name in ("NumPy", "Python") for index in (0, 1, 4)]
    judgement = judge(case(history("making", observations=[WHOLE, *reads])))
    assert [finding.evidence["generator"] for finding in judgement.findings] == ["NumPy", "Python"]
    assert "after reading batch 0" in judgement.reason


def test_generators_that_are_left_alone_hold_and_a_factory_s_part_is_said() -> None:
    assert judge(case(history("making", observations=[WHOLE]))).outcome is Outcome.HOLDS
    by_factory = judge(case(history("making", observations=[Making(WHOLE.stages[1:], 5)]), maker="factory"))
    assert by_factory.reason.endswith("construction is the factory's")


def test_what_was_not_read_is_not_known() -> None:
    assert judge(case(history("making", observations=[Making(("construction",))]))).outcome is Outcome.INCONCLUSIVE
    assert judge(case(history("making", lengths=0))).outcome is Outcome.INCONCLUSIVE
    alone = replace(WHOLE, compared=False)
    assert judge(case(history("making", observations=[alone]))).outcome is Outcome.INCONCLUSIVE
