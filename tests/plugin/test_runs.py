"""The runs of a session: once a target, kept, joined across processes, and stopped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from seqcheck.model.check import Check, Outcome, Severity
from seqcheck.model.report import Construction, TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.plugin.runs import Runs

CHECKS = {name: Check(name, "epoch", ("loop",)) for name in ("lost-samples", "repeated-samples")}


@dataclass(frozen=True)
class Target:
    text: str
    node: str


@dataclass
class Driver:
    done: list[str] = field(default_factory=list)
    only: list[tuple[str, ...]] = field(default_factory=list)

    def resolve(self, texts: Sequence[str]) -> list[Target]:
        return [Target(text, text.lower()) for text in texts]

    def run(self, target: Target, only: Collection[str] = (), aside: Path | None = None) -> TargetReport:
        self.done.append(target.text)
        self.only.append(tuple(only))
        if target.text == "Broken":
            raise RuntimeError("the driver broke")
        verdicts = tuple(Verdict(name, "epoch", Severity.ERROR, Outcome.HOLDS) for name in CHECKS)
        return TargetReport(target.text, target.node, Construction(True, "built"), verdicts)

    def close(self) -> None:
        self.done.append("closed")


def runs_of(*texts: str) -> tuple[Runs, Driver]:
    driver = Driver()
    runs = Runs(CHECKS, lambda: driver)
    runs.resolve(texts)
    return runs, driver


def outcomes(report: TargetReport) -> list[str]:
    return [verdict.outcome.value for verdict in report.verdicts]


def test_a_target_is_driven_once_and_two_texts_may_name_it() -> None:
    runs, driver = runs_of("A", "B", "a")
    assert [target.text for target in runs.targets] == ["A", "B"]
    for item in ("construction", "lost-samples"):
        runs.report(runs.targets[0], item)
    assert driver.done == ["A"]


def test_what_was_not_collected_is_not_driven() -> None:
    runs, driver = runs_of("A", "B", "C")
    runs.collected = {"a": ["construction", *CHECKS], "b": ["lost-samples"]}
    for target in runs.targets:
        runs.report(target, "lost-samples")
    assert driver.only == [(), ("lost-samples",), ()]


def test_nothing_is_started_where_nothing_is_asked() -> None:
    def start() -> Driver:
        raise AssertionError("started")

    runs = Runs(CHECKS, start)
    runs.resolve([])
    runs.close()
    assert runs.finished() == []


def test_what_no_item_asked_for_is_not_selected() -> None:
    runs, _ = runs_of("A", "B")
    runs.report(runs.targets[1], "lost-samples")
    first, second = runs.finished()
    assert outcomes(first) == ["NOT_SELECTED", "NOT_SELECTED"]
    assert outcomes(second) == ["HOLDS", "NOT_SELECTED"]


def test_a_driver_that_breaks_leaves_a_report_that_says_so() -> None:
    runs, driver = runs_of("Broken")
    report = runs.report(runs.targets[0], "lost-samples")
    runs.report(runs.targets[0], "repeated-samples")
    assert outcomes(report) == ["INCONCLUSIVE", "INCONCLUSIVE"]
    assert report.verdicts[0].reason == "seqcheck failed: RuntimeError: the driver broke"
    assert driver.done == ["Broken"]


def test_an_interrupt_is_not_taken_for_a_broken_driver() -> None:
    class Interrupted(Driver):
        def run(self, target: Target, only: Collection[str] = (), aside: Path | None = None) -> TargetReport:
            raise KeyboardInterrupt

    runs = Runs(CHECKS, Interrupted, targets=(Target("A", "a"),))
    with pytest.raises(KeyboardInterrupt):
        runs.report(runs.targets[0], "lost-samples")


def test_reports_of_several_processes_are_joined() -> None:
    controller, _ = runs_of("A", "B")
    for item in ("lost-samples", "repeated-samples"):
        worker, _ = runs_of("A", "B")
        worker.report(worker.targets[0], item)
        controller.join(worker.packed())
    assert [outcomes(report) for report in controller.finished()] == [["HOLDS"] * 2, ["NOT_SELECTED"] * 2]


def test_reports_of_tests_of_the_users_own_stand_behind_the_targets() -> None:
    runs, _ = runs_of("A")
    own = TargetReport("Own", "", Construction(True, "built"))
    runs.add("tests/test_own.py::test_own", own, "lost-samples")
    assert [report.target for report in runs.finished()] == ["A", "Own"]
    assert outcomes(runs.finished()[1]) == ["INCONCLUSIVE", "NOT_SELECTED"]


def test_closing_stops_the_driver() -> None:
    runs, driver = runs_of("A")
    runs.close()
    assert driver.done == ["closed"]
