"""shared-buffer: a held batch that changes is an error where threads read, advice where they do not."""

from __future__ import annotations

from typing import Any

from seqcheck.checks.shared_buffer import judge
from seqcheck.model.check import Judgement, Outcome, Severity
from seqcheck.model.history import EngineNote
from seqcheck.model.observation import Held, Observation, Overwritten
from tests.histories import case, history

WRITTEN = Overwritten(0, ("x",), 3, 3, 9, ("data.py", 14, "__getitem__", "self.buffer[:] = x"))


def judged(*seen: Observation, contract: dict[str, Any] | None = None) -> Judgement:
    return judge(case(history("holding", observations=seen), contract=contract))


def test_a_batch_that_changes_is_told_with_the_read_and_the_line() -> None:
    said = judged(Held(12, 30), WRITTEN)
    assert said.outcome is Outcome.VIOLATED
    assert said.reason == "x of batch 0 changes when batch 3 is read, while it is still held"
    finding = said.findings[0]
    assert finding.severity is None
    assert finding.frame is not None
    assert (finding.frame.line, finding.frame.code) == (14, "self.buffer[:] = x")
    assert finding.evidence["held batches that changed"] == 9


def test_it_is_advice_where_no_thread_reads_ahead() -> None:
    for fit in ({"workers": 1}, {"workers": 4, "use_multiprocessing": True}):
        said = judged(Held(12, 30), WRITTEN, contract={"fit": fit})
        assert said.findings[0].severity is Severity.ADVICE


def test_a_declared_queue_says_how_long_a_batch_is_held() -> None:
    assert judged(WRITTEN, contract={"fit": {"max_queue_size": 1}}).outcome is Outcome.HOLDS
    assert judged(WRITTEN, contract={"fit": {"max_queue_size": 2}}).outcome is Outcome.VIOLATED


def test_batches_that_stay_hold_and_a_single_one_says_nothing() -> None:
    said = judged(Held(12, 36))
    assert (said.outcome, said.reason) == (
        Outcome.HOLDS,
        "12 batches held at a time over 36 reads: none changed",
    )
    assert judged(Held(1, 1)).outcome is Outcome.INCONCLUSIVE


def test_where_holding_came_to_no_end_nothing_is_claimed() -> None:
    note = EngineNote("skipped", "held did not come to its end in a fork: hung")
    said = judge(case(history("holding", notes=(note,))))
    assert (said.outcome, said.reason) == (Outcome.INCONCLUSIVE, note.text)
    assert judge(case()).outcome is Outcome.INCONCLUSIVE


def test_several_leaves_are_told_in_the_plural() -> None:
    said = judged(Overwritten(0, ("x", "y"), 1, 1, 4))
    assert said.reason == "x and y of batch 0 change when batch 1 is read, while they are still held"
