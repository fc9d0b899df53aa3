"""A process that imports the user's module once and then only forks children from that fresh state.

It is what Python's forkserver is to Keras, with three differences: the module is imported with the user's `sys.path`,
the outcome of that import is told instead of lost, and several nurseries can stand side by side (a spawned worker is a
child of a nursery of its own, whose interpreter nobody else shares).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import multiprocessing
import os
import random
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from seqcheck.engines import proctree, wire
from seqcheck.engines.failures import failure_of
from seqcheck.model.history import Failure

HASH_SEED = "PYTHONHASHSEED"
ALLOCATIONS = 10_000
"""New objects that start a collection while modules are imported, in place of 700: nearly all of what an import makes
stays, and looking through it again and again takes a quarter of the time of TensorFlow's."""


@dataclass(frozen=True)
class Bootstrap:
    """What a nursery does before its first fork. `address` is the socket on which it takes orders."""

    name: str
    address: str
    output: str
    search_path: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """The user's, as ``module`` or ``module:attribute``: a package may load what it exports when it is asked for it."""
    preload: tuple[str, ...] = ()
    """Modules of our own, imported after the user's so that no child has to."""
    niceness: int = 0
    hash_seed: int | None = None
    """What a fresh interpreter hashes texts with; None: a seed of its own. The user's environment has the last word."""


@dataclass(frozen=True)
class Ready:
    """The outcome of a nursery's imports; `threads` counts those that an import left running."""

    name: str
    seconds: float
    failure: Failure | None = None
    threads: int = 0


@dataclass(frozen=True)
class Order:
    """Fork a child that calls `function(*arguments)`, both pickled in `call`, with the sent descriptors appended."""

    call: bytes
    descriptors: int = 0


def main(control_descriptor: int) -> None:
    """Serve orders until the supervisor closes its end of the control channel."""
    proctree.end_with_parent()  # an import that never ends hears no channel close
    control = socket.socket(fileno=control_descriptor)
    bootstrap, _ = wire.receive(control)
    assert isinstance(bootstrap, Bootstrap)
    if _hung_up(control):  # the parent ended before it was asked to be heard of
        return
    code = 1
    try:
        _live(bootstrap, control)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        leave(code)  # whatever threads and exit handlers the user's module has


def _live(bootstrap: Bootstrap, control: socket.socket) -> None:
    listener = _listen(bootstrap)
    if bootstrap.hash_seed is not None and os.environ.get(HASH_SEED) == str(bootstrap.hash_seed):
        del os.environ[HASH_SEED]  # what this process starts draws seeds of its own, as anywhere
    if bootstrap.niceness:
        os.nice(bootstrap.niceness)
    sys.path[:0] = [entry for entry in bootstrap.search_path if entry not in sys.path]
    started = time.monotonic()
    failure = _import(bootstrap)
    import threading

    ready = Ready(bootstrap.name, time.monotonic() - started, failure, threading.active_count() - 1)
    _settle()
    proctree.outlive_parent()  # from here on it ends what it has forked before it ends itself
    _serve(control, listener, ready)


instance: Any = None
"""In a nursery that was forked from the test process: the Sequence that lives there."""


def fork_here(bootstrap: Bootstrap, living: Any, client: socket.socket) -> tuple[int, socket.socket]:
    """Fork a nursery from this process, with an instance that no pickle can take; its pid and control channel.

    The nursery closes its copy of `client`, by whose end the supervisor knows that this process is gone.
    """
    global instance
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        return pid, ours
    try:
        ours.close()
        client.close()
        os.setsid()
        instance = living
        listener = _listen(bootstrap)
        _settle()
        _serve(theirs, listener, Ready(bootstrap.name, 0.0))
    except BaseException:
        traceback.print_exc()
    finally:
        leave(0)


def _settle() -> None:
    """Do once, before the first fork, what would have each fork copy the memory that it shares with this process."""
    from seqcheck.engines import randomness

    randomness.survey()
    gc.collect()
    gc.freeze()


def _hung_up(control: socket.socket) -> bool:
    """Whether the supervisor has closed its end; nothing but its close comes after the bootstrap."""
    return bool(select.select([control], [], [], 0)[0])


def _listen(bootstrap: Bootstrap) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(bootstrap.address)
    listener.listen(64)
    keep_sockets_in(Path(bootstrap.output).parent)
    redirect_output(bootstrap.output)
    proctree.adopt_orphans()
    return listener


def keep_sockets_in(directory: Path) -> None:
    """Have managers, listeners and forkservers of the user's make their sockets in a directory that is removed.

    They remove their own at exit, but a process that is killed has no exit.
    """
    multiprocessing.current_process()._config["tempdir"] = str(directory)  # type: ignore[attr-defined]


