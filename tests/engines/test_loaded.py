"""The globals of loaded modules: a library's are looked through once, the user's each time."""

from __future__ import annotations

import sys
import sysconfig
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seqcheck.engines.loaded import LoadedModules

Load = Callable[..., types.ModuleType]
INSTALLED = Path(sysconfig.get_path("purelib"))


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    """Puts a module among those that are loaded, as if it came from a file of a library's or of the user's."""

    def one(name: str, library: bool, **held: Any) -> types.ModuleType:
        module = types.ModuleType(name)
        vars(module).update(held, __file__=str((INSTALLED if library else tmp_path) / f"{name}.py"))
        monkeypatch.setitem(sys.modules, name, module)
        return module

    return one


def found(loaded: LoadedModules) -> list[complex]:
    return [value for value in loaded.values() if isinstance(value, complex)]


@pytest.fixture
def loaded() -> LoadedModules:
    """Looks for complex numbers: neither Python nor pytest has one lying about."""
    return LoadedModules(lambda value: isinstance(value, complex), lambda name: name.startswith("one_"))


@pytest.mark.parametrize("library", [True, False])
def test_what_is_there_is_found_and_so_is_what_takes_its_place(
    load: Load, loaded: LoadedModules, library: bool
) -> None:
    module = load("one_module", library, kept=1j)
    assert found(loaded) == [1j]
    vars(module)["kept"] = 2j
    assert found(loaded) == [2j]


def test_what_a_library_makes_late_is_found(load: Load, loaded: LoadedModules) -> None:
    module = load("one_library", True, _made_late=None)
    assert found(loaded) == []
    vars(module)["_made_late"] = 3j
    assert found(loaded) == [3j]


def test_any_name_of_the_users_may_be_bound_anew(load: Load, loaded: LoadedModules) -> None:
    module = load("one_of_the_users", False, count=0)
    assert found(loaded) == []
    vars(module)["count"] = 4j
    assert found(loaded) == [4j]


def test_a_module_of_the_users_that_is_imported_anew_is_looked_into_as_it_is_now(
    load: Load, loaded: LoadedModules
) -> None:
    load("one_of_the_users", False, kept=5j)
    assert found(loaded) == [5j]
    load("one_of_the_users", False, kept=6j)
    assert found(loaded) == [6j]


def test_a_module_that_is_loaded_later_is_looked_through_then(load: Load, loaded: LoadedModules) -> None:
    loaded.look_through()
    load("one_more", True, kept=7j)
    load("another", True, kept=8j)
    assert found(loaded) == [7j]


def test_a_module_without_a_file_is_the_users(load: Load, loaded: LoadedModules) -> None:
    module = load("one_without", False)
    del vars(module)["__file__"]
    assert found(loaded) == []
    vars(module)["kept"] = 9j
    assert found(loaded) == [9j]


def test_one_module_in_the_place_of_another_is_found(load: Load, loaded: LoadedModules) -> None:
    load("one_module", False, kept=1j)
    assert found(loaded) == [1j]
    del sys.modules["one_module"]
    load("one_other", False, kept=2j)
    assert found(loaded) == [2j]


def test_what_is_no_module_is_passed_over(loaded: LoadedModules, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "one_nothing", None)  # type: ignore[arg-type]  # as import is told to refuse a name
    monkeypatch.setitem(sys.modules, 1, types.ModuleType("one_number"))  # type: ignore[arg-type]  # whatever that is
    assert found(loaded) == []
