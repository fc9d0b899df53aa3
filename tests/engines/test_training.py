"""`fit`, stopped and taken up again on one instance, on the real Keras; and what unfaithful-training makes of it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from seqcheck.checks.unfaithful_training import judge
from seqcheck.engines import installed, training
from seqcheck.engines.by_hand import METHODS
from seqcheck.engines.isolate import Isolation
from seqcheck.engines.loop import KERAS_3
from seqcheck.engines.run import Run
from seqcheck.model.check import Judgement, Outcome
from seqcheck.model.contract import FitUse
from seqcheck.model.history import EngineNote, History
from seqcheck.model.measured import faults
from seqcheck.model.observation import Alone, ByHand, Resumed
from seqcheck.model.scenario import Scenario
from tests.engines.test_keras import history
from tests.engines.trained import GENERATION, Rows
from tests.histories import at, case
from tests.histories import history as written
from tests.runs import PATIENT

pytestmark = [pytest.mark.keras, pytest.mark.engines]


def reading_of(loop: History) -> History:
    """Nothing is drawn: every pass reads what the loop read in its first epoch."""
    batches = [read.batch for read in loop.passes("epoch")[0]]
    doubled = [at(index, batch) for index, batch in enumerate(batches) for _ in range(2)]
    passes = {"forward": [batches], "forward-again": [batches], "backward": [batches], "twice": [doubled]}
    return written("reading", passes={**passes, "plain-twice": [doubled]})


def judged(trainer: Isolation, name: str) -> tuple[Judgement, Resumed, History]:
    fit = history(trainer, name, Scenario("fit"))
    loop = history(trainer, name, Scenario("loop", epochs=3))
    return judge(case(loop, reading_of(loop), fit, base=GENERATION)), fit.observed(Resumed)[0], fit


def test_another_fit_on_a_sound_instance_has_its_samples(trainer: Isolation) -> None:
    judgement, resumed, fit = judged(trainer, "Anew")
    assert judgement.outcome is Outcome.HOLDS, judgement.reason
    assert judgement.reason.endswith("and 6 batches of another fit on the same instance")
    assert (resumed.stopped, resumed.steps, resumed.trouble, fit.observed(Alone)) == (2, 6, "", ())


def test_what_a_fit_left_prepared_is_found(trainer: Isolation) -> None:
    judgement, _, _ = judged(trainer, "Prepared")
    assert judgement.outcome is Outcome.VIOLATED, judgement.reason
    assert "trains on other samples than the same instance holds when it is read alone" in judgement.reason
    assert "first at step" in judgement.reason


def test_what_breaks_after_a_fit_that_was_stopped_is_found(trainer: Isolation) -> None:
    judgement, resumed, _ = judged(trainer, "ClosedEarly")
    assert (judgement.outcome, resumed.own) == (Outcome.VIOLATED, True), judgement.reason
    assert "raised ValueError: the archive is closed in another fit on the same instance, after" in judgement.reason


@pytest.mark.parametrize("name", ["ThreeOrders", "FourOrders", "FiveOrders"])
def test_a_sequence_made_for_so_many_epochs_is_not_blamed(trainer: Isolation, name: str) -> None:
    judgement, resumed, fit = judged(trainer, name)
    assert judgement.outcome is Outcome.HOLDS, judgement.reason
    if resumed.trouble:  # legacy Keras calls fewer hooks
        assert "orders were drawn" in resumed.trouble
        assert any("orders were drawn" in item.trouble for item in fit.observed(Alone))


def test_the_weight_that_is_trained_on_is_the_sample_s(trainer: Isolation) -> None:
    _, _, fit = judged(trainer, "Weighted")
    for item in fit.deliveries:
        assert item.batch is not None
        x, y, weight = (leaf.values or () for leaf in item.batch.leaves)
        assert weight == pytest.approx([1 + label / 16 for label in y])
        assert x == pytest.approx([3 * label + 1 for label in y])


def test_where_training_stopped_it_is_not_taken_up_again(trainer: Isolation) -> None:
    assert history(trainer, "Broken", Scenario("fit")).observed(Resumed) == ()


def test_what_the_engine_is_known_to_do_to_two_workers_is_told(
    trainer: Isolation, request: pytest.FixtureRequest
) -> None:
    """A Sequence of Keras 3 says itself that it has workers; legacy Keras is told in fit, so nothing is assumed."""
    generation = request.node.callspec.params["trainer"]
    told = [note.text for note in history(trainer, "TwoWorkers", Scenario("fit")).notes if note.kind == "engine"]
    known = faults(installed.name(generation), 2) if generation == "keras" else ()
    assert told == [fault.text for fault in known]
    assert not [note for note in history(trainer, "Rows", Scenario("fit")).notes if note.kind == "engine"]


@pytest.mark.parametrize(
    ("use", "length", "kinds"),
    [
        (FitUse(workers=2, steps_per_epoch=3), 6, {"use"}),
        (FitUse(steps_per_epoch=3), 6, {"use-reshuffled"}),
        (FitUse(steps_per_epoch=9), 6, {"use"}),
        (FitUse(workers=2, steps_per_epoch=6), 6, set()),
        (FitUse(workers=2, steps_per_epoch=3), None, {"use-unknown"}),
        (FitUse(workers=2, steps_per_epoch=3, keras="tf_keras"), 6, {"use-unknown"}),
    ],
)
def test_a_declared_use_is_held_against_what_was_measured(
    monkeypatch: pytest.MonkeyPatch, use: FitUse, length: int | None, kinds: set[str]
) -> None:
    monkeypatch.setattr(installed, "name", lambda generation: "keras 3.15.1")
    told: list[EngineNote] = []
    run = Run(directory=None, record=told.append)  # type: ignore[arg-type]  # nothing is written
    training._tell_faults(object(), length, "keras", use, run)
    assert {note.kind for note in told} - {"engine"} == kinds


def test_what_nobody_measured_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "name", lambda generation: "keras 3.99.0")
    told: list[EngineNote] = []
    run = Run(directory=None, record=told.append)  # type: ignore[arg-type]
    training._tell_faults(object(), 6, "keras", FitUse(workers=2), run)
    assert [note.text for note in told] == ["nobody has measured what keras 3.99.0 makes of it"]


def test_a_batch_handed_over_by_hand_reaches_each_step(trainer: Isolation) -> None:
    seen = history(trainer, "Weighted", Scenario("fit")).observed(ByHand)
    assert [one.method for one in seen] == list(METHODS)
    for one in seen[:2]:
        assert [leaf.values for leaf in one.reached.leaves] == [pytest.approx(leaf.values) for leaf in one.given.leaves]


def closed_pipe(run: Run) -> None:
    """In a child: set a spare aside, put another file in the place of its pipe, and let it go."""
    spare = training.Spare(Rows(), range(6), KERAS_3, run)
    other = os.open(run.directory / "theirs", os.O_WRONLY | os.O_CREAT)
    os.dup2(other, spare._ask)
    spare.read(2)
    run.record(EngineNote("engine", (run.directory / "theirs").read_text()))


def unread(run: Run) -> None:
    """In a child: set a spare aside while a child of the user's holds its pipe, and let it go."""
    spare = training.Spare(Rows(), range(6), KERAS_3, run)
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    began = time.monotonic()
    spare.dismiss()
    run.record(EngineNote("engine", f"{time.monotonic() - began < 5}"))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


@pytest.mark.parametrize(("task", "said"), [(closed_pipe, ""), (unread, "True")])
def test_a_spare_goes_whatever_became_of_its_pipe(trainer: Isolation, task: Callable[[Run], None], said: str) -> None:
    outcome = trainer.run("main", task, (), silence=PATIENT, limit=60).result()
    assert outcome.broken == ()
    assert [note.text for note in outcome.records if isinstance(note, EngineNote)] == [said]
