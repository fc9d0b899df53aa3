"""Locks are exchanged where they stand and put back; for whoever is not controlled they are ordinary ones."""

from __future__ import annotations

import _thread
import copy
import pickle
import queue
import threading
import types
from typing import Any

import pytest

from seqcheck.schedule.locks import LOCK, RLOCK, CooperativeLock, CooperativeRLock, Substitution


class Holder:
    shared = threading.Lock()

    def __init__(self) -> None:
        self.own = threading.RLock()
        self.many = [threading.Lock(), {"deep": threading.Lock()}]
        self.condition = threading.Condition()
        self.handles: queue.Queue[int] = queue.Queue()


def module_of(**held: Any) -> types.ModuleType:
    made = types.ModuleType("users")
    Holder.__module__ = "users"
    vars(made).update(held)
    return made


def test_locks_of_instances_are_exchanged_however_deep_they_stand() -> None:
    holder = Holder()
    Substitution().exchange(holder)
    assert isinstance(holder.own, CooperativeRLock)
    assert isinstance(holder.many[0], CooperativeLock)
    assert isinstance(holder.many[1]["deep"], CooperativeLock)  # type: ignore[index]
    with holder.condition:
        holder.condition.notify_all()
        assert not holder.condition.wait(timeout=0.001)
    holder.handles.put(3)
    assert holder.handles.get(timeout=5) == 3


def test_one_lock_stays_one() -> None:
    lock = threading.Lock()
    held = types.SimpleNamespace(one=lock, other=[lock])
    Substitution().exchange(held)
    assert held.one is held.other[0]


def test_a_lock_that_somebody_holds_is_left_alone() -> None:
    lock = threading.Lock()
    held = types.SimpleNamespace(lock=lock)
    with lock:
        Substitution().exchange(held)
        assert held.lock is lock


def test_modules_and_classes_get_theirs_back() -> None:
    lock = threading.Lock()
    module = module_of(Holder=Holder, lock=lock, Lock=threading.Lock, RLock=threading.RLock)
    before = {**vars(module), "shared": Holder.shared}
    substitution = Substitution()
    substitution.begin([module])
    try:
        assert isinstance(module.lock, CooperativeLock)
        assert isinstance(Holder.shared, CooperativeLock)
        assert module.Lock is CooperativeLock
        assert isinstance(module.RLock(), CooperativeRLock)
        assert isinstance(threading.Lock(), CooperativeLock)
        assert isinstance(threading.Condition()._lock, CooperativeRLock)  # type: ignore[attr-defined]
    finally:
        substitution.restore()
    assert {**vars(module), "shared": Holder.shared} == before
    assert isinstance(threading.Lock(), LOCK)
    assert isinstance(threading.RLock(), RLOCK)


class Slotted:
    __slots__ = ("empty", "lock")

    def __init__(self) -> None:
        self.lock = threading.Lock()


def test_slots_bound_methods_and_queues_are_searched() -> None:
    lock = threading.Lock()
    held = types.SimpleNamespace(slotted=Slotted(), take=lock.acquire, give=lock.release, bound=Slotted().__init__)
    Substitution().exchange(held)
    assert isinstance(held.slotted.lock, CooperativeLock)
    assert isinstance(held.take.__self__, CooperativeLock)
    assert held.take.__self__ is held.give.__self__
    assert isinstance(held.bound.__self__.lock, CooperativeLock)


def test_what_functions_keep_is_exchanged_and_given_back() -> None:
    """A decorator's closure, a default and a class inside a class hold locks as well as an attribute does."""
    lock = threading.Lock()

    def decorated(self: Any, *, other: Any = lock) -> Any:
        return lock, other

    def plain(inside: Any = lock) -> Any:
        return inside

    class Inner:
        shared = lock
        read = staticmethod(plain)

    class Outer:
        __module__ = "users"
        inner = Inner
        get = property(decorated)

    Inner.__module__ = "users"
    module = types.ModuleType("users")
    vars(module).update(Outer=Outer, make=threading.Lock, makers={"lock": threading.RLock})
    substitution = Substitution()
    substitution.begin([module])
    try:
        seen = {*Outer().get, plain(), Inner.shared}
        assert len(seen) == 1
        assert isinstance(seen.pop(), CooperativeLock)
        assert (module.make, module.makers["lock"]) == (CooperativeLock, CooperativeRLock)
        waits_in_python: Any = queue.SimpleQueue()
        assert isinstance(waits_in_python._count._cond._lock, CooperativeLock)
    finally:
        substitution.restore()
    assert {*Outer().get, plain(), Inner.shared} == {lock}
    assert module.makers == {"lock": threading.RLock}
    assert type(queue.SimpleQueue()) is not type(waits_in_python)


def test_what_an_instance_reaches_of_functions_is_given_back() -> None:
    lock = threading.Lock()

    def read() -> Any:
        return lock

    substitution = Substitution()
    substitution.exchange(types.SimpleNamespace(read=read))
    assert isinstance(read(), CooperativeLock)
    substitution.restore()
    assert read() is lock


def test_threads_that_are_started_meanwhile_are_counted() -> None:
    substitution = Substitution()
    substitution.begin([])
    try:
        thread = threading.Thread(target=lambda: None)
        thread.start()
        thread.join()
        done = _thread.allocate_lock()
        done.acquire()
        _thread.start_new_thread(done.release, ())
        done.acquire()
    finally:
        substitution.restore()
    assert substitution.started == 2


@pytest.mark.parametrize("kind", [CooperativeLock, CooperativeRLock])
def test_they_refuse_to_travel_as_real_ones_do(kind: Any) -> None:
    for travel in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot pickle"):
            travel(kind())


def test_without_a_controller_they_keep_threads_apart() -> None:
    lock = CooperativeLock()
    assert lock.acquire()
    assert not lock.acquire(False)
    assert not lock.acquire(timeout=0.001)
    lock.release()
    with pytest.raises(RuntimeError):
        lock.release()


def test_a_reentrant_one_belongs_to_its_thread() -> None:
    lock = CooperativeRLock()
    with lock, lock:
        seen: list[Any] = []
        done = _thread.allocate_lock()
        done.acquire()

        def other() -> None:
            seen.append(lock.acquire(False))
            try:
                lock.release()
            except RuntimeError:
                seen.append("refused")
            done.release()

        _thread.start_new_thread(other, ())
        assert done.acquire(timeout=10)
    assert seen == [False, "refused"]
    assert lock.acquire(False)
