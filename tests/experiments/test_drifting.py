"""Stored data that reads or hooks change is found; what is kept, counted, shuffled or made anew is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seqcheck.experiments.drifting import MOST_INDICES
from seqcheck.model.history import History
from seqcheck.model.observation import Drift, DriftLooked
from tests.runs import SHORT, Bench


def drift_of(history: History) -> Drift | None:
    return next(iter(history.observed(Drift)), None)


@pytest.mark.parametrize(
    ("how", "line"),
    [
        ("scaled", "view *= 0.5"),
        ("noisy", "view += np.random.normal(size=view.shape)"),
        ("flipped", "view[:] = view[:, ::-1].copy()"),
        ("rebound", None),
    ],
)
def test_data_that_a_read_changes_is_found_with_the_line(bench: Bench, how: str, line: str | None) -> None:
    drift = drift_of(bench.history("Drifts", "drifting", {"how": how}))
    assert drift is not None
    assert (drift.arrays, drift.paths, drift.of_data, drift.hook) == (("self.x",), ("x",), True, "")
    # A flip is seen where one is drawn; the line is found where the first read flips.
    assert (drift.spot[3] if drift.spot is not None else None) in ({line, None} if how == "flipped" else {line})


def test_what_a_cached_function_keeps_is_stored_data(bench: Bench) -> None:
    drift = drift_of(bench.history("Drifts", "drifting", {"how": "kept"}))
    assert drift is not None
    assert (drift.arrays, drift.paths) == (("tests.specimens.kept_rows(0)",), ("x",))
    assert drift.spot is not None
    assert drift.spot[3] == "view *= 0.5"


def test_what_lies_in_a_slot_is_stored_data(bench: Bench) -> None:
    drift = drift_of(bench.history("Drifts", "drifting", {"how": "slotted"}))
    assert drift is not None
    assert (drift.arrays, drift.paths) == (("self.slotted.rows",), ("x",))
    assert drift.spot is not None
    assert drift.spot[3] == "view *= 0.5"


def test_pages_of_a_file_that_are_copied_when_written_to_are_put_back(bench: Bench, tmp_path: Path) -> None:
    drift = drift_of(bench.history("OnDisk", "drifting", {"folder": str(tmp_path), "mode": "c"}))
    assert drift is not None
    assert drift.arrays == ("self.x",)
    assert (np.load(tmp_path / "x.npy") == np.arange(12.0)).all()


@pytest.mark.parametrize("how", ["cursor", "entropy"])
def test_a_batch_that_comes_otherwise_for_no_known_reason_is_told(bench: Bench, how: str) -> None:
    (looked,) = bench.history("Drifts", "drifting", {"how": how}).observed(DriftLooked)
    assert (looked.unlike, looked.paths) == (0, ("x",))


def test_what_batches_are_reckoned_with_may_drift_too_but_is_no_data(bench: Bench) -> None:
    drift = drift_of(bench.history("Drifts", "drifting", {"how": "reckoned"}))
    assert drift is not None
    assert (drift.arrays, drift.of_data) == (("self.scale",), False)


@pytest.mark.parametrize(
    "how",
    ["sound", "once", "slotted once", "cached", "cursor", "shuffled", "entropy", "anew", "order", "weights", "counts"],
)
def test_what_is_no_drift_of_data_is_left_alone(bench: Bench, how: str) -> None:
    history = bench.history("Drifts", "drifting", {"how": how})
    assert drift_of(history) is None
    (looked,) = history.observed(DriftLooked)
    assert (len(looked.indices), looked.hooks, looked.why_not) == (MOST_INDICES, True, "")


@pytest.mark.parametrize("name", ["Rows", "Noisy", "Ring", "Cumulative"])
def test_other_faults_and_sound_sequences_do_not_drift(bench: Bench, name: str) -> None:
    assert drift_of(bench.history(name, "drifting")) is None


def test_an_epoch_end_that_changes_data_further_is_found(bench: Bench) -> None:
    drift = drift_of(bench.history("Drifts", "drifting", {"how": "hook"}))
    assert drift is not None
    assert (drift.arrays, drift.hook) == (("self.x",), "on_epoch_end")
    assert drift.spot is not None
    assert drift.spot[3] == "self.x += np.random.normal(size=self.x.shape) * 0.01"


@pytest.mark.parametrize(("mode", "read"), [("r+", False), ("r", True), ("c", True)])
def test_a_file_that_a_read_would_change_for_good_is_not_read(
    bench: Bench, tmp_path: Path, mode: str, read: bool
) -> None:
    history = bench.history("OnDisk", "drifting", {"folder": str(tmp_path), "mode": mode})
    assert bool(history.passes("drifting")) is read
    assert (np.load(tmp_path / "x.npy") == np.arange(12.0)).all()
    assert bool(history.observed(DriftLooked) and history.observed(DriftLooked)[0].why_not) is not read


def test_a_read_that_hangs_ends_in_no_claim(bench: Bench) -> None:
    history = bench.history("Trap", "drifting", {"how": "sleeps"}, silence=SHORT)
    assert drift_of(history) is None
    assert not bench.history("Rows", "drifting", {"count": 0}).reads
