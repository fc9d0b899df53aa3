"""What is declared about training decides which engines count."""

from __future__ import annotations

import pytest

from seqcheck.model.check import Finding, Severity
from seqcheck.model.contract import contract_from
from seqcheck.model.scenario import POOLS, Scenario
from seqcheck.model.usage import unused, weighed


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
    ],
)
def test_engines_that_training_does_not_use(use: dict[str, object], expected: set[str]) -> None:
    contract = contract_from({"fit": use}, "the test")
    assert {engine for engine in POOLS if unused(contract, engine)} == expected


def test_findings_on_them_are_advice_and_come_last() -> None:
    contract = contract_from({"fit": {"start_method": "fork"}}, "the test")
    found = [Finding(engine, scenario=Scenario(engine)) for engine in ("spawn", "fork")]
    first, last = weighed(found, contract)
    assert (first.engine, first.severity) == ("fork", None)
    assert (last.engine, last.severity) == ("spawn", Severity.ADVICE)
    assert last.evidence["not used now"] == 'fit.start_method = "fork"'
