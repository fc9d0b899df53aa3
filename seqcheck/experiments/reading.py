"""Is a batch a function of its index?

Forks of one pristine state read alike, or in another order, or twice, under random streams keyed by epoch and index.
Two that read alike prove that the streams are isolated; the others then differ only where the Sequence makes them
differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seqcheck.model.driving import Driving

FEWEST_FOR_TWICE = 64
"""Batches of the two passes that read everything twice; the first and last of a longer Sequence."""


def ask(instance: Any, driving: Driving) -> None:
    """Record the passes ``forward``, ``forward-again``, ``backward``, ``twice`` and ``plain-twice`` of epoch 0."""
    length = driving.length(instance, -1, "start")
    if length is None or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    indices = list(driving.indices(length))
    doubled = indices if len(indices) <= FEWEST_FOR_TWICE else indices[:32] + indices[-32:]
    twice = [index for index in doubled for _ in range(2)]
    plans = (
        ("forward", indices, True),
        ("forward-again", indices, True),
        ("backward", indices[::-1], True),
        ("twice", twice, True),
        ("plain-twice", twice, False),
    )
    broken = False
    for purpose, order, isolated in plans:
        # A pass under isolated streams that breaks is no proof of anything before one without them has come through.
        if not (broken and isolated):
            broken = not driving.fork(purpose, _pass(instance, driving, purpose, order, isolated)) or broken


def _pass(instance: Any, driving: Driving, purpose: str, order: list[int], isolated: bool) -> Callable[[], None]:
    def step() -> None:
        driving.length(instance, 0, "epoch")
        read = driving.reader(instance, isolated=isolated)
        for place, index in enumerate(order):
            read(0, index, purpose, place)

    return step
