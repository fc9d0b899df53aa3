"""Every page's Example has its defect and every mended one is clean, on real engines of both generations of Keras.

One session a generation; its targets share one import of Keras. An example is driven as far as its check and what
explains it look, or CI would take an hour; the `repeated` tests drive everything, ten times over.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from seqcheck.checks import catalogue
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import TargetReport
from seqcheck.runner import Session, Settings

pytestmark = [pytest.mark.keras, pytest.mark.corpus]

GENERATION = "tf_keras" if os.environ.get("TF_USE_LEGACY_KERAS") == "1" else "keras"
CHECKS = catalogue()
FOLLOWS_ON_LEGACY = {"unfaithful-training": "drifting-structure"}
"""Where tf_keras, which calls no hook before the first epoch, lets the loop see the cause of what training shows."""
NOTHING_ON_LEGACY = ("uninitialised-base",)
"""What tf_keras gives no occasion for."""
LEGACY_ONLY = {"unshuffled-first-epoch"}
"""What only engines of legacy Keras bring about: on Keras 3 neither example has it, and the check does not apply."""
SETTINGS = Settings(timeout=10.0, budget=120.0)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("examples")
    for name, registered in CHECKS.items():
        for kind, source in (("faulty", registered.page.example), ("mended", registered.page.instead)):
            (folder / f"{module_name(name, kind)}.py").write_text(for_generation(source))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        made = Session(SETTINGS, folder, warm=("tensorflow", GENERATION))
        yield made
        made.close()


def module_name(check: str, kind: str) -> str:
    return f"{check.replace('-', '_')}_{kind}"


def for_generation(source: str) -> str:
    """The example on the Keras under test: pages are written for Keras 3."""
    if GENERATION == "keras":
        return source
    source = source.replace("keras.utils.PyDataset", "tf_keras.utils.Sequence").replace(
        "import keras", "import tf_keras"
    )
    return source.replace("super().__init__(**kwargs)", "super().__init__()")


def class_in(source: str) -> str:
    """The class of an example; where a function makes it, the name that it is given."""
    assigned = [node.targets[0] for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    sequences = [node.name for node in classes if any("Sequence" in ast.unparse(base) for base in node.bases)]
    sequences += [node.name for node in classes if any("PyDataset" in ast.unparse(base) for base in node.bases)]
    names = [target.id for target in assigned if isinstance(target, ast.Name)]
    return (sequences or [node.name for node in classes] or names)[-1]


def drive(session: Session, check: str, kind: str, *, whole: bool) -> TargetReport:
    page = CHECKS[check].page
    source = page.example if kind == "faulty" else page.instead
    target = f"{module_name(check, kind)}.{class_in(source)}"
    only = () if whole else tuple(name for name in (check, FOLLOWS_ON_LEGACY.get(check)) if name)
    return session.run(session.resolve([target])[0], only)


def errors(report: TargetReport) -> dict[str, str]:
    return {
        verdict.check: verdict.reason
        for verdict in report.verdicts
        if verdict.outcome is Outcome.VIOLATED and verdict.severity is Severity.ERROR
    }


def hold_to_the_page(session: Session, check: str, kind: str, *, whole: bool) -> None:
    report = drive(session, check, kind, whole=whole)
    assert not report.internal, report.internal[0]
    verdict = report.verdict(check)
    assert verdict is not None
    if check in LEGACY_ONLY and GENERATION != "tf_keras":
        assert verdict.outcome is Outcome.NOT_APPLICABLE
        assert not errors(report)
        return
    cause = FOLLOWS_ON_LEGACY.get(check, "") if GENERATION == "tf_keras" else ""
    if GENERATION == "tf_keras" and check in NOTHING_ON_LEGACY:
        assert verdict.outcome is Outcome.NOT_APPLICABLE, f"{verdict.outcome.value}: {verdict.reason}"
        assert not errors(report)
    elif kind == "faulty" and cause:
        assert verdict.follows_from == cause
        assert set(errors(report)) == {cause}
    elif kind == "faulty":
        assert verdict.outcome is Outcome.VIOLATED, f"{verdict.outcome.value}: {verdict.reason}"
        # One cause, one red: whatever else the defect brings about follows from it.
        assert set(errors(report)) <= {check}, errors(report)
    else:
        assert report.construction.ok, report.construction.problem
        assert verdict.outcome is Outcome.HOLDS, f"{verdict.outcome.value}: {verdict.reason}"
        assert not errors(report)


@pytest.mark.parametrize("kind", ["faulty", "mended"])
@pytest.mark.parametrize("check", CHECKS)
def test_the_example_has_the_defect_and_the_mended_one_has_none(session: Session, check: str, kind: str) -> None:
    hold_to_the_page(session, check, kind, whole=False)


@pytest.mark.repeated
@pytest.mark.parametrize("time", range(10))
@pytest.mark.parametrize("kind", ["faulty", "mended"])
@pytest.mark.parametrize("check", CHECKS)
def test_ten_times_in_a_row(session: Session, check: str, kind: str, time: int) -> None:
    hold_to_the_page(session, check, kind, whole=True)


def test_examples_stand_in_a_folder_of_their_own(session: Session) -> None:
    assert sorted(path.name for path in Path.cwd().glob("*.py"))[0].endswith("_faulty.py")
