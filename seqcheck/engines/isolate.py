"""The test process's end: a supervisor, its nurseries, and runs whose histories come back whatever became of them."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from seqcheck.engines import nursery, wire
from seqcheck.engines import run as runs
from seqcheck.engines.nursery import Bootstrap, Ready
from seqcheck.engines.supervisor import AdoptNursery, EndNursery, Home, RunEnded, StartNursery, StartRun, python
from seqcheck.model.history import Failure

IMPORT_LIMIT: Final = 120.0
"""Seconds that importing the user's module may take: TensorFlow alone takes 3 to 6, and 30 on a busy machine."""

GONE: Final = Failure("seqcheck.SupervisorEnded", "the supervising process was ended from outside", is_exit=True)
LONGEST_DIRECTORY: Final = 70
"""Characters: the address of a nursery's socket, which adds its name, must stay below 104 (108 on Linux)."""


@dataclass(frozen=True)
class Outcome:
    """What became of a run.

    `records` are all that its processes logged, without our own failures, which are in `broken`. `cause` is empty where
    the first process came to its end, else as in `RunEnded`, as `waited` is. `output` is the end of what was printed.
    """

    records: list[Any]
    cause: str
    stacks: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    output: str = ""
    seconds: float = 0.0
    waited: float = 0.0


@dataclass
class _Waiting:
    directory: Path
    future: Future[Outcome]
    started: float = field(default_factory=time.monotonic)


