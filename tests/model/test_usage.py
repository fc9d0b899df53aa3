"""What is declared about training decides which engines count."""

from __future__ import annotations

import pytest

from seqcheck.model.check import Finding, Severity
from seqcheck.model.contract import contract_from
from seqcheck.model.scenario import POOLS, Scenario
from seqcheck.model.usage import WAYS, in_use, unused, weighed
from tests.histories import case, history


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ({}, set()),
        ({"workers": 4}, set()),
        ({"workers": 1}, {"threads"}),
        ({"use_multiprocessing": False}, {"fork", "spawn", "forkserver"}),
        ({"workers": 1, "use_multiprocessing": False}, set(POOLS)),
        ({"use_multiprocessing": True}, {"threads"}),
        ({"start_method": "spawn"}, {"threads", "fork", "forkserver"}),
        ({"workers": 0}, set(POOLS)),
        ({"keras": "tf_keras"}, {"keras"}),
        ({"keras": "keras"}, {"tf_keras"}),
    ],
)
def test_engines_that_training_does_not_use(use: dict[str, object], expected: set[str]) -> None:
    contract = contract_from({"fit": use}, "the test")
    assert {way for way in WAYS if unused(contract, way)} == expected


def test_findings_on_them_are_advice_and_come_last() -> None:
    contract = contract_from({"fit": {"start_method": "fork"}}, "the test")
    found = [Finding(engine, scenario=Scenario(engine)) for engine in ("spawn", "fork")]
    first, last = weighed(found, contract)
    assert (first.engine, first.severity) == ("fork", None)
    assert (last.engine, last.severity) == ("spawn", Severity.ADVICE)
    assert last.evidence["not used now"] == ['fit.start_method = "fork"']


@pytest.mark.parametrize(
    ("use", "ways", "blocks"),
    [
        ({"start_method": "fork"}, ("spawn", "forkserver"), ("spawn", "forkserver", "Python 3.14")),
        ({"use_multiprocessing": False}, ("spawn", "forkserver"), ("spawn", "forkserver")),
        ({"workers": 0}, ("forkserver",), ("forkserver",)),
        ({"start_method": "spawn"}, ("spawn", "forkserver"), ()),
        ({"start_method": "forkserver"}, ("spawn", "forkserver"), ()),
        ({"use_multiprocessing": True}, ("threads",), ("threads",)),
        ({"keras": "tf_keras"}, ("keras",), ("Keras 3",)),
        ({}, ("threads", "fork"), ()),
    ],
)
def test_what_cannot_be_moved_to_is_named(use: dict[str, object], ways: tuple[str, ...], blocks: tuple[str, ...]):
    (found,) = weighed([Finding("it")], contract_from({"fit": use}, "the test"), *ways)
    assert (found.ways, found.blocks) == (ways, blocks)
    assert (found.severity is Severity.ADVICE) == bool(blocks)


@pytest.mark.parametrize(
    ("engine", "ways"),
    [
        ("loop", ()),
        ("reading", ()),
        ("threads", ("threads",)),
        ("schedule", ("threads",)),
        ("forking", ("fork",)),
        ("pickling", ("spawn", "forkserver")),
        ("dealing", ("fork", "spawn", "forkserver")),
        ("fit", ("tf_keras",)),
        ("validation", ("tf_keras",)),
    ],
)
def test_which_way_of_reading_a_run_stands_for(engine: str, ways: tuple[str, ...]) -> None:
    (found,) = weighed([Finding("it", scenario=Scenario(engine))], contract_from({}, "the test"), base="tf_keras")
    assert found.ways == ways


def test_only_runs_of_unused_ways_are_left_out() -> None:
    runs = [history(engine) for engine in ("loop", "threads", "schedule", "fork", "spawn", "pickling", "fit")]
    narrow = case(*runs, contract={"fit": {"workers": 2, "start_method": "fork", "keras": "tf_keras"}}, base="keras")
    assert [run.engine for run in in_use(narrow).histories] == ["loop", "fork"]
    assert in_use(case(*runs)).histories == tuple(runs)
