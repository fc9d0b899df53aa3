"""The user's own files are those of the class, its bases and their package, and nothing that is installed beside."""

from __future__ import annotations

import collections
import importlib
import sys
from pathlib import Path

import pytest

from seqcheck.schedule.territory import Territory, territory_of


def test_a_package_is_the_users_with_all_that_lies_below_it() -> None:
    kind = importlib.import_module("fixtures.races.sound").Pure
    territory = territory_of(kind)
    fixtures = Path(__file__).parents[2] / "fixtures"
    assert territory.owns(str(fixtures / "races/sound.py"))
    assert territory.owns(str(fixtures / "elsewhere/deep/augment.py"))
    assert not territory.owns(str(fixtures / "venv/lib/python3/site-packages/foreign.py"))
    assert not territory.owns(__file__)
    assert not territory.owns("<string>")


def test_a_module_without_a_package_has_those_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lonely_loader.py").write_text("class Mine:\n    def __getitem__(self, index):\n        return index\n")
    monkeypatch.syspath_prepend(tmp_path)
    territory = territory_of(importlib.import_module("lonely_loader").Mine)
    try:
        assert territory.owns(str(tmp_path / "augment.py"))
        assert not territory.owns(str(tmp_path / "deeper/augment.py"))
        assert [code.co_name for code in territory.codes()] == ["__getitem__"]
    finally:
        del sys.modules["lonely_loader"]


def test_pythons_own_classes_are_nobodys() -> None:
    assert territory_of(collections.OrderedDict) == Territory()
    assert not territory_of(collections.OrderedDict).owns(collections.__file__)


@pytest.mark.keras
def test_our_own_references_are_read_without_our_engine() -> None:
    from seqcheck.reference import NpySequence

    territory = territory_of(NpySequence)
    assert territory.owns(sys.modules[NpySequence.__module__].__file__ or "")
    assert not territory.owns(sys.modules["seqcheck.schedule.territory"].__file__ or "")
    assert not any("keras" in file for file in territory.files)
