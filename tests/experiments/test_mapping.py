"""Passes under other listings and hash seeds, and what the judge can tell of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqcheck.checks.unstable_mapping import judge
from seqcheck.model.check import Outcome
from seqcheck.model.observation import Conditions
from tests.histories import case
from tests.runs import Bench


@pytest.fixture
def folder(tmp_path: Path) -> str:
    for number in range(26):
        (tmp_path / f"name {number}").touch()
    return str(tmp_path)


@pytest.mark.parametrize("how", ["as listed", "as walked", "as globbed"])
def test_what_follows_the_directory_is_seen_however_it_is_listed(bench: Bench, folder: str, how: str) -> None:
    judgement = judge(case(bench.history("Mapped", "mapping", {"how": how, "folder": folder})))
    assert judgement.outcome is Outcome.VIOLATED, judgement.reason
    assert "when directories are listed in another order" in judgement.reason


def test_what_follows_the_hash_seed_is_seen(bench: Bench) -> None:
    history = bench.history("Mapped", "mapping", {"how": "in a set"})
    judgement = judge(case(history))
    assert judgement.outcome is Outcome.VIOLATED, judgement.reason
    assert "when the hash seed is another one" in judgement.reason
    assert {"anew", "anew-again", "anew-0"} <= {item.purpose for item in history.observed(Conditions)}


def test_a_mapping_of_its_own_holds(bench: Bench, folder: str) -> None:
    history = bench.history("Mapped", "mapping", {"how": "sorted", "folder": folder})
    judgement = judge(case(history))
    assert judgement.outcome is Outcome.HOLDS, judgement.reason
    assert "with directories listed in two orders" in judgement.reason
    assert {item.purpose for item in history.observed(Conditions)} == {
        "here",
        "here-again",
        "listing",
        "hash-0",
        "hash-1",
    }
    assert len({item.text_hash for item in history.observed(Conditions)}) == 3


@pytest.mark.parametrize("how", ["as drawn at import", "by entropy"])
def test_chance_is_no_mapping(bench: Bench, how: str) -> None:
    judgement = judge(case(bench.history("Mapped", "mapping", {"how": how})))
    assert judgement.outcome is Outcome.INCONCLUSIVE, judgement.reason
