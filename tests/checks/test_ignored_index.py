"""ignored-index: samples that follow the order of reads are found, content drawn at random is only asked about."""

from __future__ import annotations

import numpy as np

from seqcheck.checks.ignored_index import judge
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Outcome
from seqcheck.model.history import History
from tests.checks.epochs import CLASSES, PICTURES, held, numbered_in, probe, rows_in, shuffles
from tests.histories import at, case, failure, history

N, B = 38, 4


def reading(
    forward: list[Batch], backward: list[object], again: list[Batch] | None = None, **fields: object
) -> History:
    """The passes of the reading; `backward` is written by place: entry 0 is the read of the last index."""
    last = len(forward) - 1
    turned = [at(last - place, entry) for place, entry in enumerate(backward)]
    passes = {"forward": [forward], "forward-again": [again or forward], "backward": [turned]}
    return history("reading", passes=passes, **fields)  # type: ignore[arg-type]


def test_a_counter_gives_the_kth_batch_whatever_the_index() -> None:
    epoch = numbered_in(range(N), B)
    judged = judge(case(reading(epoch, list(epoch), truth=probe(N))))
    assert judged.outcome is Outcome.VIOLATED
    assert judged.reason == (
        "batch 0 holds other samples when batches are read backwards (those of batch 9): "
        "the k-th read gives the same batch, whatever its index"
    )


def test_a_counter_over_fixed_rows() -> None:
    epoch = rows_in(range(N), B)
    assert judge(case(reading(epoch, list(epoch)))).outcome is Outcome.VIOLATED


def test_a_counter_behind_an_augmentation_is_seen_in_the_targets() -> None:
    def epoch(seed: int) -> list[Batch]:
        noise = np.random.default_rng(seed).normal(size=PICTURES.shape)
        return rows_in(range(N), B, PICTURES + noise, np.arange(50) % 12)

    assert judge(case(reading(epoch(0), list(epoch(1))))).outcome is Outcome.VIOLATED


def test_reads_that_keep_to_their_index_hold() -> None:
    epoch = rows_in(range(N), B)
    assert judge(case(reading(epoch, epoch[::-1]))).outcome is Outcome.HOLDS


def test_content_that_cannot_be_seeded_is_asked_about() -> None:
    first = rows_in(range(N), B)
    other = rows_in(range(N), B, PICTURES + 1)[::-1]
    judged = judge(case(reading(first, list(other))))
    assert (judged.outcome, judged.declare) == (Outcome.INCONCLUSIVE, 'augments = ["x"]')
    assert judge(case(reading(first, list(other)), contract={"augments": ["x"]})).outcome is Outcome.HOLDS


def test_another_order_within_a_batch_is_no_other_batch() -> None:
    first = rows_in(range(N), B)
    turned = [rows_in(list(range(k, min(k + B, N)))[::-1], B)[0] for k in range(0, N, B)][::-1]
    assert judge(case(reading(first, list(turned)))).outcome is Outcome.HOLDS


def test_reads_that_only_fail_backwards() -> None:
    epoch = rows_in(range(N), B)
    judged = judge(case(reading(epoch, [epoch[-1], failure("StopIteration", ""), *epoch[-3::-1]])))
    assert judged.outcome is Outcome.VIOLATED
    assert judged.findings[0].frame is not None


def test_choices_that_differ_in_one_order_are_unrepeatable_reads() -> None:
    some, other = (numbered_in(order, B) for order in shuffles(N, 2))
    judged = judge(case(reading(some, other[::-1], other, truth=probe(N))))
    assert judged.follows_from == "unrepeatable-read"


def test_the_same_batch_at_every_index() -> None:
    same = numbered_in(range(B), B) * 5
    assert judge(case(reading(same, list(same), truth=probe(N)))).outcome is Outcome.VIOLATED
    rows = rows_in(range(B), B) * 5
    loop = history(epochs=[rows], observations=[held("self.x", PICTURES)])
    assert judge(case(reading(rows, list(rows)), loop)).outcome is Outcome.VIOLATED
    periodic = history(epochs=[rows], observations=[held("self.x", np.tile(PICTURES[:B], (5, 1)))])
    assert judge(case(reading(rows, list(rows)), periodic)).outcome is Outcome.HOLDS


def test_constant_data_and_single_batches_say_nothing() -> None:
    zeros = [describe((np.zeros((B, 2)), np.zeros(B)))] * 5
    assert judge(case(reading(zeros, list(zeros)))).outcome is Outcome.HOLDS
    one = [describe((PICTURES[:B], CLASSES[:B]))]
    assert judge(case(reading(one, list(one)))).outcome is Outcome.INCONCLUSIVE


def test_a_free_index_is_declared() -> None:
    epoch = numbered_in(range(N), B)
    run = reading(epoch, list(epoch), truth=probe(N))
    assert judge(case(run, contract={"epoch": "random"})).outcome is Outcome.NOT_APPLICABLE
    assert judge(case(run, contract={"epoch": "per-epoch"})).outcome is Outcome.VIOLATED
