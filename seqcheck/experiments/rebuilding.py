"""Do two instances that are built alike read alike?

They are built and used one after the other in one process, as a second training in a notebook would: whatever the first
one drew from the generators of the process is gone when the second is built. Reads are isolated, so that only what
constructors and hooks draw can make the two differ.
"""

from __future__ import annotations

from typing import Any, Final

from seqcheck.model.driving import Workshop
from seqcheck.model.history import EngineNote

PURPOSES: Final = ("built", "rebuilt")
EPOCHS: Final = 2


def ask(driving: Workshop) -> None:
    """Record the isolated passes ``built`` and ``rebuilt``, each two epochs of an instance of its own."""
    if driving.module:
        driving.fork("rebuilding", lambda: _both(driving))
    else:
        driving.record(EngineNote("skipped", "an instance that a test has made cannot be built a second time"))


def _both(driving: Workshop) -> None:
    first: Any = None
    for purpose in PURPOSES:
        instance = driving.make()
        if first is not None and instance is first:
            driving.record(EngineNote("skipped", "the target is one instance, which is not built a second time"))
            return
        first = instance
        if instance is None or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
            return
        read = driving.reader(instance, isolated=True)
        for epoch in range(EPOCHS):
            length = driving.length(instance, epoch, purpose)
            if length is None or (driving.hook_first and not driving.hook(instance, epoch, "on_epoch_begin")):
                return
            for place, index in enumerate(driving.indices(length)):
                read(epoch, index, purpose, place)
            if not driving.hook(instance, epoch, "on_epoch_end"):
                return
