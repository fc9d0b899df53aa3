"""lost-samples: samples that never come are found where two witnesses agree, and nothing innocent is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seqcheck.checks.dropped_remainder import judge as dropped
from seqcheck.checks.lost_samples import judge
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Outcome
from tests.checks.epochs import (
    PICTURES,
    held,
    indexes,
    known,
    listed,
    numbered_in,
    probe,
    rows_in,
    shuffles,
)
from tests.histories import batch, case, failure, history, samples

N, B = 38, 4


def test_a_probe_names_the_samples_that_never_come() -> None:
    order = [one for one in range(N) if one % 4 != 3]
    judged = judge(case(history(epochs=[numbered_in(order, 3)] * 3, truth=probe(N))))
    assert judged.outcome is Outcome.VIOLATED
    assert judged.reason == "9 samples of 38 never came in epoch 0: 3, 7, 11, 15, 19 and 4 more"
    assert judged.findings[0].evidence["missing, by epoch"] == [9, 9, 9]


def test_a_whole_epoch_holds() -> None:
    judged = judge(case(history(epochs=[numbered_in(order, B) for order in shuffles(N, 3)], truth=probe(N))))
    assert judged.outcome is Outcome.HOLDS


@pytest.mark.parametrize(
    ("contract", "outcome"),
    [
        ({"epoch": "per-epoch"}, Outcome.NOT_APPLICABLE),
        ({"epoch": "random"}, Outcome.NOT_APPLICABLE),
        ({"infinite": True}, Outcome.NOT_APPLICABLE),
        ({"drop_remainder": 9}, Outcome.HOLDS),
        ({"drop_remainder": 8}, Outcome.VIOLATED),
        ({"drop_remainder": True}, Outcome.VIOLATED),
        ({"drop_remainder": 1}, Outcome.VIOLATED),
        ({"drop_remainder": "per-group"}, Outcome.INCONCLUSIVE),
    ],
)
def test_the_contract_says_what_may_be_left_out(contract: dict[str, object], outcome: Outcome) -> None:
    run = history(epochs=[numbered_in(range(N - 9), B)] * 3, truth=probe(N))
    assert judge(case(run, contract=contract)).outcome is outcome


def test_the_remainder_of_the_last_batch_is_dropped_remainders() -> None:
    run = history(epochs=[numbered_in(range(36), B)] * 3, truth=probe(N))
    assert judge(case(run)).outcome is Outcome.HOLDS


def test_a_parameter_that_chooses_a_part_explains_a_constant_part() -> None:
    run = history(epochs=[numbered_in(range(30), B)] * 3, truth=probe(N))
    assert judge(case(run, parameters=("x", "y", "validation_split"))).outcome is Outcome.INCONCLUSIVE
    assert judge(case(run, parameters=("x", "y", "batch_size"))).outcome is Outcome.VIOLATED


WIDTH = 3


def windows(starts: list[int]) -> Batch:
    """A batch of windows over a probe's rows, each with the label of the row that follows it."""
    rows = np.arange(N, dtype=np.float32)[:, None] + 0.5
    return describe((np.stack([rows[one : one + WIDTH] for one in starts]), np.array(starts) + WIDTH))


def test_windows_over_a_probe_leave_out_labels_at_its_edge() -> None:
    starts = list(range(N - WIDTH))
    run = history(epochs=[[windows(starts[k : k + B]) for k in range(0, len(starts), B)]] * 3, truth=probe(N))
    assert judge(case(run)).outcome is Outcome.INCONCLUSIVE


def test_windows_that_are_there_past_the_length_are_a_remainder_and_no_edge() -> None:
    starts = list(range(N - WIDTH))
    full = len(starts) // B * B
    epoch = [windows(starts[k : k + B]) for k in range(0, full, B)]
    run = history(epochs=[epoch] * 3, overrun=[windows(starts[full:])], truth=probe(N))
    assert dropped(case(run)).outcome is Outcome.VIOLATED
    assert f"the last {len(starts) - full} of {len(starts)} samples" in dropped(case(run)).reason
    assert judge(case(run)).outcome is Outcome.HOLDS
    assert dropped(case(run, parameters=("series", "window", "split"))).outcome is Outcome.INCONCLUSIVE
    # A whole batch past the length may be of another part of the data.
    more = history(epochs=[epoch[:-1]] * 3, overrun=[epoch[-1], windows(starts[full:])], truth=probe(N))
    assert dropped(case(more)).outcome is Outcome.INCONCLUSIVE


