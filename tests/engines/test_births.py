"""Workers look, from inside, as a pool's do."""

from __future__ import annotations

import multiprocessing
import pickle
from pathlib import Path

import pytest

from seqcheck.engines import births, wire
from seqcheck.engines import run as runs
from seqcheck.engines.run import Broken, Run
from seqcheck.model.history import EngineNote
from seqcheck.model.scenario import START_METHODS
from tests import specimens
from tests.engines.test_pools import told
from tests.runs import Bench

METHODS = {"fork": 1.0, "spawn": 2.0, "forkserver": 3.0}


@pytest.mark.parametrize("engine", START_METHODS)
def test_a_worker_has_the_name_and_the_daemon_flag_of_a_pool_s(bench: Bench, engine: str) -> None:
    history = bench.history("Tells", engine)
    for epoch in (0, 1):
        assert set(told(history, "named", epoch)) == {1.0}
        assert set(told(history, "daemon", epoch)) == {1.0}
        assert set(told(history, "method", epoch)) == {METHODS[engine]}


@pytest.mark.parametrize("engine", START_METHODS)
def test_identities_are_counted_on_over_all_epochs(bench: Bench, engine: str) -> None:
    history = bench.history("Tells", engine)
    identities = [set(told(history, "identity", epoch)) for epoch in (0, 1)]
    assert identities == [{1.0, 2.0}, {3.0, 4.0}]
    assert [set(told(history, "suffix", epoch)) for epoch in (0, 1)] == identities


def test_names_are_those_of_a_real_pool() -> None:
    context = multiprocessing.get_context("fork")
    with context.Pool(1) as pool:
        named, daemon, identity, method = pool.apply(who)
    assert named.startswith("ForkPoolWorker-")
    assert (daemon, len(identity), method) == (True, 1, "ForkProcess")


def who() -> tuple[str, bool, tuple[int, ...], str]:
    process = multiprocessing.current_process()
    return process.name, process.daemon, process._identity, type(process).__name__  # type: ignore[attr-defined]


def test_locks_and_queues_are_pickled_as_a_pool_pickles_them() -> None:
    assert births.pickle_instance(specimens.Synchronised())
    with pytest.raises(RuntimeError, match="inheritance"):
        pickle.dumps(specimens.Synchronised())
    with pytest.raises(RuntimeError, match="inheritance"):  # and afterwards no more than before
        pickle.dumps(multiprocessing.get_context("spawn").Lock())


def test_what_cannot_be_pickled_raises_as_it_does_for_a_pool() -> None:
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        births.pickle_instance(specimens.Heavy("lambda"))


def test_a_fork_can_look_like_a_worker_from_inside(tmp_path: Path) -> None:
    run = Run(tmp_path, wire.Log(tmp_path))

    def tells() -> None:
        named, daemon, identity, _ = who()
        run.record(EngineNote("version", f"{named} {daemon} {identity}"))

    assert runs.in_fork(run, lambda: births.be_worker(tells, run, 7)) == ""
    assert [note.text for note in wire.read_logs(tmp_path)] == ["ForkPoolWorker-7 True (7,)"]


def test_what_fails_in_such_a_fork_is_our_own(tmp_path: Path) -> None:
    run = Run(tmp_path, wire.Log(tmp_path))
    assert runs.in_fork(run, lambda: births.be_worker(lambda: 1 // 0, run, 1)) == ""
    assert isinstance(wire.read_logs(tmp_path)[0], Broken)
