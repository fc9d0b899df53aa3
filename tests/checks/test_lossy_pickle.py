"""lossy-pickle finds copies that hold other samples, other content or less, and leaves random content alone."""

from __future__ import annotations

from typing import Any

from seqcheck.checks.lossy_pickle import judge
from seqcheck.model.check import Outcome
from seqcheck.model.history import History
from seqcheck.model.observation import PickleAttempt
from tests.drawn import drawing_reading, noisy_pass, sound_reading
from tests.histories import batch, case, failure, history, length, numbered_pass, samples

DONE = PickleAttempt("done", 900)
PASS = numbered_pass(12, 4)


def copied(copy: list[Any], original: list[Any] = PASS, **fields: Any) -> History:
    return history("pickling", passes={"original": [original], "copy": [copy]}, observations=(DONE,), **fields)


def test_a_copy_that_reads_alike_holds() -> None:
    judgement = judge(case(sound_reading(), copied(PASS)))
    assert (judgement.outcome, "3 batches" in judgement.reason) == (Outcome.HOLDS, True)


def test_a_copy_with_an_order_of_its_own_is_found() -> None:
    judgement = judge(case(sound_reading(), copied([samples(9, 2, 7, 0), PASS[1], PASS[2]])))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["batch"] == 0


def test_another_order_is_found_though_random_content_hides_the_rows() -> None:
    """x can never be seeded, but y, which is no random content, tells which samples came."""
    original = noisy_pass(20)
    other = noisy_pass(30)[::-1]
    judgement = judge(case(drawing_reading(controlled=False), copied(other, original)))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["leaf"] == "y"


def test_content_that_no_seed_controls_is_not_compared() -> None:
    """x differs in every read of every process; y tells the samples and agrees."""
    judgement = judge(case(drawing_reading(controlled=False), copied(noisy_pass(21), noisy_pass(20))))
    assert judgement.outcome is Outcome.HOLDS
    assert "x draws from something that cannot be seeded" in judgement.reason


def test_a_batch_of_nothing_but_random_content_asks_for_augments() -> None:
    def alone(seed: int) -> list[Any]:
        return [batch(part.leaves and [float(v) for v in part.leaves[0].values or ()]) for part in noisy_pass(seed)]

    reading = history("reading", passes={"forward": [alone(0)], "forward-again": [alone(1)], "plain-twice": [alone(2)]})
    judgement = judge(case(reading, copied(alone(3), alone(4))))
    assert (judgement.outcome, judgement.declare) == (Outcome.INCONCLUSIVE, 'augments = ["x"]')


def test_content_lost_in_the_copy_is_found_under_controlled_streams() -> None:
    """The original adds noise that isolation makes repeatable, the copy has forgotten how."""
    original = noisy_pass(0)
    judgement = judge(case(drawing_reading(), copied(numbered_pass(12, 4), original)))
    assert judgement.outcome is Outcome.VIOLATED
    assert judgement.findings[0].evidence["leaf"] == "x"


def test_a_copy_of_another_length_is_found() -> None:
    lengths = [length(3, epoch=-1, when="start"), length(3, when="original"), length(2, when="copy")]
    judgement = judge(case(sound_reading(), copied(PASS[:2], lengths=lengths)))
    assert judgement.outcome is Outcome.VIOLATED
    assert "length 2" in judgement.reason


def test_a_copy_that_raises_where_the_original_reads_is_found() -> None:
    missing = failure("AttributeError", "no attribute 'cache'")
    judgement = judge(case(sound_reading(), copied([PASS[0], missing, missing])))
    assert judgement.outcome is Outcome.VIOLATED
    assert "no attribute 'cache'" in judgement.reason
    assert judgement.findings[0].frame is not None


def test_a_batch_that_raises_in_both_is_no_loss() -> None:
    broken = [PASS[0], failure(), PASS[2]]
    assert judge(case(sound_reading(), copied(broken, broken))).outcome is Outcome.HOLDS


def test_where_nothing_can_be_pickled_it_follows() -> None:
    failed = history("pickling", lengths=3, observations=(PickleAttempt("dump", error="TypeError"),))
    judgement = judge(case(sound_reading(), failed))
    assert (judgement.outcome, judgement.follows_from) == (Outcome.INCONCLUSIVE, "unpicklable")


def test_without_a_proof_of_isolation_nothing_is_said() -> None:
    assert judge(case(copied(PASS))).outcome is Outcome.INCONCLUSIVE


def test_samples_drawn_for_each_read_are_free_where_that_is_declared() -> None:
    """Which samples come differs even between two forks of one state."""
    one, other = [samples(1, 5, 9, 3)] * 3, [samples(0, 2, 4, 6)] * 3
    reading = history("reading", passes={"forward": [one], "forward-again": [other], "plain-twice": [one]})
    judgement = judge(case(reading, copied(other, one), contract={"epoch": "random"}))
    assert judgement.outcome is Outcome.INCONCLUSIVE
