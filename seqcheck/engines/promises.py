"""The promises of an engine, each tried on the installed Keras with a Sequence of our own that is known to be sound.

Batch k of that Sequence holds the number k, so that a step of the model sees which batch it is. Some ways of breaking a
promise hang for ever: each trial is a process of its own, which is ended from outside when it falls silent.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from seqcheck.engines import keras
from seqcheck.engines.run import Run
from seqcheck.model.history import EngineNote
from seqcheck.model.promise import Promise
from seqcheck.model.words import listing

BATCHES: Final = 12
EPOCHS: Final = 3
FEWER: Final = 4
"""For `steps_per_epoch` and `validation_steps` below the length."""
MORE: Final = 18
STRANGE: Final = 5
"""The batch that is None, or whose worker ends."""
STEP: Final = 0.04
"""Seconds of a training step: a quicker one lets legacy Keras wait for five seconds at the end of each epoch."""
QUEUE: Final = 2


@dataclass(frozen=True)
class Tried:
    """How one trial ended: `what` is empty where the promise was kept. `engine` is ``keras 3.15.1``."""

    engine: str
    what: str


@dataclass
class Trial:
    """One training on a Sequence that counts its batches, and what reached its steps, by epoch and by validation."""

    generation: str
    run: Run
    trained: dict[int, list[int]] = field(default_factory=dict)
    tested: dict[int, list[int]] = field(default_factory=dict)
    fetched: int = 0
    ended: int = 0
    """Calls of `on_epoch_end` once a step was made."""
    epoch: int = 0
    validation: int = -1

    def sequence(self, workers: int = 1, *, processes: bool = False, strange: Callable[[], Any] | None = None) -> Any:
        """A sound Sequence of `BATCHES`, watched; `strange` makes the answer of one read."""
        module, name = keras.BASES[self.generation]
        base: Any = getattr(importlib.import_module(module), name)
        trial, use = self, {"workers": workers, "use_multiprocessing": processes, "max_queue_size": QUEUE}

        class Counted(base):  # type: ignore[misc]
            """Batch k holds the number k."""

            def __init__(self) -> None:
                if trial.generation == "keras":
                    super().__init__(**use)
                self.use = use

            def __len__(self) -> int:
                return BATCHES

            def __getitem__(self, index: int) -> Any:
                trial.fetched += 1
                if strange is not None and index == STRANGE:
                    return strange()
                return np.full((2, 1), index, np.float32), np.zeros((2, 1), np.float32)

            def on_epoch_end(self) -> None:
                trial.ended += bool(trial.trained)

        return Counted()

    def fit(self, sequence: Any, **how: Any) -> None:
        """Train on it; workers are told as each generation wants to be told."""
        library: Any = importlib.import_module(self.generation)
        callbacks: Any = keras.callback_base(self.generation)
        trial = self

        class Where(callbacks):  # type: ignore[misc]
            """Tells the trial which epoch and which validation it is."""

            def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
                trial.epoch = epoch

            def on_test_begin(self, logs: Any = None) -> None:  # noqa: ARG002
                trial.validation += 1

        class Counting(library.Sequential):  # type: ignore[misc]
            """Notes the number of each batch that reaches a step."""

            def train_step(self, data: Any) -> Any:
                trial.note(trial.trained.setdefault(trial.epoch, []), data)
                time.sleep(STEP)
                return {"loss": 0.0}

            def test_step(self, data: Any) -> Any:
                trial.note(trial.tested.setdefault(trial.validation, []), data)
                return {"loss": 0.0}

        model = Counting([library.layers.Dense(1)])
        model.build((None, 1))
        model.compile(optimizer="sgd", run_eagerly=True)
        given = {} if self.generation == "keras" else sequence.use
        model.fit(sequence, verbose=0, shuffle=False, callbacks=[Where()], **given, **how)

    def note(self, numbers: list[int], data: Any) -> None:
        """Which batch this is; recorded as a sign of life."""
        numbers.append(int(data[0][0, 0]))
        self.run.record(EngineNote("searching", f"step {len(numbers)}"))


def try_promise(generation: str, name: str, run: Run) -> None:
    """In a child: try one of `PROMISES` and record how it ended."""
    version = f"{generation} {importlib.import_module(generation).__version__}"
    run.record(Tried(version, TRIALS[name](Trial(generation, run))))  # type: ignore[arg-type]  # read by the runner


def _uneven(counts: Mapping[int, int], times: int) -> str:
    never = [number for number in range(BATCHES) if not counts.get(number)]
    often = [number for number in range(BATCHES) if counts.get(number, 0) > times]
    said = [f"{_batches(never)} never reached a training step"] * bool(never)
    return " and ".join(said + [f"{_batches(often)} did more than {_times(times)}"] * bool(often))


def _batches(numbers: Sequence[int]) -> str:
    return f"{'batch' if len(numbers) == 1 else 'batches'} {listing(numbers)}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _once_each(trial: Trial) -> str:
    for epoch in range(EPOCHS):
        said = _uneven(Counter(trial.trained.get(epoch, ())), 1)
        if said:
            return f"in epoch {epoch} {said}"
    return ""


def _one_worker(trial: Trial) -> str:
    trial.fit(trial.sequence(), epochs=EPOCHS)
    return _once_each(trial)


def _threads(trial: Trial) -> str:
    trial.fit(trial.sequence(2), epochs=EPOCHS)
    return _once_each(trial)


def _processes(trial: Trial) -> str:
    multiprocessing.set_start_method("fork", force=True)
    trial.fit(trial.sequence(2, processes=True), epochs=EPOCHS)
    return _once_each(trial)


def _fewer_steps(trial: Trial) -> str:
    """So many epochs of fewer steps as make two whole passes."""
    epochs = 2 * BATCHES // FEWER
    trial.fit(trial.sequence(2), epochs=epochs, steps_per_epoch=FEWER)
    said = _uneven(Counter(number for numbers in trial.trained.values() for number in numbers), 2)
    return f"in {epochs} epochs of {FEWER} steps {said}" if said else ""


def _more_steps(trial: Trial) -> str:
    trial.fit(trial.sequence(), epochs=2, steps_per_epoch=MORE)
    made = [len(trial.trained.get(epoch, ())) for epoch in range(2)]
    return "" if made == [MORE, MORE] else f"epochs of {MORE} steps made {made[0]} and {made[1]}"


def _fewer_validation_steps(trial: Trial) -> str:
    sequence = trial.sequence(2)
    trial.fit(sequence, epochs=EPOCHS, steps_per_epoch=1, validation_data=sequence, validation_steps=FEWER)
    seen = [sorted(trial.tested.get(number, ())) for number in range(EPOCHS)]
    differing = next((number for number, batches in enumerate(seen) if batches != seen[0]), 0)
    if differing:
        return f"validation 0 was on {_batches(seen[0])}, validation {differing} on {_batches(seen[differing])}"
    return "" if len(set(seen[0])) == FEWER else f"validation was on {_batches(seen[0])}"


def _epoch_end(trial: Trial) -> str:
    trial.fit(trial.sequence(2), epochs=EPOCHS)
    most = EPOCHS * BATCHES + 2 * QUEUE + 2  # peeks, and what a queue holds when training is over
    said = [f"on_epoch_end was called {trial.ended} times in {EPOCHS} epochs"] * (trial.ended > EPOCHS)
    said += [f"{trial.fetched} batches were read for {EPOCHS * BATCHES} steps"] * (trial.fetched > most)
    return " and ".join(said)


def _not_silently(trial: Trial, sequence: Any) -> str:
    try:
        trial.fit(sequence, epochs=1)
    except Exception:
        return ""
    return f"training went on as if nothing were, over {_batches(trial.trained.get(0, ()))}"


def _none(trial: Trial) -> str:
    return _not_silently(trial, trial.sequence(2, strange=lambda: None))


def _dead_worker(trial: Trial) -> str:
    multiprocessing.set_start_method("fork", force=True)
    own = os.getpid()

    def end() -> Any:
        if os.getpid() != own:
            os._exit(3)
        return None

    return _not_silently(trial, trial.sequence(2, processes=True, strange=end))


_WORKERS: Final = "leave steps_per_epoch out; on Keras 3 one worker will do"
PROMISES: Final = (
    Promise("one-worker", "each batch is trained on once an epoch with one worker", ""),
    Promise("threads", "each batch is trained on once an epoch with two threads", "workers=1"),
    Promise("processes", "each batch is trained on once an epoch with two processes", "workers=1, or another backend"),
    Promise("fewer-steps", "steps_per_epoch below the length leaves no batch out, with two threads", _WORKERS),
    Promise("more-steps", "steps_per_epoch above the length makes all steps of all epochs", "leave it out"),
    Promise(
        "fewer-validation-steps",
        "validation_steps below the length validates on the same batches each time, with two threads",
        "one worker for validation data, or a Sequence of just those batches",
    ),
    Promise(
        "epoch-end",
        "on_epoch_end is called once an epoch and nothing is read in vain, with two threads",
        "an on_epoch_end that may be called twice, or workers=1",
    ),
    Promise("none", "a batch that is None is an error, with two threads", "raise in __getitem__, return no None"),
    Promise("dead-worker", "a worker process that ends is an error", "a time limit around the whole training"),
)
TRIALS: Final[Mapping[str, Callable[[Trial], str]]] = {
    "one-worker": _one_worker,
    "threads": _threads,
    "processes": _processes,
    "fewer-steps": _fewer_steps,
    "more-steps": _more_steps,
    "fewer-validation-steps": _fewer_validation_steps,
    "epoch-end": _epoch_end,
    "none": _none,
    "dead-worker": _dead_worker,
}
