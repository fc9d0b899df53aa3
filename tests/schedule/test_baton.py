"""One thread runs at a time, and what happens is what the schedule says; whatever goes wrong has an end."""

from __future__ import annotations

import _thread
import contextlib
import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from seqcheck.schedule import baton
from seqcheck.schedule.baton import Controller
from seqcheck.schedule.hooks import hooks_for
from seqcheck.schedule.locks import Substitution
from seqcheck.schedule.outcome import Outcome
from seqcheck.schedule.policies import Replay, Serial
from seqcheck.schedule.territory import Territory
from seqcheck.schedule.text import Schedule


@contextlib.contextmanager
def controlled(**options: Any) -> Iterator[tuple[Controller, Substitution]]:
    """A controller of the code in this file."""
    territory = Territory(frozenset([__file__]))
    hooks = hooks_for(sys.version_info[:2], territory)
    made, locks = Controller(hooks, **options), Substitution()
    hooks.open(made.step)
    locks.begin([])
    try:
        yield made, locks
    finally:
        locks.restore()
        hooks.close()


class Log:
    """What threads do, in the order in which they do it."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def talk(self, name: str) -> str:
        self.tell(f"{name}1")
        self.tell(f"{name}2")
        self.tell(f"{name}3")
        return name

    def tell(self, text: str) -> None:
        self.told.append(text)


def values(outcome: Outcome) -> list[Any]:
    return [value for _, value in outcome.results]


def test_serial_runs_one_after_the_other_in_the_order_asked_for() -> None:
    with controlled() as (controller, _):
        for order, told in (((0, 1), "a1 a2 a3 b1 b2 b3"), ((1, 0), "b1 b2 b3 a1 a2 a3")):
            log = Log()
            outcome = controller.run([lambda log=log: log.talk("a"), lambda log=log: log.talk("b")], Serial(order))
            assert " ".join(log.told) == told
            assert values(outcome) == ["a", "b"]
            assert outcome.schedule == Schedule(order[0])


def test_every_switch_of_a_schedule_happens_at_its_step_and_every_time() -> None:
    def calls(log: Log) -> list[Callable[[], Any]]:
        return [lambda: log.talk("a"), lambda: log.talk("b")]

    with controlled() as (controller, _):
        steps = controller.run(calls(Log()), Serial((0, 1))).steps[0]
        seen = set()
        for step in range(1, steps + 1):
            schedule = Schedule(0, ((0, step, 1),))
            runs = []
            for _ in range(3):
                log = Log()
                assert controller.run(calls(log), Replay(schedule)).schedule == schedule
                runs.append(" ".join(log.told))
            assert len(set(runs)) == 1
            seen.add(runs[0])
    assert seen == {"b1 b2 b3 a1 a2 a3", "a1 b1 b2 b3 a2 a3", "a1 a2 b1 b2 b3 a3"}


def test_what_a_thread_raises_is_its_result_and_nobody_elses() -> None:
    def fails() -> None:
        raise KeyError("x")

    def exits() -> None:
        raise SystemExit(3)

    with controlled() as (controller, _):
        outcome = controller.run([fails, exits], Serial((0, 1)))
    assert [(kind, type(value)) for kind, value in outcome.results] == [("raised", KeyError), ("raised", SystemExit)]


def test_threads_that_wait_for_each_other_are_a_deadlock_with_its_places() -> None:
    with controlled() as (controller, _):
        one, other = threading.Lock(), threading.Lock()

        def take(first: Any, second: Any) -> None:
            with first:
                Log().tell("")
                with second:
                    pass

        calls: list[Callable[[], Any]] = [lambda: take(one, other), lambda: take(other, one)]
        steps = controller.run(calls, Serial((0, 1))).steps[0]
        outcomes = [controller.run(calls, Replay(Schedule(0, ((0, step, 1),)))) for step in range(1, steps + 1)]
        dead = [outcome for outcome in outcomes if outcome.trouble == "deadlock"]
        assert dead
        assert {thread for thread, _ in dead[0].waiting} == {0, 1}
        assert all(__file__ in where for _, where in dead[0].waiting)
        assert not one.locked()
        assert not other.locked()
        assert not controller.lost


def test_threads_that_run_on_the_spot_are_a_livelock() -> None:
    with controlled() as (controller, _):
        controller.quantum = 50
        wanted = {0, 1}

        def wait_for_the_other() -> None:
            while len(wanted) > 1:
                pass

        assert controller.run([wait_for_the_other] * 2, Serial((0, 1))).trouble == "livelock"


def test_a_thread_that_waits_on_the_spot_for_another_gets_its_turn() -> None:
    with controlled() as (controller, _):
        controller.quantum = 50
        done: list[int] = []

        def waits() -> str:
            while not done:
                pass
            return "seen"

        assert values(controller.run([waits, lambda: done.append(1)], Serial((0, 1)))) == ["seen", None]


def test_a_timed_wait_ends_when_nobody_else_can_run() -> None:
    with controlled() as (controller, _):
        lock = threading.Lock()
        lock.acquire()
        began = time.monotonic()
        assert values(controller.run([lambda: lock.acquire(timeout=60.0)], Serial((0,)))) == [False]
        assert time.monotonic() - began < 30


def test_a_sleep_that_nobody_knows_costs_the_baton_and_is_counted() -> None:
    gate = _thread.allocate_lock()  # of the kind that is not exchanged: it stands in a closure
    gate.acquire()
    with controlled() as (controller, _):

        def opens() -> None:
            gate.release()

        def waits() -> str:
            gate.acquire()
            return "through"

        outcome = controller.run([waits, opens], Serial((0, 1)))
    assert values(outcome) == ["through", None]
    assert outcome.outside >= 1


def test_a_thread_that_never_comes_back_is_given_up() -> None:
    gate = _thread.allocate_lock()
    gate.acquire()
    with controlled(patience=0.8) as (controller, _):

        def sleeps() -> None:
            gate.acquire()

        outcome = controller.run([sleeps, lambda: None], Serial((0, 1)))
        assert outcome.trouble == "stuck"
        assert controller.lost
        with pytest.raises(RuntimeError, match="never ended"):
            controller.run([lambda: None], Serial((0,)))
        gate.release()


def test_a_machine_that_stands_still_makes_nobody_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = _thread.allocate_lock()
    gate.acquire()
    looks: list[float] = []

    def an_hour_later() -> float:
        looks.append(3600.0 * len(looks))
        if len(looks) == 6:
            gate.release()
        return looks[-1]

    with controlled() as (controller, _):
        monkeypatch.setattr(baton, "time", SimpleNamespace(monotonic=an_hour_later))
        outcome = controller.run([lambda: gate.acquire()], Serial((0,)))
    assert len(looks) >= 6
    assert (outcome.trouble, values(outcome)) == ("", [True])


def test_a_thread_that_takes_long_to_begin_is_not_taken_for_one_that_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = _thread.allocate_lock()
    gate.acquire()
    looks: list[float] = []

    def a_second_later() -> float:
        looks.append(float(len(looks)))
        if len(looks) == 20:
            gate.release()
        return looks[-1]

    def late(call: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        def begin() -> None:
            with gate:
                pass
            call(*arguments)

        _thread.start_new_thread(begin, ())

    schedule = Schedule(0, ((0, 1, 1),))
    log = Log()
    with controlled() as (controller, _):
        monkeypatch.setattr(baton, "START", late)
        monkeypatch.setattr(baton, "time", SimpleNamespace(monotonic=a_second_later))
        outcome = controller.run([lambda: log.talk("a"), lambda: log.talk("b")], Replay(schedule))
    assert len(looks) >= 20
    assert (outcome.outside, outcome.schedule) == (0, schedule)


def test_a_lock_that_a_foreign_thread_will_release_is_no_deadlock() -> None:
    with controlled() as (controller, _):
        lock = threading.Lock()
        lock.acquire()

        def release_later() -> None:
            time.sleep(0.1)
            lock.release()

        def waits() -> bool:
            _thread.start_new_thread(release_later, ())
            return bool(lock.acquire())

        outcome = controller.run([waits, lambda: None], Serial((0, 1)))
    assert outcome.trouble == ""
    assert values(outcome) == [True, None]
    assert controller.helped == 1


def test_a_read_that_comes_alone_stays_alone_while_it_waits_for_a_thread_of_its_own() -> None:
    with controlled() as (controller, _):
        log = Log()

        def released_later(lock: Any) -> None:
            time.sleep(0.02)
            lock.release()

        def reads(name: str, **limit: float) -> bool:
            done = threading.Lock()
            done.acquire()
            log.tell(name)
            _thread.start_new_thread(released_later, (done,))
            got = done.acquire(**limit)
            log.tell(name)
            return got

        outcome = controller.run([lambda: reads("a"), lambda: reads("b", timeout=20.0)], Serial((0, 1)))
    assert (log.told, values(outcome)) == (["a", "a", "b", "b"], [True, True])


def test_a_timed_wait_ends_though_threads_run_that_nobody_controls() -> None:
    with controlled() as (controller, _):
        never, end = threading.Lock(), _thread.allocate_lock()
        never.acquire()
        end.acquire()

        def reads() -> bool:
            _thread.start_new_thread(end.acquire, ())
            return never.acquire(timeout=60.0)

        began = time.monotonic()
        assert values(controller.run([reads, lambda: None], Serial((0, 1)))) == [False, None]
        assert time.monotonic() - began < 30
        end.release()


def test_a_library_that_asks_again_and_again_lets_others_run_meanwhile() -> None:
    """As one does that waits for a file to be given free; nobody counts its steps."""
    library: dict[str, Any] = {"time": time}
    exec(compile("def poll(done):\n    while not done:\n        time.sleep(0.05)\n", "library.py", "exec"), library)
    done: list[int] = []

    def waits() -> str:
        library["poll"](done)
        return "seen"

    with controlled() as (controller, _):
        outcome = controller.run([waits, lambda: done.append(1)], Replay(Schedule(0)))
    assert values(outcome) == ["seen", None]
    assert (outcome.trouble, outcome.outside) == ("", 0)


def test_reads_one_after_the_other_are_not_mixed_by_a_library_that_waits() -> None:
    library: dict[str, Any] = {"time": time}
    exec(compile("def nap():\n    for _ in range(20):\n        time.sleep(0.0001)\n", "library.py", "exec"), library)
    log = Log()

    def reads(name: str) -> None:
        log.tell(name)
        library["nap"]()
        log.tell(name)

    with controlled() as (controller, _):
        controller.run([lambda: reads("a"), lambda: reads("b")], Serial((0, 1)))
    assert log.told == ["a", "a", "b", "b"]


class Draws:
    """A generator that counts on."""

    def __init__(self) -> None:
        self.state = 0

    def draw(self) -> int:
        self.state += 1
        return self.state

    def begin(self, key: int) -> None:
        self.state = 100 * (key + 1)

    def take(self) -> int:
        return self.state

    def put(self, state: int) -> None:
        self.state = state


def test_streams_are_carried_with_the_baton() -> None:
    draws = Draws()

    def draw_twice() -> list[int]:
        return [draws.draw(), draws.draw()]

    with controlled() as (controller, _):
        steps = controller.run([draw_twice, draw_twice], Serial((0, 1)), draws).steps[0]
        for step in range(1, steps + 1):
            outcome = controller.run([draw_twice, draw_twice], Replay(Schedule(0, ((0, step, 1),))), draws)
            assert values(outcome) == [[101, 102], [201, 202]]


def test_nothing_is_left_behind() -> None:
    before = (sys.gettrace(), threading.Lock, threading.RLock, time.sleep, threading.Thread.start, gc.isenabled())
    threads = _thread._count()
    with controlled() as (controller, _):
        for _ in range(20):
            controller.run([lambda: Log().talk("a"), lambda: Log().talk("b")], Serial((0, 1)))
    assert before == (
        sys.gettrace(),
        threading.Lock,
        threading.RLock,
        time.sleep,
        threading.Thread.start,
        gc.isenabled(),
    )
    assert Controller.active is None
    deadline = time.monotonic() + 10
    while _thread._count() > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert _thread._count() <= threads


def test_a_tracer_of_somebody_else_stays_where_it_is() -> None:
    seen: list[str] = []

    def tracer(frame: Any, event: str, _argument: Any) -> Any:
        seen.append(event)
        return tracer

    kept = sys.gettrace()
    sys.settrace(tracer)
    try:
        with controlled() as (controller, _):
            controller.run([lambda: Log().talk("a"), lambda: Log().talk("b")], Serial((0, 1)))
        assert sys.gettrace() is tracer
        seen.clear()
        Log().tell("")
        assert "call" in seen
    finally:
        sys.settrace(kept)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12")
def test_another_monitoring_tool_goes_on_seeing_what_it_watches() -> None:
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    lines: list[int] = []
    tool = next(number for number in (1, 0, 2) if monitoring.get_tool(number) is None)
    monitoring.use_tool_id(tool, "somebody")
    try:
        monitoring.register_callback(tool, monitoring.events.LINE, lambda _code, line: lines.append(line))
        monitoring.set_local_events(tool, Log.talk.__code__, monitoring.events.LINE)
        with controlled() as (controller, _):
            controller.run([lambda: Log().talk("a"), lambda: Log().talk("b")], Serial((0, 1)))
        assert len(lines) >= 8
        lines.clear()
        Log().talk("c")
        assert len(lines) >= 4
        assert monitoring.get_local_events(tool, Log.talk.__code__) == monitoring.events.LINE
        assert [monitoring.get_tool(number) for number in range(6)].count("seqcheck") == 0
    finally:
        monitoring.set_local_events(tool, Log.talk.__code__, 0)
        monitoring.free_tool_id(tool)
