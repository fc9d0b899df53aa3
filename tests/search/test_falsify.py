"""One search for each check: its smallest scenario, repeatable by a seed, cut by time with a word, without files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from seqcheck.model.check import Outcome
from seqcheck.model.history import History
from seqcheck.model.scenario import Scenario
from seqcheck.search import falsify as searching
from seqcheck.search.falsify import Found, Verdicts, difference, falsify, keep_files_in
from seqcheck.search.strategies import strategy

PREDICATES: dict[str, Callable[[Scenario], bool]] = {
    "has-a-tail": lambda s: (s.num_samples or 0) % (s.batch_size or 1) != 0,
    "many-samples": lambda s: (s.num_samples or 0) > 12,
    "two-epochs-shuffled": lambda s: s.epochs > 1 and bool(s.shuffle),
    "two-batches": lambda s: (s.num_samples or 0) > (s.batch_size or 1) > 1,
    "read-in-another-order": lambda s: bool(s.order) and tuple(sorted(s.order)) != s.order,
    "never": lambda s: False,
}
"""Defects as what they depend on; the smallest scenario of each is known."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory, and hypothesis's own files elsewhere; afterwards as it was."""
    keep_files_in(tmp_path / "hypothesis")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    yield work
    set_hypothesis_home_dir(None)


def defects(history: History) -> frozenset[str]:
    return frozenset(name for name, shows in PREDICATES.items() if shows(history.scenario))


def judge(history: History) -> Verdicts:
    shown = defects(history)
    return {name: Outcome.VIOLATED if name in shown else Outcome.HOLDS for name in PREDICATES}


def search(
    seed: int = 0, seconds: float = 60, examples: int = 100, drive: Callable[[Scenario], History | None] = History
) -> Found:
    scenarios = strategy(("num_samples", "batch_size", "shuffle"), None, None)
    return falsify(scenarios, drive, judge, examples=examples, seed=seed, seconds=seconds)


@pytest.fixture(scope="module")
def found() -> Found:
    return search()


def test_each_defect_has_the_smallest_scenario_of_its_own(found: Found) -> None:
    assert set(found.smallest) == set(PREDICATES) - {"never"}
    for name, history in found.smallest.items():
        assert PREDICATES[name](history.scenario), name
    sizes = {name: (run.scenario.num_samples, run.scenario.batch_size) for name, run in found.smallest.items()}
    assert sizes["has-a-tail"] == (1, 2)
    assert sizes["many-samples"][0] == 13
    assert sizes["two-epochs-shuffled"] == (1, 1)
    assert found.smallest["two-epochs-shuffled"].scenario.epochs == 2
    assert sizes["two-batches"] == (3, 2)
    assert sizes["read-in-another-order"] == (2, 1)
    assert not found.cut


def test_shrinking_never_slides_from_one_defect_to_another(found: Found) -> None:
    # Far smaller scenarios show other defects.
    assert "two-epochs-shuffled" not in defects(found.smallest["has-a-tail"])


def test_a_seed_repeats_the_search() -> None:
    def driven(seed: int) -> list[Scenario]:
        seen: list[Scenario] = []

        def drive(scenario: Scenario) -> History:
            seen.append(scenario)
            return History(scenario)

        search(seed, drive=drive)
        return seen

    first = driven(3)
    assert first == driven(3)
    assert first != driven(4)
    assert len(first) == len(set(first))


WITHOUT_SOURCES = """
import hypothesis, pathlib
from hypothesis import strategies as st
from hypothesis.internal import constants_ast
from seqcheck.search import falsify
read = []
constants_ast.constants_from_module = lambda *_, **__: read.append(1)
from hypothesis.internal.conjecture import providers
providers.constants_from_module = constants_ast.constants_from_module
falsify.keep_files_in(pathlib.Path({folder!r}))
falsify.leave_sources_unread()
hypothesis.settings(database=None)(hypothesis.given(st.lists(st.integers(0, 9))))(lambda numbers: None)()
assert not read
"""


