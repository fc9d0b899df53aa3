"""mispaired-targets: pairs that are put wrong are shown; labels numbered otherwise, forecasts and changed x are not."""

from __future__ import annotations

import numpy as np
import pytest

from seqcheck.checks.mispaired_targets import judge
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Judgement, Outcome
from seqcheck.model.scenario import Truth
from tests.checks.epochs import CLASSES, PICTURES, held, numbered_in, probe, rows_in, shuffles
from tests.histories import at, batch, case, history

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


def test_rows_of_which_two_have_one_mean_are_not_read_by_their_rank() -> None:
    """As padded tokens of texts have: one of two words, among many of one."""
    tokens = np.zeros((11, 12), "float32")
    tokens[:, 0] = np.arange(2, 13)
    tokens[10, :2] = 3, 2
    judged = judge(
        case(history(epochs=[[batch(tokens[k : k + 1], np.array([k])) for k in range(11)]], truth=probe(11)))
    )
    assert judged.outcome is Outcome.INCONCLUSIVE, judged.reason


def test_fixed_epochs_with_the_same_rows_and_other_pairs() -> None:
    epochs = [apart(order, list(range(N)), PICTURES, CLASSES) for order in shuffles(N, 3)]
    judged = judge(case(history(epochs=epochs)))
    assert judged.outcome is Outcome.VIOLATED
    assert "though both epochs hold the same inputs and targets" in judged.reason


def test_fixed_epochs_in_other_orders_with_the_same_pairs() -> None:
    judged = judge(case(history(epochs=[rows_in(order, B) for order in shuffles(N, 3)])))
    assert judged.outcome is Outcome.HOLDS


@pytest.mark.parametrize("y", [CLASSES, PICTURES[:, ::-1]], ids=["classes", "pictures"])
def test_fixed_epochs_that_leave_the_rest_out_are_compared_in_what_they_share(y: object) -> None:
    cut = [order[: N - N % B] for order in shuffles(N, 3)]
    paired = judge(case(history(epochs=[apart(order, order, PICTURES, y) for order in cut])))
    assert paired.outcome is Outcome.HOLDS
    assert "rows or more that two of them share" in paired.reason
    left = judge(case(history(epochs=[apart(order, list(range(len(order))), PICTURES, y) for order in cut])))
    assert left.outcome is Outcome.VIOLATED
    assert left.reason.endswith("hold the same inputs and targets, but for those that each of them leaves out")


@pytest.mark.parametrize("cut", [N, N - N % B])
def test_pictures_of_two_domains_may_be_meant_to_meet_by_chance(cut: int) -> None:
    other = PICTURES[:, ::-1]
    orders = [order[:cut] for order in shuffles(N, 6)]
    meeting = [apart(*both, PICTURES, other) for both in zip(orders[::2], orders[1::2], strict=True)]
    judged = judge(case(history(epochs=meeting)))
    assert judged.outcome is Outcome.INCONCLUSIVE
    assert "come in two different orders in each epoch: shuffled apart, or not meant as pairs" in judged.reason
    classes = [apart(*both, PICTURES, CLASSES) for both in zip(orders[::2], orders[1::2], strict=True)]
    assert judge(case(history(epochs=classes))).outcome is Outcome.VIOLATED
    masks = [apart(*both, PICTURES, other[:, :2]) for both in zip(orders[::2], orders[1::2], strict=True)]
    assert judge(case(history(epochs=masks))).outcome is Outcome.VIOLATED
    left = [apart(order, list(range(cut)), PICTURES, other) for order in orders[::2]]
    assert judge(case(history(epochs=left))).outcome is Outcome.VIOLATED


@pytest.mark.parametrize("cut", [N, N - N % B])
def test_targets_that_number_the_rows_of_a_batch_are_no_samples(cut: int) -> None:
    places = np.arange(N) % B
    epochs = [apart(order[:cut], list(range(cut)), PICTURES, places) for order in shuffles(N, 3)]
    judged = judge(case(history(epochs=epochs)))
    assert judged.outcome is Outcome.INCONCLUSIVE
    assert judged.reason == "y is the same in every batch: it tells places in a batch apart, not samples"


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


