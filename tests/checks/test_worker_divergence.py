"""worker-divergence finds batches that depend on who reads them, and never blames random content on a worker."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from seqcheck.checks.worker_divergence import judge
from seqcheck.model.batch import describe
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.history import Delivery, EngineNote, History
from seqcheck.model.scenario import POOLS
from tests.drawn import drawing_reading, noisy_pass, sound_reading
from tests.histories import at, case, history, numbered_pass, samples

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PASS = numbered_pass(12, 4)
PROCESSES = ("fork", "spawn", "forkserver")


def pool(engine: str, seen: list[Any], reference: list[Any] = PASS, **fields: Any) -> History:
    return history(engine, [seen], passes={"reference": [reference]}, **fields)


@pytest.mark.parametrize("engine", POOLS)
def test_workers_that_read_alike_hold(engine: str) -> None:
    judgement = judge(case(sound_reading(), pool(engine, PASS)))
    assert judgement.outcome is Outcome.HOLDS
    assert engine in judgement.reason


@pytest.mark.parametrize("engine", POOLS)
def test_other_samples_are_found_with_worker_and_rows(engine: str) -> None:
    judgement = judge(case(sound_reading(), pool(engine, [PASS[0], samples(8, 9, 10, 11), PASS[2]])))
    assert judgement.outcome is Outcome.VIOLATED
    evidence = judgement.findings[0].evidence
    assert (evidence["engine"], evidence["batch"], evidence["worker"]) == (engine, 1, 1)
    assert "with other samples" in judgement.reason


def test_drawn_content_is_no_divergence_of_threads() -> None:
    """Threads share their generators: x differs from the isolated reference, y does not."""
    judgement = judge(case(drawing_reading(), pool("threads", noisy_pass(40), noisy_pass(0))))
    assert (judgement.outcome, "(y)" in judgement.reason) == (Outcome.HOLDS, True)


@pytest.mark.parametrize("engine", PROCESSES)
def test_content_that_no_seed_controls_is_not_compared(engine: str) -> None:
    judgement = judge(case(drawing_reading(controlled=False), pool(engine, noisy_pass(40), noisy_pass(0))))
    assert (judgement.outcome, "(y)" in judgement.reason) == (Outcome.HOLDS, True)


def test_content_that_depends_on_earlier_reads_is_not_blamed_on_workers() -> None:
    """A generator made at the first read with a fixed seed: forks agree, and another order draws other noise."""
    forward, backward = noisy_pass(0), noisy_pass(1)
    reading = history(
        "reading",
        passes={
            "forward": [forward],
            "forward-again": [forward],
            "backward": [backward],
            "plain-twice": [[part for pair in zip(forward, backward, strict=True) for part in pair]],
        },
    )
    judgement = judge(case(reading, pool("fork", noisy_pass(2), forward)))
    assert judgement.outcome is not Outcome.VIOLATED


@pytest.mark.parametrize("engine", PROCESSES)
def test_content_lost_under_controlled_streams_is_found(engine: str) -> None:
    judgement = judge(case(drawing_reading(), pool(engine, PASS, noisy_pass(0))))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["leaf"] == "x"


def test_rows_of_other_batches_are_found_in_a_leaf_that_is_drawn() -> None:
    """x alone, noisy beyond control in some reads, but here the very rows of another batch."""
    reference = noisy_pass(0)
    judgement = judge(case(drawing_reading(controlled=False), pool("fork", [reference[1], *reference[1:]], reference)))
    assert judgement.outcome is Outcome.VIOLATED


def test_a_batch_that_changes_on_its_way_is_found() -> None:
    late = [Delivery(0, place, place, PASS[0] if place == 2 else PASS[place]) for place in range(3)]
    judgement = judge(case(sound_reading(), pool("threads", PASS, deliveries=late)))
    assert judgement.outcome is Outcome.VIOLATED
    assert "on its way" in judgement.reason


def test_an_engine_without_a_reference_is_not_among_those_that_hold() -> None:
    hung = EngineNote("skipped", "the reference of epoch 0 could not be read in a fork: hung")
    judgement = judge(case(sound_reading(), pool("fork", PASS), history("spawn", [PASS], notes=(hung,))))
    assert judgement.outcome is Outcome.HOLDS
    assert "not compared: spawn (the reference of epoch 0 could not be read" in judgement.reason


def test_where_nothing_is_left_to_compare_augments_is_asked_for() -> None:
    """A dict of one image whose every read is another; the line to paste is TOML."""

    def alone(seed: int) -> list[Any]:
        return [{"image": np.array(part.leaves[0].values)} for part in noisy_pass(seed)]

    reading = history("reading", passes={"forward": [alone(0)], "forward-again": [alone(1)], "plain-twice": [alone(2)]})
    judgement = judge(case(reading, pool("fork", alone(3), alone(4))))
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert tomllib.loads(judgement.declare) == {"augments": ["['image']"]}


def test_without_the_reading_experiment_nothing_is_said() -> None:
    assert judge(case(pool("fork", [PASS[2], PASS[1], PASS[0]]))).outcome is Outcome.INCONCLUSIVE


def test_an_engine_that_training_does_not_use_gives_advice() -> None:
    broken = pool("spawn", [PASS[1], PASS[1], PASS[2]])
    judgement = judge(case(sound_reading(), broken, contract={"fit": {"start_method": "fork"}}))
    assert judgement.findings[0].severity is Severity.ADVICE


def test_negatives_that_are_drawn_anew_are_no_other_samples() -> None:
    """Beside each sample stands another one, drawn without a seed: rows of other batches, in every read."""

    def drawn(seed: int, *, first: int = 0) -> list[Any]:
        order = np.random.default_rng(seed).permutation(40).reshape(5, 8)
        ids = (np.arange(40) + first) % 40
        return [describe(({"a": ids[k * 8 : k * 8 + 8] + 0.5, "n": order[k] + 0.25}, ids[k * 8 : k * 8 + 8]))
                for k in range(5)]  # fmt: skip

    twice = [at(index, drawn(seed)[index]) for index in range(5) for seed in (3, 4)]
    passes = {"forward": [drawn(1)], "forward-again": [drawn(2)], "plain-twice": [twice]}
    known = history("reading", passes=passes)
    declared = {"augments": ["x['n']"]}
    sound = history("threads", epochs=[drawn(5)], passes={"reference": [drawn(6)]})
    assert judge(case(known, sound, contract=declared)).outcome is not Outcome.VIOLATED
    moved = history("threads", epochs=[drawn(5, first=8)], passes={"reference": [drawn(6)]})
    assert judge(case(known, moved, contract=declared)).outcome is Outcome.VIOLATED


def test_processes_that_lose_samples_between_them_are_found_though_no_read_repeats() -> None:
    """Each process has an order of its own: reads prove nothing, and the rows of the loop are lost and repeated."""
    loop = history(epochs=[numbered_pass(12, 4)] * 3)
    other = [samples(4, 1, 7, 3), samples(2, 1, 0, 8), samples(9, 10, 11, 3)]
    again = [part for pair in zip(PASS, other, strict=True) for part in pair]
    unsteady = history("reading", passes={"forward": [PASS], "forward-again": [other], "plain-twice": [again]})
    judgement = judge(case(unsteady, loop, pool("fork", other)))
    assert (judgement.outcome, "2 of 12 samples never came" in judgement.reason) == (Outcome.VIOLATED, True)
    for run, declared in ((pool("threads", other), {}), (pool("fork", other), {"epoch": "random"})):
        assert judge(case(unsteady, loop, run, contract=declared)).outcome is not Outcome.VIOLATED
