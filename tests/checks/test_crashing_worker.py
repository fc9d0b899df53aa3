"""crashing-worker finds what ends a worker or fails only there; what fails everywhere is another fault."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.checks.crashing_worker import judge
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.contract import Contract, FitUse
from seqcheck.model.history import Death, Delivery, EngineNote, History, ReadBegun, Timeout
from seqcheck.model.observation import PickleAttempt
from tests.histories import case, failure, history, numbered_pass

PASS = numbered_pass(12, 4)
LOOP = history("loop", [PASS])
PICKLED = history("pickling", lengths=3, observations=(PickleAttempt("done", 900),))


def pool(engine: str = "fork", seen: list[Any] = PASS, **fields: Any) -> History:
    return history(engine, [seen], passes={"reference": [PASS]}, **fields)


def test_workers_that_come_back_hold() -> None:
    judgement = judge(case(LOOP, pool("threads"), pool("fork")))
    assert (judgement.outcome, "3 reads in threads" in judgement.reason) == (Outcome.HOLDS, True)


@pytest.mark.parametrize(("engine", "worker"), [("fork", 1), ("spawn", 0), ("loop", -1), ("threads", -1)])
def test_a_process_that_dies_is_found(engine: str, worker: int) -> None:
    death = Death(worker, "SIGSEGV", "reading batch 1 in epoch 0", 1, 0)
    judgement = judge(case(LOOP, history(engine, [PASS[:1]], lengths=3, deaths=(death,), ending="died")))
    assert judgement.outcome is Outcome.VIOLATED
    assert "SIGSEGV while reading batch 1" in judgement.reason


def test_a_death_in_a_hook_is_found() -> None:
    death = Death(-1, "exit 3", "calling on_epoch_end")
    assert judge(case(history("loop", [PASS], deaths=(death,), ending="died"))).outcome is Outcome.VIOLATED


def test_a_death_past_the_length_is_no_concern() -> None:
    death = Death(-1, "SIGSEGV", "reading batch 3 in epoch 0", 3, 0)
    begun = ReadBegun(0, 3, "overrun", 100, 0, -1, 9.0)
    loop = history("loop", [PASS], deaths=(death,), unfinished=(begun,), ending="died")
    assert judge(case(loop, pool())).outcome is Outcome.HOLDS


def test_what_is_ended_because_it_hung_did_not_crash() -> None:
    death = Death(0, "SIGTERM", "reading batch 1 in epoch 0", 1, 0)
    hung = history("fork", [PASS[:1]], lengths=3, deaths=(death,), timeouts=(Timeout(20, "x"),), ending="timed-out")
    assert judge(case(LOOP, hung)).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("kind", ["SystemExit", "KeyboardInterrupt"])
def test_an_exit_raised_by_a_read_is_found_wherever_it_is(kind: str) -> None:
    loop = history("loop", [[PASS[0], failure(kind, "", is_exit=True), PASS[2]]])
    judgement = judge(case(loop, pool()))
    assert judgement.outcome is Outcome.VIOLATED
    assert kind in judgement.reason


def test_an_exit_past_the_length_is_no_concern() -> None:
    loop = history("loop", [PASS], overrun=[failure("SystemExit", "", is_exit=True)])
    assert judge(case(loop, pool())).outcome is Outcome.HOLDS


@pytest.mark.parametrize("engine", ["threads", "fork", "spawn", "forkserver"])
def test_a_read_that_raises_only_in_workers_is_found(engine: str) -> None:
    broken = pool(engine, [PASS[0], failure("KeyError", "'x'"), PASS[2]])
    judgement = judge(case(LOOP, broken))
    assert judgement.outcome is Outcome.VIOLATED
    assert "KeyError: 'x' on batch 1" in judgement.reason
    assert judgement.findings[0].frame is not None


@pytest.mark.parametrize("experiment", ["forking", "twins"])
def test_what_raises_in_the_workers_of_an_experiment_too_is_still_of_workers(experiment: str) -> None:
    """A pool that a read opens is refused to every worker, whoever made it."""
    raised = failure("AssertionError", "daemonic processes are not allowed to have children")
    beside = history(experiment, passes={"left": [[raised, PASS[1], PASS[2]]]})
    judgement = judge(case(LOOP, pool("fork", [PASS[0], raised, PASS[2]]), beside))
    assert judgement.outcome is Outcome.VIOLATED


def test_a_read_that_raises_in_the_loop_too_is_another_fault() -> None:
    """The failure comes and goes: in the loop it hit batch 0, in the worker batch 1."""
    loop = history("loop", [[failure(), PASS[1], PASS[2]]])
    assert judge(case(loop, pool("fork", [PASS[0], failure(), PASS[2]]))).outcome is Outcome.HOLDS


def test_what_raises_in_the_thread_of_keras_too_is_of_threads_and_of_training_without_workers() -> None:
    """What belongs to the thread that made it is refused to the one from which `fit` reads, whoever trains how."""
    raised = failure("ProgrammingError", "SQLite objects created in a thread can only be used in that same thread")
    fit = history("fit", [[raised]], lengths=3, ending="finished")
    without = Contract(fit=FitUse(workers=1, use_multiprocessing=False))
    for contract in (Contract(), without):
        seen = case(LOOP, pool("threads", [raised, PASS[1], PASS[2]]), fit, contract=contract)
        judgement = judge(seen)
        assert (judgement.outcome, judgement.findings[0].severity) == (Outcome.VIOLATED, None)
    alone = case(LOOP, pool("threads", [raised, PASS[1], PASS[2]]), contract=without)
    assert judge(alone).findings[0].severity is Severity.ADVICE, "nothing reads from another thread in training"


def test_a_batch_that_cannot_leave_its_worker_is_found() -> None:
    lost = Delivery(0, 1, 1, None, failure("TypeError", "cannot pickle '_io.BufferedReader' object"))
    judgement = judge(case(LOOP, pool(deliveries=(lost,))))
    assert judgement.outcome is Outcome.VIOLATED
    assert "cannot be sent" in judgement.reason


@pytest.mark.parametrize("engine", ["spawn", "forkserver"])
def test_a_worker_that_cannot_unpickle_a_sound_pickle_is_found(engine: str) -> None:
    note = EngineNote(
        "error", "the instance could not be unpickled in a worker", failure("RuntimeError", "no GPU here")
    )
    judgement = judge(case(LOOP, PICKLED, history(engine, lengths=3, notes=(note,))))
    assert judgement.outcome is Outcome.VIOLATED
    assert "no GPU here" in judgement.reason


def test_an_instance_that_cannot_be_pickled_at_all_is_another_fault() -> None:
    note = EngineNote("error", "the instance could not be pickled", failure("TypeError", "cannot pickle lock"))
    failed = history("pickling", lengths=3, observations=(PickleAttempt("dump", error="TypeError"),))
    assert judge(case(LOOP, failed, history("spawn", lengths=3, notes=(note,)), pool("fork"))).outcome is Outcome.HOLDS


def test_without_workers_nothing_is_said() -> None:
    assert judge(case(LOOP)).outcome is Outcome.INCONCLUSIVE
