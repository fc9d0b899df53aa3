"""The gate is the same ten times in a row: every faulty Sequence is caught and no sound one is red, whoever looks.

Each Sequence of the table is driven ten times with the checks that it is about, on Keras 3, or on tf_keras with
``TF_USE_LEGACY_KERAS=1``. Those of the pages have their ten runs in tests/meta/test_examples.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from killmatrix import campaign, legacy
from killmatrix.driving import Drivers, standing_in
from killmatrix.matrix import Row
from killmatrix.specimens import PAGES, Specimen

GENERATION = "tf_keras" if os.environ.get("TF_USE_LEGACY_KERAS") == "1" else "keras"
GATE = [
    item for item in campaign.every_specimen(GENERATION) if item.make and not item.targets[0].startswith(f"{PAGES}.")
]
NO_FAULT = legacy.no_fault() if GENERATION == "tf_keras" else {}
TIMES = 10


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drivers]:
    folder: Path = tmp_path_factory.mktemp("killmatrix")
    campaign.lay_out(folder, GENERATION)
    with standing_in(folder), closing(Drivers(GENERATION)) as made:
        yield made


@pytest.mark.keras
@pytest.mark.repeated
@pytest.mark.parametrize("specimen", GATE, ids=lambda item: item.name)
def test_a_specimen_is_judged_alike_ten_times(specimen: Specimen, driver: Drivers) -> None:
    rows = [Row(specimen, driver.drive(specimen, whole=False)) for _ in range(TIMES)]
    if specimen.faulty and specimen.name not in NO_FAULT:
        assert all(row.caught for row in rows), [row.driven for row in rows if not row.caught]
    elif not specimen.faulty:
        assert not any(row.alarms for row in rows), [row.driven for row in rows if row.alarms]
    seen = {(row.driven.errors, row.driven.advice, tuple(row.driven.outcomes.items())) for row in rows}
    assert len(seen) == 1, seen
