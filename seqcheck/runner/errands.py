"""What the runner sends children to do: the wiring of the layers on the far side of a process boundary.

Every function here runs in a child of a nursery, is sent by name, and ends with the `Run` that it records into.
"""

from __future__ import annotations

import functools
import pickle
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from seqcheck.construction import build as building
from seqcheck.construction import explore as exploring
from seqcheck.construction import resolve
from seqcheck.construction.bases import flavour
from seqcheck.construction.explore import Explored
from seqcheck.construction.options import Options
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.resolve import Description
from seqcheck.construction.target import TargetSpec
from seqcheck.engines import keras, loop, nursery, pools, surroundings
from seqcheck.engines.loop import KERAS_3, LEGACY, Protocol
from seqcheck.engines.reading import Build, Reader, ask_length
from seqcheck.engines.run import Run
from seqcheck.experiments import filling, holding, holdings, hooks, pickling, reading, twins
from seqcheck.model.check import Case, Outcome
from seqcheck.model.contract import Contract
from seqcheck.model.history import EngineNote, Event, Finished, History, assemble
from seqcheck.model.scenario import DRIVERS, EXPERIMENTS, Scenario, Truth

QUESTIONS: Mapping[str, surroundings.Question] = {
    "reading": reading.ask,
    "hooks": hooks.ask,
    "twins": twins.ask,
    "pickling": pickling.ask,
    "holding": holding.ask,
    "filling": filling.ask,
}
CONCLUSIONS: Mapping[str, Callable[[History], Any]] = {"twins": twins.pair, "predict": keras.pair}
"""What a history says once all of it is there: observations that no single process could make."""


@dataclass(frozen=True)
class Refused:
    """The target cannot be used; `text` is one sentence for the user."""

    text: str


@dataclass(frozen=True)
class Searched:
    """What a search in a child came to."""

    smallest: Mapping[str, History]
    scenarios: int
    refused: int
    cut: bool


@dataclass(frozen=True)
class Living:
    """In place of a recipe: an instance of the test process, as its pickle, or (None) as the nursery holds it."""

    pickled: bytes | None


def describe(spec: TargetSpec, factory: str, run: Run) -> None:
    """Import the target and say what it is: records a `Description` or a `Refused`."""
    try:
        run.record(resolve.describe(spec, factory))  # type: ignore[arg-type]  # not of a history: read by the runner
    except ValueError as error:
        run.record(Refused(str(error)))  # type: ignore[arg-type]


def explore(description: Description, options: Options, skip: tuple[int, ...], patience: float, run: Run) -> None:
    """Try recipes until one works: records each `Attempt` and, at the end, an `Explored` or an `Unbuilt`."""
    try:
        explored = exploring.explore(
            description,
            options,
            run.record,  # type: ignore[arg-type]  # not of a history: read by the runner
            run.directory,
            skip=skip,
            patience=patience,
        )
        run.record(explored)  # type: ignore[arg-type]
    except ValueError as error:
        run.record(Refused(str(error)))  # type: ignore[arg-type]


def examine(living: Living, contract: Contract, run: Run) -> None:
    """Say what an instance of the test process is: records an `Explored`, whose recipe is of no use, again and again.

    Each knows more than the one before: where the length or a read hangs or dies, the last one still stands.
    """
    instance, truth = _builder(living, Scenario("loop"), run)()
    kind = type(instance)
    about = resolve.describe_type(kind)
    known = Explored(
        recipe=Recipe("instance", f"{kind.__module__}:{kind.__qualname__}"),
        type_name=kind.__qualname__,
        module=kind.__module__,
        base=flavour(instance),
        legacy=about.legacy,
        file=about.file,
        line=about.line,
        nested_class="<locals>" in kind.__qualname__ or kind.__module__ == "__main__",
        seconds_build=0.0,
        contract=contract,
        own_hooks=exploring.own_hooks(kind),
        batch_size=truth.batch_size,
        batch_size_source=truth.batch_size_source,
    )
    run.record(known)  # type: ignore[arg-type]
    started = time.monotonic()
    quiet = Run(run.directory, lambda _: None)
    known = replace(known, length=ask_length(instance, quiet, -1, "start"))
    run.record(known)  # type: ignore[arg-type]
    if known.length:
        Reader(instance, quiet).read(0, 0)
        run.record(replace(known, seconds_read=time.monotonic() - started))  # type: ignore[arg-type]


