"""Do `batch_size` and `shuffle` change anything?

Instances that differ in nothing but one argument read the same data. The batches of two sizes are read under isolated
streams, so that nothing but the size can make them differ; epochs with and without shuffling are drawn as they come.
"""

from __future__ import annotations

import functools
import math
from typing import Final

from seqcheck.model.driving import Workshop

FEWEST_EPOCHS: Final = 2
MOST_EPOCHS: Final = 8
SIZES: Final = {"fewer": 4, "more": 12}
"""Batch sizes by the name of their pass: far enough apart to survive rounding to classes or groups."""
SHUFFLES: Final = {"unshuffled": False, "shuffled": True}
LIKELY: Final = 9.5
"""Digits: in as many epochs as it takes, a shuffle of whole batches leaves all of them in place once in 10**9.5."""


def ask(driving: Workshop) -> None:
    """Record the passes ``fewer`` and ``more`` of epoch 0, and ``unshuffled`` and ``shuffled`` of several epochs.

    Each begins with the length, recorded under the name of the pass. Passes over what the constructor does not take
    are left out.
    """
    if "batch_size" in driving.varies:
        for purpose, size in SIZES.items():
            driving.fork(purpose, functools.partial(_batches, driving, purpose, size))
    if "shuffle" in driving.varies:
        for purpose, shuffle in SHUFFLES.items():
            driving.fork(purpose, functools.partial(_epochs, driving, purpose, shuffle))


def _batches(driving: Workshop, purpose: str, size: int) -> None:
    driving.reseed(None, 0)
    instance = driving.make(batch_size=size)
    if instance is None:
        return
    length = driving.length(instance, 0, purpose)
    if length is None or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    read = driving.reader(instance, isolated=True)
    for place, index in enumerate(driving.indices(length)):
        read(0, index, purpose, place)


def _epochs(driving: Workshop, purpose: str, shuffle: bool) -> None:
    instance = driving.make(shuffle=shuffle)
    if instance is None:
        return
    length = driving.length(instance, 0, purpose)
    if not length or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    read = driving.reader(instance, isolated=False)
    for epoch in range(epochs_for(length)):
        if driving.hook_first and not driving.hook(instance, epoch, "on_epoch_begin"):
            return
        for place, index in enumerate(driving.indices(length)):
            read(epoch, index, purpose, place)
        if not driving.hook(instance, epoch, "on_epoch_end"):
            return


def epochs_for(length: int) -> int:
    """How many epochs it takes until an order that stays cannot be chance, even where whole batches are shuffled."""
    digits = math.lgamma(length + 1) / math.log(10)
    wanted = FEWEST_EPOCHS if digits == 0 else math.ceil(LIKELY / digits)
    return min(max(FEWEST_EPOCHS, wanted), MOST_EPOCHS)
