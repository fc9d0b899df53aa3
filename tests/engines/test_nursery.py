"""Children of a nursery begin alike but draw on their own, read nothing from a terminal and write nothing to one."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import socket
import sys
from pathlib import Path

import numpy as np
import pytest

from seqcheck.engines import nursery, supervisor, wire
from seqcheck.engines.isolate import Outcome
from seqcheck.engines.nursery import Bootstrap
from seqcheck.engines.run import Run
from seqcheck.model.history import EngineNote
from tests.runs import PATIENT, Bench


def draw(run: Run) -> None:
    run.record(EngineNote("version", repr((random.random(), np.random.random()))))


def ask_the_user(run: Run) -> None:
    try:
        input("batch size? ")
    except EOFError:
        run.record(EngineNote("version", "nobody answers"))


def tell_descriptors(run: Run) -> None:
    listed = []
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            listed.append(os.readlink(f"/proc/self/fd/{number}"))
    run.record(EngineNote("version", "\n".join(listed)))


def tell_hash(run: Run) -> None:
    run.record(EngineNote("version", f"{hash('a text')} {os.environ.get('PYTHONHASHSEED')}"))


def noted(outcome: Outcome) -> list[str]:
    assert outcome.broken == (), outcome.broken[0]
    return [record.text for record in outcome.records if isinstance(record, EngineNote)]


def start(bench: Bench, function: object) -> list[str]:
    return noted(bench.isolation.run("main", function, (), silence=PATIENT, limit=120).result())  # type: ignore[arg-type]


def test_children_draw_on_their_own(bench: Bench) -> None:
    assert len({start(bench, draw)[0] for _ in range(3)}) == 3


def hashed(bench: Bench, name: str, seed: int) -> list[str]:
    assert (
        bench.isolation.nursery(name, modules=["tests.engines.test_nursery"], hash_seed=seed).result().failure is None
    )
    return noted(bench.isolation.run(name, tell_hash, (), silence=PATIENT, limit=120).result())


def test_a_hash_seed_is_for_the_nursery_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    (one,), (alike,), (other,) = (hashed(bench, f"seed-{n}", seed) for n, seed in enumerate((2, 2, 12)))
    assert one == alike != other
    assert one.endswith(" None")


def test_there_is_no_terminal_to_read_from(bench: Bench) -> None:
    assert start(bench, ask_the_user) == ["nobody answers"]


def test_a_child_holds_none_of_the_nursery_s_channels(bench: Bench) -> None:
    (listed,) = start(bench, tell_descriptors)
    assert "socket:" not in listed
    assert ".log" in listed


def test_a_nursery_that_is_gone_takes_no_orders(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        nursery.order(str(tmp_path / "gone.sock"), print, ())


def test_a_nursery_whose_supervisor_ended_before_it_began_does_not_begin(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = supervisor.python("seqcheck.engines.nursery", theirs)
        modules = ("tests.engines.endless_import",)
        wire.send(ours, Bootstrap("late", str(tmp_path / "late"), str(tmp_path / "output"), modules=modules))
    try:
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()


def test_a_nursery_imports_down_to_what_is_named(bench: Bench) -> None:
    named = bench.isolation.nursery("named", modules=["tests.specimens:Internal.Rows"]).result()
    assert named.failure is None
    # What is not there is for the description of the target to say, in a sentence of its own.
    assert Bootstrap("a", "b", "c").modules == ()


def tell_thresholds(run: Run) -> None:
    run.record(EngineNote("threshold", str(gc.get_threshold())))
    module = sys.modules.get("tests.engines.collects_seldom")
    if module is not None:
        run.record(EngineNote("threshold", str(module.BEFORE)))


def test_garbage_is_collected_as_ever_once_the_imports_are_over(bench: Bench) -> None:
    assert start(bench, tell_thresholds) == [str(gc.get_threshold())]


def test_a_module_that_says_how_often_to_collect_is_listened_to(bench: Bench) -> None:
    bench.isolation.nursery("sets", modules=["tests.engines.collects_seldom"]).result()
    told = bench.isolation.run("sets", tell_thresholds, (), silence=PATIENT, limit=PATIENT).result()
    assert noted(told) == ["(50000, 20, 30)", str((nursery.ALLOCATIONS, *gc.get_threshold()[1:]))]
