"""The search in a child: what violates a check is made small, and is driven again elsewhere."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any, TypeVar

import pytest

from seqcheck.checks import catalogue
from seqcheck.construction.materials import Inputs, Labels
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.engines.isolate import Isolation
from seqcheck.model.check import Case, Facts
from seqcheck.model.check import Outcome as Verdict
from seqcheck.model.contract import Contract
from seqcheck.model.scenario import SCRIPT
from seqcheck.runner import searching
from seqcheck.runner.errands import Living
from seqcheck.runner.searching import Quest, Repeated, Searched, merged
from tests import specimens
from tests.runs import PATIENT

Kind = TypeVar("Kind")


class Floor:
    """Drops what does not fill a batch."""

    def __init__(self, x: Any, y: Any, batch_size: int = 4) -> None:
        self.x, self.y, self.batch_size = x, y, batch_size

    def __len__(self) -> int:
        return len(self.x) // self.batch_size

    def __getitem__(self, index: int) -> Any:
        part = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return self.x[part], self.y[part]


FLOOR = Recipe(
    "class",
    "tests.runner.test_searching:Floor",
    (
        Argument("x", "probe", Inputs((3,)), "x"),
        Argument("y", "probe", Labels(), "y"),
        Argument("batch_size", "default", 4, "batch_size"),
    ),
    num_samples=22,
    batch_size=4,
)


@pytest.fixture(scope="module")
def isolation() -> Iterator[Isolation]:
    with Isolation() as opened:
        modules = ["tests.specimens", "tests.runner.test_searching"]
        assert opened.nursery("main", modules=modules).result().failure is None
        yield opened


def send(isolation: Isolation, errand: Any, kind: type[Kind], *arguments: Any) -> Kind:
    """The one record of a kind that an errand ends with."""
    outcome = isolation.run("main", errand, arguments, silence=PATIENT, limit=120).result()
    assert outcome.broken == (), outcome.broken[0]
    (found,) = [record for record in outcome.records if isinstance(record, kind)]
    return found


def quest(*names: str, recipe: Recipe | Living = FLOOR, **fields: Any) -> Quest:
    case = Case(Facts("here.Floor", "Floor", sizes_vary=True), Contract(), ())
    return Quest(recipe, fields.get("vary", ("num_samples", "batch_size")), 4, 6, fields.get("made_up"), case, names, 3)


def search(isolation: Isolation, asked: Quest, seconds: float = 60.0) -> Searched:
    examples = {"loop": 40, SCRIPT: 12} if asked.vary else {SCRIPT: 12}
    searches = [(asked, engine, seconds, number) for engine, number in examples.items()]
    return merged([send(isolation, searching.search, Searched, *one) for one in searches])


def test_a_search_finds_the_smallest_scenario_of_each_check_asked_for(isolation: Isolation) -> None:
    asked = quest("dropped-remainder", "repeated-samples")
    found = search(isolation, asked)
    assert set(found.smallest) == {"dropped-remainder"}
    scenario = found.smallest["dropped-remainder"].scenario
    assert (scenario.num_samples, scenario.batch_size) == (3, 2)
    assert found.sound == {"dropped-remainder": "4 samples"}
    assert not found.cut
    assert found.scenarios > 10
    again = search(isolation, asked)
    assert (again.scenarios, again.smallest["dropped-remainder"].scenario) == (found.scenarios, scenario)
    repeated = send(isolation, searching.repeat, Repeated, asked, "dropped-remainder", scenario)
    assert repeated == Repeated("dropped-remainder", Verdict.VIOLATED)


def test_a_search_without_time_says_that_it_was_cut(isolation: Isolation) -> None:
    found = search(isolation, quest("dropped-remainder"), seconds=0.0)
    assert (found.cut, found.scenarios, dict(found.smallest)) == (True, 0, {})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "check", "script"),
    [
        ("forgets-its-order", "lossy-pickle", ["pickle", "read"]),
        ("opens-at-a-read", "unpicklable", ["read", "pickle"]),
        ("counts-reads", "ignored-index", ["read"]),
        ("two-hooks", "fragile-epoch-end", ["epoch-end"]),
    ],
)
def test_scripts_find_what_operations_in_a_row_break(
    isolation: Isolation, how: str, check: str, script: list[str]
) -> None:
    recipe = Living(pickle.dumps(specimens.Scripted(how)))
    names = tuple(name for name, entry in catalogue().items() if SCRIPT in entry.check.needs)
    found = search(isolation, quest(*names, recipe=recipe, vary=()))
    assert check in found.smallest, found
    assert [step.action for step in found.smallest[check].scenario.script] == script
    assert found.scripts >= 12


def test_a_sound_sequence_stands_every_script(isolation: Isolation) -> None:
    names = tuple(name for name, entry in catalogue().items() if SCRIPT in entry.check.needs)
    recipe = Living(pickle.dumps(specimens.Scripted("")))
    found = search(isolation, quest(*names, recipe=recipe, vary=(), made_up=11))
    assert dict(found.smallest) == {}
