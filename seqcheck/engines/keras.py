"""The installed Keras itself, through its public API.

The user's object is wrapped in a `Recorder`, a Sequence of the same generation that hands everything on and writes down
what is fetched; a witness model writes down, inside its steps, what reaches training. The engine runs with one worker:
with more, Keras 3 itself loses and doubles batches, which is no fault of the Sequence.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from seqcheck.engines import installed, pools, witness
from seqcheck.engines.failures import failure_of
from seqcheck.engines.reading import Build, NotBuilt, Reader, ask_length, call_hook, construct, describe_batch
from seqcheck.engines.run import Run
from seqcheck.model.history import Delivery, EngineNote, History
from seqcheck.model.observation import Prediction
from seqcheck.model.scenario import Scenario
from seqcheck.model.words import listing


def drive(build: Build, scenario: Scenario, generation: str, run: Run) -> None:
    """Run `evaluate` or `predict` on one fresh instance."""
    known = begin(build, generation, run)
    if known is None:
        return
    instance, length = known
    tell_versions(generation, run)
    watch = Watch(instance, run, scenario.reads(length), scenario.indices is not None)
    sequence = recorder(generation, watch)
    model = witness.model(generation, watch)
    try:
        callback = epochs_callback(generation, watch)
        watch.epoch = 0
        if scenario.engine == "evaluate":
            model.evaluate(sequence, verbose=0, callbacks=[callback])
        else:
            answered = np.asarray(model.predict(sequence, verbose=0, callbacks=[callback]), dtype=np.float64)
            run.record(Prediction(tuple(float(number) for number in answered.reshape(-1)), ()))
    except BaseException as error:
        run.record(EngineNote("error", f"{scenario.engine} stopped with {type(error).__name__}", failure_of(error)))


def begin(build: Build, generation: str, run: Run) -> tuple[Any, int] | None:
    """An instance and its number of batches, for an engine of the installed Keras; None, with a note, where it stops.

    Nothing of TensorFlow is run, so that this process can still be forked.
    """
    backend = installed.backend(generation)
    if backend not in installed.BACKENDS:
        run.record(
            EngineNote("skipped", f"the Keras backend is {backend}: only {listing(installed.BACKENDS)} are driven")
        )
        return None
    try:
        instance = construct(build, run)
    except NotBuilt:
        return None
    length = ask_length(instance, run, -1, "start")
    if length is None:
        run.record(EngineNote("skipped", "the Sequence has no usable length"))
        return None
    return instance, length


def tell_versions(generation: str, run: Run) -> None:
    """Record versions, and have Keras and TensorFlow keep their own frames in tracebacks.

    They tell an error of an adapter from one of a layer.
    """
    backend = installed.backend(generation)
    for package in (installed.package(generation), backend):
        run.record(EngineNote("version", f"{package} {importlib.import_module(package).__version__}"))
    if backend == "tensorflow":
        importlib.import_module("tensorflow").debugging.disable_traceback_filtering()  # heeded by tf_keras as well
    if generation == "keras":
        importlib.import_module("keras").config.disable_traceback_filtering()


class Watch:
    """What the recorder and the witness share: where they are, and where they write."""

    def __init__(
        self, instance: Any, run: Run, indices: Sequence[int], windowed: bool, *, referenced: bool = False
    ) -> None:
        self.instance = instance
        self.run = run
        self.indices = indices
        self.windowed = windowed
        self.epoch = -1
        self.place = 0
        self.reader = Reader(instance, run)
        self.fetched = 0
        self.ends = 0
        """Calls of `on_epoch_end` so far; `ended` has how many there were before each epoch."""
        self.ended: dict[int, int] = {}
        self._referenced = referenced

    @property
    def purpose(self) -> str:
        """``peek`` before an epoch has begun: engines look at the first batches to learn their structure."""
        return "epoch" if self.epoch >= 0 and self._referenced else "peek"

    def begins(self) -> None:
        """An epoch begins: have a fork read the first one, in the state that the engine is about to read."""
        self.place = 0
        self.ended[max(self.epoch, 0)] = self.ends
        if self.epoch <= 0 and not self._referenced:
            self._referenced = True
            pools.take_reference(self.instance, list(self.indices), 0, self.run)

    def reached(self, data: Any) -> None:
        """A batch reached a step of the model."""
        if self._referenced:
            self.deliver(data)

    def deliver(self, data: Any) -> None:
        """Write down a batch in its place of the epoch."""
        self.run.record(Delivery(max(self.epoch, 0), self.place, None, describe_batch(data, self.run)))
        self.place += 1


def recorder(generation: str, watch: Watch) -> Any:
    """A Sequence of one generation that hands everything on to the user's object and writes down what is fetched."""
    base: Any = installed.base(generation)

    class Recorder(base):  # type: ignore[misc]  # the base is only known when it is imported
        """Has one worker, in which the engine itself loses nothing."""

        def __init__(self) -> None:
            if generation == "keras":
                super().__init__(workers=1, use_multiprocessing=False)

        def __len__(self) -> int:
            if watch.windowed:
                return len(watch.indices)
            return len(watch.instance) if hasattr(watch.instance, "__len__") else len(watch.indices)

        def __getitem__(self, index: int) -> Any:
            asked = watch.indices[index] if watch.windowed else int(index)
            epoch = max(watch.epoch, 0)
            watch.fetched += 1
            value, raised, _ = watch.reader.attempt(epoch, asked, watch.purpose)
            if raised is not None:
                raise raised
            return value

        def on_epoch_begin(self) -> None:
            if not call_hook(watch.instance, watch.run, watch.epoch, "on_epoch_begin"):
                raise RuntimeError("on_epoch_begin of the Sequence raised")
            if generation == "keras":
                watch.begins()

        def on_epoch_end(self) -> None:
            watch.ends += 1
            if not call_hook(watch.instance, watch.run, watch.epoch, "on_epoch_end"):
                raise RuntimeError("on_epoch_end of the Sequence raised")

    return Recorder()


