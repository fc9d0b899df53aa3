"""The `seqcheck` fixture: what a test gets back, and how it fails."""

from __future__ import annotations

import warnings
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import Construction, TargetReport
from seqcheck.plugin.fixture import Judge
from seqcheck.reporting.gate import SeqcheckAdvice, SeqcheckFailure
from tests.plugin.sessions import report, session

NODE: Any = SimpleNamespace(nodeid="tests/test_train.py::test_train[a b]")


def judge(answer: TargetReport, **gate: Any) -> tuple[Judge, Any, list[tuple[object, dict[str, Any]]]]:
    asked: list[tuple[object, dict[str, Any]]] = []

    def drive(_: object, factory: object, contract: dict[str, Any], only: tuple[str, ...]) -> TargetReport:
        asked.append((factory, contract))
        return answer

    bench = session(**gate)
    return Judge(bench, NODE, drive), bench, asked


def test_a_sound_sequence_gives_its_report() -> None:
    check, bench, asked = judge(report(Outcome.HOLDS))
    answer = check(list, drop_remainder=True)
    assert asked == [(list, {"drop_remainder": True})]
    assert [verdict.outcome for verdict in answer.verdicts] == [Outcome.HOLDS, Outcome.HOLDS]
    assert bench.runs.finished() == [answer]


def test_a_faulty_one_fails_with_the_words_and_the_test_that_repeats_it() -> None:
    check, bench, _ = judge(report(Outcome.VIOLATED))
    with pytest.raises(SeqcheckFailure) as failure:
        check(list)
    assert str(failure.value) == (
        "Train does not conform: 1 of 2 checks hold, 1 violated, in 1.5 s\n\n"
        "lost-samples: 3 of 40 samples are lost\n\n"
        "See it again: pytest 'tests/test_train.py::test_train[a b]'"
    )
    assert len(bench.runs.finished()) == 1


def test_what_cannot_be_built_fails() -> None:
    unbuilt = replace(report(Outcome.INCONCLUSIVE), construction=Construction(False, "", "path: no such folder"))
    check, _, _ = judge(unbuilt)
    with pytest.raises(SeqcheckFailure, match="path: no such folder"):
        check(list)


def test_advice_is_a_warning() -> None:
    check, _, _ = judge(report(Outcome.VIOLATED, Severity.ADVICE))
    with pytest.warns(SeqcheckAdvice, match="lost-samples: 3 of 40 samples are lost"):
        check(list)


def test_what_is_open_fails_only_where_it_is_asked_to() -> None:
    check, _, _ = judge(report(Outcome.INCONCLUSIVE))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(list)
    check, _, _ = judge(report(Outcome.INCONCLUSIVE), fail_on=("inconclusive",))
    with pytest.raises(SeqcheckFailure, match="lost-samples: INCONCLUSIVE: as written"):
        check(list)


def test_every_call_of_a_test_is_reported() -> None:
    check, bench, _ = judge(report(Outcome.HOLDS))
    check(list)
    check(list)
    assert len(bench.runs.finished()) == 2
