"""What training shows to be faulty is found on each generation of Keras on which it is, and its sound twin is clean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import TargetReport
from seqcheck.runner import Session, Settings

pytestmark = [pytest.mark.keras, pytest.mark.corpus]

GENERATION = "tf_keras" if os.environ.get("TF_USE_LEGACY_KERAS") == "1" else "keras"
SOURCE = Path(__file__).parents[2] / "fixtures/training/both_ways.py"
PAIRS = {
    "DatesAsTargets": ("DaysAsTargets", ("untrainable", "unsupported-structure")),
    "ListsAsTargets": ("ArraysOfLists", ("unportable-batch", "untrainable")),
    "WeightsFromTheSeventh": ("WeightsThroughout", ("drifting-structure", "untrainable")),
    "OrderOfTheModule": ("Rows", ("stale-shuffle",)),
    "MixedInTheBatch": ("InOrder", ("misaligned-predictions",)),
    "PreparedBatches": ("PreparedAnew", ("unfaithful-training",)),
}
"""The faulty one: its sound twin, and the checks that are asked, of which one at least must be red."""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("training")
    source = SOURCE.read_text(encoding="utf-8")
    if GENERATION == "tf_keras":
        source = source.replace("keras.utils.PyDataset", "tf_keras.utils.Sequence").replace(
            "import keras", "import tf_keras"
        )
    (folder / SOURCE.name).write_text(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        made = Session(Settings(timeout=15.0, budget=120.0), folder, warm=("tensorflow", GENERATION))
        yield made
        made.close()


def red(session: Session, name: str, only: tuple[str, ...]) -> tuple[set[str], TargetReport]:
    report = session.run(session.resolve([f"{SOURCE.stem}.{name}"])[0], only)
    assert not report.internal, report.internal[0]
    assert report.construction.ok, report.construction.problem
    found = {
        verdict.check
        for verdict in report.verdicts
        if verdict.outcome is Outcome.VIOLATED and verdict.severity is Severity.ERROR
    }
    return found, report


@pytest.mark.parametrize("faulty", PAIRS)
def test_what_training_shows_is_found(session: Session, faulty: str) -> None:
    _, checks = PAIRS[faulty]
    found, report = red(session, faulty, checks)
    assert found & set(checks), [(one.check, one.outcome.value, one.reason) for one in report.verdicts if one.reason]


@pytest.mark.parametrize("faulty", PAIRS)
def test_its_sound_twin_is_clean(session: Session, faulty: str) -> None:
    sound, checks = PAIRS[faulty]
    found, report = red(session, sound, checks)
    assert not found
    assert {report.verdict(check).outcome for check in checks} <= {Outcome.HOLDS, Outcome.NOT_APPLICABLE}
