"""The process that owns all others: it starts nurseries, has runs forked, watches their logs and ends whole trees.

It never runs a line of the user's code, so it never hangs; it ends itself and everything below it as soon as the
process that started it is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from seqcheck.engines import nursery, proctree, wire
from seqcheck.engines import run as runs
from seqcheck.engines.nursery import Bootstrap, Ready
from seqcheck.model.history import Failure

GRACE: Final = 0.5
"""Seconds between SIGTERM and SIGKILL."""
LAST_WORDS: Final = 5.0
"""Seconds that a process may take to end after it closed its channel, as with exit handlers of its own."""
NOTICED: Final = 0.1
"""The share of the silence that is allowed after which it is noticed."""
TICK: Final = 0.1
"""Seconds between two looks at the logs."""


@dataclass(frozen=True)
class Home:
    """The client's temporary directory, which is removed with everything else."""

    directory: str


@dataclass(frozen=True)
class StartNursery:
    """Start a nursery; a `Ready` answers, with a failure where it died or took more than `limit` seconds."""

    bootstrap: Bootstrap
    limit: float
    parent: str = ""
    """The nursery to fork it from, or nothing for a fresh interpreter."""


@dataclass(frozen=True)
class AdoptNursery:
    """Take over a nursery that the client forked from itself; its control channel comes with the message."""

    bootstrap: Bootstrap
    pid: int


@dataclass(frozen=True)
class EndNursery:
    """A nursery is needed no more: end it with everything below it. Nothing answers."""

    name: str


@dataclass(frozen=True)
class StartRun:
    """Run `call` (a pickled function and its arguments) in a child of a nursery; a `RunEnded` answers."""

    number: int
    nursery: str
    directory: str
    call: bytes
    silence: float
    limit: float


@dataclass(frozen=True)
class RunEnded:
    """How a run's first process ended.

    `cause` is empty, ``exit 3``, ``SIGSEGV``, ``silent``, ``cut`` or ``no nursery``.
    """

    number: int
    cause: str
    stacks: tuple[str, ...] = ()
    waited: float = 0.0
    """Seconds of a silence in which one of its processes stood ready and had no processor."""


@dataclass(eq=False)
class _Nursery:
    pid: int
    process: subprocess.Popen[bytes] | None
    control: socket.socket
    bootstrap: Bootstrap
    limit: float
    exit_code: socket.socket | None = None
    """Where the nursery that it was forked from tells how it ended."""
    started: float = field(default_factory=time.monotonic)
    ready: bool = False

    def close(self) -> None:
        """Listen to it no more."""
        self.control.close()
        if self.exit_code is not None:
            self.exit_code.close()


@dataclass
class _Run:
    order: StartRun
    pid: int
    channel: socket.socket
    started: float
    size: int = -1
    changed: float = field(default_factory=time.monotonic)
    waited: Mapping[int, float] | None = None
    """By process, how long it had waited for a processor when the silence was noticed."""


