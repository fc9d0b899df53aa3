"""The engines' side of an experiment: one pristine instance, and what may be done with it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from seqcheck.engines.loop import KERAS_3, LEGACY
from seqcheck.engines.run import Run
from seqcheck.engines.surroundings import Surroundings, experiment
from seqcheck.model.driving import Driving
from seqcheck.model.history import Built, EngineNote, Event, Hook, Length
from seqcheck.model.scenario import Scenario, Truth
from tests.runs import PATIENT, Bench
from tests.specimens import GlobalNoise, Rows


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def driving(tmp_path: Path, events: list[Event]) -> Driving:
    return Surroundings(Scenario("reading", indices=(0, 2, 9)), True, Run(tmp_path, events.append, silence=PATIENT))


def test_what_a_question_does_is_recorded(driving: Driving, events: list[Event]) -> None:
    instance = Rows()
    assert driving.length(instance, 0, "start") == 6
    assert driving.hook(instance, -1, "on_epoch_end")
    assert list(driving.indices(6)) == [0, 2]
    assert isinstance(events[0], Length)
    assert events[-1] == Hook(-1, "on_epoch_end")
    value, failure = driving.reader(instance, isolated=False)(0, 1, "forward", 0)
    assert failure is None
    assert len(value[0]) == 2


def test_a_fork_that_dies_is_noted_and_one_that_does_not_is_not(driving: Driving, events: list[Event]) -> None:
    assert driving.fork("forward", lambda: None)
    assert events == []
    assert not driving.fork("backward", lambda: os._exit(6))
    assert events == [EngineNote("skipped", "backward did not come to its end in a fork: exit 6")]


def test_reseeding_makes_draws_the_same(driving: Driving) -> None:
    import numpy as np

    instance, kept = GlobalNoise(), np.random.get_state()
    drawn = []
    for _ in range(2):
        driving.reseed(instance, 8)
        drawn.append(instance[0][0].tolist())
    np.random.set_state(kept)
    assert drawn[0] == drawn[1]


def test_pickling_is_a_pool_s(driving: Driving) -> None:
    from tests.specimens import Synchronised

    assert driving.pickled(Synchronised())


@pytest.mark.parametrize(("protocol", "first"), [(KERAS_3, True), (LEGACY, False)])
def test_a_question_is_put_to_one_instance(tmp_path: Path, protocol: Any, first: bool, events: list[Event]) -> None:
    asked: list[tuple[Any, bool]] = []
    experiment(
        lambda: (Rows(), Truth()),
        Scenario("hooks"),
        protocol,
        lambda instance, driving: asked.append((type(instance), driving.hook_first)),
        Run(tmp_path, events.append),
    )
    assert asked == [(Rows, first)]


def test_no_instance_no_question(tmp_path: Path, events: list[Event]) -> None:
    def build() -> tuple[Any, Truth]:
        raise OSError("no data")

    experiment(build, Scenario("hooks"), KERAS_3, pytest.fail, Run(tmp_path, events.append))
    (built,) = events
    assert isinstance(built, Built)
    assert built.failure is not None


def test_an_instance_that_cannot_be_made_is_noted_and_others_can(bench: Bench) -> None:
    history = bench.history("Configured", "parameters", {"batch_size": 4, "how": "refuses large batches"})
    assert history.ending == "finished"
    assert [note.kind for note in history.notes] == ["skipped"]
    assert "no instance could be made with batch_size=12" in history.notes[0].text
    assert history.built is not None
    assert history.built.failure is None
