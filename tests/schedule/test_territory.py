"""The user's own files are those of the class, its bases and their package, and nothing that is installed beside."""

from __future__ import annotations

import collections
import importlib
import sys
import types
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
    assert territory.owns(__file__)  # beside the package, and below that
    assert not territory.owns("<string>")
    assert not territory.owns(str(fixtures.parent / "venv/lib/python3/site-packages/foreign.py"))
    assert not territory.owns(str(fixtures.parent / "keras/src/layer.py"))
    assert not territory.owns(sys.modules["seqcheck.schedule.territory"].__file__ or "")
    assert not territory.owns(str(fixtures.parents[1] / "another_project.py"))


def test_what_is_installed_has_its_own_package_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "site-packages"
    (place / "its_package").mkdir(parents=True)
    (place / "its_package/__init__.py").write_text("class Mine:\n    pass\n")
    monkeypatch.syspath_prepend(place)
    territory = territory_of(importlib.import_module("its_package").Mine)
    try:
        assert territory.owns(str(place / "its_package/deep/augment.py"))
        assert not territory.owns(str(place / "another/augment.py"))
        assert not territory.owns(str(tmp_path / "augment.py"))
    finally:
        del sys.modules["its_package"]


def test_a_module_without_a_package_has_what_lies_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lonely_loader.py").write_text("class Mine:\n    def __getitem__(self, index):\n        return index\n")
    monkeypatch.syspath_prepend(tmp_path)
    territory = territory_of(importlib.import_module("lonely_loader").Mine)
    try:
        assert territory.owns(str(tmp_path / "augment.py"))
        assert territory.owns(str(tmp_path / "tools/augment.py"))
        assert not territory.owns(str(tmp_path / "numpy/augment.py"))
        assert [code.co_name for code in territory.codes()] == ["__getitem__"]
    finally:
        del sys.modules["lonely_loader"]


def test_who_runs_a_loader_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = importlib.import_module("fixtures.races.sound").Pure
    script = types.ModuleType("__main__")
    script.__file__ = str(Path(__file__).parents[2] / "train.py")
    own = types.ModuleType("__main__")
    own.__file__ = sys.modules[kind.__module__].__file__
    for main, is_one in ((script, False), (own, True)):
        monkeypatch.setitem(sys.modules, "__main__", main)
        monkeypatch.setitem(sys.modules, "__mp_main__", main)
        modules = territory_of(kind).modules()
        assert modules.count(main) == is_one
        assert sys.modules["fixtures.races.faulty_state"] in modules[-4:]


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
