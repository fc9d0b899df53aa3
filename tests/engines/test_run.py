"""What a driver is given: forks that are waited for, stacks that are asked for, causes in words."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from seqcheck.engines import proctree, wire
from seqcheck.engines import run as runs
from seqcheck.engines.run import Broken, Run
from seqcheck.model.history import EngineNote
from tests.runs import SHORT
from tests.specimens import Trap


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path, wire.Log(tmp_path), silence=SHORT)


def sleeps() -> None:
    time.sleep(3600)


@pytest.mark.parametrize(
    ("step", "cause"),
    [
        (lambda: None, ""),
        (Trap("ends").ends, "exit 3"),
        (Trap("kills_itself").kills_itself, "SIGKILL"),
        (lambda: os.kill(os.getpid(), signal.SIGRTMIN + 1), f"signal {signal.SIGRTMIN + 1}"),
    ],
)
def test_a_fork_is_waited_for_and_its_end_told(run: Run, step: Callable[[], None], cause: str) -> None:
    assert runs.in_fork(run, step) == cause


def test_a_fork_that_hangs_is_ended_and_leaves_its_stack(run: Run, tmp_path: Path) -> None:
    assert runs.in_fork(run, sleeps) == "hung"
    stacks = [path.read_text() for path in tmp_path.glob("*.stacks")]
    assert any("in sleeps" in text for text in stacks)
    (pid,) = (int(path.stem) for path in tmp_path.glob("*.stacks"))
    assert not proctree.alive(pid)
    # The run itself is not silent meanwhile, and says where the fork stood.
    notes = [record for record in wire.read_logs(tmp_path) if isinstance(record, EngineNote)]
    assert [note.kind for note in notes] == ["hung", "stacks"]
    assert "in sleeps" in notes[1].text


def test_a_fork_of_a_fork_is_given_up_first(run: Run, tmp_path: Path) -> None:
    def waits() -> None:
        run.record(EngineNote("skipped", runs.in_fork(run, sleeps)))

    assert runs.in_fork(run, waits) == ""
    said = [record.text for record in wire.read_logs(tmp_path) if isinstance(record, EngineNote)]
    assert said[-1] == "hung"


def test_what_fails_in_a_fork_of_our_own_is_our_own(run: Run, tmp_path: Path) -> None:
    def fails() -> None:
        raise LookupError("ours")

    assert runs.in_fork(run, fails) == ""
    (broken,) = wire.read_logs(tmp_path)
    assert isinstance(broken, Broken)
    assert "LookupError: ours" in broken.trace


def test_output_of_a_fork_does_not_reach_the_terminal(
    run: Run, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def shouts() -> None:
        os.write(1, b"out")
        os.write(2, b"err")

    runs.in_fork(run, shouts)
    assert capfd.readouterr() == ("", "")
    assert next(tmp_path.glob("*.out")).read_text() == "outerr"


def test_processes_without_a_stack_file_are_not_signalled(tmp_path: Path) -> None:
    # The signal would end a process that has not yet said what to do on it: this one, for example.
    assert runs.stacks_of(tmp_path, {os.getpid()}) == ()


def test_causes_in_words() -> None:
    assert [runs.cause_of(code) for code in (0, 3, -9, -11, -200)] == ["", "exit 3", "SIGKILL", "SIGSEGV", "signal 200"]


def test_the_size_of_a_log_is_that_of_all_its_processes(tmp_path: Path) -> None:
    (tmp_path / "1.log").write_bytes(b"abc")
    (tmp_path / "2.log").write_bytes(b"de")
    assert runs.log_size(tmp_path) == 5
    assert runs.log_size(tmp_path, 2) == 2
    assert runs.log_size(tmp_path / "gone") == 0
