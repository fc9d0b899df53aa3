"""How findings and reasons write numbers, places and lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from seqcheck.model.history import History

IRREGULAR: Final = {"batch": "batches", "axis": "axes"}


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 epoch``, ``3 epochs``, ``3 batches``; `plural` where it is not the noun and an s."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {plural or IRREGULAR.get(noun, f'{noun}s')}"


def listing(items: Iterable[object], most: int = 5) -> str:
    """``2``, ``2 and 4``, ``2, 4 and 7``, ``2, 4, 7, 9, 11 and 30 more``."""
    written = [str(item) for item in items]
    if len(written) > most + 1:
        written = [*written[:most], f"{len(written) - most} more"]
    return " and ".join(written) if len(written) < 3 else f"{', '.join(written[:-1])} and {written[-1]}"


def batches_at(indices: Iterable[int]) -> str:
    """``batch 3``, ``batches 2 and 4``"""
    sorted_indices = sorted(set(indices))
    return f"{'batch' if len(sorted_indices) == 1 else 'batches'} {listing(sorted_indices)}"


def scope(runs: Iterable[History]) -> str:
    """What was looked at, as HOLDS says it: ``39 batches of 3 epochs``; says so where only a selection was read."""
    runs = list(runs)
    seen = {(number, read.epoch, read.index) for number, run in enumerate(runs) for read, _ in run.given()}
    epochs = {(number, epoch) for number, epoch, _ in seen}
    selected = "" if all(run.reads_all for run in runs) else ", for the batches read"
    return f"{counted(len(seen), 'batch')} of {counted(len(epochs), 'epoch')}{selected}"
