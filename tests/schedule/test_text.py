"""Schedules survive being written down, and nothing else passes for one."""

from __future__ import annotations

import shlex

import pytest

from seqcheck.schedule.text import NoSchedule, Replayable, Schedule, Setting, parse

SAMPLES = [
    Replayable(Setting((0, 1)), Schedule(0, ((0, 14, 1), (1, 7, 0)))),
    Replayable(Setting((0, 3), before=(2, 3)), Schedule(1), isolated=True),
    Replayable(Setting((1, 4, 7), epoch=True), Schedule(2, ((2, 5, 0),), (1, 0)), python=(3, 13)),
    Replayable(Setting((0, 1), then=(2, 3)), Schedule(0, ((0, 31, 1),))),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_text_says_all_of_it_and_needs_no_quoting(sample: Replayable) -> None:
    assert parse(str(sample)) == sample
    assert shlex.quote(str(sample)) == str(sample)


def test_a_text_reads_as_documented() -> None:
    assert str(Replayable(Setting((0, 1)), Schedule(0, ((0, 14, 1), (1, 7, 0))), python=(3, 11))) == (
        "311.cold.0-1.plain.a.a14b.b7a"
    )
    assert ".cold.0+2-1+3.plain." in str(Replayable(Setting((0, 1), then=(2, 3)), Schedule(0)))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "expected one as a finding prints it"),
        ("yes", "expected one as a finding prints it"),
        ("27.cold.0-1.plain.a", "'27' names no version"),
        ("311.warm.0-1.plain.a", "'warm'"),
        ("311.after.0-1.plain.a", "'after'"),
        ("311.cold.0-x.plain.a", "by number"),
        ("311.cold.0.plain.a", "must name 2 to 8 batches"),
        ("311.cold.0+2-1.plain.a", "one batch a thread, or two of each"),
        ("311.cold.0+2+4-1+3+5.plain.a", "one batch a thread, or two of each"),
        ("311.cold.0+-1+3.plain.a", "by number"),
        ("311.cold.0-1.random.a", "'random'"),
        ("311.cold.0-1.plain.c", "'c' is none of the threads ab"),
        ("311.cold.0-1.plain.a.b", "'b' is no switch"),
        ("311.cold.0-1.plain.a.a3c", "a thread that reads no batch"),
    ],
)
def test_what_is_no_schedule_is_refused_by_the_part_that_does_not_fit(text: str, names: str) -> None:
    with pytest.raises(NoSchedule, match="is no schedule") as refused:
        parse(text)
    assert names in str(refused.value)


def test_settings_in_words() -> None:
    assert Setting((0, 1)).describe() == "batches 0 and 1 of a fresh instance"
    assert Setting((0, 1), before=(2, 3)).describe() == "batches 0 and 1 after batches 2 and 3 were read"
    assert Setting((1, 4, 7), epoch=True).describe() == "batches 1, 4 and 7 after a whole epoch"
    two_each = Setting((0, 1), then=(2, 3))
    assert two_each.describe() == "batches 0 and 1, then 2 and 3, of a fresh instance"
    assert (two_each.read_by(1), Setting((0, 1)).read_by(1)) == ("batches 1 and 3", "batch 1")
