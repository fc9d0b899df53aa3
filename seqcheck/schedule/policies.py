"""Who goes on at a step where threads may be switched: ways of choosing that find different races soon.

A policy says in `due` at which step of each thread it wants to be asked next (-1: never). Steps count from 1, thread
by thread.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from seqcheck.schedule.text import Schedule


class Policy(Protocol):
    """Decides one schedule."""

    due: list[int]

    def begin(self, threads: int, /) -> None:
        """A run of so many threads begins."""

    def first(self, able: AbstractSet[int], /) -> int:
        """Who begins."""

    def decide(self, thread: int, steps: Sequence[int], able: AbstractSet[int], /) -> int:
        """`thread` has come to the step that it was due at: who goes on."""

    def forced(self, thread: int, steps: Sequence[int], able: AbstractSet[int], /) -> int:
        """`thread` ended or waits for a lock: who of `able` goes on."""

    def between(self, thread: int, able: AbstractSet[int], /) -> int:
        """`thread` has ended one read and is about to begin another one: who goes on."""


class _ReadsOn:
    def between(self, thread: int, _able: AbstractSet[int]) -> int:
        """The same thread: it may be switched at its next step as well as here."""
        return thread


class Replay(_ReadsOn):
    """Follows a schedule; a switch to a thread that cannot run is left out."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.due: list[int] = []

    def begin(self, threads: int) -> None:
        """Sort the switches by thread."""
        self._plan: list[list[tuple[int, int]]] = [[] for _ in range(threads)]
        for thread, step, to in self.schedule.switches:
            self._plan[thread].append((step, to))
        for planned in self._plan:
            planned.sort(reverse=True)
        self._forced = list(reversed(self.schedule.forced))
        self.due = [planned[-1][0] if planned else -1 for planned in self._plan]

    def first(self, _able: AbstractSet[int]) -> int:
        """The schedule's first."""
        return self.schedule.first

    def decide(self, thread: int, _steps: Sequence[int], able: AbstractSet[int]) -> int:
        """The schedule's choice."""
        planned = self._plan[thread]
        to = planned.pop()[1]
        self.due[thread] = planned[-1][0] if planned else -1
        return to if to in able else thread

    def forced(self, _thread: int, _steps: Sequence[int], able: AbstractSet[int]) -> int:
        """The schedule's choice, or the lowest number."""
        wanted = self._forced.pop() if self._forced else -1
        return wanted if wanted in able else min(able)


class Serial:
    """One read after the other, in a given order: it names a thread once for each of its reads."""

    def __init__(self, order: Sequence[int]) -> None:
        self.order = tuple(order)
        self.due: list[int] = []

    def begin(self, threads: int) -> None:
        """Nothing is due."""
        self.due = [-1] * threads
        self._left = list(self.order)

    def first(self, able: AbstractSet[int]) -> int:
        """The first of the order."""
        return self._next(able)

    def decide(self, thread: int, _steps: Sequence[int], _able: AbstractSet[int]) -> int:
        """Never asked."""
        return thread

    def forced(self, _thread: int, _steps: Sequence[int], able: AbstractSet[int]) -> int:
        """The next of the order that can run."""
        return self._next(able)

    def between(self, _thread: int, able: AbstractSet[int]) -> int:
        """The next of the order that can run."""
        return self._next(able)

    def _next(self, able: AbstractSet[int]) -> int:
        for place, thread in enumerate(self._left):
            if thread in able:
                del self._left[place]
                return thread
        return min(able)  # one that had to wait in the middle of its read


class RandomWalk(_ReadsOn):
    """At every step another thread goes on with the given chance."""

    def __init__(self, draw: random.Random, chance: float) -> None:
        self.draw = draw
        self.scale = math.log(1 - chance)
        self.due: list[int] = []

    def begin(self, threads: int) -> None:
        """Draw how far each thread runs at first."""
        self.due = [self._stride() for _ in range(threads)]

    def _stride(self) -> int:
        return 1 + int(math.log(1 - self.draw.random()) / self.scale)

    def first(self, able: AbstractSet[int]) -> int:
        """Anyone."""
        return self.draw.choice(sorted(able))

    def decide(self, thread: int, steps: Sequence[int], able: AbstractSet[int]) -> int:
        """Anyone else."""
        self.due[thread] = steps[thread] + self._stride()
        others = sorted(able - {thread})
        return self.draw.choice(others) if others else thread

    def forced(self, _thread: int, _steps: Sequence[int], able: AbstractSet[int]) -> int:
        """Anyone who can."""
        return self.draw.choice(sorted(able))


