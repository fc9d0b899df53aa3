"""The matrix proves what it says: its rules hold, its page is that of the ledger, and CI sees the same again.

Driving takes minutes: `-m killmatrix` does it. Every specimen of fixtures/mutants is driven with the checks that it is
about, one of eight, in turn with the state of seqcheck, with all checks, and one of eight mechanical mutants with the
check that caught it first. Those of the pages and of the other fixtures are driven whole by the tests of the corpus.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from killmatrix import campaign, ledger
from killmatrix.driving import CONSTRUCTION, Drivers, standing_in
from killmatrix.ledger import LEDGERS
from killmatrix.matrix import Row
from killmatrix.specimens import HERE, Specimen

ONCE = pytest.mark.skipif(
    os.environ.get("TF_USE_LEGACY_KERAS") == "1", reason="what is driven here names its own Keras, or is about Keras 3"
)
EVERY = campaign.every_specimen()
BY_HAND = [item for item in EVERY if item.targets[0].startswith(HERE)]
ON_TF_KERAS = campaign.every_specimen("tf_keras")
MECHANICAL = [item for item in EVERY if item.kind == "mechanical"]
EIGHTH = int(ledger.state_of_seqcheck(), 16) % 8
IN_TURN = [item for number, item in enumerate(MECHANICAL) if number % 8 == EIGHTH]
WHOLE = {item.name for number, item in enumerate(BY_HAND) if number % 8 == EIGHTH}


def test_no_rule_of_the_matrix_is_broken():
    assert campaign.problems(EVERY, ledger.read()) == []


def test_every_specimen_was_driven_whole():
    """With the checks alone that it names, a fault may be red that another run of the whole excuses."""
    assert [item.name for item in ledger.waiting(EVERY, ledger.read(), whole=True)] == [], "run `python -m killmatrix`"


def test_the_page_is_that_of_the_ledger():
    assert campaign.PAGE.read_text(encoding="utf-8") == campaign.text_of_page(), "run `python -m killmatrix`"


def test_no_rule_of_the_matrix_is_broken_on_tf_keras():
    assert campaign.problems_on_legacy(ON_TF_KERAS, ledger.read(LEDGERS["tf_keras"])) == []


def test_names_are_unique():
    names = [item.name for item in EVERY]
    assert len(names) == len(set(names))


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drivers]:
    folder: Path = tmp_path_factory.mktemp("killmatrix")
    campaign.lay_out(folder)
    with standing_in(folder), closing(Drivers()) as made:
        yield made


@ONCE
@pytest.mark.killmatrix
@pytest.mark.parametrize("specimen", BY_HAND, ids=lambda item: item.name)
def test_a_specimen_by_hand_is_judged_as_the_table_says(specimen: Specimen, driver: Drivers) -> None:
    row = Row(specimen, driver.drive(specimen, whole=specimen.name in WHOLE))
    if specimen.faulty:
        assert row.caught, row.driven
    else:
        assert not row.alarms, row.driven


@ONCE
@pytest.mark.killmatrix
@pytest.mark.parametrize("specimen", IN_TURN, ids=lambda item: item.name)
def test_a_mechanical_mutant_is_caught_as_the_ledger_says(specimen: Specimen, driver: Drivers) -> None:
    entry = ledger.read().get(specimen.name)
    if entry is None or not entry.is_of(specimen):
        pytest.skip("it was never driven as it is, as the page says")
    seen = Row(specimen, entry.driven)
    if not seen.caught:
        pytest.skip("it survives, as the page says")
    only = () if seen.first == CONSTRUCTION else (seen.first,)
    driven = driver.drive(replace(specimen, checks=only), whole=False)
    assert seen.first in driven.violated, (
        f"{seen.first} caught it when the ledger was written. If it is right no longer to: "
        f"`python -m killmatrix --all --only '{specimen.name}'`, and what survives needs its reason in survivors.toml"
    )
