"""Every race of the corpus is found and replayed; nothing sound is blamed."""

from __future__ import annotations

import concurrent.futures
import importlib
import itertools
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
import pytest

from seqcheck.schedule.explore import LONGEST_EPOCH, Limits, search, settings_for
from seqcheck.schedule.policies import Replay
from seqcheck.schedule.telling import observed
from seqcheck.schedule.territory import Territory
from seqcheck.schedule.text import Setting, parse
from tests.schedule.searching import searched, subject

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RACES = Path(__file__).parents[2] / "fixtures/races"
CASES: list[dict[str, Any]] = tomllib.loads((RACES / "expected.toml").read_text(encoding="utf-8"))["case"]
FAULTY = [case for case in CASES if case["race"]]
SOUND = [case for case in CASES if not case["race"]]


def named(case: dict[str, Any]) -> str:
    return str(case["target"].rpartition(".")[2])


def load(case: dict[str, Any]) -> Any:
    module, _, name = case["target"].rpartition(".")
    return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize("case", FAULTY, ids=named)
def test_a_race_is_found_and_happens_again_when_its_text_is_replayed(case: dict[str, Any]) -> None:
    with subject(load(case)) as made:
        generator = case["race"] == "shared generator"  # it goes on then, for races of the data
        found = search(made, Limits(seconds=30.0, walks=3 if generator else 75, bounded=0 if generator else 2)).found
        assert [item.kind for item in found if not item.hidden] == [case["race"]]
        last = found[-1]
        again = parse(str(last.replayable))
        assert again == last.replayable
        assert len(again.schedule.switches) <= 2
        for _ in range(5):
            outcome = made.run(again.setting, Replay(again.schedule), isolated=again.isolated)
            assert outcome.trouble == last.outcome.trouble
            assert outcome.trouble or not last.reference.explains(outcome)


@pytest.mark.parametrize("case", SOUND, ids=named)
def test_what_only_looks_like_a_race_is_left_alone(case: dict[str, Any]) -> None:
    came_to = searched(load(case), walks=8)
    assert not came_to.found
    assert not came_to.trouble
    assert [item.why_not for item in came_to.settings] == [""] * 5
    assert not came_to.doubtful
    assert not came_to.outside


