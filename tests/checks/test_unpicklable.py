"""unpicklable finds what cannot be sent to a worker, and leaves alone what can."""

from __future__ import annotations

import pytest

from seqcheck.checks.unpicklable import judge
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.history import EngineNote
from seqcheck.model.observation import PickleAttempt
from tests.histories import case, history

LAMBDA = PickleAttempt(
    "dump", culprit="self.pipe.steps[0][1]", what="lambda at data.py:12", error="PicklingError: Can't pickle <lambda>"
)
LOADING = PickleAttempt("load", 400, error="TypeError: __init__() missing 1 required positional argument: 'path'")
LOCAL = PickleAttempt("dump", error="Can't pickle local object", importable=False, where="data.make.<locals>.Local")
DONE = PickleAttempt("done", 900)


def attempted(*attempts: PickleAttempt):
    return history("pickling", lengths=3, observations=attempts)


def test_the_finding_names_the_path_and_what_stands_there() -> None:
    judgement = judge(case(attempted(LAMBDA)))
    assert judgement.outcome is Outcome.VIOLATED
    assert "self.pipe.steps[0][1]: lambda at data.py:12" in judgement.reason
    assert judgement.findings[0].evidence["at"] == "self.pipe.steps[0][1]"


def test_a_copy_that_cannot_be_unpickled_is_found() -> None:
    judgement = judge(case(attempted(LOADING)))
    assert judgement.outcome is Outcome.VIOLATED
    assert "cannot be unpickled" in judgement.reason
    assert "missing 1 required" in judgement.reason


def test_an_instance_that_goes_through_pickle_holds() -> None:
    assert judge(case(attempted(DONE))).outcome is Outcome.HOLDS


def test_a_class_that_cannot_be_imported_is_the_other_checks() -> None:
    judgement = judge(case(attempted(LOCAL), nested_class=True))
    assert (judgement.outcome, judgement.follows_from) == (Outcome.INCONCLUSIVE, "unimportable-class")


def test_a_class_local_to_a_test_is_not_judged() -> None:
    assert judge(case(attempted(LOCAL), origin="api", nested_class=True)).outcome is Outcome.NOT_APPLICABLE


def test_where_the_attempt_ended_the_process_nothing_is_said() -> None:
    note = EngineNote("skipped", "copy did not come to its end in a fork: exit 7")
    judgement = judge(case(history("pickling", lengths=3, notes=(note,))))
    assert (judgement.outcome, judgement.reason) == (Outcome.INCONCLUSIVE, note.text)


@pytest.mark.parametrize("use", [{"use_multiprocessing": False}, {"start_method": "fork"}])
def test_it_is_advice_where_training_sends_no_copies(use: dict[str, object]) -> None:
    judgement = judge(case(attempted(LAMBDA), contract={"fit": use}))
    assert judgement.findings[0].severity is Severity.ADVICE
    assert judgement.findings[0].blocks[:2] == ("spawn", "forkserver")
