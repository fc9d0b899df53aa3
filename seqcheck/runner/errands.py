"""What the runner sends children to do: the wiring of the layers on the far side of a process boundary.

Every function here runs in a child of a nursery, is sent by name, and ends with the `Run` that it records into.
"""

from __future__ import annotations

import functools
import os
import pickle
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from seqcheck.construction import build as building
from seqcheck.construction import explore as exploring
from seqcheck.construction import resolve
from seqcheck.construction.bases import flavour
from seqcheck.construction.explore import Explored
from seqcheck.construction.options import Options
from seqcheck.construction.places import places
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.resolve import Description
from seqcheck.construction.target import TargetSpec
from seqcheck.engines import keras, loop, nursery, pools, randomness, surroundings, training, validating, wire
from seqcheck.engines.loop import KERAS_3, LEGACY, Protocol
from seqcheck.engines.reading import Build, NotBuilt, Reader, ask_length, call_hook, construct
from seqcheck.engines.run import Broken, Run
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
    script,
    splitting,
    twins,
)
from seqcheck.model.check import Case, Outcome
from seqcheck.model.contract import Contract
from seqcheck.model.driving import Look
from seqcheck.model.history import EngineNote, Event, Finished, History, assemble
from seqcheck.model.scenario import DRIVERS, EXPERIMENTS, SCRIPT, VALIDATION, Scenario, Truth
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
MOST_MADE_UP: Final = 127
"""Made-up samples of which every label fits the smallest signed integer: a narrower type is no fault."""


@dataclass(frozen=True)
class Refused:
    """The target cannot be used; `text` is one sentence for the user."""

    text: str


@dataclass(frozen=True)
class Searched:
    """What a search in a child came to.

    `smallest` has, by check, the smallest history that violates it, `sound` in words what differs in the nearest
    scenario in which the check holds. `scenarios` and `scripts` count what was judged, `refused` the sizes that the
    target does not take.
    """

    smallest: Mapping[str, History]
    sound: Mapping[str, str]
    scenarios: int
    scripts: int
    refused: int
    cut: bool


@dataclass(frozen=True)
class Repeated:
    """The outcome of one check on one scenario, driven again in a process of its own."""

    check: str
    outcome: Outcome


@dataclass(frozen=True)
class Hooked:
    """What a call of `on_epoch_end` took, in seconds."""

    seconds: float


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


def _shop(
    recipe: Recipe | Living, scenario: Scenario, generation: str | None, contract: Contract, run: Run
) -> surroundings.Shop:
    """As `_builder`, for an experiment that looks at the arguments, wants other sizes, or another interpreter."""
    if not isinstance(recipe, Recipe):
        return surroundings.Shop(lambda look: _builder(recipe, scenario, run)())  # noqa: ARG005  # out of sight

    def make(look: Look | None, **sizes: Any) -> tuple[Any, Truth]:
        return building.build(recipe, replace(scenario, **sizes), run.directory, look=look)

    again = functools.partial(take_part, recipe, scenario, generation, contract)
    module = recipe.maker.partition(":")[0]
    return surroundings.Shop(make, recipe.varies if recipe.kind == "class" else (), module, again)


def take_part(
    recipe: Recipe, scenario: Scenario, generation: str | None, contract: Contract, step: surroundings.Task, run: Run
) -> None:
    """In another interpreter than the run's: do one step of its experiment."""
    _declare(contract, run)
    shop = _shop(recipe, scenario, generation, contract, run)
    surroundings.workshop(shop, scenario, protocol_of(generation, scenario), step, run)


