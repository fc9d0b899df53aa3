"""Is a batch a function of its index whatever was done to the instance before?

A script of operations is carried out on one instance. Before anything is done in an epoch, a fork reads it whole and in
order: what the reads of the script are held against.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from typing import Any

import numpy as np

from seqcheck.experiments.pickling import blame, importable_by_name
from seqcheck.model.driving import Driving, Read
from seqcheck.model.history import EngineNote
from seqcheck.model.kinds import entries_of, is_a
from seqcheck.model.observation import PickleAttempt, Written
from seqcheck.model.scenario import Step


def ask(instance: Any, driving: Driving) -> None:
    """Record the passes ``reference`` of each epoch, and ``script`` and ``overrun`` by place of the step.

    Every read has isolated random streams. The script ends where a hook raises or a length is unusable.
    """
    if driving.length(instance, -1, "start") is None:
        return
    if driving.hook_first and not driving.hook(instance, -1, "on_epoch_end"):
        return
    _Script(instance, driving).run()


class _Script:
    def __init__(self, instance: Any, driving: Driving) -> None:
        self.instance = instance
        self.driving = driving
        self.epoch = 0
        self.length: int | None = None
        self.reader: Read | None = None

    def run(self) -> None:
        for place, step in enumerate(self.driving.scenario.script):
            if not self._do(place, step):
                return

    def _do(self, place: int, step: Step) -> bool:
        """Carry out one step; False where nothing further can be said."""
        driving = self.driving
        if step.action == "epoch-end":
            done = driving.hook(self.instance, self.epoch, "on_epoch_end")
            self.epoch, self.length, self.reader = self.epoch + 1, None, None
            return done
        if step.action == "len":
            return driving.length(self.instance, self.epoch, f"step {place}") is not None
        if self.length is None and not self._begin():
            return False
        assert self.length is not None
        if step.action in ("pickle", "copy"):
            self.instance = self._pickled() if step.action == "pickle" else self._copied()
            self.reader = None
        elif step.action == "past":
            self._read(self.length + step.index, "overrun", place)
        elif step.index < self.length:
            batch = self._read(step.index, "script", place)
            if step.action == "write":
                driving.record(Written(place, write_into(batch)))
        return True

    def _begin(self) -> bool:
        """The length of an epoch, and what a pass in order gives; False where a fork of it hung or died."""
        driving, instance, epoch = self.driving, self.instance, self.epoch
        self.length = driving.length(instance, epoch, "epoch")
        if self.length is None:
            return False
        indices = range(self.length)

        def reference() -> None:
            read = driving.reader(instance, isolated=True)
            for place, index in enumerate(indices):
                read(epoch, index, "reference", place)

        return driving.fork("reference", reference)

    def _read(self, index: int, purpose: str, place: int) -> Any:
        if self.reader is None:
            self.reader = self.driving.reader(self.instance, isolated=True)
        return self.reader(self.epoch, index, purpose, place)[0]

    def _pickled(self) -> Any:
        """The instance on the other side of pickle, or the same one where it cannot get there."""
        kind = type(self.instance)
        where, importable = f"{kind.__module__}.{kind.__qualname__}", importable_by_name(kind)
        stage, size = "dump", 0
        try:
            data = self.driving.pickled(self.instance)
            stage, size = "load", len(data)
            copied = pickle.loads(data)
        except BaseException as error:
            culprit, what = blame(self.instance, self.driving.pickled) if stage == "dump" else ("", "")
            text = f"{type(error).__name__}: {error}"[:500]
            self.driving.record(PickleAttempt(stage, size, culprit, what, text, importable, where))
            return self.instance
        self.driving.record(PickleAttempt("done", size, importable=importable, where=where))
        return copied

    def _copied(self) -> Any:
        try:
            return copy.copy(self.instance)
        except BaseException as error:
            self.driving.record(EngineNote("skipped", f"copy.copy raised {type(error).__name__}"))
            return self.instance


def write_into(value: Any, depth: int = 0) -> int:
    """Overwrite every array of a batch that is in memory and can be written to; how many there were."""
    if is_a(value, np.ndarray):
        if not value.flags.writeable or not value.size or value.dtype.kind not in "biufc" or _on_disk(value):
            return 0
        value[...] = ~value if value.dtype.kind == "b" else value + value.dtype.type(77)
        return 1
    inner = (
        [item for _, item in entries_of(value)] if is_a(value, Mapping) else value if is_a(value, (tuple, list)) else ()
    )
    return sum(write_into(item, depth + 1) for item in inner) if depth < 6 else 0


def _on_disk(array: Any) -> bool:
    """Whether the memory of an array may be a file's: then writing would change more than this process."""
    while array is not None:
        if not is_a(array, np.ndarray) or is_a(array, np.memmap):
            return True
        array = array.base
    return False
