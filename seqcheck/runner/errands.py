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
from seqcheck.construction import resolve, writes
from seqcheck.construction.bases import flavour
from seqcheck.construction.explore import Explored
from seqcheck.construction.options import Options
from seqcheck.construction.own_attributes import asked_of, attribute_size
from seqcheck.construction.own_workers import asked_for
from seqcheck.construction.places import places
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.resolve import Description
from seqcheck.construction.target import TargetSpec
from seqcheck.engines import (
    as_declared,
    keras,
    loop,
    nursery,
    pools,
    surroundings,
    taken,
    tallying,
    training,
    validating,
)
from seqcheck.engines.loop import KERAS_3, LEGACY, Protocol
from seqcheck.engines.reading import Build, NotBuilt, Reader, ask_length, call_hook, construct
from seqcheck.engines.run import Run
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
    splitting,
    twins,
)
from seqcheck.model.batch import most_rows
from seqcheck.model.contract import Contract
from seqcheck.model.driving import Look
from seqcheck.model.history import EngineNote, History
from seqcheck.model.scenario import DRIVERS, EXPERIMENTS, FITS, TAKING, TALLYING, VALIDATION, Scenario, Truth
from seqcheck.runner import racing, replaying
from seqcheck.schedule.text import Replayable

QUESTIONS: Mapping[str, surroundings.Question] = {
    "reading": reading.ask,
    "hooks": hooks.ask,
    "twins": twins.ask,
    "pickling": pickling.ask,
    "holding": holding.ask,
    "filling": filling.ask,
    "drifting": drifting.ask,
    "leaving": leaving.ask,
    "lasting": lasting.ask,
    "forking": forking.ask,
    "splitting": splitting.ask,
}
TASKS: Mapping[str, surroundings.Task] = {
    "making": making.ask,
    "parameters": parameters.ask,
    "mapping": mapping.ask,
    "rebuilding": rebuilding.ask,
    "dealing": dealing.ask,
}
"""Experiments that make their instances themselves."""
CONCLUSIONS: Mapping[str, Callable[[History], Any]] = {"twins": twins.pair, "predict": keras.pair}
"""What a history says once all of it is there: observations that no single process could make."""


@dataclass(frozen=True)
class Refused:
    """The target cannot be used; `text` is one sentence for the user."""

    text: str


@dataclass(frozen=True)
class Hooked:
    """What a call of `on_epoch_end` took, in seconds, and a file that it wrote."""

    seconds: float
    writes: str = ""


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
    instance, truth = builder(living, Scenario("loop"), run)()
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
        contract=asked_of(contract, instance),
        own_hooks=exploring.own_hooks(kind),
        own_use=asked_for(instance),
        places=places(kind),
        batch_size=truth.batch_size,
        batch_size_source=truth.batch_size_source,
    )
    run.record(known)  # type: ignore[arg-type]
    started = time.monotonic()
    quiet = Run(run.directory, lambda _: None)
    known = replace(known, length=ask_length(instance, quiet, -1, "start"))
    run.record(known)  # type: ignore[arg-type]
    if known.length:
        with writes.noted(run.directory) as written:
            batch, failure = Reader(instance, quiet).read(0, 0)
        known = replace(known, rows=None if failure is not None else most_rows(batch))
        seconds = time.monotonic() - started
        run.record(replace(known, seconds_read=seconds, writes=next(iter(written), "")))  # type: ignore[arg-type]


def builder(recipe: Recipe | Living, scenario: Scenario, run: Run) -> Build:
    """What makes the instances of a run: by the recipe, or out of what the test process made."""
    if isinstance(recipe, Recipe):
        noting = taken.noting if scenario.engine == TAKING else None
        return functools.partial(building.build, recipe, scenario, run.directory, noting=noting)
    pickled = recipe.pickled

    def revive() -> tuple[Any, Truth]:
        instance = nursery.instance if pickled is None else pickle.loads(pickled)
        size, source = attribute_size(instance)
        return instance, Truth(batch_size=size, batch_size_source=source)

    return revive


def _shop(
    recipe: Recipe | Living, scenario: Scenario, generation: str | None, contract: Contract, run: Run
) -> surroundings.Shop:
    """As `builder`, for an experiment that looks at the arguments, wants other sizes, or another interpreter."""
    if not isinstance(recipe, Recipe):
        return surroundings.Shop(lambda look: builder(recipe, scenario, run)())  # noqa: ARG005  # out of sight

    def make(
        look: Look | None, *, drop_remainder: bool | None = None, labels_turned: bool = False, **sizes: Any
    ) -> tuple[Any, Truth]:
        wanted = recipe if drop_remainder is None else recipe.leaving_out(drop_remainder)
        wanted = wanted.with_labels_turned() if labels_turned else wanted
        return building.build(wanted, replace(scenario, **sizes), run.directory, look=look)

    again = functools.partial(take_part, recipe, scenario, generation, contract)
    module = recipe.maker.partition(":")[0]
    if recipe.kind != "class":
        return surroundings.Shop(make, (), module, again)
    more = {"drop_remainder": recipe.leaves_out, "labels_turned": recipe.labels}
    names = {size: argument.name for size, argument in more.items() if argument is not None}
    classes = recipe.taking("num_classes")
    called = {**names, "num_classes": classes.name} if classes is not None else names
    return surroundings.Shop(make, (*recipe.varies, *names), module, again, called)


