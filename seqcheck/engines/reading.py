"""The user's four entry points - constructor, `len`, `seq[i]`, hooks - called and recorded, whatever they do."""

from __future__ import annotations

import contextlib
import operator
import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import numpy as np

from seqcheck.engines.failures import failure_of
from seqcheck.engines.opened import opened
from seqcheck.engines.randomness import Streams
from seqcheck.engines.run import Run
from seqcheck.engines.taken import taken
from seqcheck.model.batch import Batch, describe
from seqcheck.model.history import Built, Failure, Hook, Length, Read, ReadBegun
from seqcheck.model.scenario import Truth

Build = Callable[[], "tuple[Any, Truth]"]


class NotBuilt(Exception):
    """The instance could not be made; the history says why."""


def construct(build: Build, run: Run) -> Any:
    """Make the instance and record it.

    Raises:
        NotBuilt: the constructor or factory failed.
    """
    started = time.monotonic()
    try:
        instance, truth = build()
    except BaseException as error:
        run.record(Built(time.monotonic() - started, failure=failure_of(error)))
        raise NotBuilt from error
    run.record(Built(time.monotonic() - started, type(instance).__qualname__, truth=truth))
    run.files, run.noted = truth.files, bool(truth.noted)
    return instance


def ask_length(instance: Any, run: Run, epoch: int, when: str) -> int | None:
    """Ask for the number of batches as Keras does; None where the answer is unusable or says that there is no end."""
    try:
        value, endless = raw_length(instance)
    except BaseException as error:
        run.record(Length(epoch, when, None, "", "", failure_of(error)))
        return None
    number: int | None = None
    failure: Failure | None = None
    try:
        number = operator.index(value)
        if number < 0:
            raise ValueError("__len__() should return >= 0")
        if number > 2**63 - 1:
            raise OverflowError("cannot fit 'int' into an index-sized integer")
    except (TypeError, ValueError, OverflowError) as error:
        number = None
        failure = None if endless else failure_of(error)
    run.record(Length(epoch, when, number, repr(value)[:200], type(value).__name__, failure))
    return number


def raw_length(instance: Any) -> tuple[Any, bool]:
    """What the Sequence answers, and whether that says that it has no end: `num_batches` may be None, `__len__` not."""
    kind = type(instance)
    own = next((base for base in kind.__mro__ if "num_batches" in vars(base)), None)
    if own is not None and not own.__module__.startswith(("keras.", "tf_keras.")):
        value = instance.num_batches
        return value, value is None
    if hasattr(kind, "__len__"):
        return kind.__len__(instance), False
    value = instance.num_batches
    return value, value is None


def call_hook(instance: Any, run: Run, epoch: int, name: str) -> bool:
    """Call `on_epoch_end` or `on_epoch_begin` where there is one; False where it raised."""
    hook = getattr(instance, name, None)
    if hook is None:
        return True
    run.record(Hook(epoch, name, begun=True))
    try:
        hook()
    except BaseException as error:
        run.record(Hook(epoch, name, failure_of(error)))
        return False
    run.record(Hook(epoch, name))
    return True


class Reader:
    """Reads batches in one process (or thread) and records every read.

    With `isolated` every draw is a function of epoch and index. `worker` is −1 in the driver.
    """

    def __init__(self, instance: Any, run: Run, *, worker: int = -1, isolated: bool = False) -> None:
        self.instance = instance
        self.run = run
        self.worker = worker
        self.streams = Streams(instance) if isolated else None

    def read(self, epoch: int, index: int, purpose: str = "epoch", place: int = 0) -> tuple[Any, Failure | None]:
        """Read one batch; the value, or the failure where it raised anything at all."""
        value, _, failure = self.attempt(epoch, index, purpose, place)
        return value, failure

    def attempt(
        self, epoch: int, index: int, purpose: str = "epoch", place: int = 0
    ) -> tuple[Any, BaseException | None, Failure | None]:
        """As `read`, with the exception itself, for an engine that must see it."""
        process, thread, start = os.getpid(), threading.get_ident(), time.monotonic()
        self.run.record(ReadBegun(epoch, index, purpose, process, thread, self.worker, start))
        with touched(self.run) as samples:
            value, raised = self._ask(epoch, index)
        if isinstance(raised, SystemError):
            # An error inside the interpreter, as where two threads parse a literal at once, which `np.load` does with
            # every header; what the Sequence has to do with it comes again.
            with touched(self.run) as samples:
                value, raised = self._ask(epoch, index)
        end = time.monotonic()
        failure = None if raised is None else failure_of(raised)
        batch = describe_batch(value, self.run) if failure is None else None
        if batch is not None and (self.run.files or self.run.noted):
            batch = replace(batch, touched=tuple(samples))
        read = Read(epoch, index, purpose, process, thread, self.worker, start, end, batch, failure, place)
        self.run.record(read if value is not None or failure else replace(read, is_none=True))
        return value, raised, failure

    def _ask(self, epoch: int, index: int) -> tuple[Any, BaseException | None]:
        streams = self.streams.isolated(epoch, index) if self.streams is not None else contextlib.nullcontext()
        with streams:
            try:  # the user's call alone: a failure of ours must not pass as theirs
                return self.instance[index], None
            except BaseException as error:
                return None, error


def touched(run: Run) -> AbstractContextManager[list[int]]:
    """Gathers the samples of which a read touches what they are made of."""
    return taken(run.noted) if run.noted else opened(run.files)


def describe_batch(value: Any, run: Run) -> Batch:
    """A batch as data, with the owner's ids where the contract names a `sample_id`."""
    if run.sample_id is None or value is None:
        return describe(value, padding=run.padding)
    try:
        identities = tuple(_plain(item) for item in run.sample_id(value))
    except Exception:  # an id that cannot be read leaves the batch without identities: nothing is claimed of it
        identities = None
    return describe(value, identities, run.padding)


def _plain(item: Any) -> Any:
    if isinstance(item, np.generic):
        return item.item()
    return item if isinstance(item, (int, str, bytes, float, tuple)) else repr(item)
