"""One cause in several targets: what counts as the same, who stays red, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from seqcheck.model.check import Finding, Outcome
from seqcheck.model.history import Frame
from seqcheck.model.report import Construction, TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.reporting.causes import Causes, cause, shared
from seqcheck.reporting.gate import Gate, Result
from tests.reporting.samples import ADVICE, ERROR

BASE = {"__len__": Frame("base.py", 3, "Base.__len__"), "__getitem__": Frame("base.py", 6, "Base.__getitem__")}
OTHER = Frame("data.py", 12, "B.other")
LINE = Frame("base.py", 7, "__getitem__")


def seen(name: str = "lost-samples", clause: str = "epoch", frame: Frame | None = None, **about: Any) -> Verdict:
    return replace(Verdict(name, clause, ERROR, Outcome.VIOLATED, "why", (Finding("5 of 40", frame=frame),)), **about)


def report(name: str, *verdicts: Verdict, **about: Any) -> TargetReport:
    return TargetReport(
        f"mypkg.{name}", f"data.py::{name}", Construction(True, ""), verdicts, **{"places": BASE, **about}
    )


def same(first: TargetReport, second: TargetReport) -> bool:
    key = cause(first.verdicts[0], first)
    return key is not None and key == cause(second.verdicts[0], second)


def test_what_is_driven_through_the_same_functions_has_one_cause() -> None:
    own = {"__init__": Frame("data.py", 9, "B.__init__")}
    assert same(report("A", seen()), report("B", seen(), places={**BASE, **own}))
    assert not same(report("A", seen()), report("B", seen(), places={**BASE, "__len__": OTHER}))
    assert not same(report("A", seen()), report("B", seen(), places={**BASE, "on_epoch_end": OTHER}))
    assert not same(report("A", seen()), report("B", seen("repeated-samples")))
    assert not same(report("A", seen()), report("B", seen(severity=ADVICE)))


def test_what_goes_back_to_the_constructor_needs_the_same_constructor() -> None:
    own = {"__init__": Frame("data.py", 9, "B.__init__")}
    pickled = seen("unpicklable", "pickling")
    assert same(report("A", pickled), report("B", pickled))
    assert not same(report("A", pickled), report("B", pickled, places={**BASE, **own}))


def test_a_line_at_fault_goes_before_the_functions() -> None:
    other = {"__getitem__": Frame("data.py", 12, "B.__getitem__")}
    assert same(report("A", seen(frame=LINE)), report("B", seen(frame=LINE), places=other))
    elsewhere = replace(LINE, line=8)
    assert not same(report("A", seen(frame=LINE)), report("B", seen(frame=elsewhere)))


@pytest.mark.parametrize(
    "unknown",
    [
        report("A", seen(outcome=Outcome.WAIVED)),
        report("A", seen(outcome=Outcome.HOLDS, findings=())),
        report("A", seen(), places={}),
        replace(report("A", seen()), node=""),
    ],
)
def test_where_nothing_is_known_nothing_is_shared(unknown: TargetReport) -> None:
    assert cause(unknown.verdicts[0], unknown) is None


def test_the_first_stays_red_and_the_others_say_with_whom() -> None:
    causes = Causes()
    reports = [causes.meet(report(name, seen())) for name in "ABC"]
    assert [one.verdicts[0].same_as for one in reports] == ["", "data.py::A::lost-samples", "data.py::A::lost-samples"]
    assert [Gate().result(one.verdicts[0]) for one in reports] == [Result.FAIL, Result.SKIP, Result.SKIP]
    assert Gate(required=("lost-samples",)).result(reports[1].verdicts[0]) is Result.FAIL
    assert list(shared(reports)) == ["one cause of lost-samples: data.py::A, data.py::B, data.py::C"]
    assert causes.meet(report("A", seen())).verdicts[0].same_as == ""


def test_a_check_that_has_no_item_is_red_for_nobody() -> None:
    causes = Causes()
    causes.meet(report("A", seen()), ["repeated-samples"])
    assert causes.meet(report("B", seen()), ["lost-samples"]).verdicts[0].same_as == ""


def test_what_is_known_of_one_target_does_not_hide_another() -> None:
    causes = Causes()
    causes.meet(report("A", seen(outcome=Outcome.WAIVED)))
    assert causes.meet(report("B", seen())).verdicts[0].same_as == ""