def _declare(contract: Contract, run: Run) -> None:
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
    _declare(contract, run)
    engine = scenario.engine
    build = _for_validation(contract) if engine == "splitting" else _builder(recipe, scenario, run)
    protocol = protocol_of(generation, scenario)
    if engine == "schedule":
        racing.drive(build, scenario, protocol, run)
    elif engine in TASKS:
        surroundings.workshop(
            _shop(recipe, scenario, generation, contract, run), scenario, protocol, TASKS[engine], run
        )
    elif engine in EXPERIMENTS:
        surroundings.experiment(build, scenario, protocol, QUESTIONS[engine], run)
    elif engine == "loop":
        loop.drive(build, scenario, protocol, holdings.look_at, run)
    elif engine in DRIVERS:
        pools.drive(build, scenario, protocol, run)
    elif generation is None:
        run.record(
            EngineNote("skipped", "the class inherits from neither keras.utils.PyDataset nor tf_keras.utils.Sequence")
        )
    elif engine == VALIDATION:
        validating.drive(build, scenario, generation, protocol, run)
    elif engine == "fit":
        training.drive(build, scenario, generation, protocol, run, contract.fit)
    else:
        keras.drive(build, scenario, generation, run)


def time_hook(recipe: Recipe | Living, scenario: Scenario, run: Run) -> None:
    """Call `on_epoch_end` on a fresh instance: records a `Hooked`, or nothing where it raises."""
    try:
        instance = construct(_builder(recipe, scenario, run), Run(run.directory, lambda _: None))
    except NotBuilt:
        return
    started = time.monotonic()
    if call_hook(instance, Run(run.directory, lambda _: None), -1, "on_epoch_end"):
        run.record(Hooked(time.monotonic() - started))  # type: ignore[arg-type]  # not of a history


def replay(
    recipe: Recipe | Living, replayable: Replayable, scenario: Scenario, generation: str | None, terminal: str, run: Run
) -> None:
    """Make one interleaving of threads again: records a `Replayed`."""
    replaying.replay(_builder(recipe, scenario, run), replayable, protocol_of(generation), terminal, run)


def protocol_of(generation: str | None, scenario: Scenario | None = None) -> Protocol:
    """How the engines of a generation call the hooks; a class without a base is driven as by Keras 3."""
    hook_first, hook_begin = LEGACY if generation == "tf_keras" else KERAS_3
    return hook_first and not (scenario is not None and scenario.unhooked), hook_begin


@dataclass(frozen=True)
class Quest:
    """What a search is about: `recipe` builds the target, whose scenarios may set what `vary` names.

    `batch_size` is the one that a target has which does not take one, `length` its number of batches. `made_up` is the
    number of samples with which made-up data were seen to fit the target; None where the data are the owner's. `case`
    holds the facts, the contract and the histories that tell which leaves are drawn at random.
    """

    recipe: Recipe | Living
    vary: tuple[str, ...]
    batch_size: int | None
    length: int
    made_up: int | None
    case: Case
    names: tuple[str, ...]
    seed: int

    def history(self, scenario: Scenario, run: Run) -> History | None:
        """Drive one scenario in this process; None where the target refuses its sizes."""
        from seqcheck.search.preconditions import refuses

        protocol = protocol_of(self.case.facts.base)
        here = os.getcwd()
        folder = Path(tempfile.mkdtemp(prefix="scenario-", dir=run.directory))
        kept = _Kept(folder)
        own = replace(run, directory=folder, record=kept)
        build = _builder(self.recipe, scenario, own)
        randomness.begin(scenario.seed)
        try:
            if scenario.engine == SCRIPT:
                surroundings.experiment(build, scenario, protocol, script.ask, own)
            else:
                loop.drive(build, scenario, protocol, holdings.look_at, own)
            events = [*kept.all(), Finished(0.0)]
        finally:
            os.chdir(here)  # made-up files with relative paths have a current folder of their own
            shutil.rmtree(folder, ignore_errors=True)
        history = assemble(scenario, events)
        return None if refuses(history, self.made_up) else history

    def verdicts(self, history: History) -> dict[str, Outcome]:
        """What the checks that look at such runs say of this one."""
        from seqcheck.checks import catalogue

        case = replace(self.case, histories=(history, *self.case.histories))
        said = {}
        for name, entry in catalogue().items():
            if name in self.names and history.engine in entry.check.needs:
                judgement = entry.judge(case)
                # What another run shows is no matter of this scenario.
                here = any(finding.scenario == history.scenario for finding in judgement.findings)
                said[name] = judgement.outcome
                if judgement.outcome is Outcome.VIOLATED and not here:
                    said[name] = Outcome.INCONCLUSIVE
        return said


