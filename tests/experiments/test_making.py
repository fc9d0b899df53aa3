"""What an instance does to its arguments and to the generators of the process while it is made and used."""

from __future__ import annotations

import pytest

from seqcheck.engines.loop import LEGACY
from seqcheck.model.observation import Anatomy, Making, Mutation, Reseeding, Signature
from tests.runs import Bench

PATHS = ["c", "a", "b", "e", "d"] * 8


@pytest.mark.parametrize(
    ("how", "stage", "change", "code"),
    [
        ("sorts when made", "construction", "order", "paths.sort()"),
        ("empties when read", "reading", "length", "self.paths.pop()"),
        ("turns at the end", "on_epoch_end()", "order", "self.paths.reverse()"),
    ],
)
def test_a_changed_argument_is_told_with_its_stage_and_line(
    bench: Bench, how: str, stage: str, change: str, code: str
) -> None:
    (seen,) = bench.history("Configured", "making", {"paths": PATHS, "how": how}).observed(Mutation)
    assert (seen.name, seen.type_name, seen.stage, seen.change) == ("paths", "list", stage, change)
    assert seen.spot is not None
    assert (seen.spot[0].rpartition("/")[2], seen.spot[3]) == ("specimens.py", code)


@pytest.mark.parametrize(
    ("how", "generator", "stage", "code"),
    [
        ("seeds when made", "NumPy", "construction", "np.random.seed(7)"),
        ("seeds when read", "Python", "reading", "random.seed(index)"),
    ],
)
def test_a_seeded_generator_is_told_with_its_stage_and_line(
    bench: Bench, how: str, generator: str, stage: str, code: str
) -> None:
    seen = bench.history("Configured", "making", {"how": how}).observed(Reseeding)
    assert {(item.generator, item.stage) for item in seen} == {(generator, stage)}
    assert all(item.spot is not None and item.spot[3] == code for item in seen)
    assert [item.index for item in seen] == ([None] if stage == "construction" else [0, 1, 6])


@pytest.mark.parametrize("how", ["", "seeds from the clock", "puts back", "always shuffles"])
def test_draws_the_clock_and_what_is_put_back_are_no_seeding(bench: Bench, how: str) -> None:
    history = bench.history("Configured", "making", {"paths": PATHS, "how": how})
    assert history.observed(Reseeding) == ()
    assert history.observed(Mutation) == ()
    (made,) = history.observed(Making)
    assert made == Making(("construction", "len()", "on_epoch_end()", "reading"), 7, ("paths",))


def test_legacy_engines_call_no_hook_before_the_reads(bench: Bench) -> None:
    history = bench.history("Configured", "making", {"paths": PATHS}, protocol=LEGACY)
    assert history.observed(Making)[0].stages == ("construction", "len()", "reading", "on_epoch_end()")
    (shape,) = history.observed(Anatomy)
    assert (shape.base, shape.left, shape.missing) == ("", (), ())
    assert history.observed(Signature)[0].parameters == ("paths", "how", "batch_size", "shuffle")


def test_an_instance_that_dies_in_a_read_leaves_nothing_said(bench: Bench) -> None:
    history = bench.history("Trap", "making", {"how": "ends"})
    assert history.observed(Making) == ()
    assert any("did not come to its end" in note.text for note in history.notes)
