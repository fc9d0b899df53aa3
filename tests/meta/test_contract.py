"""The contract as a whole: every option is documented, and changes the checks that list it, and no other.

The tests of the checks are run once more under a watch that judges each of their cases with and without every
declaration: what changed must be what the checks list, and the page is made of that list.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seqcheck.checks import catalogue
from seqcheck.model.contract import OPTIONS, FitUse, contract_from
from seqcheck.model.declarations import DECLARATIONS, meant_by
from seqcheck.reporting.contract_page import contract_page
from tests.meta.observing import LEVELS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
CHECKS = {name: registered.check for name, registered in catalogue().items()}


def test_every_option_is_documented_at_every_level() -> None:
    assert {one.option for one in DECLARATIONS} == set(OPTIONS)
    assert {one.level for one in DECLARATIONS if one.option == "fit"} == set(vars(FitUse()))
    assert {(one.option, one.level) for one in DECLARATIONS} == {
        (option, level) for option, levels in LEVELS.items() for level in levels
    }


@pytest.mark.parametrize("declaration", DECLARATIONS, ids=lambda one: one.key)
def test_what_is_written_can_be_pasted(declaration) -> None:
    read = tomllib.loads(declaration.written)
    assert list(read) == [declaration.option]
    assert contract_from(read, "the page") != contract_from({}, "the page")


def test_the_page_in_docs_is_that_of_the_checks() -> None:
    page = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
    assert page == contract_page(CHECKS), "run `python -m seqcheck.pages docs/defects`"


@pytest.mark.slow
def test_a_declaration_changes_the_checks_that_list_it_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "observed.txt"
    command = [sys.executable, "-m", "pytest", "tests/checks", "-q", "-x", "-p", "tests.meta.observing"]
    environment = {**os.environ, "SEQCHECK_OBSERVED": str(file), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    seen = {tuple(line.split()) for line in file.read_text(encoding="utf-8").splitlines()}
    listed = {
        (name, *filter(None, (one.option, one.level)))
        for name, check in CHECKS.items()
        for one in meant_by(check.options)
    }
    assert sorted(listed - seen) == [], "listed, and no case shows that it changes the check"
    assert sorted(seen - listed) == [], "it changes the check, which does not list it"
