"""The Sequences in fixtures/ get the verdicts they deserve, as fixtures/expected.toml says, on real engines.

The hostile ones are given a short time limit of their own. All of them take minutes: `-m corpus` runs them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import TargetReport
from seqcheck.runner import Session, Settings, TargetError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ONCE = pytest.mark.skipif(
    os.environ.get("TF_USE_LEGACY_KERAS") == "1",
    reason="every fixture names its own Keras: they are run once, on Keras 3",
)
pytestmark = [pytest.mark.keras, pytest.mark.corpus, ONCE]

ROOT = Path(__file__).resolve().parents[2]
CASES: list[dict[str, Any]] = tomllib.loads((ROOT / "fixtures/expected.toml").read_text(encoding="utf-8"))["case"]
KEYS = {"target", "violated", "one_of", "allowed", "open", "asked", "usage"}
SETTLED = (Outcome.HOLDS, Outcome.VIOLATED)


def is_hostile(case: dict[str, Any]) -> bool:
    return ".hostile." in case["target"]


def one_session(timeout: float) -> Iterator[Session]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        made = Session(Settings(timeout=timeout, budget=60.0), ROOT, warm=("keras",))
        yield made
        made.close()


@pytest.fixture(scope="module")
def patient() -> Iterator[Session]:
    yield from one_session(10.0)


@pytest.fixture(scope="module")
def impatient() -> Iterator[Session]:
    yield from one_session(3.0)


def judged(report: TargetReport, *outcomes: Outcome) -> set[str]:
    return {verdict.check for verdict in report.verdicts if verdict.outcome in outcomes}


def errors(report: TargetReport) -> dict[str, str]:
    found = {
        verdict.check: verdict.reason
        for verdict in report.verdicts
        if verdict.outcome is Outcome.VIOLATED and verdict.severity is Severity.ERROR
    }
    return found if report.construction.ok else {**found, "construction": report.construction.problem}


def hold_to(case: dict[str, Any], session: Session) -> None:
    report = session.run(session.resolve([case["target"]])[0])
    assert not report.internal, report.internal[0]
    assert not [verdict.check for verdict in report.verdicts if "seqcheck failed" in verdict.reason]
    red = errors(report)
    seen = set(red) | judged(report, Outcome.VIOLATED)
    deserved = set(case.get("violated", ()))
    assert deserved <= seen, {name: report.verdict(name) for name in deserved - seen}
    assert not case.get("one_of") or seen & set(case["one_of"]), case["one_of"]
    tolerated = deserved | set(case.get("one_of", ())) | set(case.get("allowed", ()))
    assert set(red) <= tolerated, {name: red[name] for name in set(red) - tolerated}
    settled = judged(report, *SETTLED) & set(case.get("open", ()))
    assert not settled, {name: report.verdict(name) for name in settled}
    for name, declaration in case.get("asked", {}).items():
        verdict = report.verdict(name)
        assert verdict is not None
        assert (verdict.outcome, verdict.declare) == (Outcome.INCONCLUSIVE, declaration), verdict


@pytest.mark.parametrize("case", [case for case in CASES if not is_hostile(case)], ids=lambda case: case["target"])
def test_a_sequence_gets_what_it_deserves(case: dict[str, Any], patient: Session) -> None:
    hold_to(case, patient)


@pytest.mark.parametrize("case", [case for case in CASES if is_hostile(case)], ids=lambda case: case["target"])
def test_a_hostile_sequence_ends_in_what_it_deserves(case: dict[str, Any], impatient: Session) -> None:
    if "usage" not in case:
        hold_to(case, impatient)
        return
    with pytest.raises(TargetError) as refused:
        impatient.resolve([case["target"]])
    assert case["usage"] in str(refused.value)


def test_every_fixture_is_judged_and_every_entry_reads_well() -> None:
    unknown = {case["target"]: set(case) - KEYS for case in CASES if set(case) - KEYS}
    assert not unknown
    targets = {case["target"].partition(":")[0] for case in CASES}
    for kind in ("faulty", "sound", "hostile", "tutorial"):
        for file in (ROOT / "fixtures" / kind).glob("*.py"):
            module = f"fixtures.{kind}.{file.stem}"
            assert any(target == module or target.startswith(module + ".") for target in targets), module
