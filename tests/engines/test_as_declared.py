"""`fit` with the declared workers, on the real Keras: what it trains on, and what its workers make of a Sequence."""

from __future__ import annotations

from collections import Counter

import pytest

from seqcheck.engines import as_declared, autopsy, installed, loop, pools, training
from seqcheck.engines.isolate import Isolation
from seqcheck.engines.loop import KERAS_3, LEGACY
from seqcheck.engines.run import Run
from seqcheck.model.contract import FitUse
from seqcheck.model.declared_use import Tried, tried
from seqcheck.model.history import History
from seqcheck.model.scenario import AS_DECLARED, Scenario, Truth
from tests.engines.test_training import reading_of
from tests.histories import case
from tests.runs import PATIENT

pytestmark = [pytest.mark.keras, pytest.mark.engines]
TWO = FitUse(workers=2)


def drive(name: str, scenario: Scenario, use: FitUse, run: Run) -> None:
    """In a child: drive ``tests.engines.trained.<name>`` with the Keras of this session."""
    from tests.engines import trained

    def build() -> tuple[object, Truth]:
        return getattr(trained, name)(), Truth()

    protocol = KERAS_3 if trained.GENERATION == "keras" else LEGACY
    if scenario.engine == AS_DECLARED:
        as_declared.drive(build, scenario, trained.GENERATION, use, run)
    elif scenario.engine == "fit":
        training.drive(build, scenario, trained.GENERATION, protocol, run)
    elif scenario.engine == "loop":
        loop.drive(build, scenario, protocol, lambda _: [], run)
    else:
        pools.drive(build, scenario, protocol, run)


def history(trainer: Isolation, name: str, engine: str = AS_DECLARED, use: FitUse = TWO) -> History:
    scenario = Scenario(engine, epochs=3 if engine == "loop" else 2, workers=1 if engine in ("loop", "fit") else 2)
    outcome = trainer.run("main", drive, (name, scenario, use), silence=PATIENT, limit=300).result()
    assert outcome.broken == (), outcome.broken[0]
    return autopsy.history_of(scenario, outcome, PATIENT)


def labels(run: History, epoch: int) -> Counter[float]:
    """What reached the steps of one epoch."""
    batches = [item.batch for item in run.deliveries if item.epoch == epoch and item.batch is not None]
    return Counter(value for batch in batches for value in batch.leaves[1].values or ())


@pytest.fixture(autouse=True)
def generation(request: pytest.FixtureRequest) -> str:
    """The Keras of the test; where its workers are known to lose batches, there is nothing to be held to."""
    name: str = request.node.callspec.params["trainer"]
    if name in installed.found() and installed.backend(name) != "tensorflow":
        pytest.skip("Keras 3 on JAX loses batches with workers")
    return name


@pytest.mark.parametrize(
    ("use", "way"),
    [
        (TWO, "threads"),
        (FitUse(workers=2, max_queue_size=4), "threads"),
        (FitUse(workers=2, start_method="fork"), "fork"),
    ],
    ids=["threads", "a longer queue", "processes"],
)
def test_a_sound_sequence_is_trained_on_whole(trainer: Isolation, use: FitUse, way: str) -> None:
    run = history(trainer, "Rows", use=use)
    assert run.ending == "finished"
    assert not [note.text for note in run.notes if note.kind in ("error", "skipped")]
    assert [note.text for note in run.notes if note.kind == "started"] == [way]
    assert [labels(run, epoch) for epoch in (0, 1)] == [Counter(range(11))] * 2


def test_workers_of_another_interpreter_are_sent_the_sequence(trainer: Isolation) -> None:
    run = history(trainer, "Rows", use=FitUse(workers=2, start_method="spawn"))
    assert not [note.text for note in run.notes if note.kind in ("error", "skipped")]
    assert [labels(run, epoch) for epoch in (0, 1)] == [Counter(range(11))] * 2


def test_a_number_of_batches_does_for_a_length(trainer: Isolation, generation: str) -> None:
    if generation == "tf_keras":
        pytest.skip("legacy Keras asks for a length")
    run = history(trainer, "Counted")
    assert not [note.text for note in run.notes if note.kind in ("error", "skipped")]
    assert [labels(run, epoch) for epoch in (0, 1)] == [Counter(range(11))] * 2


def verdict(trainer: Isolation, name: str, generation: str) -> Tried:
    """Nothing is drawn: every pass reads what the loop read in its first epoch."""
    runs = [history(trainer, name, engine) for engine in ("loop", "fit", "threads", AS_DECLARED)]
    (found,) = tried(case(*runs, reading_of(runs[0]), contract={"fit": {"workers": 2}}, base=generation))
    return found


def test_what_a_sound_one_is_trained_on_holds(trainer: Isolation, generation: str) -> None:
    said = verdict(trainer, "InOrder", generation)
    assert said.held.endswith("with 2 threads trained on the 11 samples of each of 2 epochs")


def test_an_epoch_that_is_prepared_when_workers_read_already_is_torn(trainer: Isolation, generation: str) -> None:
    """Keras 3 calls `on_epoch_begin` when its workers have begun; legacy Keras has no such hook."""
    said = verdict(trainer, "PreparedLate", generation)
    if generation == "tf_keras":
        assert said.held
    else:
        assert "trains on other samples than without workers: in epoch 0" in said.broken


def test_an_error_in_a_worker_ends_it_and_is_told(trainer: Isolation) -> None:
    notes = [note.text for note in history(trainer, "Broken").notes if note.kind == "error"]
    assert len(notes) == 1
    assert notes[0].startswith("it stopped with ")
