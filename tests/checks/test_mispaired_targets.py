"""mispaired-targets: pairs that are put wrong are shown; labels numbered otherwise, forecasts and changed x are not."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.checks.mispaired_targets import judge
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Outcome
from seqcheck.model.scenario import Truth
from tests.checks.epochs import CLASSES, PICTURES, held, numbered_in, probe, rows_in, shuffles
from tests.histories import at, case, history

N, B = 38, 4
IDS = np.arange(N)
ROWS = np.repeat(IDS[:, None] + 0.5, 3, axis=1).astype(np.float32)


def apart(x_order: list[int], y_order: list[int], x: object = ROWS, y: object = IDS) -> list[Batch]:
    """An epoch whose inputs come in one order and whose targets in another."""
    cut = range(0, len(x_order), B)
    return [describe((np.asarray(x)[x_order[k : k + B]], np.asarray(y)[y_order[k : k + B]])) for k in cut]


def test_a_probe_shows_the_row_and_both_samples() -> None:
    order = shuffles(N, 1)[0]
    judged = judge(case(history(epochs=[apart(order, list(range(N)))], truth=probe(N))))
    assert judged.outcome is Outcome.VIOLATED
    assert f"has sample {order[0]} in x and the target of sample 0 in y" in judged.reason


def test_two_targets_that_changed_places() -> None:
    swapped = [1, 0, *range(2, N)]
    judged = judge(case(history(epochs=[apart(list(range(N)), swapped)], truth=probe(N))))
    assert judged.findings[0].evidence["rows with another sample's target"] == 2


def test_scaled_inputs_are_read_by_their_rank() -> None:
    order = shuffles(N, 1)[0]
    assert judge(case(history(epochs=[apart(order, order, ROWS / 255)], truth=probe(N)))).outcome is Outcome.HOLDS
    wrong = history(epochs=[apart(order, list(range(N)), ROWS / 255)], truth=probe(N))
    assert judge(case(wrong)).outcome is Outcome.VIOLATED


@pytest.mark.parametrize(
    "y",
    [IDS, IDS + 1, IDS * 2.0, np.eye(N)[IDS], IDS % 10, (IDS > 4).astype(int), np.argsort(sorted(range(N), key=str))],
    ids=["plain", "shifted", "scaled", "one-hot", "classes", "binary", "spelled"],
)
@pytest.mark.parametrize(
    "x", [ROWS, ROWS / 255, np.sin(ROWS), ROWS - ROWS.mean()], ids=["raw", "scaled", "sine", "centred"]
)
def test_sound_pairs_are_left_alone(x: object, y: object) -> None:
    epochs = [apart(order, order, x, y) for order in [list(range(N)), *shuffles(N, 2)]]
    assert judge(case(history(epochs=epochs, truth=probe(N)))).outcome is not Outcome.VIOLATED


def test_a_forecast_is_not_judged() -> None:
    judged = judge(case(history(epochs=[apart(list(range(N - 3)), list(range(3, N)))], truth=probe(N))))
    assert judged.outcome is Outcome.INCONCLUSIVE
    assert "3 samples later" in judged.reason


def test_fixed_epochs_with_the_same_rows_and_other_pairs() -> None:
    epochs = [apart(order, list(range(N)), PICTURES, CLASSES) for order in shuffles(N, 3)]
    judged = judge(case(history(epochs=epochs)))
    assert judged.outcome is Outcome.VIOLATED
    assert "though both epochs hold the same inputs and targets" in judged.reason


def test_fixed_epochs_in_other_orders_with_the_same_pairs() -> None:
    judged = judge(case(history(epochs=[rows_in(order, B) for order in shuffles(N, 3)])))
    assert judged.outcome is Outcome.HOLDS


def test_held_arrays_say_it_where_every_epoch_is_alike() -> None:
    targets = np.random.default_rng(5).normal(size=50)
    seen = [held("self.x", PICTURES), held("self.y", targets)]
    order = shuffles(50, 1)[0]
    plain = list(range(50))
    wrong = history(epochs=[apart(order, plain, PICTURES, targets)] * 3, observations=seen)
    assert judge(case(wrong)).outcome is Outcome.VIOLATED
    right = history(epochs=[apart(order, order, PICTURES, targets)] * 3, observations=seen)
    assert judge(case(right)).outcome is Outcome.HOLDS
    forecast = history(epochs=[apart(plain[:-2], plain[2:], PICTURES, targets)] * 3, observations=seen)
    assert judge(case(forecast)).outcome is Outcome.INCONCLUSIVE


def test_classes_of_another_array_prove_nothing() -> None:
    seen = [held("self.x", PICTURES), held("self.kind", np.arange(50) % 2)]
    run = history(
        epochs=[apart(list(range(50)), list(range(50)), PICTURES, 1 - np.arange(50) % 2)] * 3, observations=seen
    )
    assert judge(case(run)).outcome is Outcome.INCONCLUSIVE


def test_nothing_to_pair_and_nothing_to_go_by() -> None:
    alone = history(epochs=[[describe(PICTURES[:B])]])
    assert judge(case(alone)).outcome is Outcome.NOT_APPLICABLE
    assert judge(case(history(epochs=[rows_in(range(N), B)] * 3))).outcome is Outcome.INCONCLUSIVE
    augmented = case(history(epochs=[numbered_in(range(N), B)], truth=probe(N)), contract={"augments": True})
    assert judge(augmented).outcome is Outcome.INCONCLUSIVE


def test_an_order_that_is_given_away_as_ids_says_nothing_of_the_pairs() -> None:
    """x[order] beside the numbers of the rows, the same order in every epoch: read from end to end, and sound."""
    order = np.array(shuffles(50, 1)[0])
    seen = [held("self.x", PICTURES), held("self.order", order)]
    run = history(epochs=[apart(list(order), list(range(50)), PICTURES, order)] * 3, observations=seen)
    assert judge(case(run)).outcome is not Outcome.VIOLATED
    ids = [held("self.x", PICTURES), held("self.ids", np.arange(50))]
    wrong = history(epochs=[apart(list(order), list(range(50)), PICTURES, np.arange(50))] * 3, observations=ids)
    assert judge(case(wrong)).outcome is Outcome.VIOLATED


def parts(orders: list[list[int]], *arrays: np.ndarray, shuffled: tuple[int, ...]) -> list[list[Batch]]:
    """Epochs of (x, y, weight), of which the parts numbered in `shuffled` follow the order and the others do not."""
    cut = range(0, N, B)
    plain = list(range(N))
    return [
        [
            describe(tuple(one[(order if at in shuffled else plain)[k : k + B]] for at, one in enumerate(arrays)))
            for k in cut
        ]
        for order in orders
    ]


def test_weights_of_their_own_stay_with_their_samples() -> None:
    weights = np.random.default_rng(3).uniform(size=50)
    arrays = (PICTURES[:N], CLASSES[:N], weights[:N])
    seen = [held("self.x", PICTURES[:N]), held("self.y", IDS)]
    wrong = judge(case(history(epochs=parts(shuffles(N, 3), *arrays, shuffled=(0, 1)), observations=seen)))
    assert wrong.outcome is Outcome.VIOLATED
    assert "came with another weight" in wrong.reason
    together = parts(shuffles(N, 3), *arrays, shuffled=(0, 1, 2))
    assert judge(case(history(epochs=together, observations=seen))).outcome is Outcome.HOLDS
    dropped = (weights[:N] < 0.5).astype(float)
    masks = parts(shuffles(N, 3), PICTURES[:N], CLASSES[:N], dropped, shuffled=(0, 1))
    assert judge(case(history(epochs=masks, observations=seen))).outcome is Outcome.HOLDS


def test_each_target_is_held_against_the_inputs() -> None:
    def epochs(second: bool) -> list[list[Batch]]:
        return [
            [
                describe((PICTURES[rows], (IDS[rows], (IDS * 7 % N)[rows if second else plain])))
                for k in range(0, N, B)
                for rows, plain in [(order[k : k + B], list(range(N))[k : k + B])]
            ]
            for order in shuffles(N, 3)
        ]

    assert judge(case(history(epochs=epochs(True)))).outcome is Outcome.HOLDS
    assert judge(case(history(epochs=epochs(False)))).outcome is Outcome.VIOLATED


def test_inputs_that_are_combined_anew_are_pairs_or_a_fault_and_not_green() -> None:
    others = np.random.default_rng(4).normal(size=(N, 2))
    epochs = [
        [
            describe(({"a": PICTURES[order[k : k + B]], "b": others[k : k + B]}, IDS[order[k : k + B]]))
            for k in range(0, N, B)
        ]
        for order in shuffles(N, 3)
    ]
    seen = [held("self.x", PICTURES[:N]), held("self.y", IDS)]
    judged = judge(case(history(epochs=epochs, observations=seen)))
    assert judged.outcome is Outcome.INCONCLUSIVE
    assert "come with other rows of" in judged.reason


def test_file_numbers_that_name_the_rows_say_nothing_of_the_pairs() -> None:
    """y gives the numbers of the files, in the order in which they are read; x lies in the order of the numbers."""
    order = shuffles(50, 1)[0]
    numbers = np.array(order) * 3 + 100
    seen = [held("self.x", PICTURES), held("self.files", numbers)]
    run = history(epochs=[apart(order, list(range(50)), PICTURES, numbers)] * 3, observations=seen)
    assert judge(case(run)).outcome is not Outcome.VIOLATED


def by_place(y: object, size: int = B) -> Outcome:
    """Of three epochs in which the targets are the first of `y` in every batch."""
    cut = [order[k : k + size] for order in shuffles(N, 3) for k in range(0, N // size * size, size)]
    batches = [describe((ROWS[rows], np.asarray(y)[: len(rows)])) for rows in cut]
    each = len(batches) // 3
    epochs = [batches[k * each : (k + 1) * each] for k in range(3)]
    return judge(case(history(epochs=epochs, truth=probe(N)))).outcome


def test_one_hot_targets_of_the_place_in_the_batch_are_wrong_and_plain_numbers_may_be_meant() -> None:
    assert by_place(np.eye(N)) is Outcome.VIOLATED
    assert by_place(IDS) is Outcome.INCONCLUSIVE
    assert by_place(np.eye(B)) is not Outcome.VIOLATED


CLASSES_MADE = Truth(num_samples=N, num_samples_source="probe", encoded=True, made_up=True, classes=10)


def test_classes_of_made_up_data_are_held_against_their_samples() -> None:
    orders = [order[: N // B * B] for order in shuffles(N, 3)]
    epochs = [apart(order, order, ROWS, IDS % 10) for order in orders]
    judged = judge(case(history(epochs=epochs, truth=CLASSES_MADE)))
    assert (judged.outcome, judged.reason) == (
        Outcome.HOLDS,
        "108 rows of x against y: the class of the same sample in each",
    )
    hot = [apart(order, order, (ROWS + 0.5) / 255, np.eye(10, dtype="float32")[IDS % 10]) for order in orders]
    assert judge(case(history(epochs=hot, truth=CLASSES_MADE))).outcome is Outcome.HOLDS
    fixed = [apart(order, list(range(N)), ROWS, IDS % 10) for order in shuffles(N, 2)]
    wrong = judge(case(history(epochs=fixed, truth=CLASSES_MADE)))
    assert wrong.outcome is Outcome.VIOLATED
    number = shuffles(N, 1)[0][0]
    words = f"row 0 of batch 0 in epoch 0 has sample {number} in x, which is of class {number % 10}, and class 0 in y"
    assert wrong.reason.startswith(words)


def test_the_class_of_a_neighbour_is_no_green() -> None:
    epochs = [apart(order, order, ROWS, (IDS + 1) % 10) for order in shuffles(N, 3)]
    judged = judge(case(history(epochs=epochs, truth=CLASSES_MADE)))
    assert judged.outcome is Outcome.INCONCLUSIVE
    assert "that of a neighbour" in judged.reason


def test_a_partner_has_a_class_of_its_own() -> None:
    partner = np.random.default_rng(5).permutation(N)
    batches = [describe(((ROWS[k : k + B], ROWS[partner[k : k + B]]), (IDS % 10)[k : k + B])) for k in range(0, N, B)]
    assert judge(case(history(epochs=[batches], truth=CLASSES_MADE))).outcome is Outcome.HOLDS


def test_classes_that_are_drawn_are_not_held_against_samples() -> None:
    drawn = np.random.default_rng(6).permutation(IDS % 10)
    epochs = [apart(list(range(N)), list(range(N)), ROWS, drawn)]
    first, again = (
        [at(index, describe((ROWS[:B], np.roll(IDS[:B], turn) % 10))) for index in range(1) for turn in turns]
        for turns in ((0, 0), (0, 1))
    )
    looked = history("reading", passes={"twice": [first], "plain-twice": [again]})
    assert judge(case(looked, history(epochs=epochs, truth=CLASSES_MADE))).outcome is Outcome.INCONCLUSIVE
