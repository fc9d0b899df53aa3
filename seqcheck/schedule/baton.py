"""Real threads of which one runs at a time: whoever holds the baton.

A thread hands it over at a step where the policy says so, when it ends, or when it has to wait for a cooperative lock.
A thread that falls asleep in the system with the baton in its hand - at a lock or in a call that nobody here knows -
loses it to the watchdog and is awaited at its next step. Every hand-over carries the state of the random generators
along where streams are given, so that each thread draws as if it were alone.
"""

from __future__ import annotations

import _thread
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import CodeType
from typing import Any, Final, NoReturn

from seqcheck.schedule.hooks import Hooks, Streams
from seqcheck.schedule.opcodes import HELD
from seqcheck.schedule.outcome import Outcome, Step
from seqcheck.schedule.policies import Policy, Serial
from seqcheck.schedule.text import Schedule
from seqcheck.schedule.waits import Lock, Waits, is_ring, places
from seqcheck.schedule.watchdog import Watchdog

START: Final = _thread.start_new_thread
"""As it was when this module was loaded: threads of the user's own are counted."""
NOBODY: Final = -1
NOT_BEGUN: Final = 0
"""In place of the system's number of a thread that has none yet."""
TICK: Final = 0.005
"""Seconds between two looks of the watchdog."""
PATIENCE: Final = 3.0
"""Seconds without a step after which a run is given up."""
LOOK: Final = 4 * TICK
"""Seconds that one look of the watchdog counts at the most: while the whole process gets no processor, or one thread
keeps the interpreter to itself, nobody is stuck."""
GRACE: Final = 0.3
"""Seconds that threads which were there before have, to release what all controlled ones wait for."""
ALONE: Final = 1.0
"""Seconds that a read which comes alone may sleep with the baton in its hand: nobody is in the middle of another read,
so what it sleeps for is hardly to be had from there."""
BIRTH: Final = 0.05
"""Seconds after which a thread that was started counts among those that there are."""
ENDLESS: Final = 3_000_000
"""Steps after which one thread alone is taken for endless."""
ROUNDS: Final = 20
"""How often a thread that does not come to its end makes room for the others before all of them count as running on
the spot."""
NAPS: Final = 5
"""How often a thread may sleep without a step of its own in between, before it makes room for the others: a library
that asks again and again whether it may go on."""
PATIENT_STEPS: Final = 5_000
"""Steps that a thread may take on its way out before it is told again that the run has ended."""


class Abandoned(BaseException):
    """The run has ended before this thread did; raised in the middle of the user's code."""


