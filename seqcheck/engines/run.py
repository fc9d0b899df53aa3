"""What a driver is given: where to write, how long to wait, and how to reach the nurseries."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seqcheck.engines import nursery, proctree, wire
from seqcheck.model.history import EngineNote, Event, Finished

STACK_SIGNAL = signal.SIGUSR1
NESTED = 0.8
"""How much of a process's patience a fork of it has with its own."""


@dataclass(frozen=True)
class Broken:
    """Something in seqcheck itself failed; `trace` is its traceback."""

    trace: str


@dataclass
class Run:
    """The surroundings of one driver. Nothing may happen for `silence` seconds, then a part counts as hung."""

    directory: Path
    record: Callable[[Event], None]
    silence: float = 20.0
    nurseries: Mapping[str, str] = field(default_factory=dict)
    sample_id: Callable[[Any], Any] | None = None
    padding: float | None = None
    files: Mapping[str, int] = field(default_factory=dict)
    """The sample of each made-up file, by its absolute path."""
    noted: bool = False
    """Whether an argument notes what is taken out of it."""

    @property
    def stacks(self) -> Path:
        """Where a process of this run writes its stacks when asked by `STACK_SIGNAL`."""
        return self.directory / f"{os.getpid()}.stacks"


_stack_file: Any = None


def enter(directory: Path) -> wire.Log:
    """Prepare a process of a run, before any code of the user's runs in it: log, output, stacks."""
    global _stack_file
    log = wire.Log(directory)
    log.open()
    nursery.keep_sockets_in(directory)
    nursery.redirect_output(str(directory / f"{os.getpid()}.out"))
    proctree.adopt_orphans()
    _stack_file = (directory / f"{os.getpid()}.stacks").open("w")  # must stay open: faulthandler keeps the descriptor
    faulthandler.enable(_stack_file, all_threads=True)
    faulthandler.register(STACK_SIGNAL, _stack_file, all_threads=True, chain=False)
    return log


def main(
    directory: str, silence: float, nurseries: Mapping[str, str], function: Callable[..., Any], arguments: Any
) -> None:
    """The life of a run's first process: `function(*arguments, run)`, with its end or our failure recorded."""
    log = enter(Path(directory))
    started = time.monotonic()
    run = Run(Path(directory), log, silence, nurseries)
    try:
        function(*arguments, run)
    except BaseException:  # the user's exceptions are caught where the user's code is called: this one is ours
        log(Broken(traceback.format_exc()))
    else:
        log(Finished(time.monotonic() - started))
    finally:
        # While it lives, this process is the parent of every daemon that the user's code has left; later nobody knows.
        proctree.end(lambda: proctree.descendants([os.getpid()]), grace=0.2)


def stacks_of(directory: Path, pids: set[int], patience: float = 2.0) -> tuple[str, ...]:
    """Ask processes for the stacks of all their threads and wait until they answered or `patience` seconds are over."""
    files = {pid: directory / f"{pid}.stacks" for pid in pids}
    sizes = {pid: _size(file) for pid, file in files.items()}
    asked = {pid for pid in pids if files[pid].exists()}
    for pid in asked:
        with contextlib.suppress(OSError):
            os.kill(pid, STACK_SIGNAL)
    deadline = time.monotonic() + patience
    written: dict[int, int] = {}
    while time.monotonic() < deadline:
        before, written = written, {pid: _size(files[pid]) for pid in asked}
        if written == before and all(written[pid] > sizes[pid] for pid in asked):
            break  # all of them answered, and none is still writing
        time.sleep(0.04)
    texts = []
    for pid in sorted(asked):
        with contextlib.suppress(OSError):
            text = files[pid].read_text(errors="replace")[sizes[pid] :].strip()
            if text:
                texts.append(text[:20000])
    return tuple(texts)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def log_size(directory: Path, pid: int | None = None) -> int:
    """How many bytes the processes of a run (or one of them) have recorded so far."""
    if pid is not None:
        return _size(directory / f"{pid}.log")
    try:
        with os.scandir(directory) as entries:
            return sum(entry.stat().st_size for entry in entries if entry.name.endswith(".log"))
    except OSError:  # the directory is gone: the run is over
        return 0


def in_fork(run: Run, function: Callable[[], None]) -> str:
    """Run `function` in a fork of this process and wait for it.

    Returns an empty string where it came to its end, else what became of it: ``hung`` (it recorded nothing for
    `run.silence` seconds and was killed), ``exit 3`` or ``SIGSEGV``.
    """
    return await_child(run, begin_fork(run, function))


def begin_fork(run: Run, function: Callable[[], None]) -> int:
    """Run `function` in a fork of this process, which is for `await_child` to wait for; the number of that process."""
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    pid = os.fork()
    if not pid:
        try:
            enter(run.directory)
            run.silence *= NESTED  # a fork of this fork is given up before this one is
            function()
        except BaseException:
            run.record(Broken(traceback.format_exc()))  # type: ignore[arg-type]  # kept apart from events by the reader
        finally:
            nursery.leave(0)
    return pid


def await_child(run: Run, pid: int) -> str:
    """Wait for a forked child as `in_fork` does; the silence allowed is a little shorter than the supervisor's."""
    patience = run.silence * NESTED
    last_size, last_change = -1, time.monotonic()
    pause = 0.0005
    while True:
        try:
            done, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return "nobody knows how it ended: the Sequence takes or ignores the ends of processes that are not its own"
        if done:
            return cause_of(os.waitstatus_to_exitcode(status))
        size = log_size(run.directory, pid)
        if size != last_size:
            last_size, last_change = size, time.monotonic()
        elif time.monotonic() - last_change > patience:
            # Ending it takes a while, and must not pass for silence of the whole run.
            run.record(EngineNote("hung", f"a fork of the driver recorded nothing for {patience:g} s"))
            for stack in stacks_of(run.directory, {pid}):
                run.record(EngineNote("stacks", stack))
            proctree.end(lambda: proctree.descendants([pid]) | ({pid} if proctree.alive(pid) else set()), grace=0.1)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
            return "hung"
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)


def cause_of(code: int) -> str:
    """An exit code in words; empty for 0."""
    if code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
        return f"signal {-code}"
    return f"exit {code}" if code else ""
