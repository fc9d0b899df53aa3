"""What a read leaves open, running or locked in the parent, and what workers that are forked from it read then."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqcheck.checks.unsafe_fork import judge
from seqcheck.model.check import Outcome
from seqcheck.model.history import History
from seqcheck.model.observation import Forked
from seqcheck.model.scenario import Scenario
from tests.histories import case
from tests.runs import SHORT, Bench


def forking(bench: Bench, tmp_path: Path, how: str, **more: float) -> History:
    return bench.history("Forks", Scenario("forking"), {"folder": str(tmp_path), "how": how}, **more)


def outcome(bench: Bench, tmp_path: Path, history: History, how: str) -> Outcome:
    reading = bench.history("Forks", "reading", {"folder": str(tmp_path), "how": how})
    return judge(case(reading, history)).outcome


@pytest.mark.parametrize("how", ["handle", "archive", "at once"])
def test_a_position_that_workers_share_is_moved_in_the_middle_of_a_read(bench: Bench, tmp_path: Path, how: str) -> None:
    history = forking(bench, tmp_path, how)
    handed = history.observed(Forked)[0]
    assert handed.shared == ("rows.npz" if how == "archive" else "rows.bin",)
    assert handed.turns
    passes = {"stayed", "left", "disturbed"}
    assert passes | {f"{name}-again" for name in passes} <= {read.purpose for read in history.reads}
    assert outcome(bench, tmp_path, history, how) is Outcome.VIOLATED


@pytest.mark.parametrize("how", ["each process", "after fork", "at its place", "mapped", ""])
def test_what_each_process_opens_or_reads_at_its_place_is_sound(bench: Bench, tmp_path: Path, how: str) -> None:
    history = forking(bench, tmp_path, how)
    assert not history.observed(Forked)[0].shared
    assert not history.passes("disturbed")
    assert outcome(bench, tmp_path, history, how) is Outcome.HOLDS


def test_a_lock_that_processes_share_keeps_the_other_worker_out(bench: Bench, tmp_path: Path) -> None:
    history = forking(bench, tmp_path, "locked")
    assert history.observed(Forked)[0].shared == ("rows.bin",)
    assert outcome(bench, tmp_path, history, "locked") is Outcome.HOLDS


def test_what_every_worker_does_is_no_matter_of_the_fork(bench: Bench, tmp_path: Path) -> None:
    history = forking(bench, tmp_path, "worker")
    assert history.passes("fresh")
    assert outcome(bench, tmp_path, history, "worker") is Outcome.INCONCLUSIVE


def test_threads_that_stay_behind_are_waited_for_in_vain(bench: Bench, tmp_path: Path) -> None:
    history = forking(bench, tmp_path, "threads", silence=SHORT)
    assert history.observed(Forked)[0].threads == 1
    assert [begun.purpose for begun in history.unfinished] == ["left"]
    assert any("threading" in note.text for note in history.notes if note.kind == "stacks")
    assert outcome(bench, tmp_path, history, "threads") is Outcome.VIOLATED


def test_a_worker_that_dies_is_found(bench: Bench, tmp_path: Path) -> None:
    history = forking(bench, tmp_path, "dies")
    assert outcome(bench, tmp_path, history, "dies") is Outcome.VIOLATED


@pytest.mark.parametrize(
    ("name", "how"), [("GlobalNoise", ""), ("Noisy", ""), ("Remembers", "entropy"), ("Remembers", "shared")]
)
def test_random_content_and_shared_memory_are_not_blamed(bench: Bench, name: str, how: str) -> None:
    arguments = {"how": how} if how else {}
    history = bench.history(name, "forking", arguments)
    assert judge(case(bench.history(name, "reading", arguments), history)).outcome is not Outcome.VIOLATED


def test_reads_that_hang_or_are_none_end_in_no_claim(bench: Bench) -> None:
    history = bench.history("Trap", Scenario("forking"), {"how": "sleeps"}, silence=SHORT)
    assert judge(case(history)).outcome is Outcome.INCONCLUSIVE
    assert not bench.history("Rows", "forking", {"count": 0}).reads
