"""Which runs a target gets, in which sizes, and what a selection of checks leaves out."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest

from seqcheck.checks import catalogue
from seqcheck.construction.explore import Explored
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.engines.isolate import Outcome
from seqcheck.model.check import Check, Facts
from seqcheck.model.contract import Contract, FitUse
from seqcheck.model.history import Finished, History, Read
from seqcheck.model.observation import Prediction, Twins
from seqcheck.model.report import ENGINE
from seqcheck.model.scenario import (
    AS_DECLARED,
    EXPERIMENTS,
    KERAS_ENGINES,
    PLANNING,
    POOLS,
    SCRIPT,
    TAKING,
    TALLYING,
    Scenario,
    Step,
)
from seqcheck.model.tally import TOGETHER
from seqcheck.runner.conduct import EPOCHS, PASSES, Conduct, engines_for, needed_by
from seqcheck.runner.searching import Witnessed
from tests.histories import at, history, numbered, numbered_pass

EXPLORED = Explored(
    recipe=Recipe("class", "pkg:Rows"),
    type_name="Rows",
    module="pkg",
    base=None,
    legacy=False,
    file="pkg.py",
    line=1,
    nested_class=False,
    seconds_build=0.0,
    contract=Contract(),
    length=10,
    seconds_read=0.001,
)


def conduct(explored: Explored = EXPLORED, seconds: float = 60.0, **how: Any) -> Conduct:
    """A conduct that makes no run: its isolation is never asked."""
    none: Any = None
    return Conduct(
        isolation=none,
        nursery="main",
        explored=explored,
        recipe=explored.recipe,
        facts=Facts("pkg.Rows"),
        contract=Contract(),
        workers=3,
        timeout=5.0,
        deadline=time.monotonic() + seconds,
        seed=4,
        **how,
    )


def test_engines_are_those_of_the_class_and_the_platform() -> None:
    undeclared = tuple(name for name in EXPERIMENTS if name not in ("dealing", "splitting"))
    assert engines_for("keras", POOLS, Contract()) == ("loop", *POOLS, *undeclared, *KERAS_ENGINES)
    assert engines_for(None, ("fork",), Contract()) == ("loop", "threads", "fork", *undeclared)


@pytest.mark.parametrize(
    ("declared", "engine"),
    [
        ({"seed": 3}, "dealing"),
        ({"validation": list}, "splitting"),
    ],
)
def test_some_are_made_for_a_declaration(declared: dict[str, Any], engine: str) -> None:
    made = engines_for("keras", POOLS, replace(Contract(), **declared))
    assert set(made) - set(engines_for("keras", POOLS, Contract())) == {engine}


def test_fit_is_tried_with_the_workers_of_each_use() -> None:
    uses = {AS_DECLARED: FitUse(workers=5, use_multiprocessing=True), "fit-by-spawn": FitUse(workers=2)}
    assert engines_for("keras", POOLS, Contract(), uses)[-2:] == (AS_DECLARED, "fit-by-spawn")
    tried = replace(conduct(), uses=uses)
    assert [tried.scenario(engine).workers for engine in uses] == [5, 2]


def test_workers_that_import_everything_anew_may_be_silent_for_longer() -> None:
    """Keras starts them itself, so that nothing is heard of them before the first batch."""
    uses = {"fit-by-fork": FitUse(start_method="fork"), "fit-by-spawn": FitUse(start_method="spawn")}
    tried = conduct(uses=uses)
    assert [tried.silence(tried.scenario(engine)) for engine in ("spawn", *uses)] == [5.0, 5.0, 35.0]


def test_what_fit_does_with_workers_is_held_against_our_own() -> None:
    assert needed_by([ENGINE], {}) == {"loop", "reading", "fit"}
    needed = needed_by([ENGINE], {}, (AS_DECLARED,))
    assert needed == {"loop", "reading", "fit", AS_DECLARED, *POOLS}


def test_a_check_brings_what_may_explain_it() -> None:
    checks = {
        "a": Check("a", "epoch", ("fork",), explained_by={"b": None}),
        "b": Check("b", "epoch", ("twins",), explained_by={"c": ("fork",), "a": None}),
        "c": Check("c", "epoch", ("pickling",)),
        "d": Check("d", "epoch", ("fit",)),
    }
    assert needed_by(["a"], checks) == {"loop", "reading", "fork", "twins", "pickling"}
    assert needed_by(["d", "unknown"], checks) == {"loop", "reading", "fit"}


def test_every_check_of_the_catalogue_needs_an_engine_that_can_be_made() -> None:
    checks = {name: entry.check for name, entry in catalogue().items()}
    assert needed_by(list(catalogue()), checks) <= {
        *engines_for("keras", POOLS, Contract()),
        *EXPERIMENTS,
        SCRIPT,
        TAKING,
        TALLYING,
        PLANNING,
    }


def test_a_quick_sequence_is_read_whole_by_every_engine() -> None:
    for engine in (*engines_for("keras", ("fork",), Contract()), AS_DECLARED):
        scenario = conduct().scenario(engine)
        assert scenario.indices is None
        assert scenario.workers == (3 if engine in (*POOLS, "schedule", "dealing", AS_DECLARED) else 1)
        assert scenario.epochs == (3 if engine == "loop" else 2)
        assert scenario.seed == 4


def test_on_tf_keras_as_many_orders_are_the_hooks() -> None:
    old = replace(conduct(), facts=Facts("pkg.Rows", base="tf_keras"))
    assert old.scenario("loop").epochs == 4
    assert old.scenario("fork").epochs == 2


def test_a_slow_one_is_read_by_the_same_selection_everywhere_but_in_the_loop() -> None:
    slow = replace(EXPLORED, length=1000, seconds_read=0.5)
    selections = {
        engine: conduct(slow).scenario(engine).indices for engine in engines_for("keras", ("fork",), Contract())
    }
    loop = selections.pop("loop")
    assert len(set(selections.values())) == 1
    chosen = next(iter(selections.values()))
    assert chosen is not None
    assert {0, 999} <= set(chosen)
    assert len(chosen) * PASSES * 0.5 <= 60
    assert loop is not None
    assert len(chosen) <= len(loop) <= 60 / (EPOCHS["loop"] * 0.5)


def test_a_length_without_end_is_selected_too() -> None:
    assert len(conduct(replace(EXPLORED, length=2**40)).scenario("fork").indices or ()) < 10_000


@pytest.mark.parametrize(
    ("source", "value", "expected"), [("literal", False, False), ("config", True, True), ("default", True, None)]
)
def test_shuffling_is_what_was_passed_not_what_is_the_default(source: Any, value: bool, expected: bool | None) -> None:
    recipe = Recipe("class", "pkg:Rows", (Argument("shuffle", source, value, "shuffle"),))
    assert conduct(replace(EXPLORED, recipe=recipe)).scenario("loop").shuffle is expected


def test_without_time_left_nothing_is_run_or_searched() -> None:
    late = conduct(replace(EXPLORED, vary=("num_samples",)), seconds=-1)
    assert [(run.engine, run.ending) for run in late.histories(("loop", "fork"))] == [
        ("loop", "not-run"),
        ("fork", "not-run"),
    ]
    assert late.search([], ("lost-samples",)) is None


def test_nothing_is_searched_where_nothing_varies_or_nothing_is_asked() -> None:
    assert conduct(replace(EXPLORED, length=None)).search([], ("lost-samples",)) is None
    assert conduct(replace(EXPLORED, vary=("num_samples",))).search([], ()) is None


def conclude(engine: str, *records: Any) -> History:
    return conduct()._history(Scenario(engine), Outcome([*records, Finished(1.0)], ""))


def test_conclusions_take_the_place_of_what_they_were_drawn_from(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[str, Callable[[History], Any]] = {"predict": lambda history: (Prediction((1.0,), (2.0,)),)}
    monkeypatch.setattr("seqcheck.runner.errands.CONCLUSIONS", answers)
    twins = Twins("x", (), (), ())
    history = conclude("predict", Prediction((1.0,), ()), twins)
    assert history.observations == (twins, Prediction((1.0,), (2.0,)))


def test_a_failure_of_our_own_is_kept_for_the_report() -> None:
    made = conduct()
    history = made._history(Scenario("fork"), Outcome([], "", broken=("Traceback\nKeyError: ours",)))
    assert history.ending == "seqcheck-failed"
    assert made.internal == ["Traceback\nKeyError: ours"]


@pytest.mark.parametrize(("engine", "ending"), [("threads", "not-run"), ("fork", "timed-out")])
def test_a_hang_is_blamed_on_missing_threads_where_training_would_have_them(engine: str, ending: str) -> None:
    made = conduct(threads_at_import=2)
    history = made._history(Scenario(engine), Outcome([], "silent"))
    assert history.ending == ending
    assert Read not in {type(item) for item in history.reads}


class Answering:
    """An isolation whose runs come to their end at once; `asked` has the errand and the scenario of each."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Scenario]] = []

    def run(self, _: str, errand: Callable[..., None], arguments: tuple[Any, ...], **how: Any) -> Future[Outcome]:
        assert how["limit"] > 0
        self.asked.append((errand.__name__, arguments[1]))
        known = [Witnessed(History(arguments[1]))] if errand.__name__ == "witness" else [Finished(1.0)]
        answer: Future[Outcome] = Future()
        answer.set_result(Outcome(known, ""))
        return answer


