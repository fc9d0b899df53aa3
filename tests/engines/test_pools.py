"""Our own pools: exactly once an epoch, a new pool each epoch, all workers at work; what dies leaves its record."""

from __future__ import annotations

import concurrent.futures
import re
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.engines.isolate import Outcome
from seqcheck.engines.loop import KERAS_3, LEGACY, Protocol
from seqcheck.engines.pools import ALIVE, Tasks
from seqcheck.model.history import History
from seqcheck.model.scenario import DRIVERS, POOLS, START_METHODS, Scenario
from tests.runs import SHORT, Bench, history_of

SENT = ("spawn", "forkserver")


def told(history: History, what: str, epoch: int) -> list[float]:
    """What `Tells` said in one epoch, one number a read."""
    leaves = [read.batch.leaf(f"y['{what}']") for read in history.passes()[epoch] if read.batch is not None]
    return [(leaf.values or ())[0] for leaf in leaves if leaf is not None]


@pytest.mark.parametrize("protocol", [KERAS_3, LEGACY], ids=["keras", "legacy"])
@pytest.mark.parametrize("engine", DRIVERS)
def test_every_index_and_every_sample_comes_once_an_epoch(bench: Bench, engine: str, protocol: Protocol) -> None:
    history = bench.history("Rows", engine, protocol=protocol)
    assert history.ending == "finished"
    assert history.deaths == ()
    passes = history.passes()
    assert list(passes) == [0, 1]
    for reads in passes.values():
        assert Counter(read.index for read in reads) == Counter(range(6))
        samples = [value for read in reads if read.batch is not None for value in read.batch.leaves[1].values or ()]
        assert sorted(samples) == list(range(11))


@pytest.mark.parametrize("engine", POOLS)
def test_what_was_read_is_delivered_once_and_in_order(bench: Bench, engine: str) -> None:
    history = bench.history("Rows", engine)
    for epoch, reads in history.passes().items():
        delivered = [item for item in history.deliveries if item.epoch == epoch]
        assert [item.index for item in delivered] == list(range(6))
        by_index = {read.index: read.batch for read in reads}
        assert all(item.batch == by_index[item.index or 0] for item in delivered)


@pytest.mark.parametrize("engine", POOLS)
def test_hooks_are_called_in_the_driver_alone_as_keras_3_calls_them(bench: Bench, engine: str) -> None:
    begin, end = "on_epoch_begin", "on_epoch_end"
    hooks = [(hook.epoch, hook.name) for hook in bench.history("Rows", engine).hooks]
    assert hooks == [(-1, end), (0, begin), (0, end), (1, begin), (1, end)]


@pytest.mark.parametrize("engine", POOLS)
def test_hooks_are_called_as_legacy_keras_calls_them(bench: Bench, engine: str) -> None:
    history = bench.history("Rows", engine, protocol=LEGACY)
    assert [(hook.epoch, hook.name) for hook in history.hooks] == [(0, "on_epoch_end"), (1, "on_epoch_end")]


@pytest.mark.parametrize("engine", POOLS)
def test_a_reshuffle_between_epochs_reaches_the_workers(bench: Bench, engine: str) -> None:
    history = bench.history("Rows", engine)
    first, second = (
        [value for batch in batches.values() for value in batch.leaves[1].values or ()]
        for batches in history.whole_passes().values()
    )
    assert first != second
    assert history.whole_passes("reference") == history.whole_passes()


@pytest.mark.parametrize("engine", START_METHODS)
def test_every_epoch_has_new_processes_and_the_driver_reads_nothing(bench: Bench, engine: str) -> None:
    history = bench.history("Tells", engine)
    processes = [{read.process for read in reads} for reads in history.passes().values()]
    assert [len(of_epoch) for of_epoch in processes] == [2, 2]
    assert not processes[0] & processes[1]
    assert not {read.process for read in history.reads if read.purpose != "epoch"} & processes[0]


