"""thread-race says what a search found, how far it came, and what it could not control."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from seqcheck.checks import catalogue
from seqcheck.checks.thread_race import judge
from seqcheck.model.check import Judgement, Outcome, Severity
from seqcheck.model.observation import Interleavings, Observation, Race, SettingTried
from seqcheck.model.verdict import group
from tests.histories import case, history

COLD = SettingTried("batches 0 and 1 of a fresh instance", 400, 2)
APART = SettingTried("batches 0 and 3 of a fresh instance", 804, 1)
WHOLE = Interleavings((COLD, APART), stressed=1500)
TORN = Race(
    "data race",
    "batches 0 and 1 of a fresh instance",
    "311.cold.0-1.plain.a.a14b",
    0,
    "y holds 4 in row 0, not 0",
    path="y",
    rows=(0,),
    expected=("0",),
    seen=("4",),
    lines=("  A  data.py:5 __getitem__  self.index = index",),
    switches=1,
    after=3,
    file="/data.py",
    line=5,
    function="__getitem__",
    code="self.index = index",
)


def judged(*seen: Observation, length: int = 8, **options: Any) -> Judgement:
    return judge(case(history("schedule", lengths=length, observations=seen), **options))


def test_what_was_looked_at_is_said_in_figures() -> None:
    judgement = judged(WHOLE)
    assert judgement.outcome is Outcome.HOLDS
    assert judgement.reason == (
        "no race in 1,204 interleavings of 2 scenarios; complete up to 2 switches for 1 of them; "
        "and in 1,500 reads by threads without control"
    )


def test_a_race_is_found_with_its_lines_its_place_and_the_text_that_replays_it() -> None:
    judgement = judged(TORN, WHOLE)
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.reason == (
        "batch 0 comes out torn when threads read batches 0 and 1 of a fresh instance: y holds 4 in row 0, not 0"
    )
    finding = judgement.findings[0]
    assert finding.interleaving == TORN.lines
    assert finding.evidence["replay"] == "--seqcheck-replay 311.cold.0-1.plain.a.a14b"
    assert finding.evidence["found after"] == "3 interleavings, brought down to 1 switch"
    assert finding.frame is not None
    assert (finding.frame.file, finding.frame.line) == ("/data.py", 5)
    assert finding.severity is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "deadlock", "what": "nobody can go on"}, "deadlock of threads that read batches 0 and 1"),
        ({"kind": "livelock", "what": "the threads run for ever"}, "livelock of threads"),
        ({"kind": "shared generator"}, "batch 0 draws from a generator that another thread seeds"),
        ({"schedule": "", "setting": "8 threads without control"}, "comes out torn with 8 threads without control"),
    ],
)
def test_kinds_of_races_are_told_apart(changed: dict[str, Any], words: str) -> None:
    assert words in judged(replace(TORN, **changed)).reason


def test_what_only_free_threaded_builds_can_meet_is_advice() -> None:
    finding = judged(replace(TORN, hidden=True)).findings[0]
    assert finding.severity is Severity.ADVICE
    assert "on free-threaded builds" in finding.summary
    assert "free-threaded" in finding.evidence["builds"]


def test_a_race_is_advice_where_training_has_no_threads() -> None:
    fit = {"workers": 4, "use_multiprocessing": True}
    assert judged(TORN, contract={"fit": fit}).findings[0].severity is Severity.ADVICE


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"trouble": "reads run TensorFlow operations"}, "could not be interleaved: reads run TensorFlow operations"),
        ({"started": 2}, "starts threads of its own"),
        ({"outside": 4}, "in 4 of them a thread waited for something that was not under control"),
        ({"doubtful": 1}, "1 broke a batch that came out whole when run again"),
        ({"uncompared": ("x",)}, "x changed when the same reads were made again"),
        ({"settings": (replace(COLD, interleavings=20),)}, "there was time for 20 interleavings of 1 scenario"),
        ({"settings": (replace(COLD, why_not="a read raises"),)}, "could not be interleaved: a read raises"),
    ],
)
def test_what_could_not_be_controlled_is_open_with_its_reason(changed: dict[str, Any], words: str) -> None:
    judgement = judged(replace(WHOLE, **changed))
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert words in judgement.reason


def test_a_race_that_was_found_stands_whatever_could_not_be_controlled() -> None:
    assert judged(TORN, replace(WHOLE, started=1, cut=True)).outcome is Outcome.VIOLATED


def test_noise_and_what_was_not_tried_are_told_beside() -> None:
    left_out = replace(APART, why_not="there was no time for it")
    reason = judged(replace(WHOLE, settings=(COLD, left_out), noise=True)).reason
    assert "which thread draws first" in reason
    assert "not tried: there was no time for it" in reason


def test_one_batch_has_nothing_to_race_with() -> None:
    assert judged(length=1).outcome is Outcome.NOT_APPLICABLE


def test_what_raises_among_too_many_threads_is_left_open() -> None:
    judgement = judged(replace(WHOLE, torn=3))
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "among more threads" in judgement.reason


def test_a_search_that_left_nothing_says_so() -> None:
    judgement = judged()
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "did not come to its end" in judgement.reason


def test_what_workers_read_differently_in_threads_follows_from_the_race() -> None:
    checks = {name: entry.check for name, entry in catalogue().items()}
    race = judged(TORN)
    seen_in_threads = replace(race, findings=(replace(race.findings[0], scenario=history("threads").scenario),))
    grouped = group(checks, {"thread-race": race, "worker-divergence": seen_in_threads})
    assert grouped["worker-divergence"].follows_from == "thread-race"
    assert grouped["thread-race"].outcome is Outcome.VIOLATED


def test_a_cursor_is_its_own_fault_and_no_race_beside() -> None:
    checks = {name: entry.check for name, entry in catalogue().items()}
    race = judged(TORN)
    assert group(checks, {"thread-race": race, "ignored-index": race})["thread-race"].follows_from == "ignored-index"