class Isolation:
    """A supervisor with its nurseries and runs, as a context manager; closing it leaves no process and no file.

    Methods may be called from any thread. Runs begin as soon as they are asked for and their nursery is ready.
    """

    def __init__(self) -> None:
        self._directory = _directory()
        ours, theirs = socket.socketpair()
        self._channel = ours
        self._process: subprocess.Popen[bytes] = python("seqcheck.engines.supervisor", theirs)
        theirs.close()
        wire.send(ours, Home(str(self._directory)))
        self._lock = threading.Lock()
        self._ready: dict[str, Future[Ready]] = {}
        self._waiting: dict[int, _Waiting] = {}
        self._forked: list[int] = []
        self._count = 0
        self._closed = False
        self._listener = threading.Thread(target=self._listen, name="seqcheck-listener", daemon=True)
        self._listener.start()

    def __enter__(self) -> Isolation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def nursery(
        self,
        name: str,
        *,
        search_path: Sequence[str] = (),
        modules: Sequence[str] = (),
        preload: Sequence[str] = (),
        niceness: int = 0,
        hash_seed: int | None = None,
        limit: float = IMPORT_LIMIT,
        parent: str = "",
    ) -> Future[Ready]:
        """Start a nursery that imports `modules`; the future tells how that went, and never raises.

        With `parent` it is no fresh interpreter but a fork of that nursery, which must be ready, with all its imports.
        `hash_seed` is that of texts in a fresh interpreter.
        """
        bootstrap = Bootstrap(
            name,
            self.address(name),
            str(self._directory / f"{name}.out"),
            tuple(search_path),
            tuple(modules),
            tuple(preload),
            niceness,
            hash_seed,
        )
        future: Future[Ready] = Future()
        with self._lock:
            self._ready[name] = future
            try:
                wire.send(self._channel, StartNursery(bootstrap, limit, parent))
            except OSError:
                future.set_result(Ready(name, 0.0, GONE))
        return future

    def nursery_here(self, name: str, living: Any) -> Future[Ready]:
        """Fork a nursery from this very process, for an instance that can leave it neither by name nor by pickle."""
        bootstrap = Bootstrap(name, self.address(name), str(self._directory / f"{name}.out"))
        future: Future[Ready] = Future()
        with self._lock:
            self._ready[name] = future
            pid, control = nursery.fork_here(bootstrap, living, self._channel)
            self._forked.append(pid)
            try:
                wire.send(self._channel, AdoptNursery(bootstrap, pid), (control.fileno(),))
            except OSError:
                future.set_result(Ready(name, 0.0, GONE))
            control.close()  # the nursery leaves where nobody else holds the other end of it
        return future

    def end_nursery(self, name: str) -> None:
        """End a nursery that is needed no more, with everything below it."""
        with self._lock, contextlib.suppress(OSError):
            wire.send(self._channel, EndNursery(name))

    def address(self, name: str) -> str:
        """The socket of a nursery, which a run's pools ask for workers."""
        return str(self._directory / f"{name}.sock")

    def output(self, name: str) -> str:
        """The end of what a nursery printed while it imported."""
        return _tail(self._directory / f"{name}.out")

    def run(
        self,
        parent: str,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        *,
        silence: float,
        limit: float,
        pools: Mapping[str, str] | None = None,
    ) -> Future[Outcome]:
        """Call ``function(*arguments, run)`` in a child of the nursery `parent`; the future never raises.

        `silence` is how many seconds may pass without a record, `limit` how many in all. `pools` maps the
        roles ``main``, ``spawn-0``, ... to the nurseries that the run may ask for workers.
        """
        future: Future[Outcome] = Future()
        with self._lock:
            if self._closed:
                future.set_result(Outcome([], "no nursery"))
                return future
            self._count += 1
            number = self._count
            directory = self._directory / f"run-{number}"
            directory.mkdir()
            nurseries = {role: self.address(name) for role, name in (pools or {}).items()}
            call = pickle.dumps((runs.main, (str(directory), silence, nurseries, function, arguments)))
            try:
                wire.send(self._channel, StartRun(number, parent, str(directory), call, silence, limit))
            except OSError:
                future.set_result(Outcome([], "no nursery", broken=(GONE.message,)))
            else:
                self._waiting[number] = _Waiting(directory, future)
        return future

    def _listen(self) -> None:
        while True:
            try:
                message, _ = wire.receive(self._channel)
            except (EOFError, OSError):
                break
            if isinstance(message, Ready):
                self._ready[message.name].set_result(message)
            elif isinstance(message, RunEnded):
                with self._lock:
                    waiting = self._waiting.pop(message.number)
                waiting.future.set_result(_outcome(waiting, message))
        self._abandon()

    def _abandon(self) -> None:
        """The supervisor is gone: nobody shall wait for it."""
        with self._lock:
            waiting, self._waiting = dict(self._waiting), {}
        for name, ready in list(self._ready.items()):  # whoever waits for one may ask for another
            if not ready.done():
                ready.set_result(Ready(name, 0.0, GONE))
        for item in waiting.values():
            item.future.set_result(Outcome([], "no nursery", broken=() if self._closed else (GONE.message,)))

    def close(self) -> None:
        """Stop everything and remove every file. Safe to call twice."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(timeout=10)
        for pid in self._forked:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        self._channel.close()
        shutil.rmtree(self._directory, ignore_errors=True)


def _directory() -> Path:
    made = tempfile.mkdtemp(prefix="seqcheck-")
    if len(made) > LONGEST_DIRECTORY and Path("/tmp").is_dir():
        Path(made).rmdir()
        made = tempfile.mkdtemp(prefix="seqcheck-", dir="/tmp")
    return Path(made)


def _outcome(waiting: _Waiting, ended: RunEnded) -> Outcome:
    records = wire.read_logs(waiting.directory)
    broken = tuple(record.trace for record in records if isinstance(record, runs.Broken))
    outputs = sorted(waiting.directory.glob("*.out"))
    fatal = tuple(_tail(path, 20000) for path in sorted(waiting.directory.glob("*.stacks")) if path.stat().st_size)
    outcome = Outcome(
        [record for record in records if not isinstance(record, runs.Broken)],
        ended.cause,
        ended.stacks or fatal,
        broken,
        "\n".join(filter(None, (_tail(path) for path in outputs)))[-4000:],
        time.monotonic() - waiting.started,
        ended.waited,
    )
    shutil.rmtree(waiting.directory, ignore_errors=True)
    return outcome


def _tail(path: Path, most: int = 4000) -> str:
    try:
        with path.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - most))
            return stream.read().decode(errors="replace").strip()
    except OSError:
        return ""
