"""`fit` of the installed Keras with the workers that the owner declares, or the instance asks for, and as it shuffles.

Only what reaches the steps of the model is written down. Who fetched it, and when, is the engine's own business, and
its workers are not ours to watch.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from typing import Any, Final

from seqcheck.engines import installed, keras, witness
from seqcheck.engines.failures import failure_of
from seqcheck.engines.reading import Build, describe_batch, raw_length
from seqcheck.engines.run import Run
from seqcheck.model.contract import FitUse
from seqcheck.model.history import Delivery, EngineNote
from seqcheck.model.scenario import Scenario
from seqcheck.model.usage import processes

STEP: Final = 0.04
"""Seconds of a step of legacy Keras: a quicker one has it wait for five seconds at the end of each epoch."""

SHORTEST: Final = 1
"""Batches that wait for a step where nobody says how many: few, so that short epochs are not read ahead whole."""


def drive(build: Build, scenario: Scenario, generation: str, use: FitUse, run: Run) -> None:
    """Train over `scenario.epochs` on one fresh instance; records what reaches each step, and an error that ends it."""
    known = keras.begin(build, generation, run)
    if known is None:
        return
    instance, _ = known
    if use.start_method is not None:
        multiprocessing.set_start_method(use.start_method, force=True)
    run.record(EngineNote("started", multiprocessing.get_start_method() if processes(use) else "threads"))
    keras.tell_versions(generation, run)
    workers = {
        "workers": scenario.workers,
        "use_multiprocessing": processes(use),
        "max_queue_size": use.max_queue_size or SHORTEST,
    }
    of_its_own = generation == "keras"  # in legacy Keras, fit is told
    handed = handed_class(generation)(instance, scenario.indices, workers if of_its_own else {})
    steps = _Steps(run, 0.0 if of_its_own else STEP)
    model = witness.model(generation, steps)
    how: dict[str, Any] = {} if of_its_own else workers
    callbacks = [_epochs(generation, steps)]
    try:
        model.fit(handed, epochs=scenario.epochs, verbose=0, shuffle=True, callbacks=callbacks, **how)
    except BaseException as error:
        run.record(EngineNote("error", f"it stopped with {failure_of(error).text}", failure_of(error)))


class _Steps:
    """Writes down what reaches a step, in its place of the epoch."""

    def __init__(self, run: Run, pace: float) -> None:
        self.epoch = 0
        self.place = 0
        self._run, self._pace = run, pace

    def begin(self, epoch: int) -> None:
        """Its first step comes next."""
        self.epoch, self.place = epoch, 0

    def reached(self, data: Any) -> None:
        """A batch reached a step of the model."""
        self._run.record(Delivery(self.epoch, self.place, None, describe_batch(data, self._run)))
        self.place += 1
        time.sleep(self._pace)


def _epochs(generation: str, steps: _Steps) -> Any:
    base: Any = installed.callback(generation)

    class Epochs(base):  # type: ignore[misc]  # the base is only known when it is imported
        """Tells which epoch begins."""

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
            steps.begin(epoch)

    return Epochs()


def __getattr__(name: str) -> Any:
    """The classes that workers unpickle, made when they are first asked for: their bases come with Keras."""
    for generation in installed.GENERATIONS:
        if name == _name(generation):
            return handed_class(generation)
    raise AttributeError(name)


def _name(generation: str) -> str:
    return f"Handed_{generation}"


def handed_class(generation: str) -> type:
    """A Sequence of one generation that hands everything on to the user's object, in workers as well."""
    name = _name(generation)
    if name in globals():
        made: type = globals()[name]
        return made
    base: Any = installed.base(generation)

    class Handed(base):  # type: ignore[misc]  # the base is only known when it is imported
        """Reads the batches of `indices`, or all of them where that is None; `workers` are for Keras 3."""

        def __init__(self, instance: Any, indices: Sequence[int] | None, workers: dict[str, Any]) -> None:
            if generation == "keras":
                super().__init__(**workers)
            self.instance, self.indices = instance, indices

        def __len__(self) -> int:
            return int(raw_length(self.instance)[0]) if self.indices is None else len(self.indices)

        def __getitem__(self, index: int) -> Any:
            return self.instance[index if self.indices is None else self.indices[index]]

        def on_epoch_begin(self) -> None:
            getattr(self.instance, "on_epoch_begin", _nothing)()

        def on_epoch_end(self) -> None:
            getattr(self.instance, "on_epoch_end", _nothing)()

    Handed.__name__ = Handed.__qualname__ = name
    Handed.__module__ = __name__
    globals()[name] = Handed
    return Handed


def _nothing() -> None:
    """The hook of a class that has none."""
