"""The page says what was seen, and of what was not looked at that it was not."""

from __future__ import annotations

from killmatrix.driving import Driven
from killmatrix.ledger import Entry
from killmatrix.matrix import Row
from killmatrix.page import page
from killmatrix.specimens import Specimen
from seqcheck.model.check import Check

LOST = Check("lost-samples", "epoch", ("loop",))
REPEATED = Check("repeated-samples", "epoch", ("loop",))


def row(name, kind, *errors, checks=("lost-samples",), whole=True, outcome="VIOLATED"):
    specimen = Specimen(name, ("data.Batches",), checks, kind, "files", f"what {name} is", "")
    return Row(specimen, Driven(errors, (), dict.fromkeys(checks, outcome)), whole)


def text(*rows, excused=None, **more):
    entries = {one.specimen.name: Entry("", "0123abcd", "Python 3.11", one.whole, one.driven) for one in rows}
    return page(rows, [LOST, REPEATED], entries, excused or {}, {}, **more)


def test_a_mutant_stands_in_its_clause_with_what_met_it_first():
    made = text(row("Skips", "mutant", "lost-samples", "repeated-samples", "phantom-batch"))
    assert "| Skips | files | what Skips is | ● | ○ | phantom-batch |" in made


def test_what_was_not_asked_everything_is_marked_and_proves_no_need():
    partly = row("Skips", "mutant", "lost-samples", whole=False)
    assert "| *Skips* |" in text(partly)
    assert "| [lost-samples](defects/lost-samples.md) | 1 of 1 | 0 | 0 |" in text(partly)
    assert "| `0123abcd` | Python 3.11 | the checks that it names | 1 |" in text(partly)


def test_survivors_are_listed_with_their_reason_and_equivalents_leave_the_score():
    rows = [row(name, "mechanical", checks=()) for name in ("same", "unseen")]
    made = text(*rows, row("caught", "mechanical", "lost-samples", checks=()), excused={"same": "equivalent: no use"})
    assert "| Mechanical mutants, caught | 1 of 2 (50.0 %) |" in made
    assert "| same | what same is | equivalent: no use |" in made
    assert "| unseen | what unseen is | **not looked at yet** |" in made


def test_a_mutant_that_was_not_driven_yet_counts_as_not_caught():
    excused = {"same": "equivalent: no use"}
    made = text(row("caught", "mechanical", "lost-samples", checks=()), excused=excused, undriven_mutants=["m", "same"])
    assert "| Mechanical mutants, caught | 1 of 2 (50.0 %) |" in made
    assert "| Mechanical mutants left out as equivalent | 1 |" in made


def test_a_sound_sequence_that_is_called_faulty_is_shown():
    made = text(row("Loud", "sound", "lost-samples"), row("Quiet", "sound", outcome="INCONCLUSIVE"))
    assert "| Loud | what Loud is | lost-samples (open) | lost-samples (unknown) |" in made
    assert "| Quiet | what Quiet is | lost-samples (open) |  |" in made
    assert "| Sound Sequences, none of them red | 1 of 2 (50.0 %) |" in made