def epochs_callback(generation: str, watch: Watch) -> Any:
    """A callback that tells the watch which epoch it is."""
    base: Any = installed.callback(generation)

    class Epochs(base):  # type: ignore[misc]
        """Tells the watch which epoch it is."""

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
            watch.epoch = epoch
            watch.place = 0
            self._begins()

        def on_test_begin(self, logs: Any = None) -> None:  # noqa: ARG002
            self._begins()

        def on_predict_begin(self, logs: Any = None) -> None:  # noqa: ARG002
            self._begins()

        def _begins(self) -> None:
            if generation != "keras":  # Keras 3 says so by the Sequence's own on_epoch_begin
                watch.begins()

    return Epochs()


def pair(history: History) -> tuple[Prediction, ...]:
    """The engine's predictions beside what the reference batches ask for, in order; empty where one is missing."""
    answers = [item for item in history.observations if isinstance(item, Prediction)]
    references = sorted(history.passes("reference").get(0, ()), key=lambda read: read.index)
    if not answers or len(references) != len(history.expected_indices(0)):
        return ()
    asked: list[float] = []  # of the leaf that the witness averages
    for read in references:
        path = None if read.batch is None else read.batch.first_input
        leaf = None if read.batch is None or path is None else read.batch.leaf(path)
        if leaf is None or leaf.values is None:
            return ()
        asked += leaf.values
    return (Prediction(answers[0].answered, tuple(asked)),)


def tensorflow_was_used() -> bool:
    """Whether this process has run TensorFlow, not only imported it: a fork of it may then hang."""
    context = sys.modules.get("tensorflow.python.eager.context")
    living = getattr(context, "_context", None)
    return living is not None and getattr(living, "_context_handle", None) is not None