def test_weights_of_classes_that_stay_in_one_order_are_those_of_other_samples() -> None:
    classes = np.random.default_rng(7).integers(0, 2, N)
    weights = np.where(classes, 1.7, 0.6).astype("float32")
    seen = [held("self.x", PICTURES[:N])]

    def judged(weight: np.ndarray, *shuffled: int) -> Judgement:
        epochs = parts(shuffles(N, 3), PICTURES[:N], classes, weight, shuffled=shuffled)
        return judge(case(history(epochs=epochs, observations=seen)))

    wrong = judged(weights, 0, 1)
    assert wrong.outcome is Outcome.VIOLATED
    assert "came with another weight" in wrong.reason
    assert judged(weights, 0, 1, 2).outcome is Outcome.HOLDS
    # What fills up the last batch weighs nothing; one of a whole batch, or of a row of each, may belong to its place.
    assert judged((np.arange(N) < N - 3).astype("float32"), 0, 1).outcome is Outcome.HOLDS
    assert judged((1 + np.arange(N) // B % 2).astype("float32"), 0, 1).outcome is Outcome.HOLDS
    assert judged((1 + np.arange(N) % B).astype("float32"), 0, 1).outcome is Outcome.HOLDS
    # Rows of two kinds, each shuffled by itself, keep theirs.
    halves = [
        [*order[order < N // 2].tolist(), *order[order >= N // 2].tolist()] for order in map(np.array, shuffles(N, 3))
    ]
    kinds = np.where(np.arange(N) < N // 2 + 1, 1.0, 0.3).astype("float32")
    apart = parts(halves, PICTURES[:N], classes, kinds, shuffled=(0, 1, 2))
    assert judge(case(history(epochs=apart, observations=seen))).outcome is Outcome.HOLDS


def test_weights_are_held_against_the_rows_of_a_probe_too() -> None:
    weights = np.linspace(1, 2, N).astype("float32")

    def judged(*shuffled: int) -> Judgement:
        return judge(case(history(epochs=parts(shuffles(N, 3), ROWS, IDS, weights, shuffled=shuffled), truth=probe(N))))

    assert "came with another weight" in judged(0, 1).reason
    assert judged(0, 1, 2).outcome is Outcome.HOLDS


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


def pictures(order: list[int]) -> np.ndarray:
    """Flat pictures as a probe has them: sample k at level k + 1, divided by 255."""
    return np.broadcast_to(((np.asarray(order) + 1) / 255)[:, None, None, None], (len(order), 4, 4, 1))


def masked(x_orders: list[list[int]], y_orders: list[list[int]]) -> Outcome:
    """What is said of epochs whose inputs and targets are both pictures."""
    epochs = [
        [describe((pictures(x[k : k + B]), pictures(y[k : k + B]))) for k in range(0, N, B)]
        for x, y in zip(x_orders, y_orders, strict=True)
    ]
    return judge(case(history(epochs=epochs, truth=probe(N)))).outcome


def test_masks_belong_to_their_pictures() -> None:
    orders, others = shuffles(N, 2), shuffles(N, 4)[2:]
    plain = list(range(N))
    assert masked(orders, orders) is Outcome.HOLDS
    assert masked(orders, [plain, plain]) is Outcome.VIOLATED
    assert masked([plain, plain], orders) is Outcome.VIOLATED
    within = [[one for k in range(0, N, B) for one in sorted(order[k : k + B])] for order in orders]
    assert masked(orders, within) is Outcome.VIOLATED
    # Pictures of two domains are shuffled apart on purpose, and always in another order than the data's.
    assert masked(orders, others) is Outcome.INCONCLUSIVE


def test_the_next_picture_may_be_what_is_forecast() -> None:
    plain = list(range(N - 1))
    epochs = [[describe((pictures(plain[k : k + B]), pictures([one + 1 for one in plain[k : k + B]])))
               for k in range(0, N - 1, B)]]  # fmt: skip
    assert judge(case(history(epochs=epochs, truth=probe(N)))).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("windows", [1, 2])
def test_a_window_or_two_are_no_single_samples_that_came_with_a_foreign_target(windows: int) -> None:
    """The mean of rows 0 to 7 of a probe is that of no sample, though 3.5 looks like sample 3."""
    series = np.repeat(np.arange(8 + windows, dtype=np.float32)[:, None], 3, axis=1)
    epoch = [describe((series[None, k : k + 8], np.array([k + 8]))) for k in range(windows)]
    assert judge(case(history(epochs=[epoch], truth=probe(8 + windows)))).outcome is not Outcome.VIOLATED


def test_a_forecast_from_one_row_alone_is_not_judged() -> None:
    judged = judge(case(history(epochs=[[describe((ROWS[:1], IDS[5:6]))]], truth=probe(6))))
    assert judged.outcome is Outcome.INCONCLUSIVE
    assert "5 samples later" in judged.reason


def test_a_partner_that_was_drawn_for_an_input_is_not_what_the_target_belongs_to() -> None:
    def epoch(labels: list[int], partners: list[int]) -> list[Batch]:
        cut = range(0, N, B)
        return [describe(((ROWS[k : k + B], ROWS[partners[k : k + B]]), np.array(labels[k : k + B]))) for k in cut]

    plain, partners = list(range(N)), shuffles(N, 1)[0]
    sound = judge(case(history(epochs=[epoch(plain, partners)], truth=probe(N))))
    assert sound.outcome is Outcome.INCONCLUSIVE
    assert "y belongs to x[0], and x[1] holds other samples" in sound.reason
    two = [describe(((ROWS[k : k + 1], ROWS[1 - k : 2 - k]), IDS[k : k + 1])) for k in range(2)]
    assert judge(case(history(epochs=[two], truth=probe(2)))).outcome is Outcome.INCONCLUSIVE
    wrong = history(epochs=[epoch(shuffles(N, 2)[1], partners)], truth=probe(N))
    assert judge(case(wrong)).outcome is Outcome.VIOLATED


def test_rows_of_a_probe_that_cannot_be_read_are_still_known_again() -> None:
    waves = np.sin(np.arange(50) / 8) * (100 * (IDS[:, None] + 1))
    orders = shuffles(N, 3)
    together = [apart(order, order, waves, np.eye(5)[IDS % 5]) for order in orders]
    assert judge(case(history(epochs=together, truth=probe(N)))).outcome is Outcome.INCONCLUSIVE
    left = [apart(order, list(range(N)), waves, np.eye(5)[IDS % 5]) for order in orders]
    judged = judge(case(history(epochs=left, truth=probe(N))))
    assert judged.outcome is Outcome.VIOLATED
    assert "came with another target in epoch" in judged.reason


def test_flat_rows_that_cannot_be_read_are_known_again_where_each_target_is_one_sample_s() -> None:
    bent = np.log1p(ROWS) % 0.7  # neither in the order of the data nor evenly spaced
    orders = shuffles(N, 3)
    together = [apart(order, order, bent, np.eye(N)[IDS]) for order in orders]
    assert judge(case(history(epochs=together, truth=probe(N)))).outcome is not Outcome.VIOLATED
    left = [apart(order, orders[0], bent, np.eye(N)[IDS]) for order in orders]
    judged = judge(case(history(epochs=left, truth=probe(N))))
    assert judged.outcome is Outcome.VIOLATED
    assert "came with another target in epoch" in judged.reason
    few = [apart(order, list(range(4)), bent, np.eye(4)) for order in shuffles(4, 3)]
    assert judge(case(history(epochs=few, truth=probe(4)))).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("truth", [probe(N), Truth()], ids=["probe", "owner"])
@pytest.mark.parametrize("width", [1, 3])
def test_inputs_that_stand_for_places_in_a_batch_belong_to_no_target(truth: Truth, width: int) -> None:
    """As latent codes that are the same for each batch."""
    codes = np.repeat(np.random.default_rng(0).normal(size=(B, width)), 3 // width, axis=1)
    cut = [[order[first : first + B] for first in range(0, N, B)] for order in shuffles(N, 3)]
    epochs = [[describe((codes[: len(rows)], np.eye(N)[rows])) for rows in batches] for batches in cut]
    assert judge(case(history(epochs=epochs, truth=truth))).outcome is Outcome.INCONCLUSIVE
    single = [[describe((ROWS**2 % 5, IDS[order]))] for order in shuffles(N, 3)]
    assert judge(case(history(epochs=single, truth=truth))).outcome is Outcome.VIOLATED


def test_how_a_flat_picture_was_turned_is_no_label_of_it() -> None:
    turned = [[1.0, 3.0], [3.0, 1.0]]
    epochs = [[describe((pictures([0, 1]) + 7, np.array(turns)))] for turns in turned]
    assert judge(case(history(epochs=epochs, truth=probe(2)))).outcome is Outcome.INCONCLUSIVE
