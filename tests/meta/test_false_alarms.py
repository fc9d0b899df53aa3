"""Every rule against false alarms names Sequences that the corpus drives, and that no check may call faulty."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from seqcheck.checks import catalogue

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
CASES = {
    case["target"]: case
    for case in tomllib.loads((ROOT / "fixtures/expected.toml").read_text(encoding="utf-8"))["case"]
}
ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split(" | ")]
    for line in (ROOT / "docs/false-alarms.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and "`fixtures." in line
]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_table_reads_well() -> None:
    assert len(ROWS) > 15
    assert all(names(row[1]) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_a_rule_protects_sequences_that_are_driven_and_left_alone(row: list[str]) -> None:
    protected = [CASES[target] for target in names(row[1])]
    assert not [case for case in protected if case.keys() & {"violated", "one_of", "allowed"}]
    still_open = set(names(row[2])) if len(row) > 2 else set()
    assert still_open <= set(catalogue())
    assert all(still_open <= set(case.get("open", ())) for case in protected)
