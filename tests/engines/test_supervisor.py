"""The supervisor answers for every nursery and run: what becomes of them is told, and others go on."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from seqcheck.engines import proctree
from seqcheck.engines.isolate import Isolation, Outcome
from seqcheck.engines.run import Run
from seqcheck.engines.supervisor import python
from seqcheck.model.history import EngineNote
from tests.residue import await_that
from tests.runs import PATIENT, SHORT


def tell_parent(run: Run) -> None:
    """Say who the nursery is: the process that forked this one."""
    run.record(EngineNote("version", str(os.getppid())))


def wait_for(path: str, run: Run) -> None:
    """Wait until the file is there; give signs of life meanwhile."""
    Path(path + ".begun").touch()
    assert await_that(lambda: run.record(EngineNote("searching", "")) or Path(path).exists(), 60)


def stay_silent(path: str, run: Run) -> None:
    """Do nothing, for good."""
    Path(path + ".begun").touch()
    await_that(lambda: False, 3600)


@pytest.fixture
def isolation() -> Iterator[Isolation]:
    with Isolation() as opened:
        assert opened.nursery("main").result().failure is None
        yield opened


def start(isolation: Isolation, function: object, *arguments: str, silence: float = PATIENT) -> Future[Outcome]:
    return isolation.run("main", function, arguments, silence=silence, limit=120)  # type: ignore[arg-type]


def test_a_nursery_that_nobody_started_has_no_runs(isolation: Isolation) -> None:
    assert isolation.run("nobody", tell_parent, (), silence=1, limit=1).result().cause == "no nursery"


def test_a_nursery_that_died_and_is_to_end_is_nobody_s_trouble(isolation: Isolation) -> None:
    assert isolation.nursery("second", parent="main").result().failure is None
    ended = isolation.run("second", tell_parent, (), silence=PATIENT, limit=120).result()
    (note,) = [item for item in ended.records if isinstance(item, EngineNote)]
    supervisor = isolation._process.pid
    os.kill(supervisor, signal.SIGSTOP)  # so that it finds both at once
    assert await_that(lambda: " T " in Path(f"/proc/{supervisor}/stat").read_text())
    os.kill(int(note.text), signal.SIGKILL)
    assert await_that(lambda: not proctree.alive(int(note.text)))
    isolation.end_nursery("second")
    os.kill(supervisor, signal.SIGCONT)
    assert isolation.nursery("third", parent="main").result().failure is None


def test_a_nursery_that_is_killed_is_told_and_the_others_go_on(isolation: Isolation, tmp_path: Path) -> None:
    (note,) = [item for item in start(isolation, tell_parent).result().records if isinstance(item, EngineNote)]
    under_way = start(isolation, wait_for, str(tmp_path / "file"))
    assert await_that(lambda: (tmp_path / "file.begun").exists())
    os.kill(int(note.text), signal.SIGKILL)
    assert under_way.result(timeout=60).cause == "no nursery"
    assert await_that(lambda: start(isolation, tell_parent).result().cause == "no nursery")
    assert isolation.nursery("other").result().failure is None
    assert isolation.run("other", tell_parent, (), silence=PATIENT, limit=60).result().cause == ""


def test_one_run_s_silence_is_no_other_s(isolation: Isolation, tmp_path: Path) -> None:
    silent = start(isolation, stay_silent, str(tmp_path / "a"), silence=SHORT)
    busy = start(isolation, wait_for, str(tmp_path / "b"), silence=2 * SHORT)
    assert silent.result(timeout=60).cause == "silent"
    (tmp_path / "b").touch()
    assert busy.result(timeout=60).cause == ""


def test_a_fresh_interpreter_has_this_one_s_path_and_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, "/nowhere/at/all", ""])
    ours, theirs = socket.socketpair()
    process = python("tests.engines.telling", theirs)
    theirs.close()
    with ours, ours.makefile() as stream:
        told = stream.read().splitlines()
    assert process.wait() == 0
    assert told[0].split(os.pathsep)[-2:] == ["/nowhere/at/all", os.getcwd()]
    assert told[1] == "-1"
    assert not proctree.alive(process.pid)