def test_a_project_is_looked_through_before_a_thread_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large one that takes seconds, in which a thread that did it would seem to wait for something."""
    codes, threads = Territory.codes, []

    def noted(territory: Territory) -> Iterator[CodeType]:
        threads.append(threading.get_ident())
        return codes(territory)

    monkeypatch.setattr(Territory, "codes", noted)
    assert searched(load(SOUND[0]), walks=1).interleavings
    assert set(threads) == {threading.get_ident()}  # from Python 3.12 on more than once


def test_the_corpus_is_whole() -> None:
    assert len(FAULTY) >= 25
    assert len(SOUND) >= 20
    for file in RACES.glob("*.py"):
        assert any(f".{file.stem}." in case["target"] for case in CASES), file


def test_settings_are_fresh_far_apart_warmed_after_an_epoch_and_of_two_reads_each() -> None:
    assert settings_for(8) == [
        Setting((0, 1)),
        Setting((0, 3)),
        Setting((0, 1), before=(2, 3)),
        Setting((1, 4), epoch=True),
        Setting((0, 1), then=(2, 3)),
    ]


@pytest.mark.parametrize("length", range(2, 9))
@pytest.mark.parametrize("threads", [2, 3])
def test_settings_name_batches_that_are_there_and_none_twice(length: int, threads: int) -> None:
    for setting in settings_for(length, threads):
        together = (*setting.indices, *setting.then)
        assert len(set(together)) == len(together)
        assert all(0 <= index < length for index in (*together, *setting.before))


def test_a_single_batch_has_nothing_to_race_with_and_a_long_epoch_is_not_read_each_time() -> None:
    assert settings_for(1) == []
    assert not any(setting.epoch for setting in settings_for(LONGEST_EPOCH + 1))


class Numbers:
    def __init__(self) -> None:
        self.x = np.arange(32.0)

    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> Any:
        return self.x[index * 4 : index * 4 + 4]


def test_all_schedules_of_short_reads_are_tried_and_counted() -> None:
    came_to = searched(Numbers)
    assert [item.complete for item in came_to.settings] == [1] * 5
    assert came_to.interleavings == sum(item.interleavings for item in came_to.settings) > 100
    assert not came_to.cut


class WithoutCalls(Numbers):
    def __getitem__(self, index: int) -> Any:
        self.index = index
        kept = self.index
        return np.full(3, kept)


@pytest.mark.skipif(not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="this build has no lock to be held")
def test_a_race_that_no_build_with_the_global_lock_can_meet_is_told_apart() -> None:
    found = searched(WithoutCalls).found
    assert [(item.kind, item.hidden) for item in found] == [("data race", True)]


def test_three_threads_race_as_two_do() -> None:
    class Started(Numbers):
        def __getitem__(self, index: int) -> Any:
            self.start = index * 4
            return self.cut()

        def cut(self) -> Any:
            return self.x[self.start : self.start + 4]

    with subject(Started) as made:
        found = search(made, Limits(seconds=30.0, threads=3)).found
        assert [item.kind for item in found] == ["data race"]
        again = parse(str(found[0].replayable))
        outcome = made.run(again.setting, Replay(again.schedule), isolated=False)
        assert len(again.setting.indices) == 3
        assert not found[0].reference.explains(outcome)


def test_a_race_inside_one_call_of_another_package_of_the_project_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "their_tools").mkdir()
    (tmp_path / "their_tools/cutting.py").write_text(
        "class Cutter:\n"
        "    def cut(self, array, index):\n"
        "        self.low = index * 4\n"
        "        return self.rows(array)\n\n"
        "    def rows(self, array):\n"
        "        return array[self.low : self.low + 4]\n"
    )
    (tmp_path / "their_loader.py").write_text(
        "import numpy as np\n"
        "from their_tools.cutting import Cutter\n\n"
        "class Batches:\n"
        "    x = np.arange(32.0)\n"
        "    cutter = Cutter()\n\n"
        "    def __len__(self):\n"
        "        return 8\n\n"
        "    def __getitem__(self, index):\n"
        "        return self.cutter.cut(self.x, index)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    try:
        (found,) = searched(importlib.import_module("their_loader").Batches).found
    finally:
        for name in ("their_loader", "their_tools", "their_tools.cutting"):
            sys.modules.pop(name, None)
    assert found.kind == "data race"
    assert any(step.code.co_filename.endswith("cutting.py") for step in found.outcome.trace)


def test_reads_that_wait_for_a_pool_of_their_own_are_held_against_reads_alone() -> None:
    """A read that waits for its pool lets others run; the reads one after the other must not."""

    class Pooled(Numbers):
        def __init__(self) -> None:
            super().__init__()
            self.pool = concurrent.futures.ThreadPoolExecutor(1)

        def __getitem__(self, index: int) -> Any:
            self.start = index * 4
            rows = list(self.pool.map(self.x.__getitem__, range(index * 4, index * 4 + 4)))
            return np.array(rows), self.x[self.start]

        def __del__(self) -> None:
            self.pool.shutdown(wait=False)

    came_to = searched(Pooled)
    assert not came_to.unsteady
    assert [item.kind for item in came_to.found if not item.hidden] == ["data race"]


def test_what_only_a_second_read_meets_is_told_by_its_batch() -> None:
    """Two buffers in turn do for two threads that read once, and not for one that reads on beside a slow one."""

    class TwoInTurn(Numbers):
        def __init__(self) -> None:
            super().__init__()
            self.buffers = itertools.cycle([np.zeros(4), np.zeros(4)])

        def __getitem__(self, index: int) -> Any:
            buffer = next(self.buffers)
            buffer[:] = self.x[index * 4 : index * 4 + 4]
            return buffer.copy()

    with subject(TwoInTurn) as made:
        (found,) = search(made, Limits(seconds=30.0)).found
        assert found.replayable.setting.then == (2, 3)
        race = observed(made, found)
    assert race.setting == "batches 0 and 1, then 2 and 3, of a fresh instance"
    assert race.index in range(4)
    (end,) = (line for line in race.lines if line.startswith("  =>") and not line.endswith("as alone"))
    assert f"batch {race.index}: {race.what}" in end
    assert race.path == "x"


def test_draws_of_a_second_read_come_from_a_stream_of_its_own() -> None:
    class Drawing(Numbers):
        def __init__(self) -> None:
            super().__init__()
            self.draw = np.random.default_rng(0)

        def __getitem__(self, index: int) -> Any:
            return self.x[index * 4 : index * 4 + 4] + self.draw.normal(size=4)

    came_to = searched(Drawing, walks=8)
    assert not came_to.found
    assert not came_to.unsteady
    assert [item.why_not for item in came_to.settings] == [""] * 5


def test_a_generator_that_reads_put_back_is_told_from_data_and_data_is_looked_at_all_the_same() -> None:
    class PutBack(Numbers):
        def __getitem__(self, index: int) -> Any:
            state = np.random.get_state()
            np.random.seed(index)
            noise = np.random.normal(size=4)
            np.random.set_state(state)
            return self.rows(index) + noise

        def rows(self, index: int) -> Any:
            return self.x[index * 4 : index * 4 + 4]

    class AndTorn(PutBack):
        def rows(self, index: int) -> Any:
            self.start = index * 4
            return super().rows(self.begun())

        def begun(self) -> int:
            return self.start // 4

    assert {item.kind for item in searched(PutBack, walks=3).found} == {"shared generator"}
    assert searched(AndTorn).found[-1].kind == "data race"


def test_batches_that_nobody_can_repeat_are_not_compared() -> None:
    class Clocked(Numbers):
        def __getitem__(self, index: int) -> Any:
            return np.random.default_rng().normal(size=3), self.x[index * 4 : index * 4 + 4]

    came_to = searched(Clocked, walks=3)
    assert came_to.unsteady == {0, 2}  # of either read of a thread
    assert not came_to.found


def test_reads_that_fail_alone_prove_nothing() -> None:
    class Failing(Numbers):
        def __getitem__(self, index: int) -> Any:
            raise ValueError("no batch today")

    assert searched_or_why(Failing) == "a read raises ValueError"


def searched_or_why(kind: Any) -> str:
    from seqcheck.model.scenario import Truth
    from seqcheck.runner.racing import subject_of

    with subject_of(lambda: (kind(), Truth()), kind(), 8, (False, False)) as made:
        assert isinstance(made, str)
        return made


def test_reads_of_which_no_step_can_be_watched_prove_nothing() -> None:
    class Rows(np.ndarray):
        """Its reads are NumPy's own."""

    came_to = searched(lambda: np.arange(32.0).reshape(8, 4).view(Rows))
    assert {item.why_not for item in came_to.settings} == {"none of the steps of a read could be watched"}
    assert came_to.interleavings == 0


def test_a_search_that_is_out_of_time_says_so() -> None:
    assert searched(Numbers, seconds=0.01).cut
