"""lost-worker-state: epoch 1 after reads here against epoch 1 after reads in a fork, where that repeats."""

from __future__ import annotations

from typing import Any

from seqcheck.checks.lost_worker_state import judge
from seqcheck.model.check import Judgement, Outcome, Severity
from seqcheck.model.history import EngineNote
from tests.drawn import drawing_reading, noisy_pass, sound_reading
from tests.histories import case, history, numbered_pass

NAMES = ("stayed", "left", "left-again", "stayed-again")
PASS = numbered_pass(12, 4)
ROLLED = [*PASS[1:], PASS[0]]


def judged(*passes: Any, contract: dict[str, Any] | None = None, reading: Any = None) -> Judgement:
    named = {name: [[], entries] for name, entries in zip(NAMES, passes, strict=False)}
    return judge(case(reading or sound_reading(), history("leaving", passes=named), contract=contract))


def test_an_epoch_that_depends_on_where_the_last_was_read_is_found() -> None:
    said = judged(ROLLED, PASS, PASS, ROLLED)
    assert said.outcome is Outcome.VIOLATED
    assert said.reason.startswith("batch 0 of epoch 1 depends on what reads of epoch 0 left on the instance")
    assert said.findings[0].evidence["batches that differ"] == "3 of 3"


def test_it_is_advice_where_no_process_reads() -> None:
    said = judged(ROLLED, PASS, PASS, ROLLED, contract={"fit": {"use_multiprocessing": False}})
    assert said.findings[0].severity is Severity.ADVICE


def test_what_does_not_repeat_proves_nothing() -> None:
    assert judged(ROLLED, PASS, ROLLED, PASS).outcome is Outcome.INCONCLUSIVE
    assert judged(ROLLED, PASS).outcome is Outcome.INCONCLUSIVE


def test_a_declared_random_epoch_may_be_meant() -> None:
    assert judged(ROLLED, PASS, PASS, ROLLED, contract={"epoch": "random"}).outcome is Outcome.INCONCLUSIVE


def test_the_same_epochs_hold_and_drawn_leaves_are_left_out() -> None:
    assert judged(PASS, PASS).outcome is Outcome.HOLDS
    said = judged(noisy_pass(1), noisy_pass(2), noisy_pass(2), noisy_pass(1), reading=drawing_reading())
    assert (said.outcome, said.reason) == (
        Outcome.HOLDS,
        "y of epoch 1 came out the same wherever epoch 0 was read",
    )


def test_what_was_not_read_is_open() -> None:
    note = EngineNote("skipped", "stayed did not come to its end in a fork: hung")
    assert judge(case(history("leaving", notes=(note,)))).reason == note.text
    assert judge(case()).outcome is Outcome.INCONCLUSIVE
