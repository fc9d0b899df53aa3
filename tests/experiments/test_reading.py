"""Forks of one pristine state read alike, in another order and twice: what then differs is the Sequence's doing."""

from __future__ import annotations

from seqcheck.experiments.reading import FEWEST_FOR_TWICE
from seqcheck.model.scenario import Scenario
from tests.runs import SHORT, Bench

PASSES = ["forward", "forward-again", "backward", "twice", "plain-twice"]


def contents(bench: Bench, name: str) -> dict[str, list[tuple[int, bytes]]]:
    history = bench.history(name, "reading")
    return {
        purpose: [(read.index, read.batch.digest) for read in history.passes(purpose)[0] if read.batch is not None]
        for purpose in PASSES
    }


def test_a_sound_sequence_reads_the_same_in_every_order(bench: Bench) -> None:
    read = contents(bench, "Rows")
    assert [index for index, _ in read["forward"]] == [0, 1, 2, 3, 4, 5]
    assert [index for index, _ in read["backward"]] == [5, 4, 3, 2, 1, 0]
    assert [index for index, _ in read["twice"]] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert read["forward"] == read["forward-again"]
    assert all(sorted(set(read[purpose])) == sorted(read["forward"]) for purpose in PASSES)


def test_isolation_makes_draws_a_function_of_the_index(bench: Bench) -> None:
    read = contents(bench, "Noisy")
    assert read["forward"] == read["forward-again"]
    assert sorted(set(read["twice"])) == sorted(read["forward"])
    assert len(set(read["plain-twice"])) == 12


def test_a_sequence_that_ignores_its_index_shows_in_the_order(bench: Bench) -> None:
    read = contents(bench, "Cumulative")
    assert read["forward"] == read["forward-again"]
    assert sorted(read["backward"]) != sorted(read["forward"])
    assert read["plain-twice"] == read["twice"]


def test_every_pass_begins_where_the_driver_stood(bench: Bench) -> None:
    history = bench.history("Tells", "reading")
    processes = [{read.process for read in history.passes(purpose)[0]} for purpose in PASSES]
    assert all(len(of_pass) == 1 for of_pass in processes)
    assert len(set.union(*processes)) == 5
    assert [(hook.epoch, hook.name) for hook in history.hooks] == [(-1, "on_epoch_end")]


def test_a_long_sequence_is_doubled_at_its_ends_alone(bench: Bench) -> None:
    history = bench.history("Rows", "reading", {"count": 2 * FEWEST_FOR_TWICE, "size": 1})
    assert len(history.passes("forward")[0]) == 128
    twice = [read.index for read in history.passes("twice")[0]]
    assert len(twice) == 128
    assert set(twice) == {*range(32), *range(96, 128)}


def test_a_pass_that_hangs_leaves_one_without_isolation_and_says_so(bench: Bench) -> None:
    history = bench.history("Trap", Scenario("reading"), {"how": "sleeps"}, silence=SHORT)
    assert history.ending == "finished"
    assert [note.text for note in history.notes if note.kind == "skipped"] == [
        "forward did not come to its end in a fork: hung",
        "plain-twice did not come to its end in a fork: hung",
    ]
    assert [begun.index for begun in history.unfinished] == [3, 3]
    assert "forward-again" not in {read.purpose for read in history.reads}


def test_a_pass_that_dies_says_of_what(bench: Bench) -> None:
    history = bench.history("Trap", "reading", {"how": "segfaults"})
    assert history.notes[0].text == "forward did not come to its end in a fork: SIGSEGV"


def test_what_has_no_length_or_a_broken_hook_is_not_read(bench: Bench) -> None:
    assert bench.history("Length", "reading", {"length": 1.5}).reads == ()
    assert bench.history("BadHook", "reading", {"at": 1}).reads == ()
    assert bench.history("Unbuildable", "reading").ending == "not-built"


def test_what_only_isolated_streams_make_hang_is_read_without_them(bench: Bench) -> None:
    history = bench.history("Undecided", Scenario("reading"), silence=SHORT)
    assert [note.text for note in history.notes if note.kind == "skipped"] == [
        "forward did not come to its end in a fork: hung"
    ]
    assert len(history.passes("plain-twice")[0]) == 12
    assert history.timeouts == ()