class Priorities(_ReadsOn):
    """Probabilistic concurrency testing (Burckhardt and others, 2010).

    Whoever has the highest priority runs; at `depth` - 1 steps drawn from `length` the one that runs falls to the
    lowest. It finds a fault that needs `depth` orderings with a chance of at least 1 / (threads * length^(depth - 1)).
    """

    def __init__(self, draw: random.Random, depth: int, length: int) -> None:
        self.draw = draw
        self.depth = depth
        self.length = max(2, length)
        self.due: list[int] = []

    def begin(self, threads: int) -> None:
        """Draw priorities and the steps at which they change, the last of them first."""
        self._rank = list(range(self.depth, self.depth + threads))
        self.draw.shuffle(self._rank)
        most = min(self.depth - 1, self.length)
        self._changes = sorted(self.draw.sample(range(1, self.length + 1), most), reverse=True)
        self._lowest = self.depth - 1
        self.due = [-1] * threads

    def _run(self, thread: int, steps: Sequence[int]) -> int:
        self.due = [-1] * len(self.due)
        if self._changes:
            self.due[thread] = steps[thread] + max(1, self._changes[-1] - sum(steps))
        return thread

    def first(self, able: AbstractSet[int]) -> int:
        """The highest."""
        return self._run(max(able, key=self._rank.__getitem__), [0] * len(self.due))

    def decide(self, thread: int, steps: Sequence[int], able: AbstractSet[int]) -> int:
        """Lower the one that runs; then the highest."""
        while self._changes and self._changes[-1] <= sum(steps):
            self._changes.pop()
            self._rank[thread] = self._lowest
            self._lowest -= 1
        return self._run(max(able, key=self._rank.__getitem__), steps)

    def forced(self, _thread: int, steps: Sequence[int], able: AbstractSet[int]) -> int:
        """The highest of those that can run."""
        return self._run(max(able, key=self._rank.__getitem__), steps)


def bounded(steps: Sequence[int], switches: int, draw: random.Random) -> Iterator[Schedule]:
    """Every schedule of two or more threads with exactly so many switches by choice, in an order that is drawn.

    `steps` are how many each thread takes. Schedules are made as they are asked for; those whose later switches come
    in a thread that has ended by then are among them, and do the same as one with fewer switches.
    """
    threads = range(len(steps))
    if switches == 0:
        yield from (Schedule(first) for first in draw.sample(threads, len(threads)))
        return
    first = [(thread, step, to) for thread in threads for step in range(1, steps[thread] + 1) for to in threads]
    single = [item for item in first if item[0] != item[2]]
    draw.shuffle(single)
    if switches == 1:
        yield from (Schedule(item[0], (item,)) for item in single)
        return
    rest = [list(range(1, count + 1)) for count in steps]
    for planned in rest:
        draw.shuffle(planned)
    longest = max(steps, default=0)
    # One second switch for each first one, then the next for each: neighbours are far apart.
    for place, thread_step_to in itertools.product(range(longest), single):
        thread, _, to = thread_step_to
        if place < len(rest[to]):
            for back in threads:
                if back != to:
                    yield Schedule(thread, (thread_step_to, (to, rest[to][place], back)))


def count_bounded(steps: Sequence[int], switches: int) -> int:
    """How many schedules `bounded` yields."""
    threads = len(steps)
    if switches == 0:
        return threads
    if switches == 1:
        return sum(steps) * (threads - 1)
    return sum(
        count * sum(steps[to] for to in range(threads) if to != thread) * (threads - 1)
        for thread, count in enumerate(steps)
    )
