"""`parametrize_with_checks`: one test a check, driven once."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.checks import catalogue
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import TargetReport
from seqcheck.plugin.parametrized import NamedCheck, SharedRun
from seqcheck.reporting.gate import SeqcheckAdvice
from tests.plugin.conftest import Project
from tests.plugin.sessions import report, session

NAMES = ("construction", "lost-samples", "repeated-samples")


def named(answer: TargetReport) -> tuple[dict[str, NamedCheck], Any, list[object]]:
    driven: list[object] = []

    def drive(_: object, factory: object, contract: dict[str, Any], only: tuple[str, ...]) -> TargetReport:
        driven.append((factory, only))
        return answer

    bench, shared = session(), SharedRun(list, {}, drive)
    checks = {name: NamedCheck(shared, name, bench, f"tests/test_train.py::test_train[{name}]") for name in NAMES}
    return checks, bench, driven


def test_the_checks_of_one_decorator_share_one_run() -> None:
    checks, bench, driven = named(report(Outcome.VIOLATED))
    checks["construction"]()
    checks["repeated-samples"]()
    with pytest.raises(pytest.fail.Exception, match="3 of 40 samples are lost"):
        checks["lost-samples"]()
    assert driven == [(list, ())]
    assert [verdict.outcome for verdict in bench.runs.finished()[0].verdicts] == [Outcome.VIOLATED, Outcome.HOLDS]


def test_what_was_not_called_is_not_selected() -> None:
    checks, bench, _ = named(report(Outcome.VIOLATED))
    checks["repeated-samples"]()
    assert [verdict.outcome for verdict in bench.runs.finished()[0].verdicts] == [Outcome.NOT_SELECTED, Outcome.HOLDS]


def test_what_was_not_collected_is_not_driven() -> None:
    checks, bench, driven = named(report(Outcome.VIOLATED))
    checks["repeated-samples"].shared.collected = frozenset({"construction", "repeated-samples"})
    checks["repeated-samples"]()
    assert driven == [(list, ("construction", "repeated-samples"))]
    checks, _, driven = named(report(Outcome.HOLDS))
    checks["repeated-samples"].shared.collected = frozenset({"construction", *bench.runs.checks})
    checks["repeated-samples"]()
    assert driven == [(list, ())]


def test_skips_and_advice_are_those_of_the_command_line() -> None:
    checks, _, _ = named(report(Outcome.INCONCLUSIVE))
    with pytest.raises(pytest.skip.Exception, match="inconclusive: as written"):
        checks["lost-samples"]()
    checks, _, _ = named(report(Outcome.VIOLATED, Severity.ADVICE))
    with pytest.warns(SeqcheckAdvice, match="3 of 40 samples are lost"):
        checks["lost-samples"]()


def test_a_check_outside_its_test_says_where_it_belongs() -> None:
    with pytest.raises(RuntimeError, match="only be called in the test that receives it"):
        NamedCheck(SharedRun(list, {}), "lost-samples")()


OWN = """
from seqcheck import parametrize_with_checks

@parametrize_with_checks(list)
def test_train(check):
    assert check.session and check.node
    print("collected", *sorted(check.shared.collected))
"""


def test_the_decorator_makes_one_test_a_check(project: Project) -> None:
    project.write("tests/test_train.py", OWN)
    result = project.pytest("tests/test_train.py", "--co", "-q", "--strict-markers")
    listed = [line for line in result.stdout.splitlines() if "::" in line]
    assert listed == [f"tests/test_train.py::test_train[{name}]" for name in ("construction", *catalogue())]


def test_they_carry_the_marker_and_are_bound_and_selected(project: Project) -> None:
    project.write("tests/test_train.py", OWN)
    result = project.pytest("tests", "-m", "seqcheck", "--seqcheck-select", "lost-samples", "-v")
    passed = [line.split()[0] for line in result.stdout.splitlines() if " PASSED " in line]
    assert passed == [f"tests/test_train.py::test_train[{name}]" for name in ("construction", "lost-samples")]


def test_the_run_knows_which_of_its_tests_are_left(project: Project) -> None:
    project.write("tests/test_train.py", OWN)
    pasted = project.pytest("tests/test_train.py::test_train[lost-samples]", "-s")
    assert "collected lost-samples\n" in pasted.stdout
    chosen = project.pytest("tests/test_train.py", "-s", "-k", "lost-samples or construction")
    assert "collected construction lost-samples\n" in chosen.stdout
