"""The search for races as a run makes it: what it records, when it gives up, and that it leaves nothing behind."""

from __future__ import annotations

import gc
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.engines.run import Run
from seqcheck.model.batch import describe
from seqcheck.model.history import Built, EngineNote, Length
from seqcheck.model.observation import Interleavings, Race
from seqcheck.model.scenario import Scenario, Truth
from seqcheck.runner import racing
from seqcheck.runner.objects import random_state_kept
from seqcheck.schedule import telling
from seqcheck.schedule.text import parse


class Numbers:
    def __init__(self) -> None:
        self.x = np.arange(32.0)

    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> Any:
        return self.x[index * 4 : index * 4 + 4]


class Torn(Numbers):
    def __getitem__(self, index: int) -> Any:
        self.start = index * 4
        return self.cut()

    def cut(self) -> Any:
        return self.x[self.start : self.start + 4]


def recorded(build: Any, tmp_path: Path, hook_first: bool = False) -> list[Any]:
    events: list[Any] = []
    scenario = Scenario("schedule", workers=2)
    with random_state_kept():
        racing.drive(lambda: (build(), Truth()), scenario, (hook_first, hook_first), Run(tmp_path, events.append))
    return events


def of(kind: Any, events: list[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def test_a_sound_class_leaves_what_was_tried(tmp_path: Path) -> None:
    events = recorded(Numbers, tmp_path)
    assert len(of(Built, events)) == len(of(Length, events)) == 1
    (tried,) = of(Interleavings, events)
    assert tried.total > 0
    assert not of(Race, events)
    assert tried.stressed > 0
    assert tried.started == 0
    assert not tried.trouble


def test_threads_that_were_there_before_the_search_are_seen_by_what_they_do(tmp_path: Path) -> None:
    asked: queue.Queue[Any] = queue.Queue()

    def serve() -> None:
        while (wanted := asked.get()) is not None:
            index, answer = wanted
            answer.put(np.arange(index * 4.0, index * 4.0 + 4))

    class Served(Numbers):
        def __getitem__(self, index: int) -> Any:
            answer: queue.Queue[Any] = queue.Queue()
            asked.put((index, answer))
            return answer.get()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    try:
        (tried,) = of(Interleavings, recorded(Served, tmp_path))
    finally:
        asked.put(None)
        server.join(timeout=30)
    assert tried.started > 0


def test_a_race_says_what_differs_where_and_by_which_lines(tmp_path: Path) -> None:
    (race,) = of(Race, recorded(Torn, tmp_path))
    assert race.kind == "data race"
    assert not race.hidden
    assert race.path == "x"
    assert set(race.rows) <= {0, 1, 2, 3}
    assert race.expected != race.seen
    assert race.function in ("__getitem__", "cut")
    assert race.file == __file__
    assert any("goes on ----" in line for line in race.lines)
    assert any("self.start = index * 4" in line for line in race.lines)
    assert race.what in race.lines[-1] + race.lines[-2]
    assert str(parse(race.schedule)) == race.schedule


def test_hooks_come_before_the_first_read_where_the_engine_calls_them(tmp_path: Path) -> None:
    class Late(Numbers):
        def on_epoch_end(self) -> None:
            self.order = np.arange(8)

        def __getitem__(self, index: int) -> Any:
            return self.x[self.order[index] * 4 :][:4]

    assert of(Interleavings, recorded(Late, tmp_path))[0].trouble == "a read raises AttributeError"
    assert not of(Interleavings, recorded(Late, tmp_path, hook_first=True))[0].trouble


def test_one_living_instance_is_copied(tmp_path: Path) -> None:
    living = Torn()
    events = recorded(lambda: living, tmp_path)
    assert [race.kind for race in of(Race, events)] == ["data race"]
    assert not hasattr(living, "start") or living.start is not None


def test_an_instance_that_cannot_be_made_again_is_left_alone(tmp_path: Path) -> None:
    living = Numbers()
    living.lock = threading.Lock()  # type: ignore[attr-defined]
    (tried,) = of(Interleavings, recorded(lambda: living, tmp_path))
    assert tried.trouble.startswith("no second instance could be made: TypeError")


def test_slow_reads_are_not_made_over_and_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(racing, "TOO_DEAR", 0.0)
    (tried,) = of(Interleavings, recorded(Numbers, tmp_path))
    assert "too long to be done often" in tried.trouble


def test_short_sleeps_take_no_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole epoch of them comes before every schedule of one setting."""
    monkeypatch.setattr(racing, "STRESS", 0.0)

    class Slow(Numbers):
        def __getitem__(self, index: int) -> Any:
            time.sleep(0.1)
            return super().__getitem__(index)

    started = time.monotonic()
    (tried,) = of(Interleavings, recorded(Slow, tmp_path))
    assert tried.total > 100
    assert time.monotonic() - started < 0.1 * tried.total


def test_signs_of_life_come_while_it_searches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(racing, "SECONDS", 1.0)
    notes = of(EngineNote, recorded(Numbers, tmp_path))
    assert {note.kind for note in notes} == {"searching"}


class WithTwoHandles(Numbers):
    """Enough of them for two threads, which training has where nothing else is said."""

    def __init__(self) -> None:
        super().__init__()
        self.handles = [np.zeros(4), np.zeros(4)]

    def __getitem__(self, index: int) -> Any:
        handle = self.handles.pop()
        handle[:] = super().__getitem__(index)
        time.sleep(0.002)
        batch = handle.copy()
        self.handles.append(handle)
        return batch


def test_a_read_that_raises_only_among_more_threads_than_there_are_is_no_race(tmp_path: Path) -> None:
    events = recorded(WithTwoHandles, tmp_path)
    assert not of(Race, events)
    assert of(Interleavings, events)[0].torn > 0


def test_what_chance_tears_says_what_differs() -> None:
    alone = describe(np.arange(4.0))
    race = telling.torn_by_chance(3, alone, np.array([0.0, 1.0, 2.0, 9.0]), threads=8, reads=40)
    assert (race.schedule, race.setting, race.path, race.rows) == ("", "8 threads without control", "x", (3,))
    assert race.what == "x holds 9 in row 3, not 3"
    raised = telling.torn_by_chance(3, alone, KeyError("gone"), threads=2, reads=40)
    assert raised.what == "reading it raises KeyError: 'gone'"


def test_a_single_batch_is_not_searched(tmp_path: Path) -> None:
    class Single(Numbers):
        def __len__(self) -> int:
            return 1

    assert not of(Interleavings, recorded(Single, tmp_path))


def test_what_exits_or_interrupts_in_a_read_stays_inside(tmp_path: Path) -> None:
    class Exits(Numbers):
        def __getitem__(self, index: int) -> Any:
            sys.exit(index)

    assert of(Interleavings, recorded(Exits, tmp_path))[0].trouble == "a read raises SystemExit"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12")
def test_other_tools_keep_what_they_have_and_too_many_of_them_are_said(tmp_path: Path) -> None:
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    free = [tool for tool in range(5) if monitoring.get_tool(tool) is None]
    taken: list[int] = []
    try:
        for tool in free:
            assert of(Race, recorded(Torn, tmp_path)), taken  # a number is left
            monitoring.use_tool_id(tool, "another")
            monitoring.register_callback(tool, monitoring.events.INSTRUCTION, lambda *_: monitoring.DISABLE)
            monitoring.set_events(tool, monitoring.events.INSTRUCTION)
            taken.append(tool)
        (tried,) = of(Interleavings, recorded(Torn, tmp_path))
        assert tried.trouble == "every number that a monitoring tool may have is taken"
        assert all(monitoring.get_events(tool) == monitoring.events.INSTRUCTION for tool in taken)
    finally:
        for tool in taken:
            monitoring.set_events(tool, 0)
            monitoring.free_tool_id(tool)


COVERED = """
import sys
from tests.runner.test_racing import Torn
from tests.schedule.searching import searched
(found,) = searched(Torn).found
print(found.kind)
"""


@pytest.mark.parametrize("core", ["ctrace", "sysmon"])
def test_steps_are_seen_beside_coverage(core: str, tmp_path: Path) -> None:
    """Coverage watches the same code by the same means; where one takes events from the other, nothing is found."""
    script = tmp_path / "covered.py"
    script.write_text(COVERED)
    root = Path(__file__).parents[2]
    told = {**os.environ, "COVERAGE_CORE": core, "PYTHONPATH": str(root), "COVERAGE_FILE": str(tmp_path / "data")}
    told.pop("COVERAGE_PROCESS_START", None)
    command = [sys.executable, "-m", "coverage", "run", "--rcfile=/dev/null", str(script)]
    done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split() == ["data", "race"], done.stderr


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    def state() -> tuple[Any, ...]:
        cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
        return (
            sys.gettrace(),
            sys.getswitchinterval(),
            gc.isenabled(),
            gc.get_freeze_count(),
            cores,
            Path.cwd(),
            threading.Lock,
            threading.RLock,
            threading.Thread.start,
            time.sleep,
        )

    class Counting(Numbers):
        reads = 0

        def __getitem__(self, index: int) -> Any:
            Counting.reads += 1
            return super().__getitem__(index)

    before = state()
    recorded(Torn, tmp_path)
    recorded(Counting, tmp_path)
    assert state() == before
    assert Counting.reads == 0