def test_the_sources_of_loaded_modules_are_not_read(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(searching.__file__).parents[2])}
    program = WITHOUT_SOURCES.format(folder=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_search_that_time_cuts_says_so() -> None:
    cut = search(seconds=0)
    assert (cut.cut, cut.scenarios, cut.smallest) == (True, 0, {})


def test_a_search_that_is_cut_on_its_way_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    driven: list[Scenario] = []

    def drive(scenario: Scenario) -> History:
        driven.append(scenario)
        return History(scenario)

    # A clock on which every run takes a second.
    monkeypatch.setattr(searching.time, "monotonic", lambda: float(len(driven)))
    cut = search(seconds=10, drive=drive)
    assert cut.cut
    assert cut.scenarios == len(driven) == 11
    shown = {name for scenario in driven for name in defects(History(scenario))}
    assert set(cut.smallest) == shown
    for name, history in cut.smallest.items():
        least = min(s.num_samples or 0 for s in driven if PREDICATES[name](s))
        assert history.scenario.num_samples == least


def test_what_fails_in_a_run_is_not_swallowed() -> None:
    def drive(scenario: Scenario) -> History:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        search(drive=drive)


def test_sizes_that_the_target_refuses_are_counted_and_not_judged() -> None:
    def drive(scenario: Scenario) -> History | None:
        return None if (scenario.num_samples or 0) < 3 else History(scenario)

    refused = search(drive=drive)
    assert 0 < refused.refused < refused.scenarios
    assert refused.smallest["has-a-tail"].scenario.num_samples == 3


def test_a_sequence_that_depends_on_chance_cannot_contradict_itself() -> None:
    rng = np.random.default_rng(1)
    judged: list[History] = []

    def chance(history: History) -> Verdicts:
        judged.append(history)
        return {"by-chance": Outcome.VIOLATED} if rng.random() < 0.3 else {}

    found = falsify(strategy(("num_samples",), 4, None), History, chance, examples=50, seed=0, seconds=60)
    assert "by-chance" in found.smallest
    assert len(judged) == found.scenarios


def test_nothing_is_written_into_the_working_directory(home: Path) -> None:
    search()
    assert list(home.iterdir()) == []


def test_the_smallest_has_a_sound_scenario_beside_it(found: Found) -> None:
    beside = {name: difference(found.smallest[name].scenario, scenario) for name, scenario in found.sound.items()}
    assert beside["many-samples"] == "12 samples"
    assert beside["has-a-tail"] == "2 samples"
    assert beside["two-batches"] == "2 samples"
    assert beside["two-epochs-shuffled"] == "not shuffled"
    assert beside["read-in-another-order"] == "read in order"
    for name, scenario in found.sound.items():
        assert not PREDICATES[name](scenario)


def test_what_is_violated_everywhere_or_settled_nowhere_else_has_nothing_beside_it() -> None:
    def everywhere(history: History) -> Verdicts:
        lone = history.scenario.num_samples == 1
        return {"always": Outcome.VIOLATED, "once": Outcome.VIOLATED if lone else Outcome.INCONCLUSIVE}

    found = falsify(strategy(("num_samples",), 4, None), History, everywhere, examples=30, seed=0, seconds=60)
    assert set(found.smallest) == {"always", "once"}
    assert found.sound == {}


def test_a_rare_defect_that_was_seen_is_found_again_and_shrunk() -> None:
    def drive(scenario: Scenario) -> History:
        seen.append(scenario)
        return History(scenario)

    seen: list[Scenario] = []
    scenarios = strategy(("num_samples", "batch_size", "shuffle"), None, None)
    falsify(scenarios, drive, lambda history: {}, examples=60, seed=0, seconds=60)
    rare = next(scenario for scenario in seen[30:] if scenario.order and sum(map(same_sizes(scenario), seen)) == 1)

    met = same_sizes(rare)

    def only(history: History) -> Verdicts:
        return {"rare": Outcome.VIOLATED if met(history.scenario) else Outcome.HOLDS}

    found = falsify(scenarios, History, only, examples=60, seed=0, seconds=60)
    scenario = found.smallest["rare"].scenario
    assert (scenario.epochs, scenario.order, scenario.shuffle) == (1, (), False)


def same_sizes(scenario: Scenario) -> Callable[[Scenario], bool]:
    return lambda other: (other.num_samples, other.batch_size) == (scenario.num_samples, scenario.batch_size)


def test_what_the_seed_decides_has_nothing_beside_it() -> None:
    def judge(history: History) -> Verdicts:
        return {"by-luck": Outcome.VIOLATED if history.scenario.seed % 2 == 0 else Outcome.HOLDS}

    found = falsify(strategy(("num_samples",), 4, None), History, judge, examples=30, seed=0, seconds=60)
    assert "by-luck" in found.smallest
    assert found.sound == {}
