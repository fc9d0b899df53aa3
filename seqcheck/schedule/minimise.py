"""The fewest switches that still break the batch."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from seqcheck.schedule.text import Schedule

MOST_TRIES = 400


def minimise(schedule: Schedule, threads: int, fails: Callable[[Schedule], bool]) -> Schedule | None:
    """A schedule with as few switches as can be found; None where the given one does not fail when it is followed.

    `fails` runs a schedule; it is asked `MOST_TRIES` times at the most.
    """
    tries = 0

    def still(candidate: Schedule) -> bool:
        nonlocal tries
        tries += 1
        return tries <= MOST_TRIES and fails(candidate)

    if not still(schedule):
        return None
    kept = _without(list(schedule.switches), lambda some: still(_with(schedule, some)))
    best = _with(schedule, kept)
    return next((fewer for fewer in _fewer(best, threads) if still(fewer)), best)


def _with(schedule: Schedule, switches: list[tuple[int, int, int]]) -> Schedule:
    return Schedule(schedule.first, tuple(switches), schedule.forced)


def _without(
    items: list[tuple[int, int, int]], still: Callable[[list[tuple[int, int, int]]], bool]
) -> list[tuple[int, int, int]]:
    """Delta debugging (Zeller): take away halves, quarters, single ones, as long as it still fails."""
    parts = 2
    while items:
        size = max(1, -(-len(items) // parts))
        for start in range(0, len(items), size):
            rest = items[:start] + items[start + size :]
            if still(rest):
                items, parts = rest, max(2, parts - 1)
                break
        else:
            if size == 1:
                break
            parts = min(len(items), parts * 2)
    return items


def _fewer(schedule: Schedule, threads: int) -> Iterator[Schedule]:
    """Parts of the switches with another thread first: what a switch at the very beginning did needs none then."""
    for count in range(len(schedule.switches)):
        for some in itertools.combinations(schedule.switches, count):
            for first in range(threads):
                yield Schedule(first, some, schedule.forced)
