"""The table is read as it is meant, and refuses what cannot be."""

from __future__ import annotations

import pytest

from killmatrix import specimens
from killmatrix.specimens import TableError, by_hand, class_in, of_pages

MUTANT = '[[mutant]]\ntarget = ".length.LengthInRows"\ncheck = "phantom-batch"\nmake = "named"\nwhat = "rows"\n'
SOUND = '[[sound]]\ntarget = ".length.AllInOneBatch"\nlike = ["empty-epoch", "partial-batch"]\nwhat = "one"\n'


def test_an_entry_names_a_class_and_what_must_become_of_it():
    mutant, sound = by_hand(MUTANT + SOUND)
    assert (mutant.name, mutant.targets) == ("mutants.length.LengthInRows", ("fixtures.mutants.length.LengthInRows",))
    assert mutant.faulty
    assert mutant.checks == ("phantom-batch",)
    assert not sound.faulty
    assert sound.checks == ("empty-epoch", "partial-batch")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (MUTANT.replace("phantom-batch", "phantom"), "no check phantom"),
        (MUTANT.replace('"named"', '"odd"'), "make is 'odd'"),
        (MUTANT.replace("LengthInRows", "Missing"), "is named Missing"),
        (MUTANT.replace(".length.", ".nowhere."), "there is no fixtures/mutants/nowhere.py"),
        (MUTANT.replace("what", "why"), "expected"),
        (SOUND.replace('"empty-epoch", "partial-batch"', ""), "there is no check"),
    ],
)
def test_an_entry_that_cannot_be_meant_is_refused(wrong, said):
    with pytest.raises(TableError, match=said):
        by_hand(wrong)


def test_what_a_class_is_derived_from_belongs_to_its_source(monkeypatch, tmp_path):
    folder = tmp_path / "fixtures/mutants"
    folder.mkdir(parents=True)
    (folder / "base.py").write_text("class Base:\n    size = 4\n")
    (folder / "length.py").write_text("from fixtures.mutants.base import Base\n\nclass LengthInRows(Base):\n    pass\n")
    monkeypatch.setattr(specimens, "ROOT", tmp_path)
    before = by_hand(MUTANT)[0].digest
    assert by_hand(MUTANT)[0].digest == before
    (folder / "base.py").write_text("class Base:\n    size = 5\n")
    assert by_hand(MUTANT)[0].digest != before


def test_a_call_and_a_factory_are_found_by_their_name():
    called = MUTANT.replace("LengthInRows", "LengthInRows(batch_size=2)")
    assert by_hand(called)[0].targets == ("fixtures.mutants.length.LengthInRows(batch_size=2)",)
    factory = MUTANT.replace(".length.LengthInRows", "fixtures.tutorial.npy:training_data")
    assert by_hand(factory)[0].targets == ("fixtures.tutorial.npy:training_data",)


def test_every_page_has_a_faulty_specimen_and_a_sound_one():
    pages = of_pages()
    assert {item.checks for item in pages if item.faulty} == {item.checks for item in pages if not item.faulty}


def test_what_only_legacy_keras_brings_about_is_driven_there():
    chosen = [item for item in of_pages() if item.checks == ("unshuffled-first-epoch",)]
    assert len(chosen) == 2
    assert all("tf_keras.utils.Sequence" in item.source for item in chosen)


def test_the_sequence_of_a_module_is_found_among_other_classes():
    assert class_in("class Row:\n    pass\nclass Batches(keras.utils.PyDataset):\n    pass\n") == "Batches"
    assert class_in("def make():\n    pass\nBatches = make()\n") == "Batches"


def test_the_pages_can_be_laid_out_as_a_package(tmp_path):
    specimens.lay_out(tmp_path)
    for item in of_pages():
        module, _, name = item.targets[0].rpartition(".")
        assert name in (tmp_path / module.replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8")
