"""The real Keras, watched: what reaches training is what our own drivers read, epoch by epoch, on sound Sequences."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future

import pytest

from seqcheck.engines import autopsy, installed, keras, loop, pools, training
from seqcheck.engines.isolate import Isolation, Outcome
from seqcheck.engines.loop import KERAS_3, LEGACY
from seqcheck.engines.run import Run
from seqcheck.model.batch import Batch
from seqcheck.model.history import History
from seqcheck.model.observation import Prediction
from seqcheck.model.scenario import KERAS_ENGINES, Scenario, Truth
from tests.runs import PATIENT

pytestmark = [pytest.mark.keras, pytest.mark.engines]


def drive(name: str, scenario: Scenario, run: Run) -> None:
    """In a child: drive ``tests.engines.trained.<name>`` by one of our own engines, or by the Keras of this session."""
    from tests.engines import trained

    def build() -> tuple[object, Truth]:
        return getattr(trained, name)(), Truth()

    protocol = KERAS_3 if trained.GENERATION == "keras" else LEGACY
    if scenario.engine == "fit":
        training.drive(build, scenario, trained.GENERATION, protocol, run)
    elif scenario.engine in KERAS_ENGINES:
        keras.drive(build, scenario, trained.GENERATION, run)
    elif scenario.engine == "loop":
        loop.drive(build, scenario, protocol, None, run)
    else:
        pools.drive(build, scenario, protocol, run)


def start(trainer: Isolation, name: str, scenario: Scenario) -> Future[Outcome]:
    return trainer.run("main", drive, (name, scenario), silence=PATIENT, limit=300, pools={"main": "main"})


def history(trainer: Isolation, name: str, scenario: Scenario) -> History:
    outcome = start(trainer, name, scenario).result()
    assert outcome.broken == (), outcome.broken[0]
    return autopsy.history_of(scenario, outcome, PATIENT)


def rows(batches: list[Batch]) -> Counter[tuple[float, ...]]:
    """The samples of some batches as a multiset: the numbers of each row in every leaf, whatever its precision."""
    found: Counter[tuple[float, ...]] = Counter()
    for batch in batches:
        found.update(zip(*(leaf.values or () for leaf in batch.leaves if leaf.kind != "none"), strict=True))
    return found


def read(history: History) -> dict[int, Counter[tuple[float, ...]]]:
    return {epoch: rows(list(batches.values())) for epoch, batches in history.whole_passes().items()}


def delivered(history: History) -> dict[int, Counter[tuple[float, ...]]]:
    epochs = sorted({item.epoch for item in history.deliveries})
    return {
        epoch: rows([item.batch for item in history.deliveries if item.epoch == epoch and item.batch is not None])
        for epoch in epochs
    }


@pytest.mark.parametrize("name", ["Rows", "Images", "Nested", "Alone"])
def test_fit_delivers_the_rows_that_our_own_drivers_read(trainer: Isolation, name: str) -> None:
    engines = ("fit", "loop", "threads", "fork")
    runs = {engine: start(trainer, name, Scenario(engine, workers=2)) for engine in engines}
    found = {engine: autopsy.history_of(Scenario(engine), run.result(), PATIENT) for engine, run in runs.items()}
    fit = found.pop("fit")
    assert fit.ending == "finished"
    assert not [note for note in fit.notes if note.kind == "error"], fit.notes
    assert list(delivered(fit)) == [0, 1]
    assert all(sum(counts.values()) == 11 for counts in delivered(fit).values())
    for engine, own in found.items():
        assert read(own) == delivered(fit), engine


def test_fit_delivers_the_batches_in_the_reference_s_order(trainer: Isolation) -> None:
    fit = history(trainer, "Rows", Scenario("fit"))
    reference = [read.batch for read in fit.passes("reference")[0]]
    first = [item.batch for item in fit.deliveries if item.epoch == 0]
    assert [rows([batch]) for batch in first if batch] == [rows([batch]) for batch in reference if batch]
    assert [item.place for item in fit.deliveries if item.epoch == 0] == list(range(6))


def test_every_epoch_of_fit_reads_another_order(trainer: Isolation) -> None:
    fit = history(trainer, "Rows", Scenario("fit"))
    orders = [
        [item.batch.leaves[1].values for item in fit.deliveries if item.epoch == epoch and item.batch is not None]
        for epoch in (0, 1)
    ]
    assert orders[0] != orders[1]
    assert {hook.name for hook in fit.hooks} >= {"on_epoch_end"}
    assert not [hook for hook in fit.hooks if hook.failure is not None or hook.begun]


def test_evaluate_delivers_one_epoch(trainer: Isolation) -> None:
    (counts,) = delivered(history(trainer, "Images", Scenario("evaluate"))).values()
    assert sum(counts.values()) == 11


@pytest.mark.parametrize(("name", "path"), [("Rows", "x"), ("Unsorted", "x['item']"), ("Nested", "x[0]")])
def test_predict_answers_what_the_reference_asks_in_its_order(trainer: Isolation, name: str, path: str) -> None:
    predicted = history(trainer, name, Scenario("predict"))
    (prediction,) = keras.pair(predicted)
    assert len(prediction.answered) == 11
    assert prediction.answered == pytest.approx(prediction.asked)
    batch = predicted.passes("reference")[0][0].batch
    assert batch is not None
    assert batch.first_input == path


@pytest.mark.parametrize(("name", "answers"), [("Ragged", list(range(11))), ("Sparse", [1 / 11] * 11)])
def test_predict_takes_what_is_no_array(trainer: Isolation, name: str, answers: list[float]) -> None:
    pytest.importorskip("tensorflow")
    made = history(trainer, name, Scenario("predict"))
    assert not [note for note in made.notes if note.kind == "error"]
    assert sorted(made.observed(Prediction)[0].answered) == pytest.approx(answers)


def test_a_selection_is_fit_over_alone(trainer: Isolation) -> None:
    fit = history(trainer, "Rows", Scenario("fit", indices=(0, 3, 5), epochs=1))
    assert {read.index for read in fit.reads} == {0, 3, 5}
    assert sum(delivered(fit)[0].values()) == 5


def test_what_a_read_raises_is_recorded_where_it_was_raised_and_where_fit_stopped(trainer: Isolation) -> None:
    fit = history(trainer, "Broken", Scenario("fit"))
    failed = next(read for read in fit.reads if read.failure is not None and read.purpose == "epoch")
    assert (failed.index, failed.failure and failed.failure.text) == (3, "ValueError: batch 3 is broken")
    note = next(note for note in fit.notes if note.kind == "error")
    assert note.text.startswith("fit stopped with ")
    assert note.failure is not None
    assert "batch 3 is broken" in note.failure.message


def test_a_hook_that_raises_stops_fit_and_is_told(trainer: Isolation) -> None:
    fit = history(trainer, "BrokenHook", Scenario("fit", epochs=3))
    failures = [hook.failure.text for hook in fit.hooks if hook.failure is not None]
    assert failures[0] == "RuntimeError: no next epoch"
    assert any(note.kind == "error" for note in fit.notes)


def test_what_has_no_length_or_cannot_be_built_is_not_fit(trainer: Isolation) -> None:
    assert [note.text for note in history(trainer, "WithoutLength", Scenario("fit")).notes] == [
        "the Sequence has no usable length"
    ]
    assert history(trainer, "Unbuildable", Scenario("fit")).ending == "not-built"


def test_versions_are_told(trainer: Isolation, request: pytest.FixtureRequest) -> None:
    told = [note.text.split()[0] for note in history(trainer, "Rows", Scenario("evaluate")).notes]
    generation = request.node.callspec.params["trainer"]
    assert told == [installed.package(generation), installed.backend(generation)]


@pytest.mark.parametrize("engine", ["fit", "evaluate", "predict"])
def test_another_backend_is_said_to_be_skipped(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "backend", lambda generation: "torch")
    notes: list[object] = []
    run = Run(directory=None, record=notes.append)  # type: ignore[arg-type]  # nothing is written
    if engine == "fit":
        training.drive(pytest.fail, Scenario(engine), "keras", KERAS_3, run)
    else:
        keras.drive(pytest.fail, Scenario(engine), "keras", run)
    said = "the Keras backend is torch: only tensorflow and jax are driven"
    assert [getattr(note, "text", "") for note in notes] == [said]