def test_shuffled_windows_lose_what_comes_in_other_epochs_and_no_edge() -> None:
    orders = [list(np.random.default_rng(seed).permutation(N - WIDTH)) for seed in range(3)]
    full = (N - WIDTH) // B * B
    epochs = [[windows(order[k : k + B]) for k in range(0, full, B)] for order in orders]
    judged = dropped(case(history(epochs=epochs, truth=probe(N))))
    assert judged.outcome is Outcome.VIOLATED
    assert f"of {N - WIDTH} samples" in judged.reason


def test_samples_with_partners_are_counted_by_the_input_that_the_labels_belong_to() -> None:
    rows = np.repeat(np.arange(N)[:, None] + 0.5, 3, axis=1).astype(np.float32)
    partners = shuffles(N, 1)[0]
    epoch = [
        describe(((rows[k : k + B], rows[partners[k : k + B]]), np.arange(k, min(k + B, N)))) for k in range(0, N, B)
    ]
    assert judge(case(history(epochs=[epoch] * 3, truth=probe(N)))).outcome is Outcome.HOLDS
    floor = history(epochs=[epoch[:-1]] * 3, overrun=[epoch[-1]], truth=probe(N))
    assert dropped(case(floor)).outcome is Outcome.VIOLATED
    # Of neighbours, the last has nobody after it and comes as a partner alone.
    assert dropped(case(history(epochs=[epoch[:-1]] * 3, truth=probe(N)))).outcome is Outcome.INCONCLUSIVE
    same = [describe((batch_x, (batch_x[0][:, 0] == batch_x[1][:, 0]) * 1.0)) for batch_x in
            [(rows[k : k + B], rows[partners[k : k + B]]) for k in range(0, N, B)]]  # fmt: skip
    assert judge(case(history(epochs=[same] * 3, truth=probe(N)))).outcome is Outcome.INCONCLUSIVE


def test_labels_that_are_classes_do_not_count_samples() -> None:
    ids = np.arange(N)
    x = np.repeat((ids[:, None] + 0.5) / 255, 3, axis=1).astype(np.float32)
    for y in ((ids > 10).astype(np.int64), ids % 10, ids + 1):
        assert (
            judge(case(history(epochs=[rows_in(range(N), B, x, y)] * 3, truth=probe(N)))).outcome
            is not Outcome.VIOLATED
        )


def test_the_array_that_is_held_shows_what_a_shuffle_leaves_out() -> None:
    epochs = [rows_in(order[:30], B) for order in shuffles(N, 3)]
    judged = judge(case(history(epochs=epochs, observations=[held("self.x", PICTURES[:N])])))
    assert judged.outcome is Outcome.VIOLATED
    assert judged.findings[0].evidence["who says so"] == "self.x, whose rows are those of x"


def test_reading_past_the_end_shows_what_a_short_length_leaves_out() -> None:
    empty = describe((PICTURES[:0], np.arange(0)))
    over = [rows_in(range(32, 36), B)[0], rows_in(range(36, 38), B)[0]]
    for seen in (held("self.x", PICTURES[:N]), indexes(N), listed("self.files", N)):
        run = history(epochs=[rows_in(range(32), B)] * 3, overrun=over, observations=[seen])
        assert judge(case(run)).outcome is Outcome.VIOLATED
        sound = history(epochs=[rows_in(range(32), B)] * 3, overrun=[empty, empty], observations=[seen])
        assert judge(case(sound)).outcome is Outcome.INCONCLUSIVE


