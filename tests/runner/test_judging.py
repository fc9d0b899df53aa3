"""From histories to judgements: no check breaks another, the smallest witness comes first, nothing is said twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from seqcheck.checks import Registered
from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Case, Check, Facts, Finding, Judgement, Outcome, Severity, holds, inconclusive
from seqcheck.model.contract import Contract, contract_from
from seqcheck.model.history import EngineNote, History
from seqcheck.model.scenario import Scenario
from seqcheck.model.search import Search
from seqcheck.runner.judging import (
    EnginesSaid,
    Judged,
    cut_short,
    engines_said,
    environment_of,
    judge_all,
    judge_unbuilt,
    open_questions,
    with_search,
)
from tests.histories import case as described_case
from tests.histories import history

LOOP = History(Scenario("loop", num_samples=40))
SMALL = History(Scenario("loop", num_samples=2))
CASE = Case(Facts("pkg.Rows", "Rows"), Contract(), (LOOP,))


def entry(judge: Callable[[Case], Judgement], *needs: str) -> Registered:
    made: Any = SimpleNamespace(check=Check("a-check", "epoch", needs), judge=judge)
    return made


def judge_both(entries: dict[str, Registered], case: Case, search: Search) -> Judged:
    return with_search(judge_all(entries, case), entries, case, search)


def violated(case: Case) -> Judgement:
    size = case.histories[0].scenario.num_samples
    return Judgement(
        Outcome.VIOLATED, f"{size} samples", (Finding(f"{size} samples", scenario=case.histories[0].scenario),)
    )


def test_a_check_that_breaks_is_inconclusive_and_leaves_the_others_alone() -> None:
    def breaks(case: Case) -> Judgement:
        raise KeyError("ours")

    judged = judge_all({"broken": entry(breaks), "fine": entry(lambda case: holds("all"))}, CASE)
    assert judged.judgements["broken"].outcome is Outcome.INCONCLUSIVE
    assert "seqcheck failed: KeyError in check broken" in judged.judgements["broken"].reason
    assert judged.judgements["fine"].outcome is Outcome.HOLDS
    assert "check broken" in judged.internal[0]
    assert "KeyError: 'ours'" in judged.internal[0]


def test_a_check_whose_runs_were_not_made_is_not_asked() -> None:
    def never(case: Case) -> Judgement:
        raise AssertionError

    missing = History(Scenario("fork"), ending="not-run", note="the time budget ran out")
    judged = judge_all({"c": entry(never, "fork")}, replace(CASE, histories=(LOOP, missing)))
    assert judged.judgements["c"].outcome is Outcome.INCONCLUSIVE
    assert "the time budget ran out" in judged.judgements["c"].reason
    assert not judged.internal


def test_the_smallest_witness_of_a_search_comes_first() -> None:
    judged = judge_both({"c": entry(violated, "loop")}, CASE, Search({"c": SMALL}, scenarios=12))
    assert [finding.summary for finding in judged.judgements["c"].findings] == [
        "2 samples: 2 samples",
        "40 samples",
    ]
    assert judged.judgements["c"].reason == "2 samples: 2 samples"


def test_a_witness_that_does_not_convince_again_is_left_out() -> None:
    def only_large(case: Case) -> Judgement:
        return violated(case) if case.histories[0] is LOOP else inconclusive("too small")

    judged = judge_both({"c": entry(only_large, "loop")}, CASE, Search({"c": SMALL}, scenarios=12))
    assert [finding.summary for finding in judged.judgements["c"].findings] == ["40 samples"]


def test_what_chance_may_do_at_one_of_many_sizes_overturns_no_run_of_full_size() -> None:
    def small_only(case: Case) -> Judgement:
        return violated(case) if case.histories[0] is SMALL else holds("3 epochs")

    checks = {kind: Check("a-check", "epoch", ("loop",), guarantee=kind) for kind in ("chance", "proof")}
    entries: dict[str, Any] = {kind: SimpleNamespace(check=check, judge=small_only) for kind, check in checks.items()}
    judged = judge_both(entries, CASE, Search(dict.fromkeys(entries, SMALL), scenarios=12)).judgements
    assert judged["chance"].outcome is Outcome.HOLDS
    assert judged["proof"].outcome is Outcome.VIOLATED


def test_what_holds_in_a_search_too_says_so_and_only_for_what_it_looked_at() -> None:
    entries = {name: entry(lambda case: holds("3 epochs"), *needs) for name, needs in {"a": ["loop"], "b": []}.items()}
    judged = judge_both(entries, CASE, Search(scenarios=12)).judgements
    assert judged["a"].reason == "3 epochs; and 12 scenarios of other sizes"
    assert judged["b"].reason == "3 epochs"


def test_nothing_driven_means_nothing_known() -> None:
    judged = judge_unbuilt({"c": entry(violated)}, CASE, "nothing could be built").judgements["c"]
    assert (judged.outcome, judged.reason) == (Outcome.INCONCLUSIVE, "nothing could be built")


def test_what_sees_why_nothing_could_be_built_says_so() -> None:
    planned = replace(CASE, histories=(History(Scenario("planning")),))
    entries = {"c": entry(violated, "planning"), "d": entry(lambda case: holds("all of it"), "planning")}
    judged = judge_unbuilt(entries, planned, "nothing could be built").judgements
    assert [judged[name].outcome for name in "cd"] == [Outcome.VIOLATED, Outcome.INCONCLUSIVE]
    assert judged["d"].reason == "nothing could be built"


def test_versions_are_as_the_runs_told_them() -> None:
    notes = (EngineNote("version", "keras 3.15.1"), EngineNote("version", "tensorflow 2.21.0"))
    found = environment_of([replace(LOOP, notes=notes)], ("fork",))
    assert (found["keras"], found["tf_keras"], found["backend"]) == ("3.15.1", None, "tensorflow")
    assert environment_of((), ())["backend"] is None


def test_what_was_left_out_is_said_once() -> None:
    skipped = EngineNote("skipped", "the reference of epoch 0 could not be read in a fork: hung")
    runs = [
        History(Scenario("spawn"), ending="not-run", note="the time budget ran out"),
        replace(LOOP, notes=(skipped, skipped)),
        History(Scenario("threads", indices=(0, 1)), lengths=()),
    ]
    assert cut_short(runs) == (
        "spawn: the time budget ran out",
        "loop: the reference of epoch 0 could not be read in a fork: hung",
        "threads: 2 of None batches were read, first, last and between",
    )
    assert cut_short([LOOP]) == ()


def test_engines_are_told_on_themselves() -> None:
    note = EngineNote("engine", "Keras lost batch 3")
    said = engines_said(replace(CASE, histories=(replace(LOOP, notes=(note, EngineNote("skipped", "x"))),)))
    assert (said.told, said.broken) == ((note.text,), ())


def use(shuffled: bool, **contract: Any) -> EnginesSaid:
    """Of a run of fit that says what its declared use meets, and what it meets where epochs are shuffled."""
    batches = [describe(np.full((2, 1), number, np.float32)) for number in range(2)]
    loop = history("loop", passes={"epoch": [batches, batches[::-1] if shuffled else batches]})
    notes = (EngineNote("use", "it loses"), EngineNote("use-reshuffled", "it mixes"))
    return engines_said(described_case(loop, replace(history("fit"), notes=notes), contract=contract))


def test_what_the_declared_use_meets_fails_by_what_the_sequence_does_and_promises() -> None:
    assert use(shuffled=False) == EnginesSaid(("it mixes",), ("it loses",), "")
    assert use(shuffled=True).broken == ("it loses", "it mixes")
    assert use(shuffled=True, epoch="random").broken == use(shuffled=True, infinite=True).broken == ()


def test_a_use_of_which_not_all_is_known_says_why() -> None:
    fit = replace(history("fit"), notes=(EngineNote("use-unknown", "nobody has measured it"),))
    said = engines_said(described_case(fit, contract={"fit": {"workers": 4}}))
    assert (said.unknown, said.told) == ("nobody has measured it", ("nobody has measured it",))
    assert engines_said(described_case(fit)).told == ()
    assert engines_said(CASE).unknown


def test_an_open_question_with_its_declaration_stays_open() -> None:
    """What the owner is asked for would explain the smaller case too: a split leaves out a part of any data."""

    def asks(case: Case) -> Judgement:
        return violated(case) if case.histories[0] is SMALL else inconclusive("a part never came", "num_samples = 30")

    asked = judge_both({"c": entry(asks, "loop")}, CASE, Search({"c": SMALL}, scenarios=12)).judgements["c"]
    assert (asked.outcome, asked.declare) == (Outcome.INCONCLUSIVE, "num_samples = 30")

    def unsure(case: Case) -> Judgement:
        return violated(case) if case.histories[0] is SMALL else inconclusive("too few samples")

    unsettled = judge_both({"c": entry(unsure, "loop")}, CASE, Search({"c": SMALL}, scenarios=12)).judgements["c"]
    assert unsettled.outcome is Outcome.VIOLATED


def test_the_smallest_witness_is_told_with_what_it_was_drawn_as_and_a_sound_one_beside_it() -> None:
    found = Search({"c": SMALL}, {"c": "3 samples"}, scenarios=12)
    first, second = judge_both({"c": entry(violated, "loop")}, CASE, found).judgements["c"].findings
    assert (first.summary, first.contrast) == ("2 samples: 2 samples (3 samples: sound)", "3 samples: sound")
    assert (second.summary, second.contrast) == ("40 samples", "")


def test_what_was_seen_once_and_not_again_is_not_blamed_and_not_called_sound() -> None:
    found = Search(unsteady={"c": SMALL.scenario}, scenarios=12)
    judged = judge_both({"c": entry(lambda case: holds("all"), "loop")}, CASE, found).judgements["c"]
    assert judged.outcome is Outcome.INCONCLUSIVE
    assert judged.reason.startswith("2 samples, loop: ")
    assert judged.reason.endswith("depends on time or outside state")
    red = judge_both({"c": entry(violated, "loop")}, CASE, found).judgements["c"]
    assert [finding.summary for finding in red.findings] == ["40 samples"]


def test_open_questions_are_those_that_wait_for_something() -> None:
    entries = {
        "asks": entry(lambda case: inconclusive("which", 'epoch = "per-epoch"')),
        "unsure": entry(lambda case: inconclusive("too few")),
        "follows": entry(lambda case: Judgement(Outcome.INCONCLUSIVE, "follows", follows_from="asks")),
        "red": entry(violated),
    }
    assert open_questions(judge_all(entries, CASE)) == {"asks", "follows"}


def test_a_search_that_time_cut_is_told() -> None:
    assert cut_short([LOOP], Search(scenarios=1, scripts=3, cut=10.0)) == (
        "search: cut after 10.0 s, with 1 scenario of other sizes and 3 scripts",
    )
    assert cut_short([LOOP], Search(scenarios=60)) == ()


def first_that_fails(case: Case) -> Judgement:
    """A check that tells of the first run with workers alone."""
    failing = [run for run in case.histories if run.engine != "loop"]
    if not failing:
        return holds("no workers")
    return Judgement(Outcome.VIOLATED, "bad", (Finding(f"bad in {failing[0].engine}", scenario=failing[0].scenario),))


def profiled(*engines: str, **use: object) -> Judgement:
    runs = (LOOP, *(History(Scenario(engine)) for engine in engines))
    case = Case(Facts("pkg.Rows", "Rows"), contract_from({"fit": use}, "the test"), runs)
    return judge_all({"c": entry(first_that_fails, "loop")}, case).judgements["c"]


def test_what_only_unused_ways_of_reading_show_is_advice_in_every_check() -> None:
    judgement = profiled("threads", "spawn", start_method="fork")
    assert [(found.summary, found.severity) for found in judgement.findings] == [("bad in threads", Severity.ADVICE)]
    assert judgement.findings[0].blocks == ("threads",)


def test_a_way_that_is_used_stays_an_error_though_the_check_tells_of_another() -> None:
    judgement = profiled("threads", "spawn", start_method="spawn")
    assert [(found.summary, found.severity) for found in judgement.findings] == [
        ("bad in spawn", None),
        ("bad in threads", Severity.ADVICE),
    ]
    assert judgement.reason == "bad in spawn"


def test_without_a_profile_nothing_is_weighed() -> None:
    judgement = profiled("threads", "spawn")
    assert [(found.summary, found.severity, found.blocks) for found in judgement.findings] == [
        ("bad in threads", None, ())
    ]


def test_what_compares_contents_holds_by_nothing_where_no_leaf_can_be_read() -> None:
    def asked(batch: Batch, *, content: bool) -> Judgement:
        made = entry(lambda case: holds("the same samples each time"))
        made = cast(Any, SimpleNamespace(check=replace(made.check, content=content), judge=made.judge))
        return judge_all({"a-check": made}, described_case(history(epochs=[[batch]]))).judgements["a-check"]

    unread = asked(describe((object(), None)), content=True)
    assert unread.outcome is Outcome.INCONCLUSIVE
    assert unread.reason == (
        "follows from unsupported-structure: a batch holds nothing but what cannot be looked into (object)"
    )
    assert asked(describe((object(), None)), content=False).outcome is Outcome.HOLDS
    assert asked(describe((object(), np.zeros(2))), content=True).outcome is Outcome.HOLDS
