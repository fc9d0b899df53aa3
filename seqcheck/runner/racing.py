"""The search for thread races with all that it needs of the other layers: instances, hooks, random streams, the record.

It runs in the child of a run, like everything in `errands`.
"""

from __future__ import annotations

import _thread
import contextlib
import copy
import gc
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from seqcheck.engines import keras
from seqcheck.engines.loop import Protocol
from seqcheck.engines.reading import Build, NotBuilt, ask_length, construct
from seqcheck.engines.renewal import Renewal
from seqcheck.engines.run import Run
from seqcheck.model.batch import describe
from seqcheck.model.current_folder import current_folder, return_to
from seqcheck.model.history import EngineNote
from seqcheck.model.observation import Interleavings
from seqcheck.model.scenario import Scenario
from seqcheck.schedule import explore, telling
from seqcheck.schedule.baton import START, Controller
from seqcheck.schedule.explore import Limits
from seqcheck.schedule.hooks import hooks_for
from seqcheck.schedule.leftovers import Leftovers
from seqcheck.schedule.locks import Substitution
from seqcheck.schedule.monitoring import Busy
from seqcheck.schedule.one_core import on_one_core
from seqcheck.schedule.oracle import sketch
from seqcheck.schedule.stress import PATIENCE, THREADS, stress
from seqcheck.schedule.subject import Subject, Unrepeatable
from seqcheck.schedule.territory import territory_of
from seqcheck.schedule.text import MOST_THREADS, Setting

SECONDS: Final = 0.8
"""What a search takes at the most where an interleaving costs next to nothing."""
MOST_SECONDS: Final = 6.0
"""What it takes at the most where each costs more."""
WORTHWHILE: Final = 400
"""Interleavings that a search is given time for, up to `MOST_SECONDS`."""
LEAST: Final = 100
"""Interleavings below which nothing would be said for the Sequence."""
STRESS: Final = 1.0
"""Seconds of reading by threads that nobody controls."""
CHEAP: Final = 0.004
"""Seconds; an instance that takes longer to build is copied, where that is cheaper."""
TOO_DEAR: Final = 0.5
"""Seconds; where one interleaving takes longer, none is tried."""


def drive(build: Build, scenario: Scenario, protocol: Protocol, run: Run) -> None:
    """Search for races and record an `Interleavings`, and a `Race` for each that was found."""
    try:
        first = construct(build, run)
    except NotBuilt:
        return
    length = ask_length(first, run, -1, "start")
    if length is None or length < 2:
        return
    with subject_of(build, first, length, protocol) as made:
        if isinstance(made, str):
            run.record(Interleavings(trouble=made))
            return
        subject, cost = made
        limits = Limits(
            seconds=min(MOST_SECONDS, max(SECONDS, cost * WORTHWHILE)),
            least=LEAST,
            threads=max(2, min(scenario.workers, MOST_THREADS)),
            seed=scenario.seed,
            gil=with_gil(),
        )
        _search(subject, limits, run)


def _search(subject: Subject, limits: Limits, run: Run) -> None:
    def alive(what: str) -> None:
        run.record(EngineNote("searching", what))

    searched = explore.search(subject, limits, alive)
    for found in searched.found:
        run.record(telling.observed(subject, found))
    stressed = torn = 0
    if not searched.found and not searched.trouble and not subject.draws and not subject.controller.lost:
        stressed, torn = _stress(subject, limits.threads, alive, run)
    paths = _paths(subject) if searched.unsteady else ()
    run.record(telling.summed_up(subject, searched, stressed=stressed, torn=torn, paths=paths))


def _stress(subject: Subject, workers: int, alive: Callable[[str], None], run: Run) -> tuple[int, int]:
    """Reads without control, where every batch is the same whatever was read before: how many, and how many others.

    A read that raises among more threads than training has may find no handle left for it: it has to raise among
    `workers` as well.
    """
    indices = range(min(subject.length, THREADS))

    def fresh() -> Any:
        return subject.fresh(Setting((0, 1)), isolated=False)[0]

    try:
        expected, backward = _serial(subject, indices), _serial(subject, reversed(indices))
        if expected != backward or len(expected) < len(indices):
            return 0, 0
        reads = torn = 0
        for threads in dict.fromkeys((THREADS, workers)):
            found = stress(fresh, expected, sketch, STRESS, alive, threads)
            reads, torn = reads + found.reads, torn + len(found.torn)
            raised = bool(found.torn) and isinstance(found.torn[0][1], BaseException)
            if not raised or threads == workers:
                break
        if found.hung:
            run.record(EngineNote("skipped", "threads without control did not come to their end"))
        for index, seen in found.torn[:1]:
            alone = _serial(subject, (index,), describe)
            run.record(telling.torn_by_chance(index, alone.get(index), seen, threads, reads))
    except Unrepeatable:
        return 0, 0
    return reads, torn


