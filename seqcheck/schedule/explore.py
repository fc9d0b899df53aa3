"""The search for an interleaving that breaks a batch: settings, a portfolio of policies, and what it came to.

In turn: a random walk that switches at every other step, priorities with three changes, a random walk that seldom
switches, and all schedules with one and with two switches. None finds every kind of race soon; together they do.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from seqcheck.schedule.minimise import minimise
from seqcheck.schedule.oracle import Reference
from seqcheck.schedule.outcome import Outcome
from seqcheck.schedule.policies import Policy, Priorities, RandomWalk, Replay, bounded
from seqcheck.schedule.subject import Subject, Unrepeatable
from seqcheck.schedule.text import Replayable, Schedule, Setting

Kind = Literal["data race", "deadlock", "livelock", "shared generator"]

WALKS: Final = 75
"""Schedules that each policy which draws makes of one setting."""
PLAIN: Final = 40
"""Schedules of one setting, generators as they are, that look for a generator shared by threads."""
PLAIN_SHARE: Final = 0.3
"""The part of the time that these may take."""
MOST_BOUNDED: Final = 2
"""Switches by choice up to which all schedules are tried, where there is time."""
PATIENCE: Final = 3.0
"""How much longer than its own time a search may take by the clock."""
LONGEST: Final = 3.0
"""How much longer than that it may take where hardly anything was tried by then."""
LONGEST_EPOCH: Final = 64
"""Batches up to which a whole epoch is read before every schedule of one setting."""
FEWEST_STEPS: Final = 300
"""Steps after which a thread makes room for others at the earliest."""
AGAIN: Final = 3
"""How often a finding must be seen again before it is one."""


@dataclass(frozen=True)
class Limits:
    """What a search may take.

    `seconds` are of the processor, so that a busy machine is no less thorough, up to `PATIENCE` times as many by the
    clock.
    """

    seconds: float = 3.0
    least: int = 0
    """Interleavings that are tried although the time is over, for up to `LONGEST` times as long."""
    walks: int = WALKS
    bounded: int = MOST_BOUNDED
    threads: int = 2
    seed: int = 0
    gil: bool = True
    """Threads are switched on this build only where the interpreter's lock may change hands."""


@dataclass(frozen=True)
class Found:
    """A schedule that breaks a batch, with as few switches as could be found.

    `hidden` says that only a build without the GIL can make one of its switches. `after` counts the interleavings
    that were tried until it was first seen, and `seconds` the time.
    """

    kind: Kind
    replayable: Replayable
    outcome: Outcome
    reference: Reference
    hidden: bool
    after: int
    seconds: float


@dataclass
class SettingSearched:
    """What was tried of one setting. All schedules with up to `complete` switches by choice; -1: none."""

    setting: Setting
    interleavings: int = 0
    complete: int = -1
    why_not: str = ""
    """Why nothing was tried, or what was tried proves nothing."""


@dataclass
class Searched:
    """What a search came to."""

    settings: list[SettingSearched] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    noise: bool = False
    """Batches depend on who draws first from a generator that threads share; nothing else differs."""
    unsteady: frozenset[int] = frozenset()
    """Leaves that could not be compared, by place; where a thread reads two batches, those of the second one follow."""
    outside: int = 0
    """Interleavings in which a thread waited for something that nobody here knows."""
    doubtful: int = 0
    """Interleavings that broke a batch and did not do so again."""
    cut: bool = False
    """There was no time for all of it."""
    trouble: str = ""
    """What ended the search before its time."""
    seconds: float = 0.0

    @property
    def interleavings(self) -> int:
        """How many were tried."""
        return sum(item.interleavings for item in self.settings)


def settings_for(length: int, threads: int = 2) -> list[Setting]:
    """What to read at the same time of so many batches: fresh, after other reads, after a whole epoch, two each."""
    if length < 2:
        return []
    first = tuple(range(min(threads, length)))
    apart = tuple(sorted({0, *(min(length - 1, 3 * place) for place in range(1, threads))}))
    second = tuple(place % length for place in range(threads, threads + 2))
    found = [Setting(first)]
    if apart != first and len(apart) == len(first):
        found.append(Setting(apart))
    found.append(Setting(first, before=tuple(dict.fromkeys(second))))
    if length <= LONGEST_EPOCH:
        later = tuple(sorted({1 % length, *(min(length - 1, 1 + 3 * place) for place in range(1, threads))}))
        found.append(Setting(later if len(later) == len(first) else first, epoch=True))
    if length >= 4:  # two threads at any number of them: what a third one would meet, their second reads do as well
        found.append(Setting((0, 1), then=(2, 3)))
    return found


