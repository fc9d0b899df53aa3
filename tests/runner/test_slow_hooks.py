"""A hook that takes seconds decides what there is time for, and is not taken for one that hangs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from seqcheck.model.check import Outcome
from seqcheck.model.contract import Contract
from seqcheck.model.report import TargetReport
from seqcheck.model.scenario import EXPERIMENTS, FITS, KERAS_ENGINES, SCRIPT
from seqcheck.runner import Session, Settings
from seqcheck.runner.conduct import engines_for
from seqcheck.runner.slow_hooks import CALLS, UNHOOKED, WORTH, HookCost

QUICK, SLOW = HookCost(0.01), HookCost(3.0)
MODULE = """
import time
import numpy as np

class Tired:
    def __init__(self, batch_size=2):
        self.x, self.order, self.batch_size = np.arange(11.0), np.arange(11), batch_size

    def __len__(self):
        return -(-11 // self.batch_size)

    def __getitem__(self, index):
        rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return self.x[rows], rows.copy()

    def on_epoch_end(self):
        time.sleep(0.8)
        np.random.shuffle(self.order)
"""


def test_every_run_has_a_place_and_a_price() -> None:
    everything = Contract(seed=1, validation=list)
    engines = engines_for("keras", ("fork", "spawn", "forkserver"), everything, FITS)
    assert set(engines) == set(WORTH)
    assert set(WORTH) == set(CALLS) | set(UNHOOKED)
    assert set(UNHOOKED) <= set(EXPERIMENTS) - {SCRIPT}


def test_what_settles_most_comes_first_and_what_does_not_fit_is_not_begun() -> None:
    assert SLOW.order(("validation", *KERAS_ENGINES[:1], "loop", "reading")) == ["reading", "loop", "fit", "validation"]
    assert SLOW.too_long("hooks", 20.0) == (
        "the time budget ran out: on_epoch_end takes 3.0 s, and this calls it 8 times"
    )
    assert SLOW.too_long("hooks", 30.0) == ""
    assert SLOW.too_long("reading", 1.0) == ""


def test_a_quick_hook_changes_nothing() -> None:
    assert not QUICK.slow
    assert QUICK.parallel(3) == 3
    assert QUICK.too_long("lasting", 0.05) == ""
    assert QUICK.silence(20.0) == pytest.approx(20.08)


def test_a_slow_one_may_be_silent_longer_and_runs_beside_fewer() -> None:
    assert SLOW.silence(20.0) == 44.0
    assert SLOW.parallel(100) == (os.cpu_count() or 1)


@pytest.fixture(scope="module")
def tired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TargetReport]:
    """A hook of 0.8 s under a time limit of one second and a budget that not all runs fit into."""
    folder = tmp_path_factory.mktemp("tired")
    (folder / "tired.py").write_text(MODULE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        session = Session(Settings(start_methods=("fork",), timeout=1.0, budget=12.0), Path(folder))
        (resolved,) = session.resolve(["tired.Tired"])
        yield session.run(resolved)
        session.close()


@pytest.mark.slow
def test_much_is_settled_within_the_budget(tired: TargetReport) -> None:
    held = {verdict.check for verdict in tired.verdicts if verdict.outcome is Outcome.HOLDS}
    assert held >= {"unpicklable", "phantom-batch", "ignored-index", "unrepeatable-read", "shared-buffer"}
    assert not [verdict for verdict in tired.verdicts if verdict.outcome is Outcome.VIOLATED]
    assert tired.seconds < 40


@pytest.mark.slow
def test_what_was_left_out_says_what_it_would_have_taken(tired: TargetReport) -> None:
    assert any("on_epoch_end takes 0." in text for text in tired.cut), tired.cut
    assert any(text.startswith("search: on_epoch_end takes") for text in tired.cut)
