"""The baseline: what is known passes, what is new fails, what has vanished must go; and the file reads as written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seqcheck.model.check import Finding, Outcome, Severity
from seqcheck.model.report import Construction, TargetReport
from seqcheck.model.verdict import Verdict
from seqcheck.model.waiver import Waiver
from seqcheck.reporting.baseline import Baseline, Known, read
from seqcheck.reporting.gate import Gate, Result
from seqcheck.reporting.ledger import LedgerError
from tests.reporting.samples import ADVICE, CHECKS, ERROR

NODE = "src/mypkg/data.py::Train"
FILE = Path("/project/known.toml")
KNOWN = Baseline(FILE, {NODE: {"lost-samples": Known(ERROR, "3 of 40")}})


def seen(name: str, outcome: Outcome, severity: Severity = ERROR, **about: object) -> Verdict:
    findings = (Finding("5 of 40"),) if outcome in (Outcome.VIOLATED, Outcome.WAIVED) else ()
    return replace(Verdict(name, "epoch", severity, outcome, "why", findings), **about)  # type: ignore[arg-type]


def report(*verdicts: Verdict, node: str = NODE, **about: object) -> TargetReport:
    return replace(TargetReport("mypkg.Train", node, Construction(True, ""), verdicts), **about)  # type: ignore[arg-type]


def over(verdict: Verdict, known: Baseline = KNOWN, **about: object) -> Verdict:
    return known.over(report(verdict, **about), CHECKS).verdicts[0]


def test_what_is_known_is_waived_and_what_is_new_stays_red() -> None:
    old, new = KNOWN.over(
        report(seen("lost-samples", Outcome.VIOLATED), seen("repeated-samples", Outcome.VIOLATED)), CHECKS
    ).verdicts
    assert (old.outcome, old.reason) == (Outcome.WAIVED, "known, known.toml")
    assert old.waiver is not None
    assert old.waiver.known_in == str(FILE)
    assert old.findings
    assert new.outcome is Outcome.VIOLATED


def test_the_same_check_of_another_target_is_new() -> None:
    assert over(seen("lost-samples", Outcome.VIOLATED), node="src/mypkg/data.py::Other").outcome is Outcome.VIOLATED
    assert over(seen("lost-samples", Outcome.VIOLATED), node="").outcome is Outcome.VIOLATED


def test_a_line_that_is_no_longer_needed_fails() -> None:
    assert Gate().result(over(seen("lost-samples", Outcome.HOLDS))) is Result.FAIL
    assert Gate().result(over(seen("lost-samples", Outcome.INCONCLUSIVE))) is Result.SKIP


def test_what_holds_only_as_far_as_time_allowed_is_not_called_gone() -> None:
    verdict = over(seen("lost-samples", Outcome.HOLDS), hurried=True)
    assert Gate().result(verdict) is Result.PASS
    kept = KNOWN.learned([report(seen("lost-samples", Outcome.HOLDS), hurried=True)], Gate())
    assert kept.known == KNOWN.known


def test_an_allowance_goes_before_the_baseline() -> None:
    expired = seen("lost-samples", Outcome.VIOLATED, waiver=Waiver("old"), expired=True)
    assert over(expired) == expired
    assert KNOWN.learned([report(expired)], Gate()).count() == 0


def test_known_advice_that_becomes_an_error_is_new() -> None:
    known = Baseline(FILE, {NODE: {"silent-overrun": Known(ADVICE, "index 10")}})
    assert over(seen("silent-overrun", Outcome.VIOLATED, ADVICE), known).outcome is Outcome.WAIVED
    assert over(seen("silent-overrun", Outcome.VIOLATED, ERROR), known).outcome is Outcome.VIOLATED


def test_it_learns_what_fails_in_this_run_and_forgets_what_has_gone() -> None:
    verdicts = (
        seen("repeated-samples", Outcome.VIOLATED),
        seen("silent-overrun", Outcome.VIOLATED, ADVICE),
        seen("lost-samples", Outcome.HOLDS),
        seen("untrainable", Outcome.VIOLATED),
    )
    learned = KNOWN.learned([report(*verdicts)], Gate(required=("untrainable",)))
    assert learned.known == {NODE: {"repeated-samples": Known(ERROR, "5 of 40")}}
    strict = KNOWN.learned([report(*verdicts)], Gate(fail_on=("advice",), required=("untrainable",)))
    assert strict.known[NODE]["silent-overrun"] == Known(ADVICE, "5 of 40")


@pytest.mark.parametrize("outcome", [Outcome.INCONCLUSIVE, Outcome.NOT_SELECTED])
def test_what_was_not_looked_at_stays(outcome: Outcome) -> None:
    assert KNOWN.learned([report(seen("lost-samples", outcome))], Gate()).known == KNOWN.known


def test_what_is_violated_still_keeps_its_text_so_that_a_review_shows_what_changed() -> None:
    again = KNOWN.over(report(seen("lost-samples", Outcome.VIOLATED)), CHECKS)
    assert KNOWN.learned([again], Gate()).known == KNOWN.known
    assert KNOWN.learned([report(seen("lost-samples", Outcome.VIOLATED))], Gate()).known == KNOWN.known


def test_learning_twice_is_learning_once() -> None:
    first = report(seen("repeated-samples", Outcome.VIOLATED))
    learned = Baseline(FILE).learned([first], Gate())
    assert learned.learned([learned.over(first, CHECKS)], Gate()).known == learned.known


def test_the_file_reads_as_it_was_written(tmp_path: Path) -> None:
    hostile = 'a "quoted" \\ back\nslash \x1b[2J \x7f é \U0001f600'
    known = Baseline(
        tmp_path / "known.toml",
        {
            'b.py::T(path="x")': {"repeated-samples": Known(ADVICE, "y"), "lost-samples": Known(ERROR, hostile)},
            "a.py::S": {"lost-samples": Known(ERROR, "3 of 40")},
            "c.py::Clean": {},
        },
    )
    text = known.as_text(tuple(CHECKS))
    known.path.write_text(text, encoding="utf-8")
    again = read(known.path, CHECKS)
    assert again.as_text(tuple(CHECKS)) == text
    assert list(again.known) == ["a.py::S", 'b.py::T(path="x")']
    assert text.splitlines()[2:5] == [
        "schema = 1",
        '["a.py::S"]',
        'lost-samples = {severity = "error", seen = "3 of 40"}',
    ]
    assert len(text.splitlines()) == 8


def test_no_file_is_an_empty_baseline(tmp_path: Path) -> None:
    assert read(tmp_path / "none.toml", CHECKS).count() == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("schema = ", "cannot be read"),
        ("x = 1\n", "expected schema = 1"),
        ("schema = 1\na = 3\n", "expected a table of checks, not 3"),
        ('schema = 1\n[a]\nlost-sample = {severity = "error", seen = ""}\n', "Did you mean 'lost-samples'? --seqcheck"),
        ('schema = 1\n[a]\nlost-samples = "x"\n', 'expected {severity = "error" or "advice"'),
        ('schema = 1\n[a]\nlost-samples = {severity = "grave", seen = "x"}\n', "does not fit"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "known.toml"
    file.write_text(text)
    with pytest.raises(LedgerError) as caught:
        read(file, CHECKS)
    assert says in str(caught.value)
    assert str(file) in str(caught.value)


def test_checks_and_targets_that_are_no_more_are_dropped() -> None:
    both = Baseline(FILE, {NODE: {"lost-samples": Known(ERROR, ""), "old-check": Known(ERROR, "")}, "gone": {}})
    assert both.restricted([NODE], CHECKS).known == {NODE: {"lost-samples": Known(ERROR, "")}}
