"""Every race of the corpus is found and replayed; nothing sound is blamed."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqcheck.schedule.explore import LONGEST_EPOCH, Limits, search, settings_for
from seqcheck.schedule.policies import Replay
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
    assert [item.why_not for item in came_to.settings] == [""] * 4
    assert not came_to.doubtful
    assert not came_to.outside


def test_the_corpus_is_whole() -> None:
    assert len(FAULTY) >= 25
    assert len(SOUND) >= 20
    for file in RACES.glob("*.py"):
        assert any(f".{file.stem}." in case["target"] for case in CASES), file


def test_settings_are_fresh_far_apart_warmed_and_after_an_epoch() -> None:
    assert settings_for(8) == [
        Setting((0, 1)),
        Setting((0, 3)),
        Setting((0, 1), before=(2, 3)),
        Setting((1, 4), epoch=True),
    ]


@pytest.mark.parametrize("length", range(2, 9))
@pytest.mark.parametrize("threads", [2, 3])
def test_settings_name_batches_that_are_there_and_none_twice(length: int, threads: int) -> None:
    for setting in settings_for(length, threads):
        assert len(set(setting.indices)) == len(setting.indices)
        assert all(0 <= index < length for index in (*setting.indices, *setting.before))


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
    assert [item.complete for item in came_to.settings] == [1] * 4
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


def test_batches_that_nobody_can_repeat_are_not_compared() -> None:
    class Clocked(Numbers):
        def __getitem__(self, index: int) -> Any:
            return np.random.default_rng().normal(size=3), self.x[index * 4 : index * 4 + 4]

    came_to = searched(Clocked, walks=3)
    assert came_to.unsteady == {0}
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


def test_a_search_that_is_out_of_time_says_so() -> None:
    assert searched(Numbers, seconds=0.01).cut