def _builder(recipe: Recipe | Living, scenario: Scenario, run: Run) -> Build:
    if isinstance(recipe, Recipe):
        return functools.partial(building.build, recipe, scenario, run.directory)
    pickled = recipe.pickled

    def revive() -> tuple[Any, Truth]:
        instance = nursery.instance if pickled is None else pickle.loads(pickled)
        size, source = building.attribute_size(instance)
        return instance, Truth(batch_size=size, batch_size_source=source)

    return revive


def _declare(contract: Contract, run: Run) -> None:
    """What the owner declares of how a batch is to be read."""
    given = contract.sample_id
    run.sample_id = resolve.load(given) if isinstance(given, str) else given
    run.padding = contract.padding


def drive(recipe: Recipe | Living, scenario: Scenario, generation: str | None, contract: Contract, run: Run) -> None:
    """Make one run: build by `recipe` and drive by the scenario's engine or experiment."""
    _declare(contract, run)
    build = _builder(recipe, scenario, run)
    protocol = protocol_of(generation)
    engine = scenario.engine
    if engine in EXPERIMENTS:
        surroundings.experiment(build, scenario, protocol, QUESTIONS[engine], run)
    elif engine == "loop":
        loop.drive(build, scenario, protocol, holdings.look_at, run)
    elif engine in DRIVERS:
        pools.drive(build, scenario, protocol, run)
    elif generation is None:
        run.record(
            EngineNote("skipped", "the class inherits from neither keras.utils.PyDataset nor tf_keras.utils.Sequence")
        )
    else:
        keras.drive(build, scenario, generation, run)


def protocol_of(generation: str | None) -> Protocol:
    """How the engines of a generation call the hooks; a class without a base is driven as by Keras 3."""
    return LEGACY if generation == "tf_keras" else KERAS_3


def search(
    recipe: Recipe,
    vary: tuple[str, ...],
    batch_size: int | None,
    most_samples: int | None,
    case: Case,
    names: tuple[str, ...],
    seed: int,
    seconds: float,
    examples: int,
    run: Run,
) -> None:
    """Draw scenarios for a target whose sizes vary, and shrink whatever violates a check: records a `Searched`.

    `case` holds the facts, the contract and the histories that tell which leaves are drawn at random.
    """
    from seqcheck.checks import catalogue
    from seqcheck.search.falsify import falsify, keep_files_in
    from seqcheck.search.preconditions import refuses
    from seqcheck.search.strategies import strategy

    keep_files_in(run.directory / "hypothesis")
    judges = {name: entry for name, entry in catalogue().items() if name in names}
    protocol = protocol_of(case.facts.base)
    _declare(case.contract, run)

    def history_of(scenario: Scenario) -> History | None:
        events: list[Event] = []
        run.record(EngineNote("searching", scenario.describe()))  # a sign of life for the supervisor, and a trace
        quiet = replace(run, record=events.append)
        loop.drive(_builder(recipe, scenario, run), scenario, protocol, holdings.look_at, quiet)
        history = assemble(scenario, [*events, Finished(0.0)])
        return None if refuses(history) else history

    def defects(history: History) -> frozenset[str]:
        own = replace(case, histories=(history, *case.histories))
        return frozenset(name for name, entry in judges.items() if entry.judge(own).outcome is Outcome.VIOLATED)

    found = falsify(
        strategy(vary, batch_size, most_samples), history_of, defects, examples=examples, seed=seed, seconds=seconds
    )
    run.record(Searched(found.smallest, found.scenarios, found.refused, found.cut))  # type: ignore[arg-type]