class Controller:
    """Runs calls in threads of their own under a policy; one at a time, and not from several threads."""

    active: Controller | None = None
    """The one that is running something; cooperative locks ask it."""
    preparing: Controller | None = None
    """The one for whose runs instances are made."""

    def __init__(self, hooks: Hooks, *, patience: float = PATIENCE) -> None:
        self.hooks = hooks
        self.patience = patience
        self.helped = 0
        """How often a thread that nobody controls let a controlled one go on, in all runs."""
        self.born = False
        """A thread was started in this run; it is not counted among those that there are before it runs."""
        self.lost = False
        """A thread of an earlier run never came back; nothing more can be run."""
        self.recording = False
        self.hidden = True
        """Whether threads are also switched where only a build without the GIL can."""
        self.quantum: int | None = None
        """Steps after which a thread makes room for others; None: never."""
        self.resumed: Callable[[int], None] | None = None
        """Called in a thread that goes on after a switch, while all others stand still; it may take its time."""
        self._others = _thread._count()
        self._maker = _thread.get_ident()
        # Reentrant: taking and putting the state of generators may itself use a cooperative lock.
        self._guard = _thread.RLock()
        self._ended = True
        self._waits = Waits()
        self._able: set[int] = set()
        self._pausing = False
        self._idents: dict[int, int] = {}
        self._left = 0

    def run(self, calls: Sequence[Callable[[], Any]], policy: Policy, streams: Streams | None = None) -> Outcome:
        """Run every call in a thread of its own until all have ended; `streams` isolates what they draw.

        With `streams` the generators are those of the caller afterwards as before only as far as the caller puts them
        back. Raises RuntimeError where an earlier run has lost a thread.
        """
        if self.lost:
            raise RuntimeError("a thread of an earlier run never ended")
        self._begin(len(calls), policy, streams)
        Controller.active = self
        try:
            for thread, call in enumerate(calls):
                START(self._live, (thread, call))
            self._holder = policy.first(self._able)
            first = self._holder
            if streams is not None:
                streams.put(self._drawn[first])
            self._park[first].release()
            self._watch()
        finally:
            self._ended, self.born = True, False
            Controller.active = None
        forced = tuple(self._forced) if len(calls) > 2 else ()
        return Outcome(
            tuple(self._results),
            Schedule(first, tuple(self._switches), forced),
            tuple(self.counts),
            self._trouble,
            self._outside_count,
            tuple(self._held),
            self._stood,
            tuple(self._trace),
        )

    def _begin(self, threads: int, policy: Policy, streams: Streams | None) -> None:
        self._count = threads
        self._policy = policy
        self._one_by_one = isinstance(policy, Serial)
        self._streams = streams
        self._drawn: list[Any] = []
        self._results: list[tuple[str, Any]] = [("abandoned", None)] * threads
        self.counts = [0] * threads
        self._fair = [ENDLESS if self.quantum is None else self.quantum] * threads
        self._rounds = 0
        self._able = set(range(threads))
        self._outside: set[int] = set()
        self._waits = Waits()
        self._unwinding: dict[int, int] = {}
        self._park = [_thread.allocate_lock() for _ in range(threads)]
        for park in self._park:
            park.acquire()
        self._bell = _thread.allocate_lock()
        self._bell.acquire()
        self._left = threads
        self._native = [NOT_BEGUN] * threads
        self._idents = {}
        self._switches: list[tuple[int, int, int]] = []
        self._forced: list[int] = []
        self._held: list[tuple[int, int]] = []
        self._stood: tuple[tuple[int, str], ...] = ()
        self._trace: list[Step] = []
        self._trouble = ""
        self._outside_count = 0
        self._ended = self.born = False
        policy.begin(threads)
        self._due = policy.due
        if streams is not None:
            for thread in range(threads):
                streams.begin(thread)
                self._drawn.append(streams.take())

    # What happens in a controlled thread.

    def _live(self, thread: int, call: Callable[[], Any]) -> None:
        self._idents[_thread.get_ident()] = thread
        self._native[thread] = threading.get_native_id()
        park = self._park[thread]
        park.acquire()
        result: tuple[str, Any]
        try:
            if self._ended:
                raise Abandoned
            self.hooks.enter(thread)
            try:
                result = ("returned", call())
            finally:
                self.hooks.leave()
        except Abandoned:
            result = ("abandoned", None)
        except BaseException as error:
            error.__traceback__ = None  # its frames would keep the instance
            result = ("raised", error)
        if park is self._park[thread]:  # else this thread was given up, and another run has begun
            self._finish(thread, result)

    def number(self) -> int | None:
        """Which controlled thread this is; None where it is none."""
        return self._idents.get(_thread.get_ident())

    def step(self, thread: int, code: CodeType, offset: int, mark: int) -> None:
        """`thread` is about to execute a visible instruction."""
        if self._ended:
            self._unwind(thread)
            return
        if self._holder != thread:
            self._rejoin(thread)
        number = self.counts[thread] + 1
        self.counts[thread] = number
        if self.recording:
            self._trace.append(Step(thread, number, code, offset))
        if number == self._due[thread]:
            if mark & HELD and not self.hidden:
                self._due[thread] += 1
            else:
                to = self._policy.decide(thread, self.counts, self._able)
                if to != thread:
                    self._switch(thread, to, mark)
        if number > self._fair[thread]:
            self._make_room(thread)

    def between_reads(self, begin: Callable[[], None] | None) -> None:
        """The calling thread has ended one read and is about to begin another; `begin` seeds what that one draws."""
        thread = self.number()
        assert thread is not None
        if self._ended:
            self._leave(thread)
        if self._holder != thread:
            self._rejoin(thread)
        to = self._policy.between(thread, self._able)
        if to != thread:
            self._switch(thread, to, 0)
        if begin is not None:
            with self._guard:
                begin()

    def _unwind(self, thread: int) -> None:
        """Raise `Abandoned` where a thread first meets the end, and let it give back what it holds on its way out."""
        met = self._unwinding.get(thread, 0)
        self._unwinding[thread] = met + 1
        if met % PATIENT_STEPS == 0:
            raise Abandoned

    def _leave(self, thread: int) -> NoReturn:
        self._unwinding[thread] = self._unwinding.get(thread, 0) + 1
        raise Abandoned

    def _switch(self, thread: int, to: int, mark: int) -> None:
        with self._guard:
            if self._holder == thread and to in self._able:
                self._switches.append((thread, self.counts[thread], to))
                if mark & HELD:
                    self._held.append((thread, self.counts[thread]))
                self._hand(thread, to)
        self._await(thread)

    def _make_room(self, thread: int) -> None:
        """A thread that takes many more steps than it takes alone may wait for another one: let that one run."""
        with self._guard:
            if self.quantum is None:
                self._end("endless")
                self._leave(thread)
            self._rounds += 1
            if self._rounds > ROUNDS * self._count:
                self._outside_count += bool(self._waits.asking)  # what they wait for may be another process's
                self._end("livelock")
                self._leave(thread)
            self._fair[thread] += max(50, self.quantum // 8)
            others = sorted(self._able - {thread})
            if not others or self._holder != thread:
                return
            self._hand(thread, next((other for other in others if other > thread), others[0]))
        self._await(thread)

    def _await(self, thread: int) -> None:
        self._park[thread].acquire()
        if self._ended:
            self._leave(thread)
        if self.resumed is not None:
            self._pausing = True
            try:
                self.resumed(thread)
            finally:
                self._pausing = False

    def _rejoin(self, thread: int) -> None:
        """Back from a sleep in which the baton was lost."""
        with self._guard:
            if self._ended:
                self._leave(thread)
            if self._holder == thread:
                return
            self._outside.discard(thread)
            self._able.add(thread)
            if self._holder == NOBODY:
                self._hand(NOBODY, thread)
        self._await(thread)

    def wait_for(self, lock: Any, thread: int, timeout: float | None) -> bool:
        """`thread` cannot have a cooperative lock: let others run until it is released.

        False where the `timeout` is over: others have slept for so many seconds meanwhile, or nobody else can run.
        """
        if self._ended:
            self._leave(thread)
        if self._holder != thread:
            self._rejoin(thread)
        with self._guard:
            if not lock.locked():  # released meanwhile by a thread that is not controlled
                return True
            self._able.discard(thread)
            self._waits.begin(thread, lock, timeout)
            self._pass_on(thread)
        self._await(thread)
        with self._guard:
            return self._waits.end(thread)

    def released(self, lock: Any) -> None:
        """A cooperative lock is free: those that wait for it can run again."""
        if self._ended:
            return
        with self._guard:
            freed = self._waits.released(lock)
            self.helped += bool(freed) and self.number() is None
            self._able.update(freed)
            if self._holder == NOBODY and (freed or not self._one_by_one) and self._able:
                self._hand(NOBODY, freed[0] if self._one_by_one else self._next(NOBODY))

    def give_way(self, thread: int, lock: Any = None) -> bool:
        """`thread` cannot have what the system keeps, and asks for it again after another one has run.

        False where nobody else can run, or where all have asked in vain: it had better wait in the system then. So it
        is where reads come one after the other. Threads that all wait for a `lock` which another one of them has are a
        deadlock.
        """
        if self._ended:
            self._leave(thread)
        if self._holder != thread:
            self._rejoin(thread)
        with self._guard:
            asked = self._waits.asked(thread, lock, sum(self.counts))
            others = self._able - {thread}
            if self._one_by_one or asked > 2 * self._count or not others:
                waiting = {**self._waits.locks, **self._waits.asking}
                if not self._outside and self._able <= waiting.keys() and is_ring(waiting):
                    self._stand_still(waiting)
                    self._leave(thread)
                return False
            self._hand(thread, self._next(thread, others))
        self._await(thread)
        return True

    def has_it(self, thread: int) -> None:
        """`thread` asks no more: it has what it asked for, or gave up."""
        with self._guard:
            self._waits.asking.pop(thread, None)

    def slept(self, seconds: float) -> bool:
        """A controlled thread has slept for so long, as far as those can tell that wait for a lock until some time.

        False where the caller had better sleep in earnest: it naps again and again without a step of its own, and
        nobody else can run.
        """
        thread = self.number()
        if thread is not None and self._waits.napped(thread, self.counts[thread]) > NAPS:
            given = self.give_way(thread)
            self.has_it(thread)
            if not given:
                return False
        with self._guard:
            self._able.update(self._waits.slept(seconds))
        return True

    def hurries(self) -> bool:
        """Whether the calling thread need not really sleep: it is controlled, or makes instances while no run is on."""
        if Controller.active is self:
            return self.number() is not None
        return _thread.get_ident() == self._maker

    def foreign(self, leaving: int = 0) -> bool:
        """Whether threads run that are neither controlled nor were there before, but for so many that are ending."""
        return self.born or _thread._count() - leaving > self._others + self._left

    def _nobody_else(self, quiet: float) -> bool:
        """Whether no other thread will release what all controlled ones wait for, after `quiet` seconds of waiting."""
        others = _thread._count() - self._left
        if others > 0:
            return others <= self._others and quiet > GRACE
        # A thread that was started a moment ago is not counted before it runs: a condition may wait for that one.
        return is_ring(self._waits.locks) or quiet > BIRTH

    def _stand_still(self, waiting: Mapping[int, Lock | None]) -> None:
        self._stood = tuple(places(waiting))
        self._end("deadlock")

    def _finish(self, thread: int, result: tuple[str, Any]) -> None:
        with self._guard:
            self._results[thread] = result
            self._able.discard(thread)
            self._outside.discard(thread)
            self._left -= 1
            if not self._left:
                self._ring()
            elif self._holder == thread and not self._ended:
                self._pass_on(thread, leaving=1)

    # With the guard held.

    def _pass_on(self, thread: int, leaving: int = 0) -> None:
        """`thread` cannot go on: the next one that can; nobody else in the middle of a read that comes alone."""
        alone = self._one_by_one and thread in self._waits.locks
        if (alone or not self._able) and not self.foreign(leaving):
            self._able.update(self._waits.soonest())
        if alone and thread in self._able:
            self._hand(thread, thread)
        elif self._able and not alone:
            self._hand(thread, self._next(thread))
        else:
            self._hand(thread, NOBODY)
            if not self._outside:
                self._ring()  # nobody can run: the watchdog decides whether anybody ever will

    def _next(self, thread: int, able: AbstractSet[int] | None = None) -> int:
        to = self._policy.forced(thread, self.counts, self._able if able is None else able)
        self._forced.append(to)
        return to

    def _hand(self, thread: int, to: int) -> None:
        if self._streams is not None:
            if thread != NOBODY:
                self._drawn[thread] = self._streams.take()
            if to != NOBODY:
                self._streams.put(self._drawn[to])
        self._holder = to
        if to != NOBODY:
            self._park[to].release()

    def _ring(self) -> None:
        if self._bell.locked():
            self._bell.release()

    def _end(self, trouble: str) -> None:
        """Let every thread come to its end, wherever it stands."""
        self._trouble = trouble
        self._ended = True
        for park in self._park:
            if park.locked():
                park.release()

    # What happens in the caller's thread.

    def _sleeps(self, holder: int, quiet: float, watchdog: Watchdog) -> bool:
        """Whether the holder sleeps in earnest; one that has not begun, as on a busy machine, does not."""
        native = NOT_BEGUN if holder == NOBODY else self._native[holder]
        return native != NOT_BEGUN and quiet > (ALONE if self._one_by_one else 0) and watchdog.sees_sleep(native, quiet)

    def _watch(self) -> None:
        last: tuple[int, int, int] | None = None
        quiet = 0.0
        watchdog = Watchdog()
        looked = time.monotonic()
        while True:
            self._bell.acquire(True, TICK)
            if not self._left:
                return
            before, looked = looked, time.monotonic()
            quiet += min(looked - before, LOOK)
            seen = (self._holder, sum(self.counts), self._left)
            if seen != last:
                last, quiet = seen, 0.0
                watchdog.begin_again()
            if self._pausing:
                last = None
                continue
            with self._guard:
                if self._ended:
                    if quiet > self.patience:
                        self.lost = True
                        return
                    continue
                holder = self._holder
                idle = holder == NOBODY and not self._outside and (self._one_by_one or not self._able)
                if idle and quiet > GRACE and (expired := self._waits.soonest()):
                    self._able.update(expired)
                    self._hand(NOBODY, expired[0])
                elif idle and self._nobody_else(quiet):
                    self._stand_still(self._waits.locks)
                elif quiet > self.patience:
                    self._end("stuck")
                    quiet = 0.0
                elif self._sleeps(holder, quiet, watchdog):
                    self._outside_count += 1
                    self._able.discard(holder)
                    self._outside.add(holder)
                    self._hand(holder, self._next(holder) if self._able else NOBODY)
