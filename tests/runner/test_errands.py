"""What the runner sends children to do, done in real ones: each errand ends with what it records."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np
import pytest

from seqcheck.checks import catalogue
from seqcheck.construction.explore import Explored
from seqcheck.construction.materials import Inputs, Labels
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.construction.resolve import Description
from seqcheck.construction.target import parse
from seqcheck.engines.isolate import Isolation, Outcome
from seqcheck.engines.loop import KERAS_3, LEGACY
from seqcheck.model.check import Case, Facts
from seqcheck.model.check import Outcome as Verdict
from seqcheck.model.contract import Contract, contract_from
from seqcheck.model.history import Built, EngineNote, Read
from seqcheck.model.scenario import SCRIPT, Scenario
from seqcheck.runner import errands
from seqcheck.runner.errands import Living, Quest, Refused, Repeated, Searched
from tests import specimens
from tests.runs import PATIENT, SHORT

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
    "tests.runner.test_errands:Floor",
    (
        Argument("x", "probe", Inputs((3,)), "x"),
        Argument("y", "probe", Labels(), "y"),
        Argument("batch_size", "default", 4, "batch_size"),
    ),
    num_samples=22,
    batch_size=4,
)
ROWS = Recipe("class", "tests.specimens:Rows")


def ids(batch: Any) -> list[str]:
    """The owner's ids of one batch."""
    return [f"row {number}" for number in batch[1]]


@pytest.fixture(scope="module")
def isolation() -> Iterator[Isolation]:
    with Isolation() as opened:
        modules = ["tests.specimens", "tests.runner.test_errands"]
        assert opened.nursery("main", modules=modules).result().failure is None
        yield opened


def send(isolation: Isolation, errand: Any, *arguments: Any, silence: float = PATIENT) -> Outcome:
    outcome = isolation.run("main", errand, arguments, silence=silence, limit=120).result()
    assert outcome.broken == (), outcome.broken[0]
    return outcome


def recorded(outcome: Outcome, kind: type[Kind]) -> list[Kind]:
    return [record for record in outcome.records if isinstance(record, kind)]


def test_a_target_is_described(isolation: Isolation) -> None:
    (found,) = recorded(send(isolation, errands.describe, parse("tests.specimens.Rows"), ""), Description)
    assert (found.name, [item.name for item in found.parameters]) == ("Rows", ["count", "size"])


def test_what_is_not_there_is_refused_with_what_is(isolation: Isolation) -> None:
    (refused,) = recorded(send(isolation, errands.describe, parse("tests.specimens.Row"), ""), Refused)
    assert "Rows" in refused.text


def test_an_instance_of_the_test_process_is_examined(isolation: Isolation) -> None:
    living = Living(pickle.dumps(specimens.Rows(count=9)))
    first, second, last = recorded(send(isolation, errands.examine, living, Contract()), Explored)
    assert (first.length, second.length, last.length) == (None, 5, 5)
    assert (first.type_name, first.module, first.base) == ("Rows", "tests.specimens", None)
    assert first.own_hooks == ("on_epoch_begin", "on_epoch_end")
    assert second.seconds_read is None
    assert last.seconds_read is not None


def test_an_instance_whose_read_hangs_is_known_as_far_as_it_came(isolation: Isolation) -> None:
    living = Living(pickle.dumps(specimens.HangsAtOnce()))
    outcome = send(isolation, errands.examine, living, Contract(), silence=SHORT)
    assert outcome.cause == "silent"
    assert recorded(outcome, Explored)[-1].length == 6


@pytest.mark.parametrize("engine", ["loop", "threads", "fork", "reading", "hooks", "pickling", "twins"])
def test_every_engine_and_experiment_is_driven_by_its_name(isolation: Isolation, engine: str) -> None:
    outcome = send(isolation, errands.drive, ROWS, Scenario(engine, workers=2), None, Contract())
    assert [built.type_name for built in recorded(outcome, Built)] == ["Rows"]
    assert recorded(outcome, Read)


def test_a_class_without_a_base_is_not_fit(isolation: Isolation) -> None:
    (note,) = recorded(send(isolation, errands.drive, ROWS, Scenario("fit"), None, Contract()), EngineNote)
    assert (note.kind, note.text.startswith("the class inherits from neither")) == ("skipped", True)


def test_ids_named_in_the_contract_are_asked_for_in_the_child(isolation: Isolation) -> None:
    contract = contract_from({"sample_id": "tests.runner.test_errands:ids"}, "here")
    reads = recorded(send(isolation, errands.drive, ROWS, Scenario("loop", epochs=1), None, contract), Read)
    batches = [read.batch.identities for read in reads if read.batch is not None and read.purpose == "epoch"]
    assert sorted(one for batch in batches for one in batch or ()) == sorted(f"row {number}" for number in range(11))


def test_hooks_are_called_as_the_generation_calls_them() -> None:
    assert errands.protocol_of("tf_keras") == LEGACY
    assert errands.protocol_of("keras") == errands.protocol_of(None) == KERAS_3


def quest(*names: str, recipe: Recipe | Living = FLOOR, **fields: Any) -> Quest:
    case = Case(Facts("here.Floor", "Floor", sizes_vary=True), Contract(), ())
    return Quest(recipe, fields.get("vary", ("num_samples", "batch_size")), 4, 6, fields.get("made_up"), case, names, 3)


def search(isolation: Isolation, asked: Quest, seconds: float = 60.0) -> Searched:
    (found,) = recorded(send(isolation, errands.search, asked, seconds, {"loop": 40, "script": 12}), Searched)
    return found


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
    (repeated,) = recorded(send(isolation, errands.repeat, asked, "dropped-remainder", scenario), Repeated)
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


def test_a_living_instance_is_the_pickled_one() -> None:
    from pathlib import Path

    from seqcheck.engines.run import Run

    living = Living(pickle.dumps(specimens.Rows(count=5)))
    instance, truth = errands._builder(living, Scenario("loop"), Run(Path(), lambda _: None))()
    assert np.array_equal(instance.x, np.arange(5.0))
    assert truth.num_samples is None
