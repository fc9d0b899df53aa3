"""What the runner sends children to do, done in real ones: each errand ends with what it records."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from seqcheck.construction.explore import Explored
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.resolve import Description
from seqcheck.construction.target import parse
from seqcheck.engines.isolate import Isolation, Outcome
from seqcheck.engines.loop import KERAS_3, LEGACY
from seqcheck.model.contract import Contract, contract_from
from seqcheck.model.history import Built, EngineNote, Read
from seqcheck.model.scenario import Scenario
from seqcheck.runner import errands
from seqcheck.runner.errands import Living, Refused
from tests import specimens
from tests.runs import PATIENT, SHORT

Kind = TypeVar("Kind")


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


def test_what_an_instance_of_the_test_process_was_asked_for_is_inferred(isolation: Isolation) -> None:
    living = Living(pickle.dumps(specimens.Configured(shuffle=True)))
    *_, last = recorded(send(isolation, errands.examine, living, Contract(seed=1)), Explored)
    assert last.contract == Contract(seed=1).infer(shuffles=True)


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


class KeepsItsOrder:
    """Writes the order of the next epoch into a file, which every read looks into."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> Any:
        return np.load(self.path)[index : index + 1]

    def on_epoch_end(self) -> None:
        np.save(self.path, np.arange(3))


def test_a_hook_is_timed_and_known_by_what_it_writes(isolation: Isolation, tmp_path: Path) -> None:
    path = tmp_path.resolve() / "order.npy"
    writing = Living(pickle.dumps(KeepsItsOrder(str(path))))
    (hooked,) = recorded(send(isolation, errands.time_hook, writing, Scenario("loop")), errands.Hooked)
    assert (hooked.writes, hooked.seconds > 0) == (str(path), True)
    rows = Living(pickle.dumps(specimens.Rows()))
    (hooked,) = recorded(send(isolation, errands.time_hook, rows, Scenario("loop")), errands.Hooked)
    assert hooked.writes == ""


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


def test_a_living_instance_is_the_pickled_one() -> None:
    from seqcheck.engines.run import Run

    living = Living(pickle.dumps(specimens.Rows(count=5)))
    instance, truth = errands.builder(living, Scenario("loop"), Run(Path(), lambda _: None))()
    assert np.array_equal(instance.x, np.arange(5.0))
    assert truth.num_samples is None
