"""fragile-epoch-end: hooks that raise, and epochs that break when they come twice or late; shuffles are left alone."""

from __future__ import annotations

from seqcheck.checks.fragile_epoch_end import judge
from seqcheck.model.batch import Batch
from seqcheck.model.check import Outcome
from seqcheck.model.history import History, Hook
from tests.checks.epochs import PICTURES, numbered_in, probe, rows_in, shuffles
from tests.histories import case, failure, history, length

N, B = 38, 4
PLAIN = history(epochs=[numbered_in(order, B) for order in shuffles(N, 3)], truth=probe(N))


def around(twice: list[list[object]], late: list[list[object]], **fields: object) -> History:
    """The passes around unusual hooks."""
    return history("hooks", passes={"twice": twice, "late": late}, truth=probe(N), **fields)  # type: ignore[arg-type]


def epochs(seed: int, count: int = N) -> list[list[object]]:
    return [list(numbered_in(order, B)) for order in shuffles(count, 2, seed)]


def test_sound_hooks_hold() -> None:
    assert judge(case(PLAIN, around(epochs(5), epochs(6)))).outcome is Outcome.HOLDS


def test_a_hook_that_raises_anywhere() -> None:
    hook = Hook(1, "on_epoch_end", failure("AttributeError", "no order"))
    judged = judge(case(PLAIN, history("threads", epochs=[numbered_in(range(N), B)], hooks=[hook])))
    assert judged.reason == "on_epoch_end raises AttributeError: no order (after epoch 1)"
    assert judged.findings[0].frame is not None


def test_a_hook_that_hangs_is_not_judged_here() -> None:
    hung = around(epochs(5), epochs(6), hooks=[Hook(0, "on_epoch_end", begun=True)])
    assert judge(case(PLAIN, hung)).reason == "a call of on_epoch_end did not come back"


def test_reads_that_need_the_hook_first() -> None:
    broken: list[object] = [failure("AttributeError", "no order")] * 10
    judged = judge(case(PLAIN, around(epochs(5), [broken, *epochs(6)[:1]])))
    assert judged.reason == "batch 0 raises AttributeError: no order before on_epoch_end was called for the first time"
    also = history(epochs=[broken] * 3, truth=probe(N))
    assert judge(case(also, around([broken], [broken]))).outcome is not Outcome.VIOLATED


def test_a_row_that_fails_wherever_a_shuffle_puts_it() -> None:
    usual = history(epochs=[[*numbered_in(range(N - B), B), failure("KeyError", "7")]] * 3, truth=probe(N))
    moved: list[list[object]] = [[failure("KeyError", "7"), *numbered_in(range(N - B), B)]]
    assert judge(case(usual, around(moved, epochs(6)))).outcome is not Outcome.VIOLATED
    other: list[list[object]] = [[failure("IndexError", "7"), *numbered_in(range(N - B), B)]]
    assert judge(case(usual, around(other, epochs(6)))).outcome is Outcome.VIOLATED


def test_a_first_epoch_that_lacks_the_hook_as_legacy_engines_leave_it_out() -> None:
    broken: list[object] = [failure("AttributeError", "no order")] * 10
    legacy = history(epochs=[broken, *epochs(6)], truth=probe(N), hooks=[Hook(0, "on_epoch_end")])
    late = around(epochs(5), [broken, *epochs(6)[:1]])
    assert judge(case(legacy, late, base="tf_keras")).outcome is Outcome.VIOLATED
    called_first = history(epochs=[broken, *epochs(6)], truth=probe(N), hooks=[Hook(-1, "on_epoch_end")])
    assert judge(case(called_first, late)).outcome is not Outcome.VIOLATED


def test_a_length_that_needs_the_hook_or_grows_with_it() -> None:
    failing = around(
        [], [], lengths=[length(None, epoch=0, when="late", value="", failed=failure("AttributeError", "n"))]
    )
    assert judge(case(PLAIN, failing)).reason.startswith("len() raises AttributeError: n before")
    grown = around(epochs(5), epochs(6), lengths=[length(11, epoch=0, when="twice")])
    judged = judge(case(PLAIN, grown))
    assert judged.reason == "the length is 11 after on_epoch_end was called twice in a row, and 10 in the plain loop"
    assert judge(case(PLAIN, grown, contract={"length": "per-epoch"})).outcome is Outcome.HOLDS


def test_an_epoch_that_holds_other_samples_after_two_calls() -> None:
    halved = [[*numbered_in(range(20), 2)], [*numbered_in(range(20), 2)]]
    judged = judge(case(PLAIN, around(halved, epochs(6))))
    assert judged.outcome is Outcome.VIOLATED
    assert judged.findings[0].evidence["missing"] == 18
    assert judge(case(PLAIN, around(halved, epochs(6)), contract={"epoch": "per-epoch"})).outcome is Outcome.HOLDS


def test_a_loop_that_drops_others_each_time_proves_nothing() -> None:
    def dropping(seed: int, count: int) -> list[list[Batch]]:
        return [numbered_in(order[:36], B) for order in shuffles(N, count, seed)]

    loop = history(epochs=dropping(0, 3), truth=probe(N))
    hooks = history("hooks", passes={"twice": dropping(1, 2), "late": dropping(2, 2)}, truth=probe(N))
    assert judge(case(loop, hooks)).outcome is Outcome.HOLDS


def test_an_order_made_in_the_constructor_leaves_out_others_in_each_instance() -> None:
    def built(seed: int, count: int) -> list[list[Batch]]:
        return [numbered_in(shuffles(N, 1, seed)[0][:36], B)] * count

    loop = history(epochs=built(0, 3), truth=probe(N))
    other = {"twice": built(1, 2), "late": built(1, 2)}
    assert judge(case(loop, history("hooks", passes=other, truth=probe(N)))).outcome is Outcome.HOLDS
    moved = {"twice": built(1, 2), "late": built(0, 2)}
    assert judge(case(loop, history("hooks", passes=moved, truth=probe(N)))).outcome is Outcome.VIOLATED
    fewer = {name: [epoch[:8] for epoch in epochs] for name, epochs in other.items()}
    assert judge(case(loop, history("hooks", passes=fewer, truth=probe(N)))).outcome is not Outcome.VIOLATED


def test_data_drawn_anew_for_each_instance_are_not_compared() -> None:
    loop = history(epochs=[rows_in(range(N), B)] * 3)
    other = history("hooks", passes={"twice": [rows_in(range(N), B, PICTURES * 2)], "late": []})
    assert judge(case(loop, other)).outcome is Outcome.HOLDS


def test_nothing_was_driven() -> None:
    assert judge(case(PLAIN)).outcome is Outcome.INCONCLUSIVE
    assert judge(case(PLAIN, around([], []))).outcome is Outcome.INCONCLUSIVE


def test_a_length_that_never_works_is_no_fault_of_the_hook() -> None:
    broken = length(None, when="twice", value=8.25, failed=failure("TypeError", "'float' object"))
    always = length(None, epoch=-1, when="start", value=8.25, failed=failure("TypeError", "'float' object"))
    assert judge(case(history(lengths=[always]), history("hooks", lengths=[broken]))).outcome is Outcome.INCONCLUSIVE
    after = judge(case(PLAIN, around(epochs(5), epochs(6), lengths=[broken])))
    assert after.outcome is Outcome.VIOLATED
    assert "called twice in a row" in after.reason
