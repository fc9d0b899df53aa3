"""leaked-resources: a slope over many rounds, not a figure; memory is advice."""

from __future__ import annotations

from collections.abc import Sequence

from seqcheck.checks.leaked_resources import judge
from seqcheck.model.check import Judgement, Outcome, Severity
from seqcheck.model.history import EngineNote
from seqcheck.model.observation import Resources
from tests.histories import case, history

FLAT = (9,) * 12


def judged(
    descriptors: Sequence[int] = FLAT,
    threads: Sequence[int] = FLAT,
    memory: Sequence[int] = FLAT,
    *,
    settled: tuple[int, ...] | None = None,
    stage: str = "reads",
) -> Judgement:
    counts = (tuple(descriptors), tuple(threads), FLAT[: len(descriptors)], tuple(memory))
    last = settled or tuple(series[-1] for series in counts)
    reads = Resources("reads", (FLAT,) * 4, (9,) * 4, 3)
    seen = Resources(stage, counts, last, 3, 1200)
    return judge(case(history("lasting", observations=(seen,) if stage == "reads" else (reads, seen))))


def test_descriptors_that_grow_in_every_round_are_found() -> None:
    said = judged(range(10, 46, 3))
    assert said.outcome is Outcome.VIOLATED
    assert said.reason == "open descriptors grow by 1 with every read: 10 at first, 43 in the end"
    assert judged(range(10, 22), stage="hooks").reason.startswith("open descriptors grow by 0.333 with every hook")


def test_what_grows_with_epochs_is_told_where_neither_reads_nor_hooks_tell_it() -> None:
    reads, grown = Resources("reads", (FLAT,) * 4, (9,) * 4, 3), (FLAT, tuple(range(9, 21)), FLAT, FLAT)
    epochs = Resources("epochs", grown, (9, 20, 9, 9), 1)
    said = judge(case(history("lasting", observations=(reads, epochs))))
    assert said.reason == "threads grow by 1 with every epoch: 9 at first, 20 in the end"
    hooks = Resources("hooks", grown, (9, 20, 9, 9), 2)
    told = judge(case(history("lasting", observations=(reads, hooks, epochs)))).findings
    assert [finding.summary for finding in told] == ["threads grow by 0.5 with every hook: 9 at first, 20 in the end"]
    files = Resources("epochs", (tuple(range(9, 21)), FLAT, FLAT, FLAT), (20, 9, 9, 9), 1)
    assert judge(case(history("lasting", observations=(reads, files)))).outcome is Outcome.HOLDS, "a cache of handles"


def test_growth_that_ends_or_goes_to_and_fro_is_no_leak() -> None:
    assert judged([1, 4, 7, 10, 13, 16, 17, 17, 17, 17, 17, 17]).outcome is Outcome.HOLDS
    assert judged([10, 12, 11, 13, 12, 14, 13, 15, 14, 16, 15, 17]).outcome is Outcome.HOLDS


def test_threads_that_end_when_they_are_given_time_are_no_leak() -> None:
    assert judged(FLAT, range(10, 22)).outcome is Outcome.VIOLATED
    assert judged(FLAT, range(10, 22), settled=(9, 3, 9, 9)).outcome is Outcome.HOLDS


def test_memory_counts_from_a_share_of_what_was_read_and_is_advice() -> None:
    said = judged(memory=range(0, 12 * 2400, 2400))
    assert (said.outcome, said.findings[0].severity) == (Outcome.VIOLATED, Severity.ADVICE)
    assert said.reason == "memory grows by 800 bytes with every read of the same batches"
    assert judged(memory=range(0, 12 * 400, 400)).outcome is Outcome.HOLDS


def test_an_error_is_shown_before_advice() -> None:
    said = judged(range(10, 46, 3), memory=range(0, 12 * 2400, 2400))
    assert [finding.severity for finding in said.findings] == [None, Severity.ADVICE]


def test_too_few_rounds_and_silent_platforms_are_open() -> None:
    assert judged(range(5), range(5), range(5)).outcome is Outcome.INCONCLUSIVE
    assert judged((-1,) * 12, (-1,) * 12).outcome is Outcome.INCONCLUSIVE
    note = EngineNote("skipped", "lasting did not come to its end in a fork: hung")
    assert judge(case(history("lasting", notes=(note,)))).reason == note.text
    assert judge(case()).outcome is Outcome.INCONCLUSIVE
