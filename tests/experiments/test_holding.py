"""Batches held while later ones are read: what changes is found, with the line; what stays as it is, is left alone."""

from __future__ import annotations

import pytest

from seqcheck.experiments.holding import HELD, arrays_in
from seqcheck.model.batch import describe
from seqcheck.model.history import History
from seqcheck.model.observation import Exposed, Held, Overwritten
from tests.runs import SHORT, Bench


def overwritten(history: History) -> list[Overwritten]:
    return list(history.observed(Overwritten))


@pytest.mark.parametrize(("slots", "after"), [(1, 1), (2, 2), (HELD - 1, HELD - 1)])
def test_a_ring_of_too_few_buffers_is_found_with_the_line_that_overwrites(bench: Bench, slots: int, after: int) -> None:
    (seen,) = overwritten(bench.history("Ring", "holding", {"slots": slots}))
    assert (seen.index, seen.by, seen.after, seen.paths) == (0, slots, after, ("x",))
    assert seen.spot is not None
    assert seen.spot[2:] == ("__getitem__", "buffer[: len(x)] = x")


def test_a_ring_as_large_as_what_keras_holds_is_sound(bench: Bench) -> None:
    history = bench.history("Ring", "holding", {"slots": HELD})
    assert overwritten(history) == []
    (held,) = history.observed(Held)
    assert (held.batches, held.reads) == (HELD, 30)


def test_a_container_that_all_batches_share_is_found(bench: Bench) -> None:
    (seen,) = overwritten(bench.history("SharedDict", "holding"))
    assert (seen.index, seen.by) == (0, 1)
    assert seen.spot is None  # no array was written into


@pytest.mark.parametrize("how", ["views", "frozen", "kept", "copies"])
def test_views_and_caches_stay_as_they_are(bench: Bench, how: str) -> None:
    history = bench.history("Views", "holding", {"how": how})
    assert overwritten(history) == []
    exposed = {(seen.path, seen.holders) for seen in history.observed(Exposed)}
    assert (
        exposed
        == {
            "views": {("x", ("self.x",))},
            "kept": {("x", ("self.cache[12]",))},
            "frozen": set(),
            "copies": set(),
        }[how]
    )


@pytest.mark.parametrize("name", ["Rows", "Noisy", "Lazy", "Cumulative"])
def test_whatever_a_read_draws_or_counts_a_batch_of_its_own_is_sound(bench: Bench, name: str) -> None:
    history = bench.history(name, "holding")
    assert overwritten(history) == []
    assert history.observed(Held)
    assert not history.observed(Exposed)


def test_reads_that_fail_or_hang_end_in_no_claim(bench: Bench) -> None:
    assert not overwritten(bench.history("Trap", "holding", {"how": "raises"}))
    hung = bench.history("Trap", "holding", {"how": "sleeps"}, silence=SHORT)
    assert not hung.observed(Held)
    assert [note.text for note in hung.notes if note.kind == "skipped"] == [
        "held did not come to its end in a fork: hung"
    ]
    assert not bench.history("Rows", "holding", {"count": 0}).reads


def test_arrays_are_named_as_the_description_of_a_batch_names_them() -> None:
    import numpy as np

    one = np.zeros(2)
    for value in ((one, one), {"a": one, "b": (one, one)}, ({"a": one}, [one, one]), one, (one, one, one, one)):
        assert [path for path, _ in arrays_in(value)] == [leaf.path for leaf in describe(value).leaves]