def test_garbage_past_the_end_of_a_sound_buffer_is_no_sample() -> None:
    garbage = [describe((np.full((B, 4), value, np.float32), np.zeros(B, np.int64))) for value in (7, 8)]
    epochs = [rows_in(order, B) for order in shuffles(40, 3)]
    run = history(epochs=epochs, overrun=garbage, observations=[indexes(40), listed("self.ids", 40)])
    assert judge(case(run)).outcome is Outcome.HOLDS
    bare = history(epochs=epochs, overrun=garbage)
    judged = judge(case(bare))
    assert (judged.outcome, judged.declare) == (Outcome.INCONCLUSIVE, "num_samples = 40")


def test_a_split_that_holds_the_whole_data_is_sound() -> None:
    run = history(
        epochs=[rows_in(range(40, 50), B)] * 3, observations=[held("self.x", PICTURES), listed("self.files", 50)]
    )
    assert judge(case(run)).outcome is Outcome.INCONCLUSIVE
    named = history(
        epochs=[rows_in(range(40, 50), B)] * 3, observations=[held("self.x", PICTURES), listed("self.own", 10)]
    )
    assert judge(case(named)).outcome is Outcome.HOLDS


def test_rows_drawn_anew_in_every_epoch_are_not_lost() -> None:
    flipped = np.ascontiguousarray(PICTURES[:, ::-1])
    epochs = []
    for order in shuffles(N, 3):
        pick = np.array(order)[:, None] % 2 == len(epochs) % 2
        epochs.append(rows_in(order, B, np.where(pick, PICTURES[:N][:, :], flipped[:N]), np.arange(50) % 3))
    for seen in ([], [held("self.x", PICTURES[:N])], [indexes(N)]):
        assert judge(case(history(epochs=epochs, observations=seen))).outcome is not Outcome.VIOLATED


def test_inputs_paired_at_random_are_not_lost() -> None:
    epochs = []
    for order in shuffles(N, 3):
        pairs = [(place, order[place]) for place in range(N)]
        cut = [pairs[first : first + B] for first in range(0, N, B)]
        epochs.append(
            [describe(((PICTURES[[a for a, _ in some]], PICTURES[[b for _, b in some]]), None)) for some in cut]
        )
    assert judge(case(history(epochs=epochs, observations=[held("self.x", PICTURES)]))).outcome is Outcome.INCONCLUSIVE


def test_padded_batches_need_the_padding() -> None:
    epochs = [[describe(np.ones((B, width))) for width in (3, 5, 4)]] * 3
    judged = judge(case(history(epochs=epochs)))
    assert (judged.outcome, judged.declare) == (Outcome.INCONCLUSIVE, "padding = 0")


def test_others_in_their_place_are_their_own_fault() -> None:
    again = judge(case(history(epochs=[numbered_in([*range(30), *range(8)], B)] * 3, truth=probe(N))))
    assert (again.outcome, again.follows_from) == (Outcome.INCONCLUSIVE, "repeated-samples")


def test_the_declared_number_settles_it() -> None:
    run = history(epochs=[rows_in(range(30), B)] * 3)
    assert judge(case(run, contract={"num_samples": 30})).outcome is Outcome.HOLDS
    assert judge(case(run, contract={"num_samples": 38})).outcome is Outcome.VIOLATED
    made = history(epochs=[rows_in(range(30), B)] * 3, truth=known(38), observations=[listed("self.paths", 38)])
    assert judge(case(made)).outcome is Outcome.VIOLATED


def test_an_order_that_numbers_as_many_rows_as_came_hides_no_repeats() -> None:
    order = replace(listed("self.order", 20), permutation=True)
    overlapping = [rows_in(np.concatenate([np.arange(start, start + 4) for start in range(5)]), B)] * 3
    judged = judge(case(history(epochs=overlapping, observations=[order])))
    assert judged.outcome is Outcome.INCONCLUSIVE
    assert judged.reason.startswith("20 rows were delivered, 8 of them different: equal rows in the data, or some came")
    twins = np.arange(20) % 8  # rows that are equal come in other company each epoch: as often as they are in the data
    regrouped = [rows_in(twins[order_], B) for order_ in shuffles(20, 3)]
    assert judge(case(history(epochs=regrouped, observations=[order]))).outcome is Outcome.HOLDS
    apart = [rows_in(range(20), B)] * 3
    assert judge(case(history(epochs=apart, observations=[order]))).outcome is Outcome.HOLDS


