"""What grows with every round is counted; what is there after a few, or ends by itself, is no leak."""

from __future__ import annotations

import sys

import pytest

from seqcheck.checks.leaked_resources import judge
from seqcheck.model.check import Judgement, Outcome, Severity
from seqcheck.model.observation import Resources
from seqcheck.model.scenario import Scenario
from tests.histories import case
from tests.runs import SHORT, Bench

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of descriptors and threads")


def judged(bench: Bench, how: str) -> Judgement:
    return judge(case(bench.history("Leaks", "lasting", {"how": how})))


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("descriptors", "open descriptors grow by 1 with every read"),
        ("threads", "threads grow by 1 with every read"),
        ("processes", "child processes grow by 1 with every read"),
        ("hook", "open descriptors grow by 0.5 with every hook"),
        ("dropped", "threads grow by 1 with every epoch"),
    ],
)
def test_what_is_never_given_back_is_found(bench: Bench, how: str, words: str) -> None:
    said = judged(bench, how)
    assert said.outcome is Outcome.VIOLATED
    assert said.reason.startswith(words)
    assert said.findings[0].severity is None


def test_memory_that_stays_behind_is_advice(bench: Bench) -> None:
    said = judged(bench, "memory")
    assert (said.outcome, said.findings[0].severity) == (Outcome.VIOLATED, Severity.ADVICE)


@pytest.mark.parametrize("how", ["", "lazy", "brief threads", "kept thread", "log", "names", "weak references"])
def test_what_is_needed_or_ends_by_itself_is_no_leak(bench: Bench, how: str) -> None:
    said = judged(bench, how)
    assert said.outcome is Outcome.HOLDS, said


@pytest.mark.parametrize("name", ["Noisy", "Cumulative", "Ring", "SharedDict"])
def test_other_sequences_leak_nothing(bench: Bench, name: str) -> None:
    assert judge(case(bench.history(name, "lasting"))).outcome is Outcome.HOLDS


def test_too_few_rounds_say_nothing(bench: Bench) -> None:
    history = bench.history("Unreadable", Scenario("lasting"))
    assert [seen.stage for seen in history.observed(Resources)] == ["hooks"]
    assert judge(case(history)).outcome is Outcome.INCONCLUSIVE
    hung = bench.history("HangsAtOnce", Scenario("lasting"), silence=SHORT)
    assert judge(case(hung)).outcome is Outcome.INCONCLUSIVE