def test_every_epoch_has_new_threads(bench: Bench) -> None:
    history = bench.history("Tells", "threads")
    first, second = (set(told(history, "thread", epoch)) for epoch in (0, 1))
    assert len(first) == len(second) == 2
    assert not first & second


@pytest.mark.parametrize("engine", POOLS)
def test_the_first_tasks_go_to_different_workers(bench: Bench, engine: str) -> None:
    for reads in bench.history("Rows", Scenario(engine, workers=3)).passes().values():
        first = {read.place: read.worker for read in reads if read.place < 3}
        assert sorted(first.values()) == [0, 1, 2]


def test_no_thread_goes_further_ahead_than_keras_lets_it() -> None:
    tasks = Tasks(ALIVE + 2)
    assert [tasks.take() for _ in range(ALIVE)] == list(range(ALIVE))
    for place in range(1, ALIVE):
        tasks.finish(place)
    with ThreadPoolExecutor(1) as other:
        ahead = other.submit(tasks.take)
        with pytest.raises(concurrent.futures.TimeoutError):
            ahead.result(timeout=0.05)
        tasks.finish(0)
        assert ahead.result() == ALIVE
    assert [tasks.take(), tasks.take()] == [ALIVE + 1, None]


@pytest.mark.parametrize("engine", POOLS)
def test_workers_read_at_the_same_time(bench: Bench, engine: str, tmp_path: Path) -> None:
    history = bench.history("Meet", Scenario(engine, workers=2, epochs=1), {"folder": str(tmp_path)}, protocol=LEGACY)
    met = {read.index: read for read in history.passes()[0] if read.index < 2}
    assert all(read.failure is None for read in met.values())
    assert met[0].worker != met[1].worker
    assert max(met[0].start, met[1].start) < min(met[0].end, met[1].end)


@pytest.mark.parametrize("engine", DRIVERS)
def test_workers_stand_in_the_folder_of_the_process_that_opens_the_pool(
    bench: Bench, engine: str, tmp_path: Path
) -> None:
    """As those of `multiprocessing` do, under every start method; the processes that fork them stay where they are."""
    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        np.save(folder / "here.npy", np.zeros((2, 3)))
        history = bench.history("Elsewhere", engine, {"folder": str(folder)})
        assert history.ending == "finished"
        assert [read.failure for reads in history.passes().values() for read in reads if read.failure] == []


