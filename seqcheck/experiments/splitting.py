"""What does the Sequence that is declared for validation deliver?

It is read twice in one process, with draws of its own: what differs then is drawn at random, and tells no samples. Held
against the training epoch, which is recorded anyway, it shows samples that are in both.
"""

from __future__ import annotations

from typing import Any

from seqcheck.model.driving import Driving

PURPOSES = ("validation", "validation-again")


def ask(instance: Any, driving: Driving) -> None:
    """Record the passes of `PURPOSES` of epoch 0; `instance` is the Sequence for validation."""
    length = driving.length(instance, -1, "start")
    if not length or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    read = driving.reader(instance, isolated=False)
    for purpose in PURPOSES:
        for place, index in enumerate(driving.indices(length)):
            read(0, index, purpose, place)
