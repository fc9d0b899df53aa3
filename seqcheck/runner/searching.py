"""What the runner sends children to search for: the smallest scenarios that violate a check, and do so again.

Every function here runs in a child of a nursery, is sent by name, and ends with the `Run` that it records into.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from seqcheck.construction.recipe import Recipe
from seqcheck.engines import loop, randomness, surroundings, wire
from seqcheck.engines.run import Broken, Run
from seqcheck.experiments import holdings, script
from seqcheck.model.check import Case, Outcome
from seqcheck.model.history import EngineNote, Event, Finished, History, assemble
from seqcheck.model.scenario import SCRIPT, Scenario
from seqcheck.runner import errands

MOST_MADE_UP: Final = 127
"""Made-up samples of which every label fits the smallest signed integer: a narrower type is no fault."""


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
class Quest:
    """What a search is about: `recipe` builds the target, whose scenarios may set what `vary` names.

    `batch_size` is the one that a target has which does not take one, `length` its number of batches. `made_up` is the
    number of samples with which made-up data were seen to fit the target; None where the data are the owner's. `case`
    holds the facts, the contract and the histories that tell which leaves are drawn at random.
    """

    recipe: Recipe | errands.Living
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

        protocol = errands.protocol_of(self.case.facts.base)
        here = os.getcwd()
        folder = Path(tempfile.mkdtemp(prefix="scenario-", dir=run.directory))
        kept = _Kept(folder)
        own = replace(run, directory=folder, record=kept)
        build = errands.builder(self.recipe, scenario, own)
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


def search(quest: Quest, engine: str, seconds: float, examples: int, run: Run) -> None:
    """Draw scenarios (``loop``, where sizes vary) or scripts; shrink what violates a check: records a `Searched`."""
    from seqcheck.search.falsify import difference, falsify, keep_files_in, leave_sources_unread
    from seqcheck.search.strategies import scripts, shorter, strategy

    keep_files_in(run.directory / "hypothesis")
    leave_sources_unread()
    errands.declare(quest.case.contract, run)

    def history_of(scenario: Scenario) -> History | None:
        run.record(EngineNote("searching", scenario.describe()))  # a sign of life for the supervisor, and a trace
        return quest.history(scenario, run)

    drawn = (
        scripts(vary=quest.vary, batch_size=quest.batch_size, length=quest.length, write=quest.made_up is not None)
        if engine == SCRIPT
        else strategy(quest.vary, quest.batch_size, None if quest.made_up is None else max(quest.made_up, MOST_MADE_UP))
    )
    found = falsify(
        drawn,
        history_of,
        quest.verdicts,
        examples=examples,
        seed=quest.seed,
        seconds=seconds,
        smaller=shorter if engine == SCRIPT else None,
    )
    sound = {name: difference(found.smallest[name].scenario, beside) for name, beside in found.sound.items()}
    judged = found.scenarios - found.refused
    scenarios, scripted = (0, judged) if engine == SCRIPT else (judged, 0)
    searched = Searched(found.smallest, sound, scenarios, scripted, found.refused, found.cut)
    run.record(searched)  # type: ignore[arg-type]  # not of a history: read by the runner


def merged(searches: Sequence[Searched]) -> Searched:
    """What several searches of one target came to together; a check has its scenario from the first that has one."""
    smallest: dict[str, History] = {}
    sound: dict[str, str] = {}
    for one in searches:
        fresh = one.smallest.keys() - smallest.keys()
        smallest |= {name: run for name, run in one.smallest.items() if name in fresh}
        sound |= {name: text for name, text in one.sound.items() if name in fresh}
    return Searched(
        smallest,
        sound,
        sum(one.scenarios for one in searches),
        sum(one.scripts for one in searches),
        sum(one.refused for one in searches),
        any(one.cut for one in searches),
    )


def repeat(quest: Quest, name: str, scenario: Scenario, run: Run) -> None:
    """Drive one scenario again and judge one check: records a `Repeated`."""
    errands.declare(quest.case.contract, run)
    history = replace(quest, names=(name,)).history(scenario, run)
    outcome = Outcome.NOT_APPLICABLE if history is None else replace(quest, names=(name,)).verdicts(history)[name]
    run.record(Repeated(name, outcome))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Witnessed:
    """The history of a scenario that was made again."""

    history: History


def witness(quest: Quest, scenario: Scenario, run: Run) -> None:
    """Drive one scenario of a search again: records a `Witnessed`, or nothing where the target refuses its sizes."""
    errands.declare(quest.case.contract, run)
    history = quest.history(scenario, run)
    if history is not None:
        run.record(Witnessed(history))  # type: ignore[arg-type]
