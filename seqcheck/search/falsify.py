"""The smallest scenario that still shows a defect, one search for each check.

Scenarios are drawn and judged for every check at once; each check that is violated somewhere then has a search of its
own, so that shrinking never slides from one defect to another. A scenario is run once and its verdicts remembered: a
Sequence that depends on chance cannot make a search contradict itself.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

from seqcheck.model.check import Outcome
from seqcheck.model.history import History
from seqcheck.model.scenario import Scenario

Drive = Callable[[Scenario], "History | None"]
"""Runs one scenario; None where the target refuses its sizes."""
Verdicts = Mapping[str, Outcome]
"""The outcome of every check on one history, by name."""
Judge = Callable[[History], Verdicts]
SEEDS: Final = 3
"""With so many seeds the smallest scenario must show the defect, and a neighbour must not, before they are compared."""
MOST_NEIGHBOURS: Final = 10
"""Scenarios that are run to find a sound one beside the smallest that shows a defect."""


class _Shown(Exception):
    """The scenario just drawn shows the defect that is searched for."""


@dataclass
class Found:
    """What a search came to: the smallest history of each violated check, and how many scenarios were run.

    `sound` has, by check, the nearest scenario to the smallest on which the check holds, where one was found.
    """

    smallest: dict[str, History] = field(default_factory=dict)
    sound: dict[str, Scenario] = field(default_factory=dict)
    scenarios: int = 0
    refused: int = 0
    cut: bool = False


def falsify(
    scenarios: SearchStrategy[Scenario],
    drive: Drive,
    judge: Judge,
    *,
    examples: int,
    seed: int,
    seconds: float,
    shrinks: int = 150,
    smaller: Callable[[Scenario], Iterator[Scenario]] | None = None,
) -> Found:
    """Search for at most `seconds`; `seed` makes it repeatable as long as time does not cut it.

    `examples` scenarios are drawn, and at most `shrinks` more are run for each violated check to make its own smaller:
    by hypothesis, or, where a run is dear, by what `smaller` names, the smallest first.
    """
    found = Found()
    deadline = time.monotonic() + seconds
    most: float = math.inf
    seen: dict[Scenario, tuple[History | None, Verdicts]] = {}

    def look(scenario: Scenario) -> Verdicts:
        if scenario not in seen:
            if time.monotonic() > deadline:
                found.cut = True
                return {}
            if found.scenarios >= most:
                return {}
            history = drive(scenario)
            found.scenarios += 1
            found.refused += history is None
            seen[scenario] = (history, {} if history is None else judge(history))
        return seen[scenario][1]

    def draw(phases: Collection[Phase], test: Callable[[Scenario], None]) -> None:
        quiet = hypothesis.settings(
            max_examples=examples,
            database=None,
            deadline=None,
            derandomize=False,
            report_multiple_bugs=False,
            print_blob=False,
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
            phases=phases,
        )
        # One seed for all of them: every search meets the scenarios of the first again.
        hypothesis.seed(seed)(quiet(hypothesis.given(scenarios)(test)))()

    def survey(scenario: Scenario) -> None:
        look(scenario)

    def hunter(name: str) -> Callable[[Scenario], None]:
        def hunt(scenario: Scenario) -> None:
            if look(scenario).get(name) is Outcome.VIOLATED:
                raise _Shown

        return hunt

    def smallest_of(name: str) -> History:
        shown = [history for history, verdicts in seen.values() if verdicts.get(name) is Outcome.VIOLATED]
        return min((history for history in shown if history is not None), key=lambda one: _size(one.scenario))

    draw((Phase.generate,), survey)
    violated = sorted({name for _, verdicts in seen.values() for name in _violated(verdicts)})
    for name in violated:
        most = found.scenarios + shrinks
        # What it comes to stands in `seen`; it is flaky where a limit is met on the way.
        if smaller is None:
            with contextlib.suppress(_Shown, Flaky):
                draw((Phase.generate, Phase.shrink), hunter(name))
        best = smallest_of(name).scenario
        _descend(best, smaller or _lower, lambda one, name=name: look(one).get(name))  # type: ignore[misc]
        smallest = smallest_of(name)
        found.smallest[name] = smallest
        most = math.inf
        beside = _sound_neighbour(smallest.scenario, lambda scenario, name=name: look(scenario).get(name))  # type: ignore[misc]
        if beside is not None:
            found.sound[name] = beside
    return found


def keep_files_in(folder: Path) -> None:
    """Have hypothesis write whatever it writes into `folder` instead of the user's project."""
    set_hypothesis_home_dir(str(folder))


