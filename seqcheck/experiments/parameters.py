"""Do `batch_size`, `shuffle`, a flag that drops the remainder, and labels change anything?

Instances that differ in nothing but one argument read the same data. The batches of two sizes, with the remainder and
without, or with other labels are read under isolated streams, so that nothing but the argument can make them differ;
epochs with and without shuffling are drawn as they come.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any, Final

from seqcheck.model.driving import Look, Workshop
from seqcheck.model.observation import Varied

FEWEST_EPOCHS: Final = 2
MOST_EPOCHS: Final = 8
SIZES: Final = {"fewer": 4, "more": 12}
"""Batch sizes by the name of their pass: far enough apart to survive rounding to classes or groups."""
RESTS: Final = {"kept": False, "dropped": True}
"""Whether the remainder is dropped, by the name of the pass."""
LABELS: Final = {"labelled": False, "relabelled": True}
"""Whether each sample has the label of another one, by the name of the pass."""
SHUFFLES: Final = {"unshuffled": False, "shuffled": True}
LIKELY: Final = 9.5
"""Digits: in as many epochs as it takes, a shuffle of whole batches leaves all of them in place once in 10**9.5."""


def ask(driving: Workshop) -> None:
    """Record the passes ``fewer``, ``more``, ``kept``, ``dropped``, ``labelled`` and ``relabelled`` of epoch 0,
    ``unshuffled`` and ``shuffled`` of several epochs, and a `Varied` for each argument that is no size and no shuffle.

    Each begins with the length, recorded under the name of the pass. Passes over what the constructor does not take
    are left out.
    """
    if "batch_size" in driving.varies:
        for purpose, size in SIZES.items():
            driving.fork(purpose, functools.partial(_batches, driving, purpose, batch_size=size))
    if "drop_remainder" in driving.varies:
        driving.record(Varied(tuple(RESTS), driving.called("drop_remainder")))
        for purpose, dropped in RESTS.items():
            driving.fork(purpose, functools.partial(_batches, driving, purpose, drop_remainder=dropped))
    if "labels_turned" in driving.varies:
        for purpose, turned in LABELS.items():
            driving.fork(purpose, functools.partial(_labelled, driving, purpose, turned))
    if "shuffle" in driving.varies:
        for purpose, shuffle in SHUFFLES.items():
            driving.fork(purpose, functools.partial(_epochs, driving, purpose, shuffle))


def _labelled(driving: Workshop, purpose: str, turned: bool) -> None:
    def look(given: Mapping[str, Any]) -> None:
        classes = given.get(driving.called("num_classes"))
        if turned and isinstance(classes, int):
            driving.record(Varied(tuple(LABELS), driving.called("labels_turned"), classes))

    _batches(driving, purpose, look, labels_turned=turned)


def _batches(driving: Workshop, purpose: str, look: Look | None = None, **sizes: Any) -> None:
    driving.reseed(None, 0)
    instance = driving.make(look, **sizes)
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
