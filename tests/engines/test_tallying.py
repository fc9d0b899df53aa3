"""The loop that keeps no batch: what it counts, when it stops, and what it leaves in the history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.engines import tallying
from seqcheck.engines.loop import KERAS_3, LEGACY, Protocol
from seqcheck.engines.run import Run
from seqcheck.experiments import holdings
from seqcheck.model.history import EngineNote, Event, Finished, History, assemble
from seqcheck.model.observation import Holding
from seqcheck.model.scenario import TALLYING, Scenario, Truth
from seqcheck.model.tally import OWNERS, TOGETHER, Tally


class Rows:
    """Eleven samples in batches of four, in another order after each hook."""

    def __init__(self) -> None:
        self.order = np.arange(11)
        self.calls: list[str] = []

    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> Any:
        rows = self.order[index * 4 : index * 4 + 4]
        return rows[:, None] + 0.5, rows % 2

    def on_epoch_begin(self) -> None:
        self.calls.append("begin")

    def on_epoch_end(self) -> None:
        self.calls.append("end")
        self.order = np.roll(self.order, 1)


def drive(
    subject: Any, folder: Path, protocol: Protocol = KERAS_3, counted: tuple[str, ...] = (), **fields: Any
) -> History:
    events: list[Event] = []
    run = Run(folder, events.append, **fields)
    scenario = Scenario(TALLYING, counted=counted)
    tallying.drive(lambda: (subject, Truth()), scenario, protocol, holdings.look_at, run)
    return assemble(scenario, [*events, Finished(0.0)])


def test_two_epochs_are_counted_and_no_read_is_kept(tmp_path: Path) -> None:
    told = drive(subject := Rows(), tmp_path)
    assert told.reads == ()
    assert subject.calls == ["end", "begin", "end", "begin", "end"]
    first, second = told.observed(Tally)
    assert (first.epoch, first.batches, first.rows, first.full, first.short, first.first_short) == (0, 3, 11, 4, 1, 2)
    assert {leaf.path: leaf.distinct for leaf in second.leaves} == {"x": 11, "y": 2, TOGETHER: 11}
    assert [holding.path for holding in told.observed(Holding)] == ["self.order", "self.calls"]
    together = second.leaf(TOGETHER)
    assert together is not None
    assert (together.vanished, together.fresh, together.regrouped) == (0, 0, True)


def test_hooks_come_as_legacy_keras_calls_them(tmp_path: Path) -> None:
    drive(subject := Rows(), tmp_path, LEGACY)
    assert subject.calls == ["end", "end"]


def test_what_the_owner_calls_a_sample_is_counted_too(tmp_path: Path) -> None:
    told = drive(Rows(), tmp_path, sample_id=lambda batch: batch[1].tolist())
    leaf = told.observed(Tally)[0].leaf(OWNERS)
    assert leaf is not None
    assert (leaf.distinct, leaf.most) == (2, 6)


@pytest.mark.parametrize("how", ["raises", "empty", "none"])
def test_a_batch_that_is_not_there_ends_the_run_and_is_told(tmp_path: Path, how: str) -> None:
    class Broken(Rows):
        def __getitem__(self, index: int) -> Any:
            if index < 2:
                return super().__getitem__(index)
            if how == "raises":
                raise KeyError(index)
            return None if how == "none" else (np.zeros((0, 1)), np.zeros(0))

    told = drive(Broken(), tmp_path)
    assert told.observed(Tally) == ()
    assert [(read.epoch, read.index, read.purpose) for read in told.reads] == [(0, 2, "epoch")]


def test_a_leaf_that_some_batch_lacks_counts_nothing(tmp_path: Path) -> None:
    class Weighted(Rows):
        def __getitem__(self, index: int) -> Any:
            batch = super().__getitem__(index)
            return batch if index else (*batch, np.ones(len(batch[0])))

    leaves = drive(Weighted(), tmp_path).observed(Tally)[0].leaves
    assert {leaf.path for leaf in leaves} == {"x", "y", TOGETHER}


def test_rows_of_no_weight_fill_batches_and_are_no_samples(tmp_path: Path) -> None:
    """The last batch is filled up, and the one behind it holds nothing else."""

    class Filled(Rows):
        def __len__(self) -> int:
            return 4

        def __getitem__(self, index: int) -> Any:
            rows = np.resize(self.order, 16)[index * 4 : index * 4 + 4]
            weight = (np.arange(index * 4, index * 4 + 4) < 11).astype("float32")
            return rows[:, None] + 0.5, rows % 2, weight

    for tally in drive(Filled(), tmp_path).observed(Tally):
        assert (tally.batches, tally.rows, tally.full, tally.short) == (4, 11, 4, 0)
        together = tally.leaf(TOGETHER)
        assert together is not None
        assert (together.distinct, together.most) == (11, 1)


def test_nothing_is_counted_that_nobody_asks_for(tmp_path: Path) -> None:
    told = drive(Rows(), tmp_path, counted=(TOGETHER,)).observed(Tally)
    assert [[leaf.path for leaf in tally.leaves] for tally in told] == [[TOGETHER]] * 2


def test_it_gives_signs_of_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallying, "HEARTBEAT", 0.0)
    notes = drive(Rows(), tmp_path).notes
    assert {type(note) for note in notes} == {EngineNote}
    assert notes[0].text == "1 batches counted"