def _serial(subject: Subject, indices: Iterable[int], take: Callable[[Any], Any] = sketch) -> dict[int, Any]:
    """What one thread reads when it reads all of it; a class may do otherwise in the thread that made it."""
    instance, _ = subject.fresh(Setting((0, 1)), isolated=False)
    found: dict[int, Any] = {}

    def read() -> None:
        for index in indices:
            try:
                found[index] = take(instance[index])
            except BaseException:
                return

    done = _thread.allocate_lock()
    done.acquire()

    def live() -> None:
        try:
            read()
        finally:
            done.release()

    START(live, ())
    done.acquire(timeout=PATIENCE)
    return dict(found)


def _paths(subject: Subject) -> tuple[str, ...]:
    with contextlib.suppress(Exception):
        instance, _ = subject.fresh(Setting((0, 1)), isolated=False)
        return tuple(leaf.path for leaf in describe(instance[0]).leaves)
    return ()


@contextlib.contextmanager
def subject_of(build: Build, first: Any, length: int, protocol: Protocol) -> Iterator[tuple[Subject, float] | str]:
    """What can be explored, with the seconds that one interleaving costs; or one sentence why nothing can.

    Inside, locks are cooperative and the user's code is watched; afterwards nothing of that is left.
    """
    folder = current_folder()
    territory = territory_of(type(first))
    unread = Leftovers(territory.modules(), type(first))
    try:
        make, folder = _maker(build, first, folder)
    except BaseException as error:
        yield f"no second instance could be made: {type(error).__name__}: {error}"
        return
    unread.put_all_back()
    hooks = hooks_for(sys.version_info[:2], territory)
    controller = Controller(hooks)
    locks = Substitution()
    randomness = Renewal(first)

    def ready() -> Any:
        instance = make()
        if protocol[0]:
            _end_epoch(instance)
        return instance

    subject = Subject(ready, length, controller, locks, randomness, hook=_end_epoch, owns=territory.owns, folder=folder)
    collecting = gc.isenabled()
    territory.rebound()  # it takes a while in a large project: a thread that did it would seem to be stuck
    try:
        hooks.open(controller.step)
    except Busy as busy:
        yield str(busy)
        return
    Controller.preparing = controller
    try:
        locks.begin(territory.modules(), type(first))
        subject.begin_again = Leftovers(territory.modules(), type(first)).put_back
        gc.disable()  # a finaliser in the middle of a run would come elsewhere in the next one
        gc.freeze()  # what is there already, TensorFlow and all, need not be gone through again and again
        with on_one_core():
            yield _priced(subject)
    finally:
        gc.unfreeze()
        if collecting:
            gc.enable()
        Controller.preparing = None
        locks.restore()
        unread.put_all_back()
        hooks.close()


def _priced(subject: Subject) -> tuple[Subject, float] | str:
    cold = Setting((0, 1))
    costs = []
    for _ in range(3):  # the first one is dearer than all others
        started = time.monotonic()
        try:
            instance, _streams = subject.fresh(cold, isolated=False)
            for index in cold.indices:
                instance[index]
        except Unrepeatable as problem:
            return str(problem)
        except BaseException as error:
            return f"a read raises {type(error).__name__}"
        costs.append(time.monotonic() - started)
        if costs[-1] > MOST_SECONDS:
            break
    if keras.tensorflow_was_used():
        return "reads run TensorFlow operations, whose threads cannot be controlled"
    cost = min(costs)
    if cost > TOO_DEAR:
        return f"making an instance and reading two batches takes {cost:.2g} s, too long to be done often"
    return subject, cost


def _end_epoch(instance: Any) -> None:
    hook = getattr(instance, "on_epoch_end", None)
    if hook is not None:
        hook()


def _maker(build: Build, first: Any, folder: str) -> tuple[Callable[[], Any], str]:
    """How fresh instances are made, and the folder to be in then: built anew, or copied where that is cheaper.

    Raises whatever building, or copying where nothing can be built anew, raises.
    """
    started = time.monotonic()
    second, _ = build()
    took = time.monotonic() - started
    if second is not first and took < CHEAP:
        return lambda: build()[0], folder
    pristine = second
    inside = current_folder()
    started = time.monotonic()
    try:
        copy.deepcopy(pristine)
        copied = time.monotonic() - started
        if second is first or (copied < took and _same_batch(pristine)):
            return lambda: copy.deepcopy(pristine), inside
    except Exception:
        if second is first:
            raise
    return_to(folder)
    return lambda: build()[0], folder


def _same_batch(pristine: Any) -> bool:
    """Whether a copy reads what a copy of the copy reads; the pristine instance itself is never read."""
    one = copy.deepcopy(pristine)
    other = copy.deepcopy(one)
    return sketch(one[0]).structure == sketch(other[0]).structure


def with_gil() -> bool:
    """Whether this interpreter runs one thread at a time."""
    ask = getattr(sys, "_is_gil_enabled", None)
    return True if ask is None else bool(ask())


__all__ = ["drive", "subject_of", "with_gil"]
