"""swallowed-error finds None and errors that cannot travel, below the length only."""

from __future__ import annotations

import pytest

from seqcheck.checks.swallowed_error import judge
from seqcheck.model.check import Outcome, Severity
from tests.histories import case, failure, history, numbered_pass

PASS = numbered_pass(12, 4)


def test_batches_and_errors_that_travel_hold() -> None:
    assert judge(case(history("loop", [[PASS[0], failure(), PASS[2]]]))).outcome is Outcome.HOLDS


@pytest.mark.parametrize("engine", ["loop", "threads", "fork", "spawn", "reading"])
def test_a_read_that_returns_none_is_found(engine: str) -> None:
    judgement = judge(case(history(engine, [[PASS[0], None, None]])))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == "batches 1 and 2 are None"


def test_none_past_the_length_is_no_fault() -> None:
    assert judge(case(history("loop", [PASS], overrun=[None, None]))).outcome is Outcome.HOLDS


def test_a_batch_that_holds_none_is_another_matter() -> None:
    assert judge(case(history("loop", [[(1, None), (2, None)]]))).outcome is Outcome.HOLDS


def test_an_error_that_cannot_travel_is_found() -> None:
    lost = failure("data.Broken", "file 5", travels=False)
    judgement = judge(case(history("loop", [[PASS[0], lost, PASS[2]]])))
    assert judgement.outcome is Outcome.VIOLATED
    assert "data.Broken, which cannot be pickled" in judgement.reason


def test_it_is_advice_where_training_has_no_worker_processes() -> None:
    lost = failure("data.Broken", "file 5", travels=False)
    judgement = judge(case(history("loop", [[lost]]), contract={"fit": {"use_multiprocessing": False}}))
    assert judgement.findings[0].severity is Severity.ADVICE


def test_an_exit_is_another_fault() -> None:
    gone = failure("SystemExit", "", is_exit=True, travels=False)
    assert judge(case(history("loop", [[PASS[0], gone]]))).outcome is Outcome.HOLDS


def test_without_reads_nothing_is_said() -> None:
    assert judge(case(history("loop", lengths=3))).outcome is Outcome.INCONCLUSIVE
