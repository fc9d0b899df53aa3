"""One training on the installed Keras with a Sequence of our own, known to be sound, whose batches are numbered.

Batch k holds the number k, its labels are k % 2 and its weights 1 + k, so that a step of the model sees which batch it
is and what came with it.
"""

from __future__ import annotations

import importlib
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from seqcheck.engines import installed
from seqcheck.engines.run import Run
from seqcheck.model.history import EngineNote

BATCHES: Final = 12
STRANGE: Final = 5
"""The batch that is None, or whose worker ends."""
STEP: Final = 0.04
"""Seconds of a step: a quicker one lets legacy Keras wait for five seconds at the end of each epoch."""
QUEUE: Final = 2


class Lacking(Exception):
    """The engine does not have what was to be tried; the text says what."""


@dataclass
class Trial:
    """What reached the steps of one model, by epoch and by validation."""

    generation: str
    run: Run
    trained: dict[int, list[int]] = field(default_factory=dict)
    tested: dict[int, list[int]] = field(default_factory=dict)
    weights: dict[int, float] = field(default_factory=dict)
    """The weight that each batch came with, by its number."""
    fetched: int = 0
    threads: set[int] = field(default_factory=set)
    """Those that read."""
    ended: int = 0
    """Calls of `on_epoch_end` once a step was made."""
    epoch: int = 0
    validation: int = -1

    @property
    def library(self) -> Any:
        """The package of this generation."""
        return installed.library(self.generation)

    def sequence(
        self,
        workers: int = 1,
        *,
        processes: bool = False,
        strange: Callable[[], Any] | None = None,
        shuffles: bool = False,
        weighted: bool = False,
    ) -> Any:
        """A sound Sequence of `BATCHES`, watched; `strange` makes the answer of one read."""
        base: Any = installed.base(self.generation)
        trial, use = self, {"workers": workers, "use_multiprocessing": processes, "max_queue_size": QUEUE}

        class Counted(base):  # type: ignore[misc]
            """Batch k holds the number k."""

            def __init__(self) -> None:
                if trial.generation == "keras":
                    super().__init__(**use)
                self.use = use
                self.order = list(range(BATCHES))

            def __len__(self) -> int:
                return BATCHES

            def __getitem__(self, index: int) -> Any:
                trial.fetched += 1
                trial.threads.add(threading.get_ident())
                if strange is not None and index == STRANGE:
                    return strange()
                number = self.order[index]
                batch = np.full((2, 1), number, np.float32), np.full((2, 1), number % 2, np.float32)
                return (*batch, np.full(2, 1 + number, np.float32)) if weighted else batch

            def on_epoch_end(self) -> None:
                trial.ended += bool(trial.trained)
                if shuffles:
                    random.Random(trial.ended).shuffle(self.order)

        return Counted()

    def model(self) -> Any:
        """Notes the number of each batch that reaches a step, and predicts it; learns nothing."""
        library: Any = self.library
        kind = self._on_jax(library) if installed.backend(self.generation) == "jax" else self._on_tensorflow(library)
        model = kind([library.layers.Dense(1)])
        model.build((None, 1))
        # With a loss, as users compile: Keras 3 on JAX takes a batch to build it.
        model.compile(optimizer="sgd", loss="mse", run_eagerly=True)
        return model

    def _on_tensorflow(self, library: Any) -> Any:
        trial = self
        tensorflow: Any = importlib.import_module("tensorflow")

        class Counting(library.Sequential):  # type: ignore[misc]
            def train_step(self, data: Any) -> Any:
                trial.note(trial.trained.setdefault(trial.epoch, []), data)
                return {"loss": 0.0}

            def test_step(self, data: Any) -> Any:
                trial.note(trial.tested.setdefault(trial.validation, []), data)
                return {"loss": 0.0}

            def predict_step(self, data: Any) -> Any:
                time.sleep(STEP)
                return tensorflow.convert_to_tensor(data[0] if isinstance(data, (tuple, list)) else data)

        return Counting

    def _on_jax(self, library: Any) -> Any:
        trial = self

        class Counting(library.Sequential):  # type: ignore[misc]
            def train_step(self, state: Any, data: Any) -> Any:
                trial.note(trial.trained.setdefault(trial.epoch, []), data)
                return {"loss": 0.0}, state

            def test_step(self, state: Any, data: Any) -> Any:
                trial.note(trial.tested.setdefault(trial.validation, []), data)
                return {"loss": 0.0}, state

            def predict_step(self, state: Any, data: Any) -> Any:
                time.sleep(STEP)
                return np.asarray(data[0] if isinstance(data, (tuple, list)) else data), state[1]

        return Counting

    def callback(self, at_batch: Callable[[Any, int], None] | None = None) -> Any:
        """Tells the trial which epoch and which validation it is; `at_batch` is called after each step."""
        base: Any = installed.callback(self.generation)
        trial = self

        class Where(base):  # type: ignore[misc]
            """Only looks."""

            def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
                trial.epoch = epoch

            def on_test_begin(self, logs: Any = None) -> None:  # noqa: ARG002
                trial.validation += 1

            def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
                if at_batch is not None:
                    at_batch(self.model, batch)

        return Where()

    def fit(self, sequence: Any, at_batch: Callable[[Any, int], None] | None = None, **how: Any) -> None:
        """Train on it; workers are told as each generation wants to be told."""
        given = {} if self.generation == "keras" else sequence.use
        self.model().fit(sequence, verbose=0, shuffle=False, callbacks=[self.callback(at_batch)], **given, **how)

    def note(self, numbers: list[int], data: Any) -> None:
        """Which batch this is, and its weight; recorded as a sign of life."""
        number = int(data[0][0, 0])
        numbers.append(number)
        time.sleep(STEP)
        if len(data) > 2 and data[2] is not None:
            self.weights[number] = float(np.asarray(data[2]).ravel()[0])
        self.run.record(EngineNote("searching", f"step {len(numbers)}"))