@pytest.mark.parametrize(
    ("scenario", "errand"),
    [
        (Scenario("fork", workers=2), "drive"),
        (Scenario("loop", num_samples=9, batch_size=4), "drive"),
        (Scenario("loop", num_samples=9, order=(1, 0)), "witness"),
        (Scenario("script", script=(Step("read", 1),)), "witness"),
    ],
)
def test_a_run_that_was_told_is_made_again_beside_what_tells_what_is_drawn(scenario: Scenario, errand: str) -> None:
    made, isolation = conduct(), Answering()
    made.isolation = isolation  # type: ignore[assignment]
    first, background = made.again(scenario)
    assert (first.scenario, background.engine) == (scenario, "reading")
    assert sorted(isolation.asked, key=str) == sorted(
        [("drive", made.scenario("reading")), (errand, scenario)], key=str
    )


def test_reading_is_its_own_background() -> None:
    made, isolation = conduct(), Answering()
    made.isolation = isolation  # type: ignore[assignment]
    assert [history.engine for history in made.again(Scenario("reading"))] == ["reading"]


def selected(length: int, seconds: float = 0.001, rows: int = 4) -> History:
    """The loop over two batches of so many, each of which took so long."""
    kept = [at(index, numbered(0, rows), start=index * seconds, end=index * seconds) for index in (0, 1)]
    return history("loop", [kept], indices=(0, 1), lengths=length)