def search(subject: Subject, limits: Limits, alive: Callable[[str], None] = lambda _: None) -> Searched:
    """Look for races; ends at the first that every build can meet, or when everything was tried, or out of time.

    `alive` is called every now and then with what is going on.
    """
    began = time.monotonic()
    searched = Searched()
    try:
        _Search(subject, limits, alive, searched, began).run()
    except Unrepeatable as problem:
        searched.trouble = str(problem)
    searched.seconds = time.monotonic() - began
    return searched


class _Search:
    def __init__(
        self, subject: Subject, limits: Limits, alive: Callable[[str], None], searched: Searched, began: float
    ) -> None:
        self.subject = subject
        self.limits = limits
        self.alive = alive
        self.searched = searched
        self.began = began
        self._spent = time.process_time()
        self._said = began

    def over(self) -> bool:
        """Whether the time is over, or no thread can be run any more."""
        now = time.monotonic()
        if now - self._said > 0.5:
            self._said = now
            self.alive(f"{self.searched.interleavings} interleavings")
        if self.subject.controller.lost:
            return True
        enough = self.searched.interleavings >= self.limits.least
        return self.spent() > self.limits.seconds * (1.0 if enough else LONGEST)

    def spent(self) -> float:
        """Seconds of this search that count."""
        waited = (time.monotonic() - self.began) / PATIENCE
        return max(time.process_time() - self._spent, waited)

    def run(self) -> None:
        self.subject.draws = self._draws()
        if self._explore(self.subject.draws):
            return
        # Reads seed a generator and put it back, so that none was seen to move: now for races of the data.
        self.subject.draws = True
        with self.subject.randomness.everything():
            self.searched.settings.clear()
            self._explore(True)

    def _explore(self, isolated: bool) -> bool:
        """Try the portfolio of every setting in turn; False where a generator has to be isolated first."""
        live: list[tuple[SettingSearched, Reference, Iterator[tuple[Policy, bool, int]]]] = []
        for setting in settings_for(self.subject.length, self.limits.threads):
            state = SettingSearched(setting)
            self.searched.settings.append(state)
            if self.over() and live:
                state.why_not = "there was no time for it"
                self.searched.cut = True
                continue
            known = self._reference(state, isolated)
            if known is None:
                continue
            steps = self._measure(setting, isolated)
            if not any(steps):  # compiled code, or another tool that keeps ours from seeing any
                state.why_not = "none of the steps of a read could be watched"
                continue
            live.append((state, known, self._portfolio(setting, steps)))
        if isolated and not self.searched.found:
            self._plain()
        while live:
            for entry in list(live):
                if self.over():
                    self._stop()
                    return True
                state, known, portfolio = entry
                chosen = next(portfolio, None)
                if chosen is None:
                    live.remove(entry)
                    continue
                policy, hidden, complete = chosen
                self._try(state, known, policy, hidden and not self._hidden_known(), isolated)
                if complete >= 0:
                    state.complete = complete
                if any(not found.hidden and found.kind != "shared generator" for found in self.searched.found):
                    return True
                if self.searched.found and not isolated and self.searched.found[-1].kind == "shared generator":
                    return False
        return True

    def _hidden_known(self) -> bool:
        """Whether a race is known that only other builds can meet: one of them is enough."""
        return any(found.hidden for found in self.searched.found)

    def _stop(self) -> None:
        self.searched.cut = True
        if self.subject.controller.lost:
            self.searched.trouble = "a read never came back"

    def _draws(self) -> bool:
        """Whether a read draws from a generator in reach: most do not, and nothing needs to be isolated then."""
        subject, length = self.subject, self.subject.length
        instance, streams = subject.fresh(Setting((0, 1)), isolated=False)
        before = streams.take()
        for index in range(min(length, LONGEST_EPOCH)):
            try:
                instance[index]
            except BaseException as error:
                raise Unrepeatable(f"reading batch {index} raises {type(error).__name__}") from None
        drawn = subject.randomness.learn(streams, before)
        if length <= LONGEST_EPOCH:
            subject.fresh(Setting((0, 1), epoch=True), isolated=False)
        subject.randomness.settle()
        return drawn

    def _reference(self, state: SettingSearched, isolated: bool) -> Reference | None:
        known = self.subject.reference(state.setting, isolated=isolated)
        if known.trouble:
            state.why_not = _WHY_NOT.get(known.trouble, known.trouble)
        elif known.failing:
            state.why_not = "a read raises already when it runs alone"
        elif known.blind:
            state.why_not = "nothing in the batch is the same when it is read again"
        else:
            self.searched.unsteady |= known.unsteady
            return known
        return None

    def _portfolio(self, setting: Setting, steps: list[int]) -> Iterator[tuple[Policy, bool, int]]:
        """(policy, whether to switch where only builds without the GIL can, completed bound or -1)."""
        draw = random.Random(f"{self.limits.seed} {setting}")
        total = sum(steps)
        walks = {number: bounded(steps, number, draw) for number in range(1, self.limits.bounded + 1)}
        gil = self.limits.gil
        one = walks.get(1)
        for number in range(self.limits.walks):
            for policy in (
                RandomWalk(draw, 0.5),
                Priorities(draw, 3, total),
                RandomWalk(draw, 0.1),
            ):
                yield policy, not gil or number % 2 == 1, -1
            for _ in range(2):
                following = next(one, None) if one is not None else None
                if following is not None:
                    yield Replay(following), True, -1
        for number, rest in walks.items():
            for schedule in rest:
                yield Replay(schedule), True, -1
            yield Replay(Schedule(0)), True, number

    def _measure(self, setting: Setting, isolated: bool) -> list[int]:
        """Steps that each thread takes at the most when it runs alone, first or last."""
        found = [0] * len(setting.indices)
        for first in (0, len(found) - 1):
            outcome = self.subject.run(setting, Replay(Schedule(first)), isolated=isolated)
            found = [max(pair) for pair in zip(found, outcome.steps, strict=True)]
        self.subject.controller.quantum = max(self.subject.controller.quantum or 0, FEWEST_STEPS, 4 * max(found))
        return found

    def _try(self, state: SettingSearched, known: Reference, policy: Policy, hidden: bool, isolated: bool) -> None:
        controller = self.subject.controller
        controller.hidden = hidden
        outcome = self.subject.run(state.setting, policy, isolated=isolated)
        controller.hidden = True
        state.interleavings += 1
        self.searched.outside += bool(outcome.outside)
        if outcome.trouble in ("stuck", "endless"):
            state.why_not = state.why_not or _WHY_NOT[outcome.trouble]
            return
        if not outcome.trouble and known.explains(outcome):
            return
        self._settle(state, known, outcome, isolated)

    def _settle(self, state: SettingSearched, known: Reference, outcome: Outcome, isolated: bool) -> None:
        """Make the smallest schedule of a failure that is of one kind, and see it again."""
        setting, wanted = state.setting, outcome.trouble

        def run(schedule: Schedule) -> Outcome:
            return self.subject.run(setting, Replay(schedule), isolated=isolated)

        def fails(schedule: Schedule) -> bool:
            return _fails(known, run(schedule), wanted)

        after, seconds = self.searched.interleavings, time.monotonic() - self.began
        smallest = minimise(outcome.schedule, len(setting.indices), fails)
        if smallest is None or not all(fails(smallest) for _ in range(AGAIN)):
            self.searched.doubtful += 1
            return
        kind: Kind = "data race"
        if wanted in ("deadlock", "livelock"):
            kind = wanted  # type: ignore[assignment]  # one of these two
        elif not isolated:
            # What a read draws may show only in this interleaving; so may a seed that is taken back at its end.
            with self.subject.randomness.everything():
                apart = self.subject.reference(setting, isolated=True)
                again = self.subject.run(setting, Replay(smallest), isolated=True)
            if not apart.trouble and not again.trouble and apart.explains(again):
                kind = "shared generator"
        controller = self.subject.controller
        controller.recording = True
        final = run(smallest)
        controller.recording = False
        if not _fails(known, final, wanted):
            self.searched.doubtful += 1
            return
        found = Found(
            kind,
            Replayable(setting, final.schedule, isolated),
            final,
            known,
            bool(self.limits.gil and final.held),
            after,
            seconds,
        )
        self.searched.found.append(found)

    def _plain(self) -> None:
        """With generators as they are: does who draws first change batches that are otherwise the same every time?"""
        until = self.spent() + self.limits.seconds * PLAIN_SHARE
        for state in self.searched.settings:
            if state.why_not:
                continue
            known = self.subject.reference(state.setting, isolated=False)
            if known.trouble or known.failing or known.blind:
                continue
            if not known.deterministic:
                self.searched.noise = True
                continue
            draw = random.Random(f"{self.limits.seed} plain {state.setting}")
            for number in range(PLAIN):
                if self.over() or self.spent() > until:
                    return
                self._try(state, known, RandomWalk(draw, 0.5 if number % 2 else 0.1), not self.limits.gil, False)
                if self.searched.found:
                    return


_WHY_NOT: Final = {
    "stuck": "a read waits for something that is not under control",
    "outside": "a read sleeps or waits for something that is not under control",
    "endless": "a read takes more steps than can be followed",
    "deadlock": "a read waits for ever already when it runs alone",
    "livelock": "a read never comes to its end already when it runs alone",
    "unsteady": "a batch has another structure when it is read again",
}


def _fails(known: Reference, outcome: Outcome, wanted: str) -> bool:
    """Whether an outcome fails, and in the wanted way: shrinking must not slide from one fault to another."""
    if outcome.outside or outcome.trouble != wanted:
        return False
    return bool(wanted) or not known.explains(outcome)