class Supervisor:
    """The loop of the supervising process."""

    def __init__(self, client: socket.socket) -> None:
        self.client = client
        self.nurseries: dict[str, _Nursery] = {}
        self.runs: dict[int, _Run] = {}
        self.home = ""
        self._looked = 0.0

    def serve(self) -> None:
        """Serve until the client closes its end."""
        while True:
            controls = {item.control: item for item in self.nurseries.values()}
            channels = {item.channel: item for item in self.runs.values()}
            readable, _, _ = select.select([self.client, *controls, *channels], [], [], TICK)
            for channel in readable:
                if channel is self.client:
                    try:
                        message, descriptors = wire.receive(self.client, descriptors=1)
                    except (EOFError, OSError):
                        return
                    self._obey(message, descriptors)
                elif channel in controls and controls[channel] in self.nurseries.values():  # none that has just ended
                    self._hear_nursery(controls[channel])
                elif channel in channels and channels[channel].order.number in self.runs:
                    self._hear_run(channels[channel])
            self._look()

    def _obey(self, message: object, descriptors: list[int]) -> None:
        if isinstance(message, StartNursery):
            self._start_nursery(message)
        elif isinstance(message, AdoptNursery):
            control = socket.socket(fileno=descriptors[0])
            self.nurseries[message.bootstrap.name] = _Nursery(message.pid, None, control, message.bootstrap, 60)
        elif isinstance(message, StartRun):
            self._start_run(message)
        elif isinstance(message, EndNursery):
            self._end_nursery(message.name)
        elif isinstance(message, Home):
            self.home = message.directory

    def _start_nursery(self, wanted: StartNursery) -> None:
        ours, theirs = socket.socketpair()
        process: subprocess.Popen[bytes] | None = None
        channel: socket.socket | None = None
        try:
            if wanted.parent:
                parent = self.nurseries[wanted.parent].bootstrap.address
                pid, channel = nursery.order(parent, nursery.main, (), theirs.fileno())
            else:
                process = python("seqcheck.engines.nursery", theirs, wanted.bootstrap.hash_seed)
                pid = process.pid
        except (KeyError, OSError, EOFError):
            ours.close()
            gone = Failure(
                "seqcheck.ImportEnded", f"the process to fork it from is gone: {wanted.parent}", is_exit=True
            )
            self._tell(Ready(wanted.bootstrap.name, 0.0, gone))
            return
        finally:
            theirs.close()
        wire.send(ours, wanted.bootstrap)
        name = wanted.bootstrap.name
        self.nurseries[name] = _Nursery(pid, process, ours, wanted.bootstrap, wanted.limit, channel)

    def _end_nursery(self, name: str) -> None:
        item = self.nurseries.pop(name, None)
        if item is None:
            return
        item.close()
        proctree.end(lambda: _with_descendants(item.pid), grace=0.2)
        if item.process is not None:
            item.process.wait()

    def _hear_nursery(self, item: _Nursery) -> None:
        try:
            ready, _ = wire.receive(item.control)
        except (EOFError, OSError) as error:
            self._lose_nursery(item, _end_of(item, 0.0 if isinstance(error, wire.Garbled) else LAST_WORDS))
            return
        item.ready = True
        self._tell(ready)

    def _lose_nursery(self, item: _Nursery, why: str, frames: tuple[str, ...] = ()) -> None:
        name = item.bootstrap.name
        self.nurseries.pop(name, None)
        item.close()
        if not item.ready:
            self._tell(Ready(name, 0.0, Failure("seqcheck.ImportEnded", "\n".join((why, *frames)), is_exit=True)))

    def _start_run(self, order: StartRun) -> None:
        item = self.nurseries.get(order.nursery)
        if item is None or not item.ready:
            self._tell(RunEnded(order.number, "no nursery"))
            return
        try:
            pid, channel = nursery.order(item.bootstrap.address, _call, (order.call,))
        except (OSError, EOFError):
            self._tell(RunEnded(order.number, "no nursery"))
            return
        self.runs[order.number] = _Run(order, pid, channel, time.monotonic())

    def _hear_run(self, item: _Run) -> None:
        try:
            code, _ = wire.receive(item.channel)
            cause = runs.cause_of(code)
        except (EOFError, OSError):
            cause = "no nursery"
        self._end_run(item, cause)

    def _end_run(self, item: _Run, cause: str, stacks: tuple[str, ...] = (), waited: float = 0.0) -> None:
        del self.runs[item.order.number]
        item.channel.close()
        proctree.end(lambda: self._tree(item), GRACE)
        self._tell(RunEnded(item.order.number, cause, stacks, waited))

    def _tree(self, item: _Run) -> set[int]:
        """Every living process of a run: those that opened a log in its directory, and all their descendants."""
        logged = {int(path.stem) for path in Path(item.order.directory).glob("*.log") if path.stem.isdigit()}
        known = proctree.parents()
        ours = self._everything(known)
        roots = ({item.pid} | logged) & ours
        return (roots | proctree.descendants(roots, known)) & ours

    def _everything(self, known: Mapping[int, int] | None = None) -> set[int]:
        """All that this process answers for: its descendants, and adopted nurseries with theirs.

        The kernel is asked once, however many nurseries there are: a session of many targets looks here all the time.
        """
        known = proctree.parents() if known is None else known
        adopted = {item.pid for item in self.nurseries.values() if item.process is None and item.pid in known}
        return proctree.descendants([os.getpid(), *adopted], known) | adopted

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked < TICK:
            return
        self._looked = now
        for item in list(self.nurseries.values()):
            if not item.ready and now - item.started > item.limit:
                proctree.end(lambda item=item: _with_descendants(item.pid), GRACE)  # type: ignore[misc]
                if item.process is not None:
                    item.process.wait()
                self._lose_nursery(item, f"the import did not come to an end within {item.limit:g} s")
        for run in list(self.runs.values()):
            size = runs.log_size(Path(run.order.directory))
            if size != run.size:
                run.size, run.changed, run.waited = size, now, None
            quiet = now - run.changed
            if run.waited is None and quiet > NOTICED * run.order.silence:
                run.waited = proctree.waited(self._tree(run))
            if quiet > run.order.silence:
                self._end_silent(run)
            elif now - run.started > run.order.limit:
                self._end_run(run, "cut")

    def _end_silent(self, run: _Run) -> None:
        tree, before = self._tree(run), run.waited or {}
        waited = max((since - before.get(pid, 0.0) for pid, since in proctree.waited(tree).items()), default=0.0)
        self._end_run(run, "silent", runs.stacks_of(Path(run.order.directory), tree), waited)

    def _tell(self, message: object) -> None:
        with contextlib.suppress(OSError):
            wire.send(self.client, message)

    def close(self) -> None:
        """End everything below this process and remove its files: the client may be gone."""
        proctree.end(self._everything, GRACE if self.runs else 0.2)
        if self.home:
            shutil.rmtree(self.home, ignore_errors=True)


