"""Processes are judged by their state, descendants are found, and ending leaves none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from seqcheck.engines import proctree
from tests.residue import await_that

TREE = """
import os, signal, sys, time
for _ in range(2):
    if not os.fork():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.fork()
        open(sys.argv[1] + "/" + str(os.getpid()), "w").close()
        time.sleep(3600)
open(sys.argv[1] + "/" + str(os.getpid()), "w").close()
time.sleep(3600)
"""


def test_a_zombie_is_gone() -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert not proctree.alive(child)
    assert proctree.alive(os.getpid())
    os.waitpid(child, 0)


LEADERLESS = """
import ctypes, sys, threading, time
threading.Thread(target=time.sleep, args=(3600,)).start()
print(flush=True)
ctypes.CDLL(None).pthread_exit(None)
"""


def test_a_process_lives_as_long_as_one_of_its_threads() -> None:
    process = subprocess.Popen([sys.executable, "-c", LEADERLESS], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as told:
        told.readline()
        assert await_that(lambda: b") Z" in Path(f"/proc/{process.pid}/stat").read_bytes())
        assert proctree.alive(process.pid)
        process.kill()
        process.wait()
    assert not proctree.alive(process.pid)


def test_who_stands_in_line_for_a_processor_is_told_from_who_sleeps() -> None:
    """Three on one processor: each waits for two thirds of the time."""
    spin = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nwhile True: pass"
    spinning = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(3)]
    sleeping = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    try:
        everybody = [*(process.pid for process in spinning), sleeping.pid]
        assert await_that(lambda: min(proctree.waited(pid.pid for pid in spinning).values()) > 1.0)
        waited = proctree.waited([*everybody, 0])
        assert set(waited) == set(everybody)
        assert waited.pop(sleeping.pid) < min(waited.values())
    finally:
        for process in (*spinning, sleeping):
            process.kill()
            process.wait()


def test_parents_are_told_alike_by_proc_and_by_ps() -> None:
    by_proc, by_ps = proctree.parents(), proctree._parents_by_ps()
    assert by_proc[os.getpid()] == by_ps[os.getpid()] == os.getppid()


def test_a_tree_that_ignores_sigterm_is_found_and_ended(tmp_path: Path) -> None:
    root = subprocess.Popen([sys.executable, "-c", TREE, str(tmp_path)])
    assert await_that(lambda: len(list(tmp_path.iterdir())) == 5)
    found = {int(path.name) for path in tmp_path.iterdir()}
    assert proctree.descendants([root.pid]) | {root.pid} == found
    proctree.end(lambda: found & set(proctree.parents()), grace=0.05)
    assert not any(proctree.alive(pid) for pid in found)
    assert root.wait() < 0


def test_who_heeds_sigterm_is_not_killed() -> None:
    sleeper = subprocess.Popen(
        [sys.executable, "-c", "import time; print(flush=True); time.sleep(3600)"], stdout=subprocess.PIPE
    )
    assert sleeper.stdout is not None
    with sleeper.stdout as told:
        told.readline()
    proctree.end(lambda: {sleeper.pid} & set(proctree.parents()), grace=60)
    assert sleeper.wait() == -signal.SIGTERM


def test_what_is_gone_already_needs_no_ending() -> None:
    proctree.end(set, grace=60)


@pytest.mark.parametrize("outlives", [False, True])
def test_a_process_ends_with_its_parent_unless_that_is_taken_back(tmp_path: Path, outlives: bool) -> None:
    program = (
        "import os, sys, time; from seqcheck.engines import proctree\n"
        "if not os.fork():\n"
        "    proctree.end_with_parent()\n"
        f"    {outlives} and proctree.outlive_parent()\n"
        "    open(sys.argv[1] + '/' + str(os.getpid()), 'w').close()\n"
        "time.sleep(3600)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], env=environment)
    assert await_that(lambda: bool(list(tmp_path.iterdir())))
    child = int(next(tmp_path.iterdir()).name)
    parent.kill()
    parent.wait()
    assert await_that(lambda: not proctree.alive(child), 0.5 if outlives else 30) is not outlives
    if outlives:
        os.kill(child, signal.SIGKILL)


if sys.platform != "linux":
    pytestmark = pytest.mark.skip(reason="orphans are adopted on Linux alone")
