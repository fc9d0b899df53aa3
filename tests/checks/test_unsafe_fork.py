"""unsafe-fork: what forked workers read, once the process that they are forked from has read, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.checks.unsafe_fork import judge
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.history import EngineNote, Failure, History, ReadBegun
from seqcheck.model.observation import Forked
from tests.drawn import sound_reading
from tests.histories import case, failure, history, numbered_pass, samples

SOUND = numbered_pass(12, 3)
MIXED = [*SOUND[:2], samples(0, 1, 2), SOUND[3]]
"""Batch 2 holds what stands in batch 0."""


def forked(
    left: Any = SOUND,
    disturbed: Any = None,
    *,
    fresh: Any = SOUND,
    again: bool = True,
    handed: Forked | None = None,
    **more: Any,
) -> History:
    """A run of the experiment; with `again`, its passes were made twice and gave the same."""
    once = {"before-left": SOUND[:2], "stayed": SOUND, "left": left, **({"disturbed": disturbed} if disturbed else {})}
    twice = {f"{name}-again": entries for name, entries in once.items()} if again else {}
    twice |= {"fresh": fresh} if fresh else {}
    seen = handed or Forked(("rows.bin",), 12) if disturbed else handed or Forked()
    passes = {name: [entries] for name, entries in {**once, **twice}.items()}
    return history("forking", passes=passes, observations=[seen], **more)


def judged(run: History, **more: Any) -> Any:
    return judge(case(sound_reading(), run, **more))


def test_workers_that_read_as_the_process_does_hold() -> None:
    said = judged(forked(again=False))
    assert (said.outcome, "4 reads in a worker forked after 2" in said.reason) == (Outcome.HOLDS, True)


def test_a_worker_that_reads_otherwise_is_found() -> None:
    said = judged(forked(MIXED))
    assert said.outcome is Outcome.VIOLATED
    assert said.findings[0].evidence["batch"] == 2
    assert said.findings[0].evidence["in a worker forked from it"] == ["0", "1", "2"] or said.findings[0].summary


def test_a_read_in_the_middle_of_another_is_found_with_the_file() -> None:
    said = judged(forked(SOUND, MIXED))
    assert said.outcome is Outcome.VIOLATED
    assert said.findings[0].evidence["files shared"] == ["rows.bin"]
    assert "shares the position in rows.bin" in said.reason


def test_reads_that_went_well_in_between_are_counted() -> None:
    said = judged(forked(SOUND, SOUND, again=False))
    assert (said.outcome, "with 12 reads of another worker in between (rows.bin)" in said.reason) == (
        Outcome.HOLDS,
        True,
    )


def test_a_shared_file_that_nobody_read_in_between_is_not_called_sound() -> None:
    assert judged(forked(again=False, handed=Forked(("rows.bin",), 0))).outcome is Outcome.INCONCLUSIVE


def test_what_differs_once_is_not_claimed() -> None:
    once = forked(MIXED, again=False)
    assert judged(once).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("way", ["left", "disturbed"])
def test_a_worker_that_raises_is_found(way: str) -> None:
    broken = [SOUND[0], failure("BadZipFile", "overlap"), *SOUND[2:]]
    said = judged(forked(broken) if way == "left" else forked(SOUND, broken))
    assert said.outcome is Outcome.VIOLATED
    assert "BadZipFile: overlap on batch 1" in said.reason
    everywhere = forked(broken)
    stays = history("forking", passes={"stayed": [broken], "left": [broken]}, observations=[Forked()])
    assert judged(everywhere).outcome is Outcome.VIOLATED
    assert judged(stays).outcome is not Outcome.VIOLATED


def ended(how: str, index: int = 1, threads: int = 1) -> History:
    """The worker went no further than batch `index`."""
    begun = ReadBegun(0, index, "left", 9, 9, -1, 50.0)
    note = EngineNote("skipped", f"left did not come to its end in a fork: {how}")
    stack = EngineNote("stacks", "Thread 0x1 (most recent call first):\n  File threading.py")
    return forked(SOUND[:index], again=False, handed=Forked(threads=threads), unfinished=(begun,), notes=(note, stack))


def test_a_worker_that_hangs_is_found_with_its_stack_and_the_threads_that_stayed_behind() -> None:
    said = judged(ended("hung"))
    assert said.outcome is Outcome.VIOLATED
    assert "did not come back from batch 1" in said.reason
    assert "left 1 thread running" in said.reason
    assert said.findings[0].stacks


@pytest.mark.parametrize("broken", [MIXED, [SOUND[0], SOUND[1], failure(), SOUND[3]]])
def test_what_every_worker_does_is_another_matter(broken: Any) -> None:
    assert judged(forked(broken, fresh=broken)).outcome is Outcome.INCONCLUSIVE


def test_a_worker_that_dies_is_found_unless_it_was_ended_from_outside() -> None:
    assert "ended with SIGSEGV in batch 1" in judged(ended("SIGSEGV", threads=0)).reason
    assert judged(ended("SIGKILL")).outcome is not Outcome.VIOLATED


def test_tensorflow_is_the_engine_s_and_an_advice_where_fork_is_declared() -> None:
    run = forked(again=False, handed=Forked(tensorflow=True))
    assert judged(run).outcome is Outcome.INCONCLUSIVE
    assert "do not fork" in judged(run).reason
    declared = judged(run, contract={"fit": {"start_method": "fork"}})
    assert [finding.severity for finding in declared.findings] == [Severity.ADVICE]


def test_it_is_advice_where_nothing_is_forked() -> None:
    said = judged(forked(MIXED), contract={"fit": {"use_multiprocessing": False}})
    assert said.findings[0].severity is Severity.ADVICE


def test_nothing_is_promised_where_nothing_is_ever_forked() -> None:
    assert judged(forked(MIXED), start_methods=("spawn",)).outcome is Outcome.NOT_APPLICABLE


def test_samples_that_are_chosen_anew_in_each_read_prove_nothing() -> None:
    assert judged(forked(MIXED), contract={"epoch": "random"}).outcome is Outcome.INCONCLUSIVE


def test_without_the_proof_of_isolation_nothing_is_claimed() -> None:
    assert judge(case(forked(MIXED))).outcome is Outcome.INCONCLUSIVE
    assert judge(case(history("forking", lengths=0))).outcome is Outcome.INCONCLUSIVE
    assert isinstance(failure(), Failure)
