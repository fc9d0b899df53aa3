"""A project of a user's, written for one test: a folder on `sys.path` whose modules are forgotten afterwards."""

from __future__ import annotations

import importlib
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from seqcheck.construction.explore import Attempt, Explored, Unbuilt, explore
from seqcheck.construction.options import combine
from seqcheck.construction.resolve import Description, describe
from seqcheck.construction.target import parse


class Project:
    """Files below `root`, which stands on `sys.path`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.attempts: list[Attempt] = []

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        importlib.invalidate_caches()
        sys.modules.pop(name.removesuffix(".py").replace("/", "."), None)
        return path

    def describe(self, text: str, factory: str = "") -> Description:
        return describe(parse(text), factory)

    def explore(self, text: str, factory: str = "", **said: object) -> Explored | Unbuilt:
        """Explore with the arguments under `args` and the contract options given beside it."""
        description = self.describe(text, factory)
        arguments = said.pop("args", None)
        options = combine(description, arguments, said)  # type: ignore[arg-type]
        return explore(description, options, self.attempts.append, self.root)

    def built(self, text: str, factory: str = "", **said: object) -> Explored:
        found = self.explore(text, factory, **said)
        assert isinstance(found, Explored), found
        return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # two versions of a file within one second look the same
    yield Project(tmp_path)
    # What was imported besides stays: few libraries can be imported twice.
    for name in set(sys.modules) - before:
        if any(Path(place).is_relative_to(tmp_path) for place in _places(sys.modules[name])):
            del sys.modules[name]


def _places(module: ModuleType) -> tuple[str, ...]:
    """The file of a module, or the folders of a package that has none."""
    file = getattr(module, "__file__", None)
    return (file,) if file else tuple(getattr(module, "__path__", ()))
