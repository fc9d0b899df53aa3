"""Two forks of one state and a third that was reseeded: whose draws are the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seqcheck.experiments.twins import FEWEST_READS, MOST_READS, pair
from seqcheck.model.observation import Twins
from tests.runs import Bench


def twins(bench: Bench, name: str, **arguments: int) -> dict[str, Twins]:
    return {found.path: found for found in pair(bench.history(name, "twins", arguments)) if found.way == "fork"}


def test_forks_repeat_numpy_s_draws_but_not_python_s(bench: Bench) -> None:
    assert (found := twins(bench, "GlobalNoise")["x"]).first == found.second
    assert found.first != found.reseeded
    # Python reseeds its own generator in a forked child: workers do not repeat these.
    assert (found := twins(bench, "Noisy")["x"]).first != found.second


def test_python_s_own_generator_hides_no_copies_of_the_others(bench: Bench) -> None:
    levelled = {
        name: {found.path: found for found in pair(bench.history(name, "twins")) if found.way == "levelled"}
        for name in ("Noisy", "PythonNoise", "GlobalNoise", "Rows")
    }
    mixed, python = levelled["Noisy"]["x"], levelled["PythonNoise"]["x"]
    assert mixed.first == mixed.second != mixed.reseeded
    assert python.first == python.second == python.reseeded  # what is drawn from that one alone is nobody's copy
    assert levelled["GlobalNoise"] == levelled["Rows"] == {}  # forks that read alike are not asked again


def test_what_is_not_drawn_is_the_same_in_all_three(bench: Bench) -> None:
    found = twins(bench, "Rows")["x"]
    assert found.first == found.second == found.reseeded


def test_a_short_sequence_is_read_often_and_a_long_one_in_part(bench: Bench) -> None:
    assert len(bench.history("Rows", "twins", {"count": 3}).passes("first")[0]) >= FEWEST_READS
    assert len(bench.history("Rows", "twins", {"count": 300}).passes("first")[0]) == MOST_READS


def test_nothing_is_said_where_a_pass_is_missing(bench: Bench) -> None:
    assert pair(bench.history("Trap", "twins", {"how": "ends"})) == ()
    assert pair(bench.history("Rows", "twins", {"count": 0})) == ()
    history = bench.history("Rows", "twins")
    assert pair(replace(history, reads=tuple(read for read in history.reads if read.purpose != "second"))) == ()
    blank = tuple(replace(read, batch=None) if read.purpose == "second" else read for read in history.reads)
    assert pair(replace(history, reads=blank)) == ()


@pytest.mark.parametrize(
    ("how", "clones"),
    [
        ("kept", True),
        ("global", False),
        ("module", False),
        ("class", False),
        ("dropped", False),
        ("each worker", False),
    ],
)
def test_copies_of_one_pickle_share_what_travelled_with_them_and_nothing_else(
    bench: Bench, how: str, clones: bool
) -> None:
    found = {one.path: one for one in pair(bench.history("Draws", "twins", {"how": how})) if one.way == "spawn"}["x"]
    assert (found.first == found.second) is clones
    assert found.first != found.reseeded


def test_forks_of_workers_with_a_number_of_their_own_draw_apart(bench: Bench) -> None:
    found = pair(bench.history("Draws", "twins", {"how": "each worker"}))[0]
    assert (found.way, found.first == found.second) == ("fork", False)


def test_nothing_is_sent_where_nothing_is_drawn(bench: Bench) -> None:
    assert {read.purpose for read in bench.history("Rows", "twins").reads} == {"first", "second", "reseeded"}