def take_part(
    recipe: Recipe, scenario: Scenario, generation: str | None, contract: Contract, step: surroundings.Task, run: Run
) -> None:
    """In another interpreter than the run's: do one step of its experiment."""
    declare(contract, run)
    shop = _shop(recipe, scenario, generation, contract, run)
    surroundings.workshop(shop, scenario, protocol_of(generation, scenario), step, run)


def declare(contract: Contract, run: Run) -> None:
    """What the owner declares of how a batch is to be read."""
    given = contract.sample_id
    run.sample_id = resolve.load(given) if isinstance(given, str) else given
    run.padding = contract.padding


def _for_validation(contract: Contract) -> Build:
    """Makes the Sequence that is declared for validation."""

    def make() -> tuple[Any, Truth]:
        given = contract.validation
        made = resolve.callable_named(given) if isinstance(given, str) else given
        assert made is not None
        return made(), Truth()

    return make


def drive(recipe: Recipe | Living, scenario: Scenario, generation: str | None, contract: Contract, run: Run) -> None:
    """Make one run: build by `recipe` and drive by the scenario's engine or experiment."""
    declare(contract, run)
    engine = scenario.engine
    build = _for_validation(contract) if engine == "splitting" else builder(recipe, scenario, run)
    protocol = protocol_of(generation, scenario)
    if engine == "schedule":
        racing.drive(build, scenario, protocol, run)
    elif engine in TASKS:
        surroundings.workshop(
            _shop(recipe, scenario, generation, contract, run), scenario, protocol, TASKS[engine], run
        )
    elif engine in EXPERIMENTS:
        surroundings.experiment(build, scenario, protocol, QUESTIONS[engine], run)
    elif engine == TALLYING:
        tallying.drive(build, scenario, protocol, holdings.look_at, run)
    elif engine in ("loop", TAKING):
        loop.drive(build, scenario, protocol, holdings.look_at if engine == "loop" else None, run)
    elif engine in DRIVERS:
        pools.drive(build, scenario, protocol, run)
    elif generation is None:
        run.record(
            EngineNote("skipped", "the class inherits from neither keras.utils.PyDataset nor tf_keras.utils.Sequence")
        )
    elif engine == VALIDATION:
        validating.drive(build, scenario, generation, protocol, run)
    elif engine == "fit":
        # As many samples as were made up, or asked of a factory, say nothing of the length in use.
        made_up = isinstance(recipe, Recipe) and (recipe.brings_data or recipe.sizes_vary)
        training.drive(build, scenario, generation, protocol, run, contract.fit, made_up=made_up)
    elif engine in FITS:
        as_declared.drive(build, scenario, generation, contract.fit, run)
    else:
        keras.drive(build, scenario, generation, run)


def time_hook(recipe: Recipe | Living, scenario: Scenario, run: Run) -> None:
    """Call `on_epoch_end` on a fresh instance: records a `Hooked`, or nothing where it raises."""
    try:
        instance = construct(builder(recipe, scenario, run), Run(run.directory, lambda _: None))
    except NotBuilt:
        return
    started = time.monotonic()
    with writes.noted(run.directory) as written:
        called = call_hook(instance, Run(run.directory, lambda _: None), -1, "on_epoch_end")
    if called:
        hooked = Hooked(time.monotonic() - started, next(iter(written), ""))
        run.record(hooked)  # type: ignore[arg-type]  # not of a history


def replay(
    recipe: Recipe | Living, replayable: Replayable, scenario: Scenario, generation: str | None, terminal: str, run: Run
) -> None:
    """Make one interleaving of threads again: records a `Replayed`."""
    replaying.replay(builder(recipe, scenario, run), replayable, protocol_of(generation), terminal, run)


def protocol_of(generation: str | None, scenario: Scenario | None = None) -> Protocol:
    """How the engines of a generation call the hooks; a class without a base is driven as by Keras 3."""
    hook_first, hook_begin = LEGACY if generation == "tf_keras" else KERAS_3
    return hook_first and not (scenario is not None and scenario.unhooked), hook_begin