class _Kept:
    """Events of this process, and those of its forks, which write them into `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.own: list[Event] = []
        self._process = os.getpid()
        self._log = wire.Log(folder)

    def __call__(self, event: Event) -> None:
        if os.getpid() == self._process:
            self.own.append(event)
        else:
            self._log(event)

    def all(self) -> list[Event]:
        """Everything that was recorded.

        Raises:
            RuntimeError: something in seqcheck itself failed in a fork.
        """
        records = wire.read_logs(self.folder)
        broken = [record for record in records if isinstance(record, Broken)]
        if broken:
            raise RuntimeError(f"a fork failed:\n{broken[0].trace}")
        return [*self.own, *records]


def search(quest: Quest, seconds: float, examples: Mapping[str, int], run: Run) -> None:
    """Draw scenarios and scripts, and shrink whatever violates a check: records a `Searched`.

    `examples` says how many of each are drawn: ``loop`` (only where sizes vary) and ``script``.
    """
    from seqcheck.search.falsify import Found, difference, falsify, keep_files_in, leave_sources_unread
    from seqcheck.search.strategies import scripts, shorter, strategy

    keep_files_in(run.directory / "hypothesis")
    leave_sources_unread()
    _declare(quest.case.contract, run)
    most = None if quest.made_up is None else max(quest.made_up, MOST_MADE_UP)

    def history_of(scenario: Scenario) -> History | None:
        run.record(EngineNote("searching", scenario.describe()))  # a sign of life for the supervisor, and a trace
        return quest.history(scenario, run)

    found, started = Found(), time.monotonic()
    by_engine = {
        "loop": strategy(quest.vary, quest.batch_size, most),
        SCRIPT: scripts(
            vary=quest.vary, batch_size=quest.batch_size, length=quest.length, write=quest.made_up is not None
        ),
    }
    judged = {}
    for engine, share in (("loop", 0.7), (SCRIPT, 1.0)):
        if engine == SCRIPT or quest.vary:
            left = (seconds - (time.monotonic() - started)) * share
            number = examples[engine]
            one = falsify(
                by_engine[engine],
                history_of,
                quest.verdicts,
                examples=number,
                seed=quest.seed,
                seconds=left,
                smaller=shorter if engine == SCRIPT else None,
            )
            judged[engine] = one.scenarios - one.refused
            found.add(one)
    sound = {name: difference(found.smallest[name].scenario, beside) for name, beside in found.sound.items()}
    searched = Searched(found.smallest, sound, judged.get("loop", 0), judged[SCRIPT], found.refused, found.cut)
    run.record(searched)  # type: ignore[arg-type]  # not of a history: read by the runner


def repeat(quest: Quest, name: str, scenario: Scenario, run: Run) -> None:
    """Drive one scenario again and judge one check: records a `Repeated`."""
    _declare(quest.case.contract, run)
    history = replace(quest, names=(name,)).history(scenario, run)
    outcome = Outcome.NOT_APPLICABLE if history is None else replace(quest, names=(name,)).verdicts(history)[name]
    run.record(Repeated(name, outcome))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Witnessed:
    """The history of a scenario that was made again."""

    history: History


def witness(quest: Quest, scenario: Scenario, run: Run) -> None:
    """Drive one scenario of a search again: records a `Witnessed`, or nothing where the target refuses its sizes."""
    _declare(quest.case.contract, run)
    history = quest.history(scenario, run)
    if history is not None:
        run.record(Witnessed(history))  # type: ignore[arg-type]
