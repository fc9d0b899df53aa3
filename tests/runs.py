"""Real runs of the Sequences in `tests.specimens`, in real processes, without Keras and without a plan."""

from __future__ import annotations

import copy
import functools
import importlib
import os
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pytest

from seqcheck.engines import autopsy, loop, pools, surroundings
from seqcheck.engines.isolate import Isolation, Outcome
from seqcheck.engines.loop import KERAS_3, Protocol
from seqcheck.engines.run import Run
from seqcheck.engines.surroundings import Shop, Task
from seqcheck.experiments import (
    dealing,
    drifting,
    filling,
    forking,
    holding,
    holdings,
    hooks,
    lasting,
    leaving,
    making,
    mapping,
    parameters,
    pickling,
    reading,
    rebuilding,
    twins,
)
from seqcheck.model.driving import Look
from seqcheck.model.history import Event, History
from seqcheck.model.scenario import Scenario, Truth

QUESTIONS = {
    "reading": reading.ask,
    "hooks": hooks.ask,
    "pickling": pickling.ask,
    "twins": twins.ask,
    "holding": holding.ask,
    "filling": filling.ask,
    "drifting": drifting.ask,
    "leaving": leaving.ask,
    "lasting": lasting.ask,
    "forking": forking.ask,
}
TASKS: dict[str, Task] = {
    "making": making.ask,
    "parameters": parameters.ask,
    "mapping": mapping.ask,
    "rebuilding": rebuilding.ask,
    "dealing": dealing.ask,
}
PATIENT = 30.0
"""Seconds of silence that no sound run comes near, on however busy a machine."""
SHORT = 3.0 if "COVERAGE_PROCESS_START" in os.environ else 1.5
"""Seconds of silence after which a run that was made to hang is taken for hung."""
SPAWNED = ("spawn-0", "spawn-1")


def drive(maker: str, arguments: dict[str, Any], scenario: Scenario, protocol: Protocol, run: Run) -> None:
    """In a child: make ``module:name`` and drive it by the engine or experiment of the scenario."""
    module, name = maker.split(":")

    def build() -> tuple[Any, Truth]:
        return getattr(importlib.import_module(module), name)(**arguments), Truth()

    if scenario.engine in TASKS:
        surroundings.workshop(
            shop(maker, arguments, scenario, protocol), scenario, protocol, TASKS[scenario.engine], run
        )
    elif scenario.engine in QUESTIONS:
        surroundings.experiment(build, scenario, protocol, QUESTIONS[scenario.engine], run)
    elif scenario.engine == "loop":
        loop.drive(build, scenario, protocol, holdings.look_at, run)
    else:
        pools.drive(build, scenario, protocol, run)


def shop(maker: str, arguments: dict[str, Any], scenario: Scenario, protocol: Protocol) -> Shop:
    """Makes ``module:name`` with these arguments, or with others in their place."""
    module, name = maker.split(":")

    def build(look: Look | None = None, **sizes: Any) -> tuple[Any, Truth]:
        given = copy.deepcopy({**arguments, **sizes})
        if look is not None:
            look(given)
        return getattr(importlib.import_module(module), name)(**given), Truth()

    varies = tuple(name for name in ("batch_size", "shuffle", "drop_remainder") if name in arguments)
    again = functools.partial(take_part, maker, arguments, scenario, protocol)
    return Shop(build, varies, module, again)


def take_part(
    maker: str, arguments: dict[str, Any], scenario: Scenario, protocol: Protocol, step: Task, run: Run
) -> None:
    """In another interpreter: do one step of an experiment."""
    surroundings.workshop(shop(maker, arguments, scenario, protocol), scenario, protocol, step, run)


@dataclass
class Bench:
    """An isolation whose nurseries have imported the specimens."""

    isolation: Isolation

    def start(
        self,
        name: str,
        engine: str | Scenario,
        arguments: dict[str, Any] | None = None,
        *,
        silence: float = PATIENT,
        limit: float = 120.0,
        protocol: Protocol = KERAS_3,
    ) -> Future[Outcome]:
        """Begin a run of ``tests.specimens.<name>``."""
        scenario = engine if isinstance(engine, Scenario) else Scenario(engine, workers=2)
        called = (f"tests.specimens:{name}", arguments or {}, scenario, protocol)
        roles = {
            "main": "main",
            **({role: role for role in SPAWNED} if scenario.engine in ("spawn", "mapping") else {}),
        }
        return self.isolation.run("main", drive, called, silence=silence, limit=limit, pools=roles)

    def history(
        self, name: str, engine: str | Scenario, arguments: dict[str, Any] | None = None, **how: Any
    ) -> History:
        """Make a run of ``tests.specimens.<name>`` and wait for its history."""
        outcome = self.start(name, engine, arguments, **how).result()
        return history_of(outcome, engine, how.get("silence", PATIENT))


def history_of(outcome: Outcome, engine: str | Scenario, silence: float = PATIENT) -> History:
    """The history of a run; a failure of seqcheck itself fails the test."""
    assert outcome.broken == (), outcome.broken[0]
    scenario = engine if isinstance(engine, Scenario) else Scenario(engine, workers=2)
    return autopsy.history_of(scenario, outcome, silence)


def open_bench() -> Iterator[Bench]:
    """A bench, closed when the tests that share it are over."""
    with Isolation() as isolation:
        names = ("main", *SPAWNED)
        ready = [isolation.nursery(name, modules=["tests.specimens"], preload=["tests.runs"]) for name in names]
        for one in ready:
            assert one.result().failure is None
        yield Bench(isolation)


bench = pytest.fixture(scope="package")(open_bench)
"""For a package's conftest."""


def events(outcome: Outcome, kind: type[Any]) -> list[Event]:
    """The records of one kind, in the order of each process's log."""
    return [record for record in outcome.records if isinstance(record, kind)]