@pytest.mark.parametrize("engine", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize(("how", "cause"), [("ends", "exit 3"), ("kills_itself", "SIGKILL"), ("segfaults", "SIGSEGV")])
def test_what_a_dead_worker_read_before_survives(bench: Bench, engine: str, how: str, cause: str) -> None:
    history = bench.history("Trap", engine, {"how": how})
    assert history.ending == "finished"
    death = history.deaths[0]
    assert (death.cause, death.index, death.epoch) == (cause, 3, 0)
    assert death.during == "reading batch 3 in epoch 0"
    assert [begun.index for begun in history.unfinished if begun.purpose == "epoch"] == [3]
    # The other worker goes on with all that is left, and what the dead one had delivered is there.
    assert Counter(read.index for read in history.passes()[0]) == Counter([0, 1, 2, 4, 5])
    assert [item.index for item in history.deliveries] == [0, 1, 2, 4, 5]
    assert {read.worker for read in history.passes()[0]} == {0, 1}


def test_a_worker_dies_though_a_child_of_its_own_holds_its_pipes_open(bench: Bench, tmp_path: Path) -> None:
    history = bench.history("Trap", "fork", {"how": "leaves_a_child_and_ends", "folder": str(tmp_path)})
    assert history.ending == "finished"
    assert [(death.cause, death.index) for death in history.deaths] == [("exit 3", 3)]


@pytest.mark.parametrize("engine", ["fork", "forkserver"])
def test_a_worker_that_closes_its_pipes_is_dead_and_nothing_goes_into_its_files(
    bench: Bench, engine: str, tmp_path: Path
) -> None:
    history = bench.history("Trap", engine, {"how": "closes_what_is_open", "folder": str(tmp_path)})
    assert [(death.cause, death.index) for death in history.deaths] == [("the pipe to its pool closed", 3)]
    assert {path.read_bytes() for path in tmp_path.glob("*.txt")} == {b"mine"}
    assert 3 in {read.index for read in history.passes()[0]}


@pytest.mark.parametrize("engine", POOLS)
def test_a_worker_that_raises_goes_on_with_the_next_batch(bench: Bench, engine: str) -> None:
    history = bench.history("Trap", engine, {"how": "raises"})
    assert history.ending == "finished"
    for reads in history.passes().values():
        assert [read.index for read in reads if read.failure is not None] == [3]
        assert len(reads) == 6
    failures = [item.failure for item in history.deliveries if item.failure is not None]
    assert [failure.text for failure in failures] == ["ValueError: batch 3 is broken"] * 2


@pytest.mark.parametrize("engine", START_METHODS)
@pytest.mark.parametrize("how", ["exits", "interrupts"])
def test_an_exit_in_a_worker_is_a_failure_of_the_read(bench: Bench, engine: str, how: str) -> None:
    history = bench.history("Trap", engine, {"how": how})
    assert history.deaths == ()
    assert {read.index for read in history.reads if read.failure is not None and read.failure.is_exit} == {3}


@pytest.mark.parametrize("engine", START_METHODS)
def test_a_batch_that_cannot_travel_was_read_but_not_delivered(bench: Bench, engine: str) -> None:
    history = bench.history("Trap", engine, {"how": "cannot_travel"})
    read = next(read for read in history.passes()[0] if read.index == 3)
    delivery = next(item for item in history.deliveries if item.index == 3)
    assert read.batch is not None
    assert read.failure is None
    assert delivery.batch is None
    assert delivery.failure is not None
    assert "<lambda>" in delivery.failure.message


@pytest.mark.parametrize("engine", START_METHODS)
def test_a_batch_that_changes_on_its_way_is_seen_at_both_ends(bench: Bench, engine: str) -> None:
    history = bench.history("Trap", engine, {"how": "changes_on_the_way"})
    read = next(read for read in history.passes()[0] if read.index == 3)
    delivery = next(item for item in history.deliveries if item.index == 3)
    assert read.batch is not None
    assert delivery.batch is not None
    assert read.batch.leaves[0].values == (0.0, 1.0)
    assert delivery.batch.leaves[0].values == (0.0, 0.0)


@pytest.mark.parametrize("engine", START_METHODS)
def test_drawn_content_is_the_reference_s_in_every_worker(bench: Bench, engine: str) -> None:
    history = bench.history("Noisy", engine)
    assert history.whole_passes() == history.whole_passes("reference")
    x = [batch.leaves[0] for batch in history.whole_passes()[0].values()]
    assert len({round((value or 0) % 1, 9) for leaf in x for value in leaf.values or ()}) == 6


@pytest.mark.parametrize("engine", SENT)
@pytest.mark.parametrize("what", ["lambda", "lock"])
def test_an_instance_that_cannot_be_pickled_is_not_sent(bench: Bench, engine: str, what: str) -> None:
    history = bench.history("Heavy", engine, {"what": what})
    assert history.ending == "finished"
    assert history.passes() == {}
    note = next(note for note in history.notes if note.kind == "error")
    assert note.text == "the instance could not be pickled"
    assert note.failure is not None
    assert re.search("pickle|<lambda>", note.failure.message)  # of a local function, 3.13 says that it cannot be got


@pytest.mark.parametrize("engine", SENT)
def test_what_pools_can_send_is_sent(bench: Bench, engine: str) -> None:
    history = bench.history("Synchronised", engine)
    assert not [note for note in history.notes if note.kind == "error"], history.notes
    assert list(history.whole_passes()) == [0, 1]


@pytest.mark.parametrize("engine", SENT)
def test_an_instance_that_cannot_be_unpickled_says_so(bench: Bench, engine: str) -> None:
    history = bench.history("Reborn", engine, {"how": "raises"})
    note = next(note for note in history.notes if note.kind == "error")
    assert note.text == "the instance could not be unpickled in a worker"
    assert note.failure is not None
    assert note.failure.text == "ValueError: cannot be revived"
    assert history.passes() == {}


@pytest.mark.parametrize("engine", SENT)
def test_a_worker_that_dies_of_unpickling_is_dead(bench: Bench, engine: str) -> None:
    history = bench.history("Reborn", engine, {"how": "ends"})
    assert [(death.cause, death.during) for death in history.deaths] == [("exit 5", "unpickling the instance")]


@pytest.mark.parametrize("engine", SENT)
def test_a_worker_that_does_not_come_back_from_unpickling_hangs(bench: Bench, engine: str) -> None:
    history = bench.history("Reborn", engine, {"how": "sleeps"}, silence=SHORT)
    assert history.timeouts[0].during == "unpickling the instance in worker 0"
    assert any("__setstate__" in stack for stack in history.timeouts[0].stacks)


HANGS = [
    ("threads", "sleeps"),
    ("threads", "spins"),
    ("fork", "waits_for_itself"),
    ("spawn", "sleeps"),
    ("fork", "sleeps"),
]


@pytest.fixture(scope="module")
def hung(bench: Bench) -> dict[tuple[str, str], Future[Outcome]]:
    """Runs that hang, all at a time: each of them waits for the end of its silence."""
    return {
        (engine, how): bench.start("Trap", Scenario(engine, workers=2, epochs=1), {"how": how}, silence=SHORT)
        for engine, how in HANGS
    }


@pytest.mark.parametrize(("engine", "how"), HANGS)
def test_a_read_that_never_ends_is_told_with_its_stack(
    hung: dict[tuple[str, str], Future[Outcome]], engine: str, how: str
) -> None:
    history = history_of(hung[engine, how].result(), engine)
    assert history.ending == "timed-out"
    timeout = history.timeouts[-1]
    assert (timeout.index, timeout.epoch) == (3, 0)
    assert timeout.during.startswith("reading batch 3 in epoch 0 in worker ")
    assert any(how in stack and "__getitem__" in stack for stack in timeout.stacks)
    # And so are the other threads and processes: the driver waits for its workers.
    assert any("in _threads" in stack or "in _processes" in stack for stack in timeout.stacks)
    assert {0, 1, 2} <= {read.index for read in history.passes()[0]}


@pytest.mark.parametrize("engine", POOLS)
def test_a_hook_that_raises_ends_the_run(bench: Bench, engine: str) -> None:
    history = bench.history("BadHook", engine, {"hook": "on_epoch_end", "at": 2})
    assert history.ending == "finished"
    assert list(history.passes()) == [0]
    assert history.hooks[-1].failure is not None


@pytest.mark.parametrize(("name", "arguments"), [("Unbuildable", {}), ("Length", {"length": 1.5})])
@pytest.mark.parametrize("engine", ["threads", "fork"])
def test_what_cannot_be_built_or_has_no_length_is_not_driven(
    bench: Bench, engine: str, name: str, arguments: dict[str, Any]
) -> None:
    history = bench.history(name, engine, arguments)
    assert history.reads == ()
    assert history.ending in ("not-built", "finished")


@pytest.mark.parametrize("engine", POOLS)
def test_more_workers_than_batches_do_no_harm(bench: Bench, engine: str) -> None:
    history = bench.history("Rows", Scenario(engine, workers=3, epochs=1), {"count": 3})
    assert Counter(read.index for read in history.passes()[0]) == Counter([0, 1])
    assert history.deaths == ()


@pytest.mark.parametrize("engine", POOLS)
def test_an_empty_epoch_ends_at_once(bench: Bench, engine: str) -> None:
    history = bench.history("Rows", engine, {"count": 0})
    assert history.ending == "finished"
    assert history.reads == ()