def test_a_selection_or_a_broken_epoch_is_not_judged() -> None:
    chosen = history(epochs=[numbered_in(range(8), B)] * 3, truth=probe(N), indices=(0, 1), lengths=10)
    assert "--seqcheck-budget" in judge(case(chosen)).reason
    broken = history(epochs=[[*numbered_in(range(8), B), failure()]] * 3, truth=probe(N))
    assert judge(case(broken)).reason == "no epoch was read whole: batch 2 raised ValueError: broken"


def test_a_long_epoch_is_judged_like_a_short_one() -> None:
    run = history(epochs=[numbered_in(range(50_000), 500), numbered_in(range(49_000), 490)], truth=probe(50_000))
    assert judge(case(run)).findings[0].evidence["missing, by epoch"] == [0, 1000]


def test_a_factory_may_keep_a_part_of_its_samples_back() -> None:
    """A split, windows or pairs: the same rows in every epoch, and no more of them in the Sequence."""
    epochs = [rows_in(order, B) for order in shuffles(30, 3)]
    for seen in ([held("self.x", PICTURES[:30]), indexes(30)], [held("self.x", PICTURES), indexes(30)]):
        judged = judge(case(history(epochs=epochs, truth=known(50), observations=seen)))
        assert judged.outcome is Outcome.INCONCLUSIVE
        assert judged.declare == "num_samples = 30"
    beyond = history(epochs=epochs, truth=known(50), overrun=rows_in(range(30, 50), B), lengths=8)
    assert judge(case(beyond)).outcome is not Outcome.HOLDS


def test_a_parameter_named_train_chooses_a_part() -> None:
    run = history(epochs=[numbered_in(range(30), B)] * 2, truth=probe(N))
    assert judge(case(run, parameters=("x", "y", "batch_size", "train"))).outcome is Outcome.INCONCLUSIVE
    assert judge(case(run, parameters=("x", "y", "part"))).outcome is Outcome.INCONCLUSIVE
    assert judge(case(run, parameters=("x_train", "y_train", "batch_size"))).outcome is Outcome.VIOLATED


def test_samples_may_be_in_rows_that_are_blends() -> None:
    """Labels between those of the probe, as mixup makes them: which sample is missing cannot be told."""
    whole = [batch(np.full((2, 3), k + 0.5), np.array([k + 0.25, k + 1.0])) for k in range(0, N, 2)]
    blended = judge(case(history(epochs=[whole, whole], truth=probe(N))))
    assert blended.outcome is Outcome.INCONCLUSIVE
    mixed = [batch(np.full((2, 3), 0.8), np.array([0.4, 0.6]))]
    judged = judge(case(history(epochs=[[samples(0, 1)], mixed, mixed], truth=probe(2))))
    assert judged.outcome is Outcome.INCONCLUSIVE


def test_a_sample_that_comes_as_a_target_only_is_not_lost() -> None:
    """Each row with the one after it: the last row of the data is nobody's input."""
    rows = np.repeat(np.arange(N)[:, None] + 0.5, 3, axis=1).astype(np.float32)
    pairs = [batch(rows[k : k + B], rows[k + 1 : k + B + 1]) for k in range(0, N - 2, B)]
    judged = judge(case(history(epochs=[pairs] * 2, truth=probe(N - 1))))
    assert judged.outcome is not Outcome.VIOLATED
    orders = shuffles(N, 3)
    cut = [[batch(rows[order[k : k + B]], rows[order[k : k + B]]) for k in range(0, 20, B)] for order in orders]
    assert judge(case(history(epochs=cut, truth=probe(N)))).outcome is Outcome.VIOLATED