def redirect_output(path: str) -> None:
    """Send standard output and error into a file and read nothing from standard input.

    What the user's code prints must neither reach the terminal (escapes, megabytes) nor block on a full pipe.
    """
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    os.close(out)
    os.close(null)


@contextlib.contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for garbage less often; a module that says how often that shall be has the last word."""
    before = gc.get_threshold()
    seldom = (max(before[0], ALLOCATIONS), *before[1:]) if before[0] else before  # 0 is never
    gc.set_threshold(*seldom)
    try:
        yield
    finally:
        if gc.get_threshold() == seldom:
            gc.set_threshold(*before)


def _import(bootstrap: Bootstrap) -> Failure | None:
    with _seldom_collecting():
        return _import_all(bootstrap)


def _import_all(bootstrap: Bootstrap) -> Failure | None:
    try:
        for entry in bootstrap.modules:
            _bring(entry)
    except BaseException as error:  # a module may exit or interrupt on import: that is an answer, not our end
        return failure_of(error)
    try:
        for module in bootstrap.preload:
            importlib.import_module(module)
    except BaseException as error:  # not the user's fault, and not to be told as one
        trace = "".join(traceback.format_exception(error))
        return Failure("seqcheck.Broken", f"seqcheck itself failed, please report it: {trace}", is_exit=True)
    return None


def _bring(entry: str) -> None:
    module, _, names = entry.partition(":")
    found: Any = importlib.import_module(module)
    for name in names.split(".") if names else ():
        found = getattr(found, name, None)  # whoever looks for it says what is missing


def _serve(control: socket.socket, listener: socket.socket, ready: Ready) -> None:
    """Say that the imports are over and fork what is ordered; back when supervisor and children are gone."""
    with contextlib.suppress(OSError):
        wire.send(control, ready)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    os.set_blocking(wake_read, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    waiting: dict[int, socket.socket] = {}
    ears: list[Any] = [control, listener, wake_read]
    while True:
        readable, _, _ = select.select(ears, [], [], 0.5)
        if control in readable:
            proctree.end(lambda: proctree.descendants([os.getpid()]), grace=0.2)
            return
        with contextlib.suppress(BlockingIOError):
            os.read(wake_read, 4096)
        _reap(waiting)
        if listener in readable:
            asker, _ = listener.accept()
            try:
                order, descriptors = wire.receive(asker, descriptors=8)
                _fork(order, descriptors, asker, waiting, [control, listener], (wake_read, wake_write))
            except (EOFError, OSError):
                asker.close()


def _reap(waiting: dict[int, socket.socket]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            asker = waiting.pop(pid, None)
            if asker is not None:
                with contextlib.suppress(OSError):
                    wire.send(asker, os.waitstatus_to_exitcode(status))
                asker.close()


def _fork(
    order: Order,
    descriptors: list[int],
    asker: socket.socket,
    waiting: dict[int, socket.socket],
    own: list[socket.socket],
    pipes: tuple[int, int],
) -> None:
    pid = os.fork()
    if pid:
        for descriptor in descriptors:
            os.close(descriptor)
        waiting[pid] = asker
        with contextlib.suppress(OSError):
            wire.send(asker, pid)
        return
    code = 70
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for channel in (*own, asker, *waiting.values()):
            channel.close()
        for descriptor in pipes:
            os.close(descriptor)
        _reseed()
        proctree.adopt_orphans()
        code = _run(order.call, descriptors)
    except BaseException:
        traceback.print_exc()
    finally:
        leave(code)


def _reseed() -> None:
    """Give the child draws of its own, as an interpreter that has just been started has."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _run(call: bytes, descriptors: list[int]) -> int:
    function: Callable[..., Any]
    function, arguments = wire.loads(call)
    function(*arguments, *descriptors)
    return 0


def leave(code: int) -> NoReturn:
    """End this process at once, past the user's exit handlers and threads, but with our output written."""
    with contextlib.suppress(BaseException):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def order(
    address: str, function: Callable[..., Any], arguments: tuple[Any, ...], *descriptors: int
) -> tuple[int, socket.socket]:
    """Ask the nursery at `address` for a child; returns its pid and the channel that will tell its exit code.

    Raises:
        OSError, EOFError: the nursery is gone.
    """
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    channel.connect(address)
    call = wire.dumps((function, arguments))
    wire.send(channel, Order(call, len(descriptors)), tuple(descriptors))
    pid, _ = wire.receive(channel)
    return int(pid), channel
