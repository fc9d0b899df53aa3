"""What is explored: fresh instances, all alike, and reads of them at the same time."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from seqcheck.model.current_folder import current_folder, return_to
from seqcheck.schedule.baton import Controller
from seqcheck.schedule.hooks import Streams
from seqcheck.schedule.locks import Substitution
from seqcheck.schedule.oracle import Reference, Sketch, reference, serial_orders, sketch
from seqcheck.schedule.outcome import Outcome
from seqcheck.schedule.policies import Policy, Serial
from seqcheck.schedule.text import Setting

COLLECT_EVERY = 100
"""Runs between two collections of what dead instances leave: none may come in the middle of a run."""


class Randomness(Protocol):
    """The random generators that reads may draw from."""

    def reset(self) -> None:
        """Put every generator that is no part of an instance where it was at first."""

    def streams(self, instance: Any) -> Any:
        """What reads of this instance draw from, as `Streams`."""

    def learn(self, streams: Any, before: Any) -> bool:
        """Keep to what has moved since `before` was taken of `streams`; False where nothing has."""

    def everything(self) -> AbstractContextManager[None]:
        """Inside, `streams` has those as well that no read was seen to move."""

    def settle(self) -> None:
        """Reset from now on only what does not stand where it was at first."""


class Unrepeatable(Exception):
    """An instance could not be made again, or a read before the ones in question failed; the text says which."""


@dataclass
class Subject:
    """Makes instances and runs reads of them under a policy.

    `build` makes a fresh instance, in `folder`; `hook` calls its end of an epoch. `take` turns a batch into what is
    compared, at the very moment of its return, in the thread that read it.
    """

    build: Callable[[], Any]
    length: int
    controller: Controller
    locks: Substitution
    randomness: Randomness
    hook: Callable[[Any], None] = lambda _: None
    owns: Callable[[str], bool] = lambda _: False
    """Whether a file is the user's own."""
    take: Callable[[Any], Any] = sketch
    runs: int = 0
    draws: bool = False
    """A read was seen to draw from a generator in reach."""
    begin_again: Callable[[], None] = lambda: None
    """Puts back what earlier reads have left outside their instances."""
    folder: str = field(default_factory=current_folder)

    def fresh(self, setting: Setting, isolated: bool) -> tuple[Any, Streams]:
        """An instance with everything behind it that comes before the reads in question.

        Raises:
            Unrepeatable: it cannot be made, or the reads before fail.
        """
        if self.runs % COLLECT_EVERY == 0:
            gc.collect()
        self.runs += 1
        return_to(self.folder)
        self.randomness.reset()
        self.begin_again()
        try:
            instance = self.build()
        except BaseException as error:
            raise Unrepeatable(f"it could not be built again: {type(error).__name__}: {error}") from None
        self.locks.exchange(instance)
        streams = self.randomness.streams(instance)
        before = range(self.length) if setting.epoch else setting.before
        for index in before:
            if isolated:
                streams.begin(index)
            try:
                instance[index]
            except BaseException as error:
                raise Unrepeatable(f"reading batch {index} raises {type(error).__name__}") from None
        if setting.epoch:
            if isolated:
                streams.begin(self.length)
            try:
                self.hook(instance)
            except BaseException as error:
                raise Unrepeatable(f"the end of an epoch raises {type(error).__name__}") from None
        return instance, streams

    def run(self, setting: Setting, policy: Policy, *, isolated: bool) -> Outcome:
        """Run the reads of a setting on a fresh instance.

        Raises:
            Unrepeatable: as `fresh`.
        """
        instance, streams = self.fresh(setting, isolated)
        take, between = self.take, self.controller.between_reads

        def call(reads: tuple[int, ...]) -> Callable[[], Any]:
            def read() -> Any:
                first, *rest = reads
                batches = [take(instance[first])]
                for index in rest:
                    between(partial(streams.begin, index) if isolated else None)
                    batches.append(take(instance[index]))
                return tuple(batches) if rest else batches[0]

            return read

        keyed = _Keyed(streams, setting.indices) if isolated else None
        return self.controller.run([call(reads) for reads in setting.reads], policy, keyed)

    def reference(self, setting: Setting, *, isolated: bool) -> Reference:
        """What the serial orders of a setting give.

        Raises:
            Unrepeatable: as `fresh`.
        """
        quantum, self.controller.quantum = self.controller.quantum, None
        try:
            runs = {}
            for order in serial_orders(len(setting.indices), len(setting.reads[0])):
                first = self.run(setting, Serial(order), isolated=isolated)
                runs[order] = (first, first if first.trouble else self.run(setting, Serial(order), isolated=isolated))
                if first.trouble:
                    break
            return reference(runs)
        finally:
            self.controller.quantum = quantum


class _Keyed:
    """Streams that begin, for each thread, by the index of its batch."""

    def __init__(self, streams: Streams, indices: tuple[int, ...]) -> None:
        self._indices = indices
        self.take, self.put = streams.take, streams.put
        self._streams = streams

    def begin(self, key: int) -> None:
        self._streams.begin(self._indices[key])


__all__ = ["Randomness", "Sketch", "Subject", "Unrepeatable"]
