"""A batch is right where some serial order gives it; what nobody can repeat is not compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from seqcheck.schedule.oracle import Sketch, reference, serial_orders, sketch
from seqcheck.schedule.outcome import Outcome
from seqcheck.schedule.text import Schedule


def outcome(*values: Any, trouble: str = "") -> Outcome:
    results = tuple(
        ("raised", value) if isinstance(value, BaseException) else ("returned", sketch(value)) for value in values
    )
    return Outcome(results, Schedule(0), (0,) * len(values), trouble)


ONE, TWO, OTHER = np.arange(3), np.arange(3) + 1.0, np.zeros(3)


@pytest.mark.parametrize(
    ("value", "other"),
    [
        (ONE, ONE + 1),
        (ONE, ONE.astype("float32")),
        (ONE, ONE.reshape(1, 3)),
        ((ONE, TWO), (TWO, ONE)),
        ({"a": ONE}, {"b": ONE}),
        ([1, 2], [1, 3]),
        ("a", "b"),
        (None, ONE),
        (np.array(["x", None], dtype=object), np.array(["y", None], dtype=object)),
    ],
)
def test_sketches_tell_batches_apart_and_know_equal_ones(value: Any, other: Any) -> None:
    assert sketch(value) != sketch(other)
    again = value.copy() if isinstance(value, np.ndarray) else value
    assert sketch(value) == sketch(again)


def test_a_sketch_is_of_the_moment() -> None:
    buffer = np.zeros(3)
    before = sketch(buffer)
    buffer[:] = 1
    assert sketch(buffer) != before


def test_every_order_of_the_reads_is_right_and_nothing_else() -> None:
    first, second = outcome(ONE, TWO), outcome(TWO, ONE)
    known = reference({(0, 1): (first, first), (1, 0): (second, second)})
    assert known.explains(first)
    assert known.explains(second)
    assert not known.explains(outcome(ONE, ONE))
    assert not known.explains(outcome(ONE, ValueError("torn")))
    assert not known.deterministic
    assert known.differing(outcome(ONE, OTHER)) == (1, (0, 1))


def test_an_exception_is_known_by_its_type() -> None:
    first = outcome(ONE, IndexError("no 9"))
    known = reference({(0, 1): (first, first)})
    assert known.failing
    assert known.explains(outcome(ONE, IndexError("no 10")))
    assert not known.explains(outcome(ONE, KeyError("no 9")))


def test_the_batches_of_one_thread_are_one_result() -> None:
    def both(*values: Any) -> Outcome:
        one, other = (tuple(map(sketch, pair)) for pair in values)
        return Outcome((("returned", one), ("returned", other)), Schedule(0), (0, 0))

    right = both((ONE, TWO), (TWO, ONE))
    known = reference({(0, 0, 1, 1): (right, right)})
    assert known.explains(right)
    assert not known.explains(both((ONE, OTHER), (TWO, ONE)))
    assert not known.explains(both((TWO, ONE), (TWO, ONE)))


def test_leaves_that_change_by_themselves_are_left_out() -> None:
    known = reference({(0, 1): (outcome((ONE, TWO), ONE), outcome((ONE, OTHER), ONE))})
    assert known.unsteady == {1}
    assert known.explains(outcome((ONE, ONE), ONE))
    assert not known.explains(outcome((TWO, TWO), ONE))
    assert not known.blind
    assert reference({(0, 1): (outcome(ONE, ONE), outcome(TWO, TWO))}).blind


def test_without_serial_runs_that_end_there_is_no_reference() -> None:
    dead = outcome(ONE, ONE, trouble="deadlock")
    assert reference({(0, 1): (dead, dead)}).trouble == "deadlock"
    assert reference({(0, 1): (outcome(ONE, ONE), outcome((ONE,), ONE))}).trouble == "unsteady"


def test_orders() -> None:
    assert serial_orders(2) == [(0, 1), (1, 0)]
    assert len(serial_orders(3)) == 6
    assert sorted(serial_orders(2, 2)) == [
        (0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 1, 0), (1, 0, 0, 1), (1, 0, 1, 0), (1, 1, 0, 0),
    ]  # fmt: skip
    assert sketch(3) == Sketch(*[getattr(sketch(3), name) for name in ("structure", "leaves")])


def test_rows_of_weight_0_may_hold_anything() -> None:
    def batch(filler: float, sample: float = 1.0) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
        return np.array([sample, filler]), {"y": np.array([[0.0], [filler]])}, np.array([1.0, 0.0])

    assert sketch(batch(7.0)) == sketch(batch(-3.0))
    assert sketch(batch(7.0)) != sketch(batch(7.0, sample=2.0))


@pytest.mark.parametrize(
    "third",
    [
        np.array([None, np.ones(2)], dtype=object),
        np.zeros(2, [("a", "f4")]),
        np.array(["a", "b"]).view(np.char.chararray),
    ],
    ids=["objects", "records", "words"],
)
def test_a_third_part_that_is_no_numbers_weighs_nothing(third: Any) -> None:
    assert sketch((ONE[:2], TWO[:2], third)) == sketch((ONE[:2], TWO[:2], third))
    assert sketch((ONE[:2], TWO[:2], third)) != sketch((ONE[1:], TWO[:2], third))
