"""Two epochs under one seed, read by one process and dealt out to two forks, with nothing isolated."""

from __future__ import annotations

import pytest

from seqcheck.checks.worker_dependent_training import judge
from seqcheck.model.check import Outcome
from tests.histories import case
from tests.runs import Bench

PASSES = ("without-workers", "with-workers", "without-workers-again")


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("own generator", Outcome.HOLDS),
        ("process", Outcome.HOLDS),
        ("drawn", Outcome.VIOLATED),
        ("python", Outcome.VIOLATED),
        ("noise", Outcome.INCONCLUSIVE),
        ("entropy", Outcome.INCONCLUSIVE),
    ],
)
def test_what_depends_on_who_reads_under_one_seed_is_found(bench: Bench, how: str, expected: Outcome) -> None:
    """An order of the seed is everybody's; draws in reads are each worker's own, or follow no seed anyway."""
    history = bench.history("Seeded", "dealing", {"how": how})
    for purpose in PASSES:
        assert [len(reads) for reads in history.passes(purpose).values()] == [10, 10], purpose
    reading = bench.history("Seeded", "reading", {"how": how})
    judgement = judge(case(reading, history, contract={"seed": 3, "augments": ["x"]}))
    assert judgement.outcome is expected, judgement.reason


def test_forks_share_the_reads_of_an_epoch(bench: Bench) -> None:
    history = bench.history("Seeded", "dealing", {"how": "own generator"})
    for epoch, reads in history.passes("with-workers").items():
        by_process: dict[int, set[int]] = {}
        for read in reads:
            by_process.setdefault(read.process, set()).add(read.place)
        assert sorted(map(sorted, by_process.values())) == [[0, 2, 4, 6, 8], [1, 3, 5, 7, 9]], epoch
    alone = {read.process for reads in history.passes("without-workers").values() for read in reads}
    assert len(alone) == 1


def test_what_cannot_be_built_or_read_ends_in_no_claim(bench: Bench) -> None:
    assert not bench.history("Unbuildable", "dealing").reads
    history = bench.history("BadHook", "dealing", {"at": 1})
    assert judge(case(history, contract={"seed": 3})).outcome is Outcome.INCONCLUSIVE
