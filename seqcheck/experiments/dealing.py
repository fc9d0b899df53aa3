"""Under one seed, is what two workers read what one process reads?

Two epochs are read by the process of the hooks itself, as without workers, and two by forks that each read every
second batch, a new pair for each epoch. Nothing is isolated: the process is seeded as a script seeds it, and then left
alone. Once more without workers, at the end, shows whether the seed decides what is read at all.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from seqcheck.model.driving import Workshop
from seqcheck.model.history import EngineNote

EPOCHS: Final = 2
WITHOUT: Final = ("without-workers", "without-workers-again")
WITH: Final = "with-workers"


def ask(driving: Workshop) -> None:
    """Record the passes ``without-workers``, ``with-workers`` and ``without-workers-again``."""
    if not driving.module:
        driving.record(EngineNote("skipped", "an instance that a test has made cannot be built again under a seed"))
        return
    for purpose in (WITHOUT[0], WITH, WITHOUT[1]):
        if not driving.fork(purpose, lambda purpose=purpose: _train(driving, purpose)):  # type: ignore[misc]
            return


def _train(driving: Workshop, purpose: str) -> None:
    seed = driving.scenario.seed
    random.seed(seed)
    np.random.seed(seed % 2**32)
    instance = driving.make()
    if instance is None or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    for epoch in range(EPOCHS):
        length = driving.length(instance, epoch, purpose)
        if length is None or (driving.hook_first and not driving.hook(instance, epoch, "on_epoch_begin")):
            return
        places = list(enumerate(driving.indices(length)))
        if purpose == WITH:
            workers = max(2, driving.scenario.workers)
            for number in range(workers):
                own = places[number::workers]
                # A fork, as a pool's worker is: it has this process's generators, but Python's seeds itself anew.
                if not driving.fork(f"worker {number}", lambda own=own: _read(driving, instance, epoch, own, WITH)):  # type: ignore[misc]  # noqa: B023  # called here
                    return
        else:
            _read(driving, instance, epoch, places, purpose)
        if not driving.hook(instance, epoch, "on_epoch_end"):
            return


def _read(driving: Workshop, instance: Any, epoch: int, places: Sequence[tuple[int, int]], purpose: str) -> None:
    read = driving.reader(instance, isolated=False)
    for place, index in places:
        read(epoch, index, purpose, place)
