"""What was seen is kept as it was, and told from what was never looked at."""

from __future__ import annotations

import pytest

from killmatrix import ledger
from killmatrix.driving import Driven
from killmatrix.ledger import Entry
from killmatrix.specimens import Specimen

SPECIMEN = Specimen("length", ("data.Batches",), ("empty-epoch",), "mutant", "files", "no file", "class Batches: ...")
DRIVEN = Driven(("empty-epoch",), ("exposed-storage",), {"empty-epoch": "VIOLATED"}, 2.5)


def test_entries_come_back_as_they_were_written(tmp_path):
    entries = {"length": Entry(SPECIMEN.digest, "0123", "Python 3.11", True, DRIVEN)}
    ledger.write(entries, tmp_path / "ledger.json")
    assert ledger.read(tmp_path / "ledger.json") == entries
    assert ledger.read(tmp_path / "none.json") == {}


def test_another_format_is_refused(tmp_path):
    (tmp_path / "ledger.json").write_text('{"format": 0, "specimens": {}}')
    with pytest.raises(ValueError, match="format 0, expected 1"):
        ledger.read(tmp_path / "ledger.json")


def test_a_specimen_that_changed_waits_again():
    seen = {"length": Entry(SPECIMEN.digest, "0123", "Python 3.11", True, DRIVEN)}
    changed = Specimen(*[*vars(SPECIMEN).values()][:-1], "class Batches: pass")
    assert ledger.waiting([SPECIMEN], seen) == []
    assert ledger.waiting([SPECIMEN], {}) == [SPECIMEN]
    assert ledger.waiting([changed], seen) == [changed]


def test_what_was_driven_with_some_checks_waits_for_the_others():
    seen = {"length": Entry(SPECIMEN.digest, "0123", "Python 3.11", False, DRIVEN)}
    assert ledger.waiting([SPECIMEN], seen) == []
    assert ledger.waiting([SPECIMEN], seen, whole=True) == [SPECIMEN]


def test_the_state_of_seqcheck_is_a_hash_of_all_of_it(monkeypatch, tmp_path):
    (tmp_path / "seqcheck").mkdir()
    module = tmp_path / "seqcheck/one.py"
    module.write_text("ONE = 1\n")
    monkeypatch.setattr(ledger, "ROOT", tmp_path)
    first = ledger.state_of_seqcheck.__wrapped__()
    module.write_text("ONE = 2\n")
    assert ledger.state_of_seqcheck.__wrapped__() != first
