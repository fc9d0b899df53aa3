"""What training shows to be faulty is found on each generation of Keras on which it is, and its sound twin is clean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from seqcheck.engines import installed
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import ENGINE, TargetReport
from seqcheck.runner import Session, Settings

pytestmark = [pytest.mark.keras, pytest.mark.corpus, pytest.mark.engines]

GENERATION = "tf_keras" if os.environ.get("TF_USE_LEGACY_KERAS") == "1" else installed.found()[0]
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
        package = installed.package(GENERATION)
        source = source.replace("keras.utils.PyDataset", f"{package}.utils.Sequence").replace(
            "import keras", f"import {package}"
        )
    (folder / SOURCE.name).write_text(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        made = Session(Settings(timeout=15.0, budget=400.0), folder, warm=(installed.package(GENERATION),))
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


@pytest.mark.parametrize("name", ["DrawnAtItsEnd", "DrawnAtItsBeginning"])
def test_the_declared_use_is_tried_on_the_sequence_itself(session: Session, name: str) -> None:
    """Only Keras 3 has workers read before `on_epoch_begin`, and on JAX its workers lose batches of any Sequence."""
    found, report = red(session, name, (ENGINE,))
    assert not found
    if installed.backend(GENERATION) == "jax":
        assert report.broken_use
    elif name == "DrawnAtItsBeginning" and GENERATION == "keras":
        (broken,) = report.broken_use
        assert "with 2 threads trains on other samples than without workers" in broken
        assert broken.endswith("(keras-team/keras#23283)")
    else:
        assert (report.broken_use, report.unknown_use) == ((), "")
        assert any("with 2 threads trained on the 40 samples" in text for text in report.engine)


def test_so_is_what_an_instance_asks_for_itself_which_fails_nothing(session: Session) -> None:
    """The workers of an instance are Keras 3's: legacy Keras is told of them by the caller of `fit`."""
    found, report = red(session, "AsksForItsWorkers", ())
    assert (found, report.broken_use) == (set(), ())
    tried = [text for text in report.engine if "with 2 threads" in text]
    if GENERATION == "tf_keras":
        assert not tried
    elif installed.backend(GENERATION) == "tensorflow":  # on JAX workers lose batches of any Sequence
        assert len(tried) == 1
        assert "trains on other samples than without workers" in tried[0]


def test_at_night_two_workers_of_each_kind_are_tried(session: Session, tmp_path: Path) -> None:
    report = session.run(session.resolve([f"{SOURCE.stem}.Rows"])[0], (ENGINE,), tmp_path)
    assert not report.internal, report.internal[0]
    assert report.broken_use == ()
    for kind in ("2 threads", "2 processes by fork", "2 processes by spawn", "2 processes by forkserver"):
        told = [text for text in report.engine if f"with {kind} " in text]
        assert len(told) == 1, report.engine
        if installed.backend(GENERATION) == "tensorflow":  # on JAX workers lose batches of any Sequence
            assert told[0].endswith("trained on the 40 samples of each of 2 epochs")
