"""Our own pools: threads, and processes under each start method, a new pool every epoch, one task an index.

The first tasks go to as many workers as there are, so that all of them take part; the next index goes to whoever is
free, as in a pool's shared queue. A worker's death or silence ends in the record, never in a hang.
"""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from typing import Any, Final

from seqcheck.engines import births, wire
from seqcheck.engines import run as runs
from seqcheck.engines.births import Worker
from seqcheck.engines.failures import failure_of
from seqcheck.engines.loop import Protocol
from seqcheck.engines.reading import Build, NotBuilt, Reader, ask_length, call_hook, construct, describe_batch
from seqcheck.engines.run import Run
from seqcheck.model.history import Death, Delivery, EngineNote, Failure, Timeout
from seqcheck.model.scenario import Scenario

BARRIER_LIMIT: Final = 5.0
"""Seconds that threads wait for each other before their first read."""
ALIVE: Final = 12
"""Batches of Keras's threads that are alive at a time: ten in its queue, one in use, one that waits for a place."""
LOOK_AGAIN: Final = 0.5
"""Seconds after which workers that say nothing are looked at, whether they still live."""


def drive(build: Build, scenario: Scenario, protocol: Protocol, run: Run) -> None:
    """Drive `scenario.epochs` epochs with a new pool each, after a fork of the driver has read it as reference."""
    try:
        instance = construct(build, run)
    except NotBuilt:
        return
    ask_length(instance, run, -1, "start")
    hook_first, hook_begin = protocol
    if hook_first and not call_hook(instance, run, -1, "on_epoch_end"):
        return
    one_epoch = _threads if scenario.engine == "threads" else _processes
    for epoch in range(scenario.epochs):
        length = ask_length(instance, run, epoch, "epoch")
        if length is None:
            return
        indices = scenario.reads(length)
        if hook_begin and not call_hook(instance, run, epoch, "on_epoch_begin"):
            return
        take_reference(instance, indices, epoch, run)
        if not one_epoch(instance, scenario, indices, epoch, run):
            return
        ask_length(instance, run, epoch, "end")
        if not call_hook(instance, run, epoch, "on_epoch_end"):
            return


def take_reference(instance: Any, indices: Sequence[int], epoch: int, run: Run) -> None:
    """Have a fork of this process read the epoch in order, isolated: what the workers' batches are held against."""

    def read() -> None:
        reader = Reader(instance, run, isolated=True)
        for place, index in enumerate(indices):
            reader.read(epoch, index, "reference", place)

    trouble = runs.in_fork(run, read)
    if trouble:
        run.record(EngineNote("skipped", f"the reference of epoch {epoch} could not be read in a fork: {trouble}"))