def _end_of(item: _Nursery, patience: float) -> str:
    """How a nursery ended that is not listened to any more; one that lives on after `patience` seconds is ended."""
    code = _exit_code(item, patience)
    if code is None:
        proctree.end(lambda: _with_descendants(item.pid), GRACE)
        if item.process is not None:
            item.process.wait()
        return "it closed the channel that it reports through, or wrote into it"
    return f"the process ended with {runs.cause_of(code) or 'exit 0'}"


def _exit_code(item: _Nursery, patience: float) -> int | None:
    """None where it has not ended within `patience` seconds; 0 where nobody tells."""
    if item.process is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return item.process.wait(patience)
        return None
    if item.exit_code is None:
        return 0
    if not select.select([item.exit_code], [], [], patience)[0]:
        return None
    try:
        code, _ = wire.receive(item.exit_code)
    except (EOFError, OSError):
        return 0
    return int(code)


def _with_descendants(pid: int) -> set[int]:
    return proctree.descendants([pid]) | ({pid} if proctree.alive(pid) else set())


def _call(call: bytes) -> None:
    """In the child: unpickle and call. A module function, so that an order names it."""
    function: Callable[..., Any]
    function, arguments = wire.loads(call)
    function(*arguments)


def python(module: str, channel: socket.socket, hash_seed: int | None = None) -> subprocess.Popen[bytes]:
    """Start ``<module>.main(descriptor)`` in a fresh interpreter with this one's flags and import path.

    `hash_seed` gives way to one that the user's environment sets: then every process has that.
    """
    seeded = {} if hash_seed is None else {nursery.HASH_SEED: str(hash_seed)}
    program = (
        "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
        "import importlib; importlib.import_module(sys.argv[2]).main(int(sys.argv[3]))"
    )
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # as multiprocessing starts children
    descriptor = channel.fileno()
    path = json.dumps([entry or os.getcwd() for entry in sys.path])
    return subprocess.Popen(
        [sys.executable, *flags, "-c", program, path, module, str(descriptor)],
        pass_fds=(descriptor,),
        stdin=subprocess.DEVNULL,
        start_new_session=module.endswith("supervisor"),
        env={**seeded, **_environment()},
    )


def _environment() -> dict[str, str]:
    """The environment of our children: the user's own, without GPUs and with TensorFlow's start-up talk turned down."""
    return {"TF_CPP_MIN_LOG_LEVEL": "2", **os.environ, "CUDA_VISIBLE_DEVICES": "-1"}


def main(descriptor: int) -> None:
    """The supervisor process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    proctree.adopt_orphans()
    supervisor = Supervisor(socket.socket(fileno=descriptor))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        supervisor.serve()
    finally:
        supervisor.close()
