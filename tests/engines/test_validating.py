"""A Sequence as validation data of the real Keras: every validation is read whole, beside a second instance."""

from __future__ import annotations

from collections import Counter

import pytest

from seqcheck.engines import autopsy, validating
from seqcheck.engines.isolate import Isolation
from seqcheck.engines.loop import KERAS_3, LEGACY
from seqcheck.engines.run import Run
from seqcheck.model.batch import Batch
from seqcheck.model.history import History
from seqcheck.model.observation import Validating
from seqcheck.model.scenario import VALIDATION, Scenario, Truth
from tests.runs import PATIENT

pytestmark = pytest.mark.keras


def drive(name: str, scenario: Scenario, run: Run) -> None:
    """In a child: validate on ``tests.engines.trained.<name>`` with the Keras of this session."""
    from tests.engines import trained

    def build() -> tuple[object, Truth]:
        return getattr(trained, name)(), Truth()

    protocol = KERAS_3 if trained.GENERATION == "keras" else LEGACY
    validating.drive(build, scenario, trained.GENERATION, protocol, run)


def history(trainer: Isolation, name: str, **fields: object) -> History:
    scenario = Scenario(VALIDATION, **fields)  # type: ignore[arg-type]
    outcome = trainer.run("main", drive, (name, scenario), silence=PATIENT, limit=300).result()
    assert outcome.broken == (), outcome.broken[0]
    return autopsy.history_of(scenario, outcome, PATIENT)


def labels(batches: dict[int, Batch]) -> Counter[float]:
    return Counter(value for batch in batches.values() for value in batch.leaves[1].values or ())


def test_every_validation_reads_the_whole_sequence_and_tests_all_of_it(trainer: Isolation) -> None:
    run = history(trainer, "Rows")
    assert not [note for note in run.notes if note.kind == "error"], run.notes
    assert run.observed(Validating) == (Validating(2, (1, 3), 2),)
    for purpose in ("epoch", "alone"):
        assert [labels(batches) for batches in run.whole_passes(purpose).values()] == [Counter(range(11))] * 2
    tested = [labels({i.place: i.batch for i in run.deliveries if i.epoch == epoch and i.batch}) for epoch in (0, 1)]
    assert tested == [Counter(range(11))] * 2
    assert {read.index for read in run.reads if read.purpose == "train"} == {0, 1}
    assert {read.index for read in run.reads if read.purpose == "steps"} >= {0, 1}
    assert {hook.name for hook in run.hooks} >= {"on_epoch_end"}


def test_what_two_instances_share_shows_beside_the_pass_alone(trainer: Isolation) -> None:
    run = history(trainer, "Split")
    alone, beside = (
        [labels(batches) for batches in run.whole_passes(purpose).values()] for purpose in ("alone", "epoch")
    )
    assert alone[0] == alone[1]
    assert beside[0] == beside[1] != alone[0]


def test_where_there_can_be_no_second_instance_other_data_is_trained_on(trainer: Isolation) -> None:
    run = history(trainer, "OneAtATime")
    assert run.ending == "finished"
    assert [done.trained for done in run.observed(Validating)] == [0]
    assert list(run.whole_passes()) == [0, 1]


def test_a_read_that_raises_ends_it_and_is_told(trainer: Isolation) -> None:
    run = history(trainer, "Broken")
    assert {read.index for read in run.reads if read.failure is not None} == {3}
    assert not run.observed(Validating)
    assert [note.text.split(" with ")[0] for note in run.notes if note.kind == "error"] == ["fit"]


def test_a_selection_is_validated_on_alone(trainer: Isolation) -> None:
    run = history(trainer, "Rows", indices=(0, 3, 5))
    assert {read.index for read in run.reads if read.purpose != "train"} == {0, 3, 5}
    assert list(run.whole_passes()) == [0, 1]


def test_what_has_no_batch_or_no_length_or_cannot_be_built_is_not_validated_on(trainer: Isolation) -> None:
    assert [note.text for note in history(trainer, "Empty").notes] == ["the Sequence has no batch to validate on"]
    assert [note.text for note in history(trainer, "WithoutLength").notes] == ["the Sequence has no usable length"]
    assert history(trainer, "Unbuildable").ending == "not-built"