class Tasks:
    """The places of an epoch for threads, handed out in order and never further ahead than Keras lets its threads go.

    Its queue bounds how many batches are alive at a time. A Sequence may count on that, say with a ring of buffers, and
    a thread that the system held up must not be overtaken by more.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._next = 0
        self._open: set[int] = set()
        self._changed = threading.Condition()

    def take(self) -> int | None:
        """The next place, once it is near enough to the first that is not finished; None after the last."""
        with self._changed:
            place, self._next = self._next, self._next + 1
            if place >= self._number:
                return None
            self._open.add(place)
            self._changed.wait_for(lambda: place - min(self._open) < ALIVE)
            return place

    def finish(self, place: int) -> None:
        """Say that the batch of this place has been used."""
        with self._changed:
            self._open.discard(place)
            self._changed.notify_all()


def _threads(instance: Any, scenario: Scenario, indices: Sequence[int], epoch: int, run: Run) -> bool:
    tasks = Tasks(len(indices))
    results: dict[int, Any] = {}
    workers = min(scenario.workers, max(1, len(indices)))
    barrier = threading.Barrier(workers)
    own: list[BaseException] = []

    def work(number: int) -> None:
        try:
            reader = Reader(instance, run, worker=number)
            place = tasks.take()
            try:
                barrier.wait(BARRIER_LIMIT)
            except threading.BrokenBarrierError:
                run.record(EngineNote("skipped", "the threads did not begin together"))
            while place is not None:
                value, failure = reader.read(epoch, indices[place], place=place)
                batch = None if failure else describe_batch(value, run)
                results[place] = Delivery(epoch, place, indices[place], batch, failure)
                tasks.finish(place)
                place = tasks.take()
        except BaseException as error:
            own.append(error)

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if own:
        raise own[0]
    for place in sorted(results):
        run.record(results[place])
    return True


def work_in_process(instance: Any, connection: Connection, run: Run, worker: int) -> None:
    """A worker process: read what is asked for, send the batch back as a pool does, leave on an empty message."""
    reader = Reader(instance, run, worker=worker, isolated=True)
    pipe = wire.identity_of(connection.fileno())
    while True:
        message = connection.recv_bytes()
        if not message:
            return
        epoch, place, index = wire.loads(message)
        value, failure = reader.read(epoch, index, place=place)
        if wire.identity_of(connection.fileno()) != pipe:
            # The user's code closed it, and a file of theirs may bear its number by now.
            raise OSError("the pipe to the driver is closed")
        if failure is not None:
            connection.send(("raised", failure))
            continue
        try:
            data = bytes(ForkingPickler.dumps(value))
        except BaseException as error:
            connection.send(("unsent", failure_of(error)))
            continue
        connection.send(("batch", None))
        connection.send_bytes(data)


def _processes(instance: Any, scenario: Scenario, indices: Sequence[int], epoch: int, run: Run) -> bool:
    """One epoch of a process pool; False where the run cannot go on."""
    workers = _birth(instance, scenario, epoch, run)
    if workers is None:
        return False
    tasks = list(enumerate(indices))[::-1]
    busy: dict[int, tuple[int, int]] = {}
    deliveries: list[Delivery] = []
    alive = dict(enumerate(workers))

    def hand_out(worker: Worker) -> None:
        if tasks:
            place, index = busy[worker.number] = tasks.pop()
            worker.connection.send_bytes(wire.dumps((epoch, place, index)))

    def bury(worker: Worker) -> None:
        del alive[worker.number]
        place_index = busy.pop(worker.number, None)
        cause = worker.cause() or "exit 0"
        index = place_index[1] if place_index else None
        during = f"reading batch {index} in epoch {epoch}" if place_index else f"waiting in epoch {epoch}"
        run.record(Death(worker.number, cause, during, index, epoch))

    for worker in workers:
        _carefully(lambda worker=worker: hand_out(worker), worker, bury)  # type: ignore[misc]
    while busy and alive:
        waited: dict[Any, Worker] = {
            end: worker for worker in alive.values() for end in (worker.connection, worker.sentinel())
        }
        ready = wait(list(waited), LOOK_AGAIN)
        # A child of a dead worker's own may hold its pipes open, so that neither of them ever says that it is gone.
        called = [waited[end] for end in ready] or [worker for worker in alive.values() if worker.gone()]
        for worker in {worker.number: worker for worker in called}.values():
            if worker.connection not in ready and not worker.connection.poll():
                bury(worker)
                continue

            def hear(worker: Worker = worker) -> None:
                kind, failure = worker.connection.recv()
                data = worker.connection.recv_bytes() if kind == "batch" else b""
                place, index = busy.pop(worker.number)
                deliveries.append(_deliver(kind, data, failure, epoch, place, index, run))
                hand_out(worker)

            _carefully(hear, worker, bury)
    for delivery in sorted(deliveries, key=lambda item: item.place):
        run.record(delivery)
    complete = len(alive) == len(workers) and not tasks
    births.retire(workers)
    return complete


def _carefully(step: Callable[[], None], worker: Worker, bury: Callable[[Worker], None]) -> None:
    try:
        step()
    except (EOFError, OSError):
        bury(worker)


def _deliver(kind: str, data: bytes, failure: Failure | None, epoch: int, place: int, index: int, run: Run) -> Delivery:
    if kind != "batch":
        return Delivery(epoch, place, index, None, failure)
    try:
        return Delivery(epoch, place, index, describe_batch(pickle.loads(data), run))
    except BaseException as error:
        return Delivery(epoch, place, index, None, failure_of(error))


def _birth(instance: Any, scenario: Scenario, epoch: int, run: Run) -> list[Worker] | None:
    """The workers of one epoch's pool, each with its instance; None where it could not be sent."""
    if scenario.engine == "fork":
        return [births.fork_worker(instance, work_in_process, run, number) for number in range(scenario.workers)]
    workers: list[Worker] = []
    for number in range(scenario.workers):
        try:
            data = births.pickle_instance(instance)
        except BaseException as error:
            run.record(EngineNote("error", "the instance could not be pickled", failure_of(error)))
            births.retire(workers)
            return None
        name = "main" if scenario.engine == "forkserver" else f"spawn-{number % max(1, len(run.nurseries) - 1)}"
        identity = epoch * scenario.workers + number + 1
        worker = births.sent_worker(work_in_process, run, number, scenario.engine, run.nurseries[name], identity)
        workers.append(worker)
        worker.connection.send_bytes(data)
    for worker in workers:
        trouble = _first_word(worker, run)
        if trouble is not None:
            run.record(trouble)
            births.retire(workers)
            return None
    return workers


def _first_word(worker: Worker, run: Run) -> EngineNote | None:
    """What a sent worker says once it has, or has not, unpickled its instance."""
    deadline = time.monotonic() + run.silence * 0.8
    while time.monotonic() < deadline:
        if wait([worker.connection, worker.sentinel()], 0.5):
            try:
                kind, failure = worker.connection.recv()
            except (EOFError, OSError):
                cause = worker.cause() or "exit 0"
                run.record(Death(worker.number, cause, "unpickling the instance"))
                return EngineNote("error", f"worker {worker.number} ended with {cause} while it unpickled the instance")
            if kind == "ready":
                return None
            return EngineNote("error", "the instance could not be unpickled in a worker", failure)
    # Asking for its stacks takes a while, and must not pass for silence of the whole run.
    run.record(EngineNote("hung", f"worker {worker.number} is silent while it unpickles the instance"))
    stacks = runs.stacks_of(run.directory, {worker.pid})
    run.record(Timeout(round(run.silence * 0.8, 1), f"unpickling the instance in worker {worker.number}", stacks))
    return EngineNote("error", f"worker {worker.number} did not come to the end of unpickling the instance")
