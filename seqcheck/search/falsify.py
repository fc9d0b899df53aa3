"""The smallest scenario that still shows a defect, one search for each check.

One stream of scenarios is drawn and judged for every check at once; each check that is violated somewhere then has a
search of its own, so that shrinking never slides from one defect to another. A scenario is run once and its judgement
remembered: a Sequence that depends on chance cannot make a search contradict itself.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

from seqcheck.model.history import History
from seqcheck.model.scenario import Scenario

Drive = Callable[[Scenario], "History | None"]
"""Runs one scenario; None where the target refuses its sizes."""
Defects = Callable[[History], frozenset[str]]
"""The names of the checks that a history violates."""


@dataclass
class Found:
    """What a search came to: the smallest history for each violated check, and how many scenarios were run."""

    smallest: dict[str, History] = field(default_factory=dict)
    scenarios: int = 0
    refused: int = 0
    cut: bool = False


def falsify(
    scenarios: SearchStrategy[Scenario], drive: Drive, defects: Defects, *, examples: int, seed: int, seconds: float
) -> Found:
    """Search for at most `seconds`; `seed` makes it repeatable as long as time does not cut it."""
    found = Found()
    deadline = time.monotonic() + seconds
    seen: dict[Scenario, tuple[History | None, frozenset[str]]] = {}

    def look(scenario: Scenario) -> frozenset[str]:
        if scenario not in seen:
            if time.monotonic() > deadline:
                found.cut = True
                return frozenset()
            history = drive(scenario)
            found.scenarios += 1
            found.refused += history is None
            seen[scenario] = (history, frozenset() if history is None else defects(history))
        return seen[scenario][1]

    def shows(name: str, scenario: Scenario) -> bool:
        return name in look(scenario)

    quiet = hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )

    @hypothesis.seed(seed)
    @quiet
    @hypothesis.given(scenarios)
    def survey(scenario: Scenario) -> None:
        look(scenario)

    survey()
    violated = sorted({name for _, names in seen.values() for name in names})
    for name in violated:
        known = [history for history, names in seen.values() if name in names and history is not None]
        smallest = min(known, key=lambda history: _size(history.scenario))
        shrinking = hypothesis.settings(quiet, phases=(Phase.generate, Phase.shrink))
        try:
            scenario = hypothesis.find(
                scenarios,
                functools.partial(shows, name),
                settings=shrinking,
                random=random.Random(seed),
            )
            history = seen[scenario][0]
            if history is not None and _size(scenario) <= _size(smallest.scenario):
                smallest = history
        except NoSuchExample:
            pass
        found.smallest[name] = smallest
    return found


def keep_files_in(folder: Path) -> None:
    """Have hypothesis write whatever it writes into `folder` instead of the user's project."""
    set_hypothesis_home_dir(str(folder))


def _size(scenario: Scenario) -> tuple[int, int, int]:
    return (scenario.num_samples or 0, scenario.batch_size or 0, scenario.epochs)
