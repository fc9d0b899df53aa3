"""Unusual and sound: the real Keras trains, predicts and validates on them, and no check of that is red or open."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.checks import catalogue
from seqcheck.engines import autopsy, keras, loop, surroundings, training, validating
from seqcheck.engines.isolate import Isolation
from seqcheck.engines.loop import KERAS_3, LEGACY
from seqcheck.engines.run import Run
from seqcheck.experiments import reading
from seqcheck.model.check import Outcome
from seqcheck.model.history import History
from seqcheck.model.scenario import VALIDATION, Scenario, Truth
from tests.engines import unusual
from tests.engines.trained import GENERATION
from tests.histories import case
from tests.runs import PATIENT

pytestmark = [pytest.mark.keras, pytest.mark.corpus, pytest.mark.engines]

CHECKS = ("untrainable", "unfaithful-training", "misaligned-predictions", "unusable-validation", "unportable-batch")
ENGINES = ("loop", "reading", "fit", "predict", VALIDATION)
NAMES = [name for name, kind in vars(unusual).items() if isinstance(kind, type) and issubclass(kind, unusual.Fixed)]


def drive(name: str, scenario: Scenario, run: Run) -> None:
    """In a child: drive the class of that name."""
    made = getattr(unusual, name)
    run.padding = made.__seqcheck__.get("padding")

    def build() -> tuple[Any, Truth]:
        return made(), Truth()

    protocol = KERAS_3 if GENERATION == "keras" else LEGACY
    if scenario.engine == "loop":
        loop.drive(build, scenario, protocol, None, run)
    elif scenario.engine == "reading":
        surroundings.experiment(build, scenario, protocol, reading.ask, run)
    elif scenario.engine == VALIDATION:
        validating.drive(build, scenario, GENERATION, protocol, run)
    elif scenario.engine == "fit":
        training.drive(build, scenario, GENERATION, protocol, run)
    else:
        keras.drive(build, scenario, GENERATION, run)


@pytest.fixture(scope="module")
def trainer() -> Any:
    with Isolation() as isolation:
        ready = isolation.nursery("main", modules=["tests.engines.unusual"], preload=["tests.engines.test_unusual"])
        assert ready.result().failure is None
        yield isolation


def histories(trainer: Isolation, name: str) -> list[History]:
    scenarios = [Scenario(engine, epochs=2) for engine in ENGINES]
    waiting = [
        trainer.run("main", drive, (name, scenario), silence=PATIENT, limit=300, pools={"main": "main"})
        for scenario in scenarios
    ]
    outcomes = [future.result() for future in waiting]
    assert [outcome.broken for outcome in outcomes] == [()] * len(ENGINES)
    made = [autopsy.history_of(*pair, PATIENT) for pair in zip(scenarios, outcomes, strict=True)]
    return [
        run if run.engine != "predict" else History(**{**vars(run), "observations": keras.pair(run)}) for run in made
    ]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_red_or_open(trainer: Isolation, name: str) -> None:
    known = case(*histories(trainer, name), contract=getattr(unusual, name).__seqcheck__, base=GENERATION)
    judged = {check: catalogue()[check].judge(known) for check in CHECKS}
    assert {check: one.reason for check, one in judged.items() if one.outcome is not Outcome.HOLDS} == {}
