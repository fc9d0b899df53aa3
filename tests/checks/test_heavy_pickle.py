"""heavy-pickle: advice from 64 MiB on, with the attributes that weigh most."""

from __future__ import annotations

from seqcheck.checks.heavy_pickle import HEAVY, judge
from seqcheck.model.check import Judgement, Outcome
from seqcheck.model.observation import PickleAttempt
from seqcheck.model.scenario import Truth
from tests.histories import case, history


def judged(attempt: PickleAttempt, *, made_up: bool = False) -> Judgement:
    return judge(case(history("pickling", observations=(attempt,), truth=Truth(made_up=made_up))))


def test_a_heavy_one_is_told_with_what_weighs() -> None:
    heaviest = (("self.x", "ndarray of shape (9, 9), float32", 70 * 2**20), ("self.names", "list", 2**23))
    said = judged(PickleAttempt("done", 80 * 2**20, heaviest=heaviest))
    assert said.outcome is Outcome.VIOLATED
    assert said.reason == "each worker is sent 80 MiB in each epoch, above all self.x and self.names"
    assert said.findings[0].evidence["self.x"] == "70 MiB (ndarray of shape (9, 9), float32)"


def test_a_light_one_holds_and_says_of_what_data() -> None:
    assert judged(PickleAttempt("done", HEAVY - 1)).outcome is Outcome.HOLDS
    assert judged(PickleAttempt("done", 12_345)).reason == "12.1 KiB are sent to each worker"
    assert judged(PickleAttempt("done", 99), made_up=True).reason == (
        "99 bytes are sent to each worker, with data that was made up for this run"
    )


def test_what_does_not_pickle_has_no_weight() -> None:
    assert judged(PickleAttempt("dump", 0, error="TypeError: cannot")).outcome is Outcome.INCONCLUSIVE
    assert judge(case()).outcome is Outcome.INCONCLUSIVE
