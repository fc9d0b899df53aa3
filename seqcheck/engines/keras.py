"""The installed Keras itself, through its public API: the one module that imports Keras and TensorFlow.

The user's object is wrapped in a `Recorder`, a Sequence of the same generation that hands everything on and writes down
what is fetched; a witness model writes down, inside its steps, what reaches training. Nothing is compiled into a graph,
so that a step sees its batch as values. The engine runs with one worker: with more, Keras 3 itself loses and doubles
batches, which is no fault of the Sequence.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np

from seqcheck.engines import pools
from seqcheck.engines.failures import failure_of
from seqcheck.engines.reading import Build, NotBuilt, Reader, ask_length, call_hook, construct, describe_batch
from seqcheck.engines.run import Run
from seqcheck.model.history import Delivery, EngineNote, History
from seqcheck.model.observation import Prediction
from seqcheck.model.scenario import Scenario

BASES: Final = {"keras": ("keras.utils", "PyDataset"), "tf_keras": ("tf_keras.utils", "Sequence")}
"""The generations, and the class that a Sequence of each inherits."""


def drive(build: Build, scenario: Scenario, generation: str, run: Run) -> None:
    """Run `evaluate` or `predict` on one fresh instance."""
    known = begin(build, generation, run)
    if known is None:
        return
    instance, length = known
    tell_versions(generation, run)
    watch = Watch(instance, run, scenario.reads(length), scenario.indices is not None)
    recorder = recorder_class(generation)(watch)
    model = witness(generation, watch)
    try:
        callback = epochs_callback(generation, watch)
        watch.epoch = 0
        if scenario.engine == "evaluate":
            model.evaluate(recorder, verbose=0, callbacks=[callback])
        else:
            answered = np.asarray(model.predict(recorder, verbose=0, callbacks=[callback]), dtype=np.float64)
            run.record(Prediction(tuple(float(number) for number in answered.reshape(-1)), ()))
    except BaseException as error:
        run.record(EngineNote("error", f"{scenario.engine} stopped with {type(error).__name__}", failure_of(error)))


def begin(build: Build, generation: str, run: Run) -> tuple[Any, int] | None:
    """An instance and its number of batches, for an engine of the installed Keras; None, with a note, where it stops.

    Nothing of TensorFlow is run, so that this process can still be forked.
    """
    if "tensorflow" not in os.environ.get("KERAS_BACKEND", "tensorflow") and generation == "keras":
        run.record(
            EngineNote("skipped", f"the Keras backend is {os.environ['KERAS_BACKEND']}: only tensorflow is driven")
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
    for package in (generation, "tensorflow"):
        run.record(EngineNote("version", f"{package} {importlib.import_module(package).__version__}"))
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


def __getattr__(name: str) -> Any:
    """The recorder classes, made when they are first asked for: their bases come with an import of Keras."""
    for generation in BASES:
        if name == _recorder_name(generation):
            return recorder_class(generation)
    raise AttributeError(name)


def _recorder_name(generation: str) -> str:
    return f"Recorder_{generation}"


def recorder_class(generation: str) -> type:
    """The recorder of one generation; a module-level name, so that it can be sent to a worker."""
    name = _recorder_name(generation)
    if name in globals():
        made: type = globals()[name]
        return made
    module, base_name = BASES[generation]
    base: Any = getattr(importlib.import_module(module), base_name)

    class Recorder(base):  # type: ignore[misc]  # the base is only known when it is imported
        """Hands everything on to the user's object and writes down what is fetched."""

        def __init__(self, watch: Watch) -> None:
            if generation == "keras":
                super().__init__(workers=1, use_multiprocessing=False)
            self.watch = watch

        def __len__(self) -> int:
            if self.watch.windowed:
                return len(self.watch.indices)
            return len(self.watch.instance) if hasattr(self.watch.instance, "__len__") else len(self.watch.indices)

        def __getitem__(self, index: int) -> Any:
            asked = self.watch.indices[index] if self.watch.windowed else int(index)
            epoch = max(self.watch.epoch, 0)
            self.watch.fetched += 1
            value, raised, _ = self.watch.reader.attempt(epoch, asked, self.watch.purpose)
            if raised is not None:
                raise raised
            return value

        def on_epoch_begin(self) -> None:
            if not call_hook(self.watch.instance, self.watch.run, self.watch.epoch, "on_epoch_begin"):
                raise RuntimeError("on_epoch_begin of the Sequence raised")
            if generation == "keras":
                self.watch.begins()

        def on_epoch_end(self) -> None:
            self.watch.ends += 1
            if not call_hook(self.watch.instance, self.watch.run, self.watch.epoch, "on_epoch_end"):
                raise RuntimeError("on_epoch_end of the Sequence raised")

    Recorder.__name__ = Recorder.__qualname__ = name
    Recorder.__module__ = __name__
    globals()[name] = Recorder
    return Recorder


def callback_base(generation: str) -> Any:
    """The class of a generation's callbacks."""
    return importlib.import_module(f"{generation}.callbacks").Callback


def epochs_callback(generation: str, watch: Watch) -> Any:
    """A callback that tells the watch which epoch it is."""
    base: Any = callback_base(generation)

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


class Reached(Protocol):
    """Whoever is told what reaches a step of the model."""

    def reached(self, data: Any) -> None:
        """A batch, as the step sees it."""


def witness(generation: str, watch: Reached, validated: Reached | None = None) -> Any:
    """A model that takes any batch: it averages every row of every input and fits one weight to nothing in particular.

    Its steps write down what reached them. It is a `Sequential` of one layer, whose input is the batch's own. With
    `validated`, which then is told what reaches the step of tests, training is no matter and learns nothing.
    """
    keras: Any = importlib.import_module(generation)
    tensorflow: Any = importlib.import_module("tensorflow")

    def first_inputs(data: Any) -> Any:
        return data[0] if isinstance(data, (tuple, list)) else data

    def averages(inputs: Any) -> Any:
        leaves = [
            leaf for leaf in tensorflow.nest.flatten(inputs) if leaf is not None and leaf.dtype != tensorflow.string
        ]
        rows = [
            tensorflow.reshape(tensorflow.cast(leaf, "float64"), (tensorflow.shape(leaf)[0], -1)) for leaf in leaves
        ]
        return tensorflow.reduce_mean(rows[0], axis=1, keepdims=True)

    class Witness(keras.Sequential):  # type: ignore[misc]
        """Writes down what reaches its steps."""

        def train_step(self, data: Any) -> Any:
            watch.reached(data)
            if validated is not None:
                return {"loss": 0.0}
            with tensorflow.GradientTape() as tape:
                outputs = self(tensorflow.cast(averages(first_inputs(data)), "float32"), training=True)
                loss = tensorflow.reduce_mean(tensorflow.square(outputs))
            weights = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
            return {"loss": loss}

        def test_step(self, data: Any) -> Any:
            (validated or watch).reached(data)
            outputs = self(tensorflow.cast(averages(first_inputs(data)), "float32"), training=False)
            return {"loss": tensorflow.reduce_mean(tensorflow.square(outputs))}

        def predict_step(self, data: Any) -> Any:
            watch.reached(data)
            return averages(first_inputs(data))

    model = Witness([keras.layers.Dense(1)])
    model.build((None, 1))  # else Keras 3 takes a batch to build the model with
    model.compile(optimizer="sgd", run_eagerly=True)
    return model


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
