"""`fit` of the installed Keras with the Sequence as validation data, beside a second instance in training.

The Sequence is validated on more than once, with epochs between that are not validated (`validation_freq`), and once
more in a second `fit` with `validation_steps`. Beforehand a fork reads it as validation does, while there is no other
instance: what two instances share shows as the difference. Training is short: it only has to read and to call hooks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from seqcheck.engines import installed, keras, witness
from seqcheck.engines import run as runs
from seqcheck.engines.failures import failure_of
from seqcheck.engines.keras import Watch
from seqcheck.engines.loop import Protocol
from seqcheck.engines.reading import Build, Reader, ask_length, call_hook
from seqcheck.engines.run import Run
from seqcheck.model.history import EngineNote
from seqcheck.model.observation import Validating
from seqcheck.model.scenario import Scenario

MOST_TRAINED: Final = 2
"""Batches of one epoch of the training beside."""
STEPS: Final = 2
"""What is passed for `validation_steps`, at most."""


class Validated(Watch):
    """The watch over validation data; its epochs are the validations, counted from 0.

    Reads have the purpose ``epoch``, or ``steps`` under `validation_steps`, and before the first validation ``peek``.
    """

    inside = False
    limited = False

    @property
    def purpose(self) -> str:
        """What a read is for."""
        if not self.inside:
            return "peek"
        return "steps" if self.limited else "epoch"

    def begins(self) -> None:
        """The Sequence is told of it by its own hook; what counts is the callback of the engine."""

    def opens(self) -> None:
        """A validation begins."""
        self.epoch += 1
        self.place = 0
        self.inside = True

    def reached(self, data: Any) -> None:
        """A batch reached a test step."""
        if not self.limited:
            self.deliver(data)


class Trained(Watch):
    """The watch over the instance in training beside, of which only reads, of purpose ``train``, are recorded."""

    @property
    def purpose(self) -> str:
        """What a read is for."""
        return "train"

    def begins(self) -> None:
        """Nothing is held against this instance."""

    def reached(self, data: Any) -> None:
        """Nothing is asked about what it trains."""


def drive(build: Build, scenario: Scenario, generation: str, protocol: Protocol, run: Run) -> None:
    """Validate on one fresh instance `scenario.epochs` times, and once more with `validation_steps`."""
    known = keras.begin(build, generation, run)
    if known is None:
        return
    instance, length = known
    if not length:
        run.record(EngineNote("skipped", "the Sequence has no batch to validate on"))
        return
    indices = scenario.reads(length)
    _read_alone(instance, indices, scenario.epochs, protocol, run)
    trained = _second(build, instance, scenario, run)
    training = np.zeros((MOST_TRAINED, 1), np.float32) if trained is None else keras.recorder(generation, trained)
    keras.tell_versions(generation, run)
    watch = Validated(instance, run, indices, scenario.indices is not None)
    model = witness.model(generation, trained or watch, watch)
    recorder = keras.recorder(generation, watch)
    callback = _validations(generation, watch, trained)
    again = range(1, 2 * scenario.epochs, 2)
    steps = min(STEPS, len(indices))
    try:
        model.fit(
            training,
            epochs=again[-1],
            validation_data=recorder,
            validation_freq=list(again),
            verbose=0,
            shuffle=False,
            callbacks=[callback],
        )
        watch.limited = True
        model.fit(
            training,
            epochs=1,
            validation_data=recorder,
            validation_steps=steps,
            verbose=0,
            shuffle=False,
            callbacks=[callback],
        )
    except BaseException as error:
        what = "fit with validation data stopped with"
        run.record(EngineNote("error", f"{what} {type(error).__name__}", failure_of(error)))
    else:
        run.record(Validating(0 if trained is None else len(trained.indices), tuple(again), steps))


def _read_alone(instance: Any, indices: Sequence[int], validations: int, protocol: Protocol, run: Run) -> None:
    """Have a fork read the passes ``alone``, with the hooks as each validation calls them."""

    def read() -> None:
        hook_first, hook_begin = protocol
        reader = Reader(instance, run)
        for number in range(validations):
            if hook_first and not call_hook(instance, run, number, "on_epoch_end"):
                return
            if hook_begin and not call_hook(instance, run, number, "on_epoch_begin"):
                return
            for place, index in enumerate(indices):
                reader.read(number, index, "alone", place)
            if not call_hook(instance, run, number, "on_epoch_end"):
                return

    trouble = runs.in_fork(run, read)
    if trouble:
        run.record(EngineNote("skipped", f"it could not be read alone in a fork: {trouble}"))


def _second(build: Build, instance: Any, scenario: Scenario, run: Run) -> Trained | None:
    """The watch over a second instance, built as the first; None where there can be none, and others are trained on."""
    quiet = Run(run.directory, lambda _: None)
    try:
        second, _ = build()
        length = None if second is instance else ask_length(second, quiet, -1, "start")
    except BaseException:  # two at a time are more than it was made for, say over one file: nothing is said of that
        length = None
    return Trained(second, run, scenario.reads(length)[:MOST_TRAINED], windowed=True) if length else None


def _validations(generation: str, watch: Validated, trained: Trained | None) -> Any:
    base: Any = installed.callback(generation)

    class Validations(base):  # type: ignore[misc]
        """Tells the watches which epoch and which validation it is."""

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
            if trained is not None:
                trained.epoch = epoch

        def on_test_begin(self, logs: Any = None) -> None:  # noqa: ARG002
            watch.opens()

        def on_test_end(self, logs: Any = None) -> None:  # noqa: ARG002
            watch.inside = False

    return Validations()
