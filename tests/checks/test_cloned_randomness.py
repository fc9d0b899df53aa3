"""cloned-randomness is red where two forks agree beyond chance, and only there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seqcheck.checks.cloned_randomness import judge
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.history import EngineNote, History
from seqcheck.model.observation import Twins
from tests.drawn import noisy_pass, sound_reading
from tests.histories import at, case, history


def twins(first: list[Batch], second: list[Batch], reseeded: list[Batch]) -> History:
    def rows(batches: list[Batch], path: str) -> tuple[bytes, ...]:
        return tuple(row for batch in batches if (leaf := batch.leaf(path)) for row in leaf.rows)

    seen = [Twins(path, rows(first, path), rows(second, path), rows(reseeded, path)) for path in ("x", "y")]
    return history("twins", passes={"first": [first], "second": [second], "reseeded": [reseeded]}, observations=seen)


def flips(seed: int, count: int) -> list[Batch]:
    """Batches of eight rows that one coin flips as a whole."""
    coins = np.random.default_rng(seed).integers(0, 2, count)
    return [describe((np.arange(8.0)[:: 1 if coin else -1] + index, np.zeros(8))) for index, coin in enumerate(coins)]


def test_two_forks_with_the_same_noise_are_found() -> None:
    judgement = judge(case(twins(noisy_pass(1, 64), noisy_pass(1, 64), noisy_pass(2, 64))))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["leaf"] == "x"
    assert judgement.findings[0].evidence["reads compared"] == 16


def test_forks_that_draw_apart_hold() -> None:
    judgement = judge(case(twins(noisy_pass(1, 64), noisy_pass(3, 64), noisy_pass(2, 64))))
    assert (judgement.outcome, "differently in x" in judgement.reason) == (Outcome.HOLDS, True)


def test_copies_that_python_s_own_generator_hides_are_found() -> None:
    forks = twins(noisy_pass(1, 64), noisy_pass(3, 64), noisy_pass(2, 64))
    levelled = twins(noisy_pass(4, 64), noisy_pass(4, 64), noisy_pass(5, 64))
    alone = twins(noisy_pass(4, 64), noisy_pass(4, 64), noisy_pass(4, 64))
    for others, outcome in ((levelled, Outcome.VIOLATED), (alone, Outcome.HOLDS)):
        reads = tuple(replace(read, purpose=f"levelled-{read.purpose}") for read in others.reads)
        seen = tuple(replace(found, way="levelled") for found in others.observed(Twins))
        both = replace(forks, reads=forks.reads + reads, observations=forks.observations + seen)
        judgement = judge(case(both))
        assert judgement.outcome is outcome
        assert ("from every other generator" in judgement.reason) is (outcome is Outcome.VIOLATED)


def test_content_that_no_seed_changes_holds() -> None:
    """Noise made from epoch and index alone, or no noise: no generator is inherited."""
    same = noisy_pass(1, 64)
    judgement = judge(case(sound_reading(), twins(same, same, same)))
    assert (judgement.outcome, "16 reads" in judgement.reason) == (Outcome.HOLDS, True)


def test_few_reads_agree_by_chance() -> None:
    judgement = judge(case(twins(noisy_pass(1, 12), noisy_pass(1, 12), noisy_pass(2, 12))))
    assert judgement.outcome is Outcome.INCONCLUSIVE


def test_one_coin_a_batch_is_not_taken_for_one_a_row() -> None:
    """Twelve batches of eight rows: 96 rows, but twelve coins."""
    assert judge(case(twins(flips(1, 12), flips(1, 12), flips(2, 12)))).outcome is Outcome.INCONCLUSIVE


def test_coins_are_found_where_there_are_enough() -> None:
    assert judge(case(twins(flips(1, 64), flips(1, 64), flips(2, 64)))).outcome is Outcome.VIOLATED


def test_what_is_drawn_once_and_kept_counts_once() -> None:
    """Three batches read five times each, their noise kept: three draws, not fifteen."""
    first, other = noisy_pass(1), noisy_pass(2)
    passes = {
        purpose: [[at(index, batch) for _ in range(5) for index, batch in enumerate(batches)]]
        for purpose, batches in (("first", first), ("second", first), ("reseeded", other))
    }
    rows = [tuple(row for _ in range(5) for batch in kind for row in batch.leaves[0].rows) for kind in (first, other)]
    run = history("twins", passes=passes, observations=[Twins("x", rows[0], rows[0], rows[1])])
    assert judge(case(run)).outcome is Outcome.INCONCLUSIVE


def test_a_draw_that_no_seed_reaches_is_not_called_absent() -> None:
    moving = history(
        "reading", passes={"plain-twice": [[at(i, noisy_pass(10 + k)[i]) for i in range(3) for k in range(2)]]}
    )
    same = noisy_pass(1, 64)
    assert judge(case(moving, twins(same, same, same))).outcome is Outcome.INCONCLUSIVE


def test_twins_that_did_not_end_say_why() -> None:
    note = EngineNote("skipped", "second did not come to its end in a fork: hung")
    judgement = judge(case(history("twins", lengths=3, notes=(note,))))
    assert (judgement.outcome, judgement.reason) == (Outcome.INCONCLUSIVE, note.text)


@pytest.mark.parametrize("use", [{"use_multiprocessing": False}, {"start_method": "spawn"}])
def test_it_is_advice_where_nothing_is_forked(use: dict[str, object]) -> None:
    same = noisy_pass(1, 64)
    judgement = judge(case(twins(same, same, noisy_pass(2, 64)), contract={"fit": use}))
    assert judgement.findings[0].severity is Severity.ADVICE


def sent(
    first: list[Batch], second: list[Batch], reseeded: list[Batch], forks: tuple[list[Batch], ...] = ()
) -> History:
    """Three copies of one pickle; the forks draw apart unless they are given."""
    forked = twins(*(forks or (noisy_pass(1, 64), noisy_pass(3, 64), noisy_pass(2, 64))))
    by_way = twins(first, second, reseeded)
    seen = tuple(replace(one, way="spawn") for one in by_way.observed(Twins))
    reads = tuple(replace(read, purpose=f"sent-{read.purpose}") for read in by_way.reads)
    return replace(forked, reads=(*forked.reads, *reads), observations=(*forked.observations, *seen))


SAME, OTHER = noisy_pass(5, 64), noisy_pass(6, 64)


def test_copies_of_one_pickle_that_draw_alike_are_found() -> None:
    said = judge(case(sent(SAME, SAME, OTHER)))
    assert said.outcome is Outcome.VIOLATED
    assert [finding.evidence["start methods"] for finding in said.findings] == ["spawn, forkserver"]
    assert "unpickled copies" in said.reason


def test_copies_that_draw_apart_hold_as_forks_do() -> None:
    said = judge(case(sent(SAME, noisy_pass(7, 64), OTHER)))
    assert (said.outcome, "as do two unpickled copies" in said.reason) == (Outcome.HOLDS, True)


@pytest.mark.parametrize(
    ("method", "errors"), [("fork", "fork"), ("spawn", "spawn, forkserver"), ("forkserver", "spawn, forkserver")]
)
def test_the_start_method_in_use_makes_the_error_and_the_other_an_advice(method: str, errors: str) -> None:
    run = sent(SAME, SAME, OTHER, forks=(SAME, SAME, OTHER))
    said = judge(case(run, contract={"fit": {"start_method": method}}))
    severities = [(finding.evidence["start methods"], finding.severity) for finding in said.findings]
    assert severities[0] == (errors, None)
    assert severities[1][1] is Severity.ADVICE


def test_copies_are_not_judged_where_no_engine_sends_them() -> None:
    assert judge(case(sent(SAME, SAME, OTHER), start_methods=("fork",))).outcome is Outcome.HOLDS
