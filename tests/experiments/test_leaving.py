"""What reads leave behind and hooks go on with shows where the reads are made elsewhere; all else is the same."""

from __future__ import annotations

import pytest

from seqcheck.checks.lost_worker_state import judge
from seqcheck.experiments.leaving import PURPOSES
from seqcheck.model.check import Outcome
from seqcheck.model.scenario import Scenario
from tests.histories import case
from tests.runs import SHORT, Bench


def outcome(bench: Bench, name: str, how: dict[str, str]) -> Outcome:
    reading = bench.history(name, "reading", how)
    return judge(case(reading, bench.history(name, "leaving", how))).outcome


def test_a_counter_that_the_hook_needs_is_lost_in_a_fork(bench: Bench) -> None:
    history = bench.history("Remembers", "leaving", {"how": "counted"})
    assert {read.purpose for read in history.reads if read.epoch == 1} == set(PURPOSES)
    said = judge(case(bench.history("Remembers", "reading", {"how": "counted"}), history))
    assert said.outcome is Outcome.VIOLATED
    assert said.findings[0].evidence["batches that differ"] == "4 of 4"


@pytest.mark.parametrize(
    ("name", "how"),
    [("Remembers", ""), ("Remembers", "cached"), ("Rows", None), ("Noisy", None)],
)
def test_what_is_kept_for_speed_or_shared_by_all_is_sound(bench: Bench, name: str, how: str | None) -> None:
    assert outcome(bench, name, {} if how is None else {"how": how}) is Outcome.HOLDS


@pytest.mark.parametrize("how", ["cached noise", "entropy", "shared"])
def test_random_content_and_shared_memory_are_not_blamed(bench: Bench, how: str) -> None:
    assert outcome(bench, "Remembers", {"how": how}) is not Outcome.VIOLATED


def test_reads_that_hang_end_in_no_claim(bench: Bench) -> None:
    history = bench.history("Trap", Scenario("leaving"), {"how": "sleeps"}, silence=SHORT)
    assert judge(case(history)).outcome is Outcome.INCONCLUSIVE
    assert not bench.history("Rows", "leaving", {"count": 0}).reads
