"""Does an epoch survive hooks that come twice, or late, as real engines call them?

Legacy Keras calls `on_epoch_end` twice in a row when a step is slow, and not before the first epoch.
"""

from __future__ import annotations

from typing import Any

from seqcheck.model.driving import Driving


def ask(instance: Any, driving: Driving) -> None:
    """Record the passes ``twice`` and ``late``, each two epochs on a fork of the pristine state, plain draws."""
    driving.length(instance, -1, "start")
    driving.fork("twice", lambda: _drive(instance, driving, "twice", before=2, after=2))
    driving.fork("late", lambda: _drive(instance, driving, "late", before=0, after=1))


def _drive(instance: Any, driving: Driving, purpose: str, before: int, after: int) -> None:
    read = driving.reader(instance, isolated=False)
    for _ in range(before):
        if not driving.hook(instance, -1, "on_epoch_end"):
            return
    for epoch in range(2):
        length = driving.length(instance, epoch, purpose)
        if length is None:
            return
        for place, index in enumerate(driving.indices(length)):
            read(epoch, index, purpose, place)
        for _ in range(after):
            if not driving.hook(instance, epoch, "on_epoch_end"):
                return
