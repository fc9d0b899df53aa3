"""Two instances of one making, one after the other in one process."""

from __future__ import annotations

import pytest

from seqcheck.checks.unreproducible_order import judge
from seqcheck.model.check import Outcome
from tests.histories import case
from tests.runs import Bench


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("own generator", Outcome.HOLDS),
        ("reseeds", Outcome.HOLDS),
        ("process", Outcome.VIOLATED),
        ("entropy", Outcome.VIOLATED),
        ("hook", Outcome.VIOLATED),
        ("noise", Outcome.HOLDS),
    ],
)
def test_an_order_that_the_seed_does_not_decide_is_found(bench: Bench, how: str, expected: Outcome) -> None:
    reading = bench.history("Seeded", "reading", {"how": how})
    history = bench.history("Seeded", "rebuilding", {"how": how})
    assert [sorted(history.passes(purpose)) for purpose in ("built", "rebuilt")] == [[0, 1], [0, 1]]
    assert judge(case(reading, history, contract={"seed": 3})).outcome is expected


def test_what_cannot_be_built_or_read_ends_in_no_claim(bench: Bench) -> None:
    assert not bench.history("Unbuildable", "rebuilding").reads
    history = bench.history("BadHook", "rebuilding", {"at": 1})
    assert judge(case(history, contract={"seed": 3})).outcome is Outcome.INCONCLUSIVE
