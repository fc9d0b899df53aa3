"""`fit` of the installed Keras, and `fit` again on the same instance, after two that were ended in mid-epoch.

Beforehand a fork of the instance is set aside. It reads whole epochs by itself where training comes to other samples,
and so tells a Sequence whose epochs change anyway, or which was made for so many, from one that a fit before broke.
What is read after the first `fit` is kept apart from the reads of the run: nobody promised so many epochs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from seqcheck.engines import by_hand, installed, keras, wire, witness
from seqcheck.engines import run as runs
from seqcheck.engines.failures import failure_of
from seqcheck.engines.loop import Protocol
from seqcheck.engines.reading import Build, Reader, call_hook
from seqcheck.engines.run import Run
from seqcheck.model.batch import Batch
from seqcheck.model.contract import FitUse
from seqcheck.model.history import EngineNote, Event, Hook, Read
from seqcheck.model.measured import MEASURED, faults, measured_as
from seqcheck.model.observation import Alone, Resumed
from seqcheck.model.scenario import Scenario

STEPS: Final = 2
"""The `steps_per_epoch` of the fits that are ended, where an epoch has more."""
CALM: Final = 0.03
"""Seconds without a read after which nothing of a fit that was stopped is fetched any more."""
NOTHING: Final = b"-"
"""What a spare is told that shall read nothing."""
MOST_SECONDS: Final = 3.0
"""For the epochs that are read alone; what is not read by then is not held against anything."""


Plain = TypeVar("Plain", int, bool)
Rows = Mapping[str, Counter[bytes]]
"""How often each row, by fingerprint, stands in each leaf of an epoch."""


def drive(
    build: Build,
    scenario: Scenario,
    generation: str,
    protocol: Protocol,
    run: Run,
    use: FitUse | None = None,
    *,
    made_up: bool = False,
) -> None:
    """Train over `scenario.epochs` on one fresh instance, then again.

    `use` is how the owner says that it is used. Where the samples are `made_up`, its length is not the one in use.
    """
    known = keras.begin(build, generation, run)
    if known is None:
        return
    instance, length = known
    indices = scenario.reads(length)
    spare = Spare(instance, indices, protocol, run)
    try:
        keras.tell_versions(generation, run)
        _tell_faults(instance, None if made_up else length, generation, use or FitUse(), run)
        counting = _Counting(run)
        watch = keras.Watch(instance, counting.run, indices, scenario.indices is not None)
        relay = _Relay(watch)
        model = witness.model(generation, relay)
        callback = keras.epochs_callback(generation, watch)
        recorder = keras.recorder(generation, watch)
        try:
            model.fit(recorder, epochs=scenario.epochs, verbose=0, shuffle=False, callbacks=[callback])
        except BaseException as error:
            run.record(EngineNote("error", f"fit stopped with {type(error).__name__}", failure_of(error)))
        else:
            if _resume(model, relay, counting, generation, scenario.epochs, spare):
                by_hand.drive(model, relay.watched_by, instance, indices[0], run)
    finally:
        spare.dismiss()


def _tell_faults(instance: Any, length: int | None, generation: str, use: FitUse, run: Run) -> None:
    """Say what the installed engine is known to do to a Sequence with these workers, by declaration or of its own.

    What is declared and meets it by itself is a note of kind ``use``. Steps are held against no length that is unknown.
    """
    of_its_own = generation == "keras"  # in legacy Keras, fit is told
    workers, processes = use.workers, use.use_multiprocessing
    if processes is None and use.start_method is not None:
        processes = True
    in_use = use.keras in (None, generation)
    declared = {"threads": workers is not None, "processes": bool(processes)}
    if workers is None:
        workers = _plain(instance, "workers", int, 1) if of_its_own else 1
    if processes is None:
        processes = _plain(instance, "use_multiprocessing", bool, False) if of_its_own else False
    engine = installed.name(generation)
    for fault in faults(engine, workers, processes=processes, steps=use.steps_per_epoch, length=length):
        # What concerns steps is only told where they are declared.
        failing = in_use and fault.on_use and declared.get(fault.promise, True)
        reshuffled = "-reshuffled" if fault.promise == "fewer-steps-reshuffled" else ""
        run.record(EngineNote(f"use{reshuffled}" if failing else "engine", fault.text))
    if measured_as(engine) not in MEASURED:
        run.record(EngineNote("use-unknown", f"nobody has measured what {engine} makes of it"))
    elif use.steps_per_epoch is not None and length is None:
        why = "the samples are made up, or as many as were asked of the factory"
        steps = f"fit.steps_per_epoch = {use.steps_per_epoch}"
        run.record(EngineNote("use-unknown", f"{steps} is held against no length: {why}"))
    elif not in_use:
        run.record(EngineNote("use-unknown", f"{engine} is not the Keras that is declared: {use.keras}"))


def _plain(instance: Any, name: str, kind: type[Plain], otherwise: Plain) -> Plain:
    """An attribute that is what Keras's own constructor leaves there; properties of the user's may raise anything."""
    try:
        value = getattr(instance, name)
    except Exception:
        return otherwise
    return value if isinstance(value, kind) else otherwise


class _Relay:
    """Hands what reaches a step to the watch whose turn it is."""

    def __init__(self, watch: keras.Watch) -> None:
        self.watch = watch
        self._told: witness.Reached | None = None

    def watched_by(self, other: witness.Reached) -> None:
        """Whoever is told in the place of the watch from now on."""
        self._told = other

    def reached(self, data: Any) -> None:
        """A batch reached a step of the model."""
        (self._told or self.watch).reached(data)


class _Counting:
    """The run, and beside it the rows of each epoch that was read."""

    def __init__(self, run: Run) -> None:
        self._batches: dict[int, list[Batch]] = {}
        self._beside = run
        self.run = replace(run, record=self._count)

    def _count(self, event: Event) -> None:
        self._beside.record(event)
        if isinstance(event, Read) and event.purpose == "epoch" and event.batch is not None:
            self._batches.setdefault(event.epoch, []).append(event.batch)

    def rows(self) -> list[Rows]:
        """By epoch."""
        return [_rows(batches) for batches in self._batches.values()]


class Spare:
    """A fork of the instance as it was before anything was read, which waits to be asked for epochs."""

    def __init__(self, instance: Any, indices: Sequence[int], protocol: Protocol, run: Run) -> None:
        self.run = run
        asked, self._ask = os.pipe()
        self._pipe = wire.identity_of(self._ask)

        def wait() -> None:
            os.close(self._ask)
            told = os.read(asked, 8)
            if told and told != NOTHING:
                _read_alone(instance, indices, protocol, int(told), run)

        self._pid = runs.begin_fork(run, wait)
        os.close(asked)

    def read(self, ends: int) -> None:
        """Have it read all epochs before which `on_epoch_end` was called up to `ends` times: records `Alone`."""
        self._tell(str(ends).encode())

    def dismiss(self) -> None:
        """Let it go, and wait for its end. The pipe's end alone says nothing: children of the user's may hold it."""
        self._tell(NOTHING)

    def _tell(self, what: bytes) -> None:
        if not self._pid:
            return
        pid, self._pid = self._pid, 0
        if wire.identity_of(self._ask) == self._pipe:
            os.write(self._ask, what)
            os.close(self._ask)
        else:  # the user's code closed it, and a file of theirs may bear its number by now
            os.kill(pid, signal.SIGKILL)
        runs.await_child(self.run, pid)


def _read_alone(instance: Any, indices: Sequence[int], protocol: Protocol, ends: int, run: Run) -> None:
    hook_first, hook_begin = protocol
    kept = _Kept(run)
    reader = Reader(instance, kept.run)
    deadline = time.monotonic() + MOST_SECONDS
    number = 0
    if hook_first:
        call_hook(instance, kept.run, -1, "on_epoch_end")
        number = 1
    while number <= ends and time.monotonic() < deadline:
        if hook_begin:
            call_hook(instance, kept.run, number, "on_epoch_begin")
        for index in indices:
            reader.read(number, index)
        call_hook(instance, kept.run, number, "on_epoch_end")
        run.record(Alone(number, kept.batches(number), kept.trouble()))
        if kept.trouble():
            return
        number += 1


class _Kept:
    """Events that no history shall have; all that is recorded of them is a sign of life."""

    def __init__(self, beside: Run) -> None:
        self.events: list[Event] = []
        self._beside = beside
        self.run = replace(beside, record=self._keep)

    def _keep(self, event: Event) -> None:
        self.events.append(event)
        self._beside.record(EngineNote("searching", "training once more"))

    def batches(self, epoch: int) -> tuple[tuple[int, Batch], ...]:
        """What the reads of an epoch gave, by index."""
        return tuple(
            (read.index, read.batch)
            for read in list(self.events)
            if isinstance(read, Read) and read.purpose == "epoch" and read.epoch == epoch
            if read.batch is not None and not read.is_none
        )

    def trouble(self) -> str:
        """What a read or a hook raised first, and where."""
        for event in list(self.events):
            if isinstance(event, Read) and event.failure is not None:
                return f"batch {event.index} raised {event.failure.text}"
            if isinstance(event, Hook) and event.failure is not None:
                return f"{event.name} raised {event.failure.text}"
        return ""


def _resume(model: Any, relay: _Relay, counting: _Counting, generation: str, epochs: int, spare: Spare) -> bool:
    """End two more fits in the middle of an epoch, then train one whole epoch: records a `Resumed`.

    A callback stops the first of them and raises in the second. Says whether all went well.
    """
    first, run = relay.watch, counting.run
    kept = _Kept(run)
    steps = min(STEPS, len(first.indices) - 1)
    last = epochs
    again = _another(first, kept)
    trouble = ""
    try:
        for raises in (False, True) if steps > 0 else ():
            relay.watch = stopped = _another(first, kept)
            stopped.ends = again.ends
            ending = _ending(generation, model, stopped, last + 1, raises=raises)
            recorder = keras.recorder(generation, stopped)
            how = {"initial_epoch": last, "epochs": last + 2, "steps_per_epoch": steps}
            with contextlib.suppress(_Raised):
                model.fit(recorder, verbose=0, shuffle=False, callbacks=[ending], **how)
            _calm(stopped)
            again.ends = stopped.ends
            last += 2
        relay.watch = again
        callback = keras.epochs_callback(generation, again)
        recorder = keras.recorder(generation, again)
        how = {"initial_epoch": last, "epochs": last + 1}
        model.fit(recorder, verbose=0, shuffle=False, callbacks=[callback], **how)
    except BaseException as error:
        trouble = kept.trouble() or f"fit stopped with {failure_of(error).text}"
    own = trouble != "" and trouble == kept.trouble()
    seen = kept.batches(last)
    counted = [*counting.rows(), _rows(batch for _, batch in seen)]
    ended = again.ended.get(last, relay.watch.ends)
    if trouble or any(rows != counted[0] for rows in counted[1:]):
        spare.read(max(ended, *first.ended.values()))
    run.record(Resumed(steps, seen, again.place, ended, tuple(sorted(first.ended.items())), trouble, own))
    return not trouble


def _another(watch: keras.Watch, kept: _Kept) -> keras.Watch:
    """A watch over the same instance, which writes elsewhere and takes no reference."""
    other = keras.Watch(watch.instance, kept.run, watch.indices, watch.windowed, referenced=True)
    other.ends = watch.ends
    return other


def _rows(batches: Iterable[Batch]) -> Rows:
    found: dict[str, Counter[bytes]] = {}
    for batch in batches:
        for leaf in batch.leaves:
            found.setdefault(leaf.path, Counter()).update(leaf.rows or (leaf.digest,))
    return found


def _calm(watch: keras.Watch) -> None:
    """Wait until nothing is fetched ahead any more."""
    fetched = -1
    deadline = time.monotonic() + 20 * CALM
    while watch.fetched != fetched and time.monotonic() < deadline:
        fetched = watch.fetched
        time.sleep(CALM)


class _Raised(Exception):
    """Of the callback."""


def _ending(generation: str, model: Any, watch: keras.Watch, last: int, *, raises: bool) -> Any:
    base: Any = installed.callback(generation)

    class Ending(base):  # type: ignore[misc]
        """Ends the training in the middle of epoch `last`, as EarlyStopping by batches does, or by an exception."""

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
            watch.epoch = epoch

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            if watch.epoch == last and raises:
                raise _Raised
            model.stop_training = watch.epoch == last

    return Ending()
