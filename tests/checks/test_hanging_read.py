"""hanging-read blames a Sequence for silence only where it was driven, and not slow, and not inside TensorFlow."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.checks import catalogue
from seqcheck.checks import thread_race as races
from seqcheck.checks.hanging_read import judge
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.history import BETWEEN, EngineNote, History, Hook, ReadBegun, Timeout
from seqcheck.model.observation import PickleAttempt, Race
from seqcheck.model.scenario import FITS
from seqcheck.model.verdict import group
from tests.histories import at, case, history, numbered_pass

PASS = numbered_pass(12, 4)
SOUND = tuple(history(engine, [PASS]) for engine in ("loop", "threads", "spawn", "forkserver"))
IN_USER_CODE = """Current thread 0x01 (most recent call first):
  File "/home/u/data.py", line 30 in _wait
  File "/home/u/data.py", line 12 in __getitem__
"""
IN_TENSORFLOW = """Current thread 0x01 (most recent call first):
  File "/env/site-packages/tensorflow/python/eager/execute.py", line 53 in quick_execute
  File "/env/site-packages/tensorflow/python/ops/image_ops.py", line 9 in resize
  File "/home/u/data.py", line 12 in __getitem__
"""
IDLE_TENSORFLOW = (
    IN_USER_CODE
    + "".join(f'  File "/home/u/frame{k}.py", line 1 in f\n' for k in range(6))
    + ('  File "/env/site-packages/tensorflow/python/data/ops.py", line 1 in call\n')
)


def hung(engine: str, stack: str = IN_USER_CODE, purpose: str = "epoch", **fields: Any) -> History:
    timeout = Timeout(20.0, "reading batch 2 in epoch 0", (stack,), 2, 0)
    begun = ReadBegun(0, 2, purpose, 100, 0, 0, 5.0)
    chosen = {"unfinished": (begun,), "timeouts": (timeout,), **fields}
    return history(engine, [PASS[:2]], lengths=3, ending="timed-out", **chosen)


def test_runs_that_come_back_hold() -> None:
    assert judge(case(*SOUND)).outcome is Outcome.HOLDS


@pytest.mark.parametrize("engine", ["loop", "threads", "fork", "spawn", "forkserver", "fit"])
def test_a_read_that_does_not_come_back_is_found_with_its_stacks(engine: str) -> None:
    judgement = judge(case(*SOUND, hung(engine)))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].stacks == (IN_USER_CODE,)
    assert judgement.findings[0].evidence["batch"] == 2


@pytest.mark.parametrize("engine", FITS)
def test_silence_of_the_engine_s_own_workers_is_told_elsewhere(engine: str) -> None:
    assert judge(case(*SOUND, hung(engine, unfinished=()))).outcome is Outcome.HOLDS


@pytest.mark.parametrize(("waited", "outcome"), [(9.0, Outcome.INCONCLUSIVE), (1.0, Outcome.VIOLATED)])
def test_a_worker_that_waits_for_a_processor_is_no_hang(waited: float, outcome: Outcome) -> None:
    idle = Timeout(20.0, BETWEEN, (IN_USER_CODE,), waited=waited)
    judgement = judge(case(*SOUND, hung("forkserver", timeouts=(idle,), unfinished=())))
    assert judgement.outcome is outcome
    if outcome is Outcome.INCONCLUSIVE:
        assert judgement.reason == (
            "forkserver was silent for 20 s between two reads, for 9 of which a process of it waited for a processor: "
            "a larger --seqcheck-timeout tells"
        )


def test_a_read_that_was_under_way_on_a_crowded_machine_is_found_all_the_same() -> None:
    timeout = Timeout(20.0, "reading batch 2 in epoch 0", (IN_USER_CODE,), 2, 0, waited=9.0)
    assert judge(case(*SOUND, hung("fork", timeouts=(timeout,)))).outcome is Outcome.VIOLATED


def test_a_hook_that_does_not_come_back_is_found() -> None:
    timeout = Timeout(20.0, "calling on_epoch_end", (IN_USER_CODE,))
    begun = Hook(0, "on_epoch_end", begun=True)
    loop = history("loop", [PASS], hooks=(begun,), timeouts=(timeout,), ending="timed-out")
    assert judge(case(loop)).outcome is Outcome.VIOLATED


def test_a_read_past_the_end_that_does_not_come_back_is_advice() -> None:
    """Whoever fills a batch until it is full never ends there, and no engine asks for it."""
    judgement = judge(case(*SOUND[1:], hung("loop", purpose="overrun")))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].severity is Severity.ADVICE
    assert "past the end" in judgement.reason


def test_tensorflow_in_forked_workers_is_advice_not_to_fork() -> None:
    judgement = judge(case(*SOUND, hung("fork", IN_TENSORFLOW)))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].severity is Severity.ADVICE
    assert "do not fork" in judgement.reason


@pytest.mark.parametrize("engine", ["loop", "fork", "forkserver"])
def test_tensorflow_that_hangs_is_not_blamed_without_sound_runs_beside_it(engine: str) -> None:
    judgement = judge(case(hung(engine, IN_TENSORFLOW)))
    assert (judgement.outcome, "TensorFlow" in judgement.reason) == (Outcome.INCONCLUSIVE, True)


def test_a_stack_that_only_began_in_tensorflow_is_the_sequences() -> None:
    judgement = judge(case(*SOUND, hung("fork", IDLE_TENSORFLOW)))
    assert judgement.findings[0].severity is None


@pytest.mark.parametrize("engine", ["reading", "twins", "pickling", "hooks"])
def test_a_fork_of_our_own_making_proves_nothing(engine: str) -> None:
    assert judge(case(*SOUND, hung(engine, purpose="forward"))).outcome is Outcome.INCONCLUSIVE


def test_a_reference_that_hung_proves_nothing() -> None:
    assert judge(case(*SOUND, hung("spawn", purpose="reference"))).outcome is Outcome.INCONCLUSIVE
    note = EngineNote("skipped", "the reference of epoch 0 could not be read in a fork: hung")
    assert judge(case(*SOUND, history("fit", [PASS], notes=(note,)))).outcome is Outcome.INCONCLUSIVE


def test_a_hang_that_only_isolated_streams_bring_about_is_ours() -> None:
    note = EngineNote("skipped", "forward did not come to its end in a fork: hung")
    forks = history("reading", notes=(note,), passes={"plain-twice": [PASS]})
    judgement = judge(case(*SOUND, forks, hung("fork")))
    assert (judgement.outcome, "isolated" in judgement.reason) == (Outcome.INCONCLUSIVE, True)
    assert judge(case(*SOUND, forks, hung("threads"))).outcome is Outcome.VIOLATED
    plain = EngineNote("skipped", "plain-twice did not come to its end in a fork: hung")
    both = history("reading", notes=(note, plain), passes={"plain-twice": [PASS[:2]]})
    assert judge(case(*SOUND, both, hung("fork"))).outcome is Outcome.VIOLATED


def test_slow_reads_are_not_called_hanging() -> None:
    slow = history("loop", [[at(0, PASS[0], start=0.0, end=9.0), PASS[1], PASS[2]]])
    judgement = judge(case(slow, hung("fork")))
    assert (judgement.outcome, "--seqcheck-timeout" in judgement.reason) == (Outcome.INCONCLUSIVE, True)


def test_an_engine_that_hangs_by_itself_is_not_blamed_on_the_sequence() -> None:
    assert judge(case(*SOUND, hung("fit", unfinished=()))).outcome is Outcome.INCONCLUSIVE


def test_megabytes_on_their_way_to_a_worker_are_no_hang() -> None:
    silent = hung("spawn", unfinished=())
    sent = history("pickling", observations=(PickleAttempt("done", 70 * 2**20),))
    judgement = judge(case(*SOUND, sent, silent))
    assert (judgement.outcome, "70 MiB were sent" in judgement.reason) == (Outcome.INCONCLUSIVE, True)
    light = history("pickling", observations=(PickleAttempt("done", 2**20),))
    assert judge(case(*SOUND, light, silent)).outcome is Outcome.VIOLATED
    assert judge(case(*SOUND, sent, hung("spawn"))).outcome is Outcome.VIOLATED


def test_threads_that_hang_follow_from_the_deadlock_that_the_search_found() -> None:
    """The search says which locks are waited for, and silence does not: one cause, one red."""
    checks = {name: entry.check for name, entry in catalogue().items()}
    deadlock = Race(
        "deadlock", "batches 0 and 1 of a fresh instance", "311.cold.0-1.plain.a.a9b", 0, "nobody can go on"
    )
    search = history("schedule", observations=(deadlock,))

    def grouped(*runs: History) -> dict[str, Outcome]:
        seen = case(*SOUND, *runs)
        judged = {"thread-race": races.judge(seen), "hanging-read": judge(seen)}
        return {name: judgement.outcome for name, judgement in group(checks, judged).items()}

    red, explained = Outcome.VIOLATED, Outcome.INCONCLUSIVE
    assert grouped(search, hung("threads")) == {"thread-race": red, "hanging-read": explained}
    assert grouped(search, hung("threads"), hung("loop")) == {"thread-race": red, "hanging-read": red}
    assert grouped(history("schedule"), hung("threads"))["hanging-read"] is red