@pytest.mark.parametrize(
    ("loop", "made"),
    [
        (selected(10_000), True),
        (selected(100_000), False),  # 200 s
        (selected(10_000, rows=8_000), False),  # 80,000,000 rows
        (history("loop", [numbered_pass(8, 4)]), False),  # which has read everything
        (history("loop", [[]], indices=(), lengths=9), False),
    ],
)
def test_all_batches_are_counted_where_there_is_time_and_the_loop_has_not_read_them(
    loop: History, made: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Scenario] = []

    def run(_: Conduct, scenario: Scenario, __: object) -> History:
        asked.append(scenario)
        return history(TALLYING)

    monkeypatch.setattr(Conduct, "_run", run)
    monkeypatch.setattr("seqcheck.runner.conduct.free_memory", lambda: 2**33)
    one = numbered(0, 4)
    reading = history("reading", passes={"plain-twice": [[at(0, one), at(0, one)]]})
    tried = conduct(replace(EXPLORED, length=loop.length or 9))
    assert (tried.tallying([loop, reading]) is not None) is made
    assert asked == ([Scenario(TALLYING, seed=4, counted=(TOGETHER,))] if made else [])
    assert [line.partition(":")[0] for line in tried.left_out] == (
        [f"counting all {loop.length} batches"] if not made and not loop.reads_all and loop.reads else []
    )


def test_no_run_keeps_more_rows_than_fit_into_memory() -> None:
    large = conduct(replace(EXPLORED, length=400_000, rows=4096, seconds_read=0.0001), seconds=3600.0)
    for engine, passes, most in (("loop", 3, 5_000_000), ("reading", 6, 2_000_000)):
        chosen = large.scenario(engine).indices
        assert chosen is not None
        assert most / 2 < passes * 4096 * len(chosen) <= most
    assert len(conduct(replace(EXPLORED, length=9, rows=10**9)).scenario("loop").indices or ()) == 8
