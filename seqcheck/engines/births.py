"""How a pool's worker comes into the world under each start method, and how it looks from inside.

A worker is a daemonic `multiprocessing` process with the name and identity that a pool would give it, at the end of a
pipe. Under fork it is forked from the driver with the instance in its memory. Under forkserver it is forked from the
nursery that imported the user's module, under spawn from a nursery that no other worker shares; to both the instance is
sent by pickle, as a pool sends its `initargs`.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.context
import multiprocessing.process
import os
import signal
import socket
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import reduction, resource_sharer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, NoReturn

from seqcheck.engines import nursery
from seqcheck.engines import run as runs
from seqcheck.engines.run import Run
from seqcheck.model.current_folder import current_folder, return_to

PIPE_CLOSED: Final = 74
"""How a worker ends whose pipe the user's code has closed; a pool's worker could not deliver either."""
WorkerMain = Callable[[Any, Connection, Run, int], None]
"""``main(instance, connection, run, worker)``: what a worker does with its instance."""


@dataclass
class Worker:
    """One worker as the driver sees it. `ended` becomes readable, or the process waitable, when it is gone."""

    number: int
    pid: int
    connection: Connection
    process: multiprocessing.process.BaseProcess | None = None
    ended: socket.socket | None = None

    def sentinel(self) -> Any:
        """Something to `wait` for beside the connection."""
        return self.process.sentinel if self.process is not None else self.ended

    def gone(self) -> bool:
        """Whether a forked worker has ended; of one that a nursery forked, `ended` always tells."""
        return self.process is not None and not self.process.is_alive()

    def cause(self) -> str:
        """How it ended: empty, ``exit 3`` or ``SIGSEGV``; waits for an end that was announced."""
        if self.process is not None:
            self.process.join(5)
            code = self.process.exitcode
            return "still running" if code is None else _cause(code)
        try:
            assert self.ended is not None
            from seqcheck.engines import wire

            self.ended.settimeout(5)
            code, _ = wire.receive(self.ended)
            return _cause(code)
        except (EOFError, OSError):
            return "no nursery"

    def close(self) -> None:
        """Close the driver's ends."""
        self.connection.close()
        if self.ended is not None:
            self.ended.close()


def _cause(code: int) -> str:
    return "the pipe to its pool closed" if code == PIPE_CLOSED else runs.cause_of(code)


def fork_worker(instance: Any, main: WorkerMain, run: Run, number: int) -> Worker:
    """Fork a worker from this process."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_forked, args=(instance, main, ours, theirs, run, number), daemon=True)
    process.name = process.name.replace("Process", "PoolWorker")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of threads at a fork: that is what we test
        process.start()
    theirs.close()
    assert process.pid is not None
    return Worker(number, process.pid, ours, process)


def _forked(instance: Any, main: WorkerMain, ours: Connection, theirs: Connection, run: Run, number: int) -> None:
    ours.close()
    _work(instance, main, theirs, run, number)


def _work(instance: Any, main: WorkerMain, connection: Connection, run: Run, number: int) -> None:
    runs.enter(run.directory)
    code = 0
    try:
        main(instance, connection, run, number)
    except (EOFError, BrokenPipeError):
        pass  # the driver is gone
    except OSError:
        code = PIPE_CLOSED
    except BaseException:
        run.record(runs.Broken(traceback.format_exc()))  # type: ignore[arg-type]  # kept apart by the reader
    finally:
        nursery.leave(code)


def sent_worker(main: WorkerMain, run: Run, number: int, start_method: str, address: str, identity: int) -> Worker:
    """Have a nursery fork a worker that will receive its instance by `send_instance`.

    Raises:
        OSError, EOFError: the nursery is gone.
    """
    ours, theirs = socket.socketpair()
    key = bytes(multiprocessing.current_process().authkey)
    # A pool's workers stand in the folder that is current in the process that opens the pool, under every start method.
    said = (str(run.directory), run.silence, run.sample_id, run.padding)
    arguments = (main, *said, number, start_method, identity, key, current_folder())
    pid, channel = nursery.order(address, _born, arguments, theirs.fileno())
    theirs.close()
    return Worker(number, pid, Connection(ours.detach()), ended=channel)


def _born(
    main: WorkerMain,
    directory: str,
    silence: float,
    sample_id: Any,
    padding: float | None,
    number: int,
    start_method: str,
    identity: int,
    key: bytes,
    folder: str,
    descriptor: int,
) -> None:
    with contextlib.suppress(OSError):
        return_to(folder)
    multiprocessing.current_process().authkey = key  # as in a pool's worker: queues and locks are sent under it
    connection = Connection(descriptor)
    run = Run(Path(directory), runs.enter(Path(directory)), silence, sample_id=sample_id, padding=padding)
    context: Any = multiprocessing.get_context(start_method)
    process = context.Process(target=_receive_and_work, args=(main, connection, run, number), daemon=True)
    process.name = f"{type(process).__name__.replace('Process', '')}PoolWorker-{identity}"
    process._identity = (identity,)  # as a pool's workers are numbered, over all epochs
    process._bootstrap()  # what every start method calls in its child


def _receive_and_work(main: WorkerMain, connection: Connection, run: Run, number: int) -> None:
    from seqcheck.engines.failures import failure_of

    data = connection.recv_bytes()
    try:
        instance = reduction.ForkingPickler.loads(data)
    except BaseException as error:
        connection.send(("unsent", failure_of(error)))
        nursery.leave(0)
    connection.send(("ready", None))
    _work(instance, main, connection, run, number)


def be_worker(step: Callable[[], None], run: Run, number: int, start_method: str = "fork") -> NoReturn:
    """In a child that was forked for it: look like worker `number` (from 1) of a pool, do `step`, and end."""

    def work() -> None:
        try:
            step()
        except BaseException:
            run.record(runs.Broken(traceback.format_exc()))  # type: ignore[arg-type]  # kept apart by the reader
        finally:
            nursery.leave(0)

    context: Any = multiprocessing.get_context(start_method)
    process = context.Process(target=work, daemon=True)
    process.name = f"{type(process).__name__.replace('Process', '')}PoolWorker-{number}"
    process._identity, process._parent_pid = (number,), os.getppid()
    process._bootstrap()  # runs what the user has registered to be done after a fork
    nursery.leave(0)


class _Spawning:
    """Stands where a starting process stands while its arguments are pickled, so that locks, queues and pipes of
    `multiprocessing` may be part of them; a descriptor is offered through `resource_sharer`."""

    def duplicate_for_child(self, descriptor: int) -> int:
        return descriptor

    def DupFd(self, descriptor: int) -> Any:  # the name is multiprocessing's
        return resource_sharer.DupFd(descriptor)


def pickle_instance(instance: Any) -> bytes:
    """The instance as a pool under spawn or forkserver sends it. Raises whatever its pickling raises."""
    multiprocessing.context.set_spawning_popen(_Spawning())  # type: ignore[arg-type]  # it asks for these two methods alone
    try:
        return bytes(reduction.ForkingPickler.dumps(instance))
    finally:
        multiprocessing.context.set_spawning_popen(None)


def retire(workers: list[Worker]) -> None:
    """Let workers go: an empty message asks them to leave; forked ones are reaped."""
    for worker in workers:
        with contextlib.suppress(OSError, ValueError):
            worker.connection.send_bytes(b"")
    for worker in workers:
        if worker.process is not None:
            worker.process.join(0.5)
            if worker.process.is_alive():
                with contextlib.suppress(OSError):
                    os.kill(worker.pid, signal.SIGKILL)
                worker.process.join(5)
        worker.close()