def leave_sources_unread() -> None:
    """Keep hypothesis from reading the source of every loaded module that is not installed.

    It looks for constants to draw; those that it keeps are above 100, and no scenario here has so large a number. In a
    large project they take seconds to read.
    """
    with contextlib.suppress(ImportError, AttributeError):  # its internals, which may change
        providers: Any = importlib.import_module("hypothesis.internal.conjecture.providers")
        nothing = providers.Constants()
        providers._get_local_constants = lambda: nothing


def _violated(verdicts: Verdicts) -> Iterator[str]:
    return (name for name, outcome in verdicts.items() if outcome is Outcome.VIOLATED)


def _descend(
    scenario: Scenario,
    smaller: Callable[[Scenario], Iterator[Scenario]],
    outcome: Callable[[Scenario], Outcome | None],
) -> None:
    """Go on to the first smaller scenario that is violated too, until there is none."""
    known: Scenario | None = scenario
    while known is not None:
        known = next((one for one in smaller(known) if outcome(one) is Outcome.VIOLATED), None)


def _lower(scenario: Scenario) -> Iterator[Scenario]:
    """Scenarios with one thing less in them: hypothesis shrinks what is drawn, of which sizes are products."""
    if scenario.num_samples is not None and scenario.num_samples > 1:
        batches = -(-(scenario.num_samples - 1) // (scenario.batch_size or 1))
        order = tuple(index for index in scenario.order if index < batches)
        yield replace(scenario, num_samples=scenario.num_samples - 1, order=order)
    if scenario.batch_size is not None and scenario.batch_size > 1:
        yield replace(scenario, batch_size=scenario.batch_size - 1)
    if scenario.epochs > 1:
        yield replace(scenario, epochs=scenario.epochs - 1)


def _sound_neighbour(scenario: Scenario, outcome: Callable[[Scenario], Outcome | None]) -> Scenario | None:
    """The first neighbour on which the check holds, those that differ least first."""

    def always(one: Scenario, expected: Outcome) -> bool:
        return all(outcome(replace(one, seed=one.seed + more)) is expected for more in range(SEEDS))

    if not always(scenario, Outcome.VIOLATED):
        return None  # what is drawn decides, and a neighbour is sound by luck
    few = itertools.islice(_neighbours(scenario), MOST_NEIGHBOURS)
    return next((neighbour for neighbour in few if always(neighbour, Outcome.HOLDS)), None)


def _neighbours(scenario: Scenario) -> Iterator[Scenario]:
    """Scenarios that differ in one thing: the number of samples, the batch size, shuffling, the order of reads."""
    if scenario.order:
        yield replace(scenario, order=())
    if scenario.num_samples is not None:
        for step in (1, -1, 2, -2, 3):
            if scenario.num_samples + step > 0:
                yield replace(scenario, num_samples=scenario.num_samples + step)
    if scenario.shuffle is not None:
        yield replace(scenario, shuffle=not scenario.shuffle)
    if scenario.batch_size is not None:
        for step in (1, -1):
            if scenario.batch_size + step > 0:
                yield replace(scenario, batch_size=scenario.batch_size + step)


def difference(scenario: Scenario, other: Scenario) -> str:
    """The one thing in which a neighbour differs, in words: ``41 samples``, ``batch size 3``, ``read in order``."""
    changed = [item.name for item in fields(Scenario) if getattr(scenario, item.name) != getattr(other, item.name)]
    said = {
        "num_samples": f"{other.num_samples} sample{'' if other.num_samples == 1 else 's'}",
        "batch_size": f"batch size {other.batch_size}",
        "shuffle": "shuffled" if other.shuffle else "not shuffled",
        "order": "read in order",
    }
    return " and ".join(said[name] for name in changed if name in said)


def _size(scenario: Scenario) -> tuple[int, ...]:
    """What makes a scenario small: of two of one size, the one with less in it is the smaller."""
    plain = (bool(scenario.shuffle), scenario.seed, len(scenario.order))
    sizes = (scenario.num_samples or 0, scenario.batch_size or 0, scenario.epochs)
    copies = sum(step.action == "copy" for step in scenario.script)  # what is sent by pickle says more
    return (len(scenario.script), copies, sum(step.index for step in scenario.script), *sizes, *plain)
