"""Which leaves may be compared, and what counts as another sample."""

from __future__ import annotations

import numpy as np

from seqcheck.model.comparison import (
    comparable_leaves,
    compare,
    drawing_leaves,
    isolated_leaves,
    moves_by_itself,
    places_of,
    settled_leaves,
    tells_samples,
)
from seqcheck.model.observation import Twins
from tests.drawn import drawing_reading, noisy, noisy_pass, sound_reading
from tests.histories import batch, case, history, numbered_pass, samples

PASS = dict(enumerate(numbered_pass(12, 4)))
BOTH = frozenset({"x", "y"})


def test_every_leaf_of_a_sound_sequence_may_be_compared() -> None:
    assert comparable_leaves(case(sound_reading()), "threads") == BOTH
    assert comparable_leaves(case(sound_reading()), "fork") == BOTH


def test_drawn_content_is_compared_only_under_isolated_streams() -> None:
    known = case(drawing_reading())
    assert (settled_leaves(known), isolated_leaves(known)) == ({"y"}, BOTH)


def test_what_no_seed_controls_is_never_compared() -> None:
    assert isolated_leaves(case(drawing_reading(controlled=False))) == {"y"}


def test_nothing_is_known_without_the_reading_experiment() -> None:
    assert settled_leaves(case()) is None
    assert isolated_leaves(case()) is None


def test_a_leaf_that_another_seed_changes_is_drawn_though_it_looked_alike_twice() -> None:
    seen = history("twins", lengths=3, observations=(Twins("x", (b"a",), (b"a",), (b"b",)),))
    assert drawing_leaves(case(seen)) == {"x"}
    assert settled_leaves(case(sound_reading(), seen)) == {"y"}


def test_rows_of_another_batch_are_other_samples() -> None:
    found = compare(0, PASS[0], PASS[1], BOTH, places_of(PASS))
    assert found is not None
    assert (found.kind, found.rows) == ("samples", (0, 1, 2, 3))


def test_another_order_within_a_batch_is_content() -> None:
    found = compare(0, PASS[0], samples(1, 0, 2, 3), BOTH, places_of(PASS))
    assert found is not None
    assert found.kind == "content"
    assert compare(0, PASS[0], samples(1, 0, 2, 3), frozenset(), places_of(PASS)) is None


def test_one_row_that_equals_another_is_chance() -> None:
    assert compare(0, PASS[0], samples(0, 1, 2, 7), frozenset(), places_of(PASS)) is None


def test_noise_in_an_excluded_leaf_is_no_difference() -> None:
    expected = dict(enumerate(noisy_pass(1)))
    assert compare(0, expected[0], noisy(0, 4, 2), frozenset({"y"}), places_of(expected)) is None


def test_a_state_that_gives_other_samples_by_itself_blames_nobody() -> None:
    forward, again = numbered_pass(12, 4), numbered_pass(12, 4)[::-1]
    run = history("reading", passes={"forward": [forward], "forward-again": [again], "plain-twice": [forward]})
    assert moves_by_itself(case(run), isolated=True)
    assert not moves_by_itself(case(sound_reading()), isolated=True)


def test_labels_that_repeat_do_not_tell_samples() -> None:
    repeated = {0: samples(1, 1), 1: samples(1, 2)}
    assert tells_samples(PASS, frozenset({"y"}))
    assert not tells_samples(repeated, BOTH)


def test_rows_of_weight_0_are_no_samples_and_may_hold_anything() -> None:
    weight = np.array([1.0, 1.0, 0.0])
    one, other = (batch([1.0, 2.0, rest], np.arange(3), weight) for rest in (7.0, 8.0))
    assert compare(0, one, other, None) is None
    assert compare(0, batch([1.0, 5.0, 7.0], np.arange(3), weight), other, None) is not None
