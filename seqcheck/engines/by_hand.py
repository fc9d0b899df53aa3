"""One batch handed to `train_on_batch`, `test_on_batch` and `predict_on_batch`, as in a loop of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from seqcheck.engines.failures import failure_of
from seqcheck.engines.reading import Reader, describe_batch
from seqcheck.engines.run import Run
from seqcheck.engines.witness import Reached
from seqcheck.model.batch import Batch
from seqcheck.model.history import EngineNote
from seqcheck.model.observation import ByHand

METHODS: Final = ("train_on_batch", "test_on_batch", "predict_on_batch")


class _Seen:
    """What reached a step last."""

    def __init__(self, run: Run) -> None:
        self.batch: Batch | None = None
        self._run = run

    def reached(self, data: Any) -> None:
        """A batch, as the step sees it."""
        self.batch = describe_batch(data, self._run)


def drive(model: Any, watched_by: Callable[[Reached], None], instance: Any, index: int, run: Run) -> None:
    """Read `seq[index]` and hand it over: records a `ByHand` a method, or that the method refused it.

    `watched_by` says to the model who is told what reaches its steps. A read that raises is nobody's business here.
    """
    value, failure = Reader(instance, Run(run.directory, lambda _: None)).read(0, index)
    parts = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    if failure is not None or value is None or not 1 <= len(parts) <= 3:
        return
    given = describe_batch(value, run)
    for method in METHODS:
        seen = _Seen(run)
        watched_by(seen)
        try:
            if method == "predict_on_batch":
                model.predict_on_batch(parts[0])
            else:
                getattr(model, method)(*parts)
        except BaseException as error:
            run.record(EngineNote("by-hand", method, failure_of(error)))
        else:
            if seen.batch is not None:
                run.record(ByHand(method, index, given, seen.batch))
