"""Where two trainings part: the first step that is fed another batch, and who read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parting:
    """The step `step` of `epoch`, both counted from 0, that is fed batch `index`; `worker` is −1 where none read it."""

    epoch: int
    step: int
    index: int
    worker: int = -1

    @property
    def reader(self) -> str:
        """``worker 1``, or what read it where no worker did."""
        return f"worker {self.worker}" if self.worker >= 0 else "no worker, the engine itself"

    def describe(self) -> str:
        """``epoch 1, step 0, batch 4, worker 1``"""
        return f"epoch {self.epoch}, step {self.step}, batch {self.index}, {self.reader}"
