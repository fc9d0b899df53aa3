"""unreproducible-order: judged where a seed was passed or declared, over what is not drawn in reads."""

from __future__ import annotations

from typing import Any

from seqcheck.checks.unreproducible_order import judge
from seqcheck.model.check import Judgement, Outcome
from seqcheck.model.contract import Contract
from seqcheck.model.history import EngineNote
from seqcheck.model.scenario import Truth
from tests.drawn import drawing_reading, noisy_pass, sound_reading
from tests.histories import case, history, numbered_pass

PASS = numbered_pass(12, 4)
OTHER = [PASS[1], PASS[0], PASS[2]]
DECLARED = {"seed": 7}


def judged(built: Any, rebuilt: Any, *, contract: dict[str, Any] | None = None, **how: Any) -> Judgement:
    passes = {"built": [built, OTHER], "rebuilt": [rebuilt, OTHER]}
    run = history("rebuilding", passes=passes, truth=Truth(seed=how.get("seed")))
    inferred = Contract().infer(seed=5) if "held" in how else contract
    return judge(case(how.get("reading", sound_reading()), run, contract=inferred))


def test_another_order_is_found_where_a_seed_was_declared_or_passed() -> None:
    said = judged(PASS, OTHER, contract=DECLARED)
    assert said.outcome is Outcome.VIOLATED
    assert said.reason.startswith("a second instance with seed 7 reads batch 0 of epoch 0 otherwise")
    assert said.findings[0].evidence["batches that differ"] == "2 of 6"
    assert judged(PASS, OTHER, seed=3).reason.startswith("a second instance with seed 3")


def test_without_a_seed_nothing_is_promised() -> None:
    assert judged(PASS, OTHER).outcome is Outcome.NOT_APPLICABLE


def test_a_seed_that_the_instance_holds_is_asked_about_where_the_order_alone_differs() -> None:
    said = judged(PASS, OTHER, held=True)
    assert (said.outcome, said.declare) == (Outcome.INCONCLUSIVE, "seed = 5")
    assert said.reason == (
        "two instances with seed 5 come in different orders; nobody declared that the order depends on it"
    )
    assert judged(PASS, PASS, held=True).outcome is Outcome.HOLDS
    other_data = [numbered_pass(24, 4)[place] for place in (3, 4, 5)]
    assert judged(PASS, other_data, held=True).outcome is Outcome.NOT_APPLICABLE
    assert judged(PASS, OTHER, held=True, seed=3).reason.startswith("a second instance with seed 3")


def test_the_same_order_holds_and_what_reads_draw_is_left_out() -> None:
    said = judged(PASS, PASS, contract=DECLARED)
    assert (said.outcome, said.reason) == (
        Outcome.HOLDS,
        "6 batches of two instances with seed 7 are alike in x and y",
    )
    noisy = judged(noisy_pass(1), noisy_pass(2), contract=DECLARED, reading=drawing_reading())
    assert noisy.outcome is Outcome.HOLDS


def test_an_order_that_each_read_draws_is_open() -> None:
    assert judged(PASS, OTHER, contract={**DECLARED, "epoch": "random"}).outcome is Outcome.INCONCLUSIVE


def test_one_that_is_not_built_twice_is_open() -> None:
    note = EngineNote("skipped", "an instance that a test has made cannot be built a second time")
    said = judge(case(sound_reading(), history("rebuilding", notes=(note,)), contract=DECLARED))
    assert (said.outcome, said.reason) == (Outcome.INCONCLUSIVE, note.text)
    assert judge(case()).outcome is Outcome.INCONCLUSIVE
