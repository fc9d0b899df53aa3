"""Who asked for a name that is gone, and where the class stands that cannot be imported for it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from seqcheck.construction.unimported import asked_by_the_user, place_in_source
from seqcheck.model import libraries


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    return tmp_path


def failure(name: str) -> BaseException:
    try:
        importlib.import_module(name)
    except Exception as error:
        return error
    finally:
        for loaded in [loaded for loaded in sys.modules if loaded.startswith("unimported_")]:
            del sys.modules[loaded]
    raise AssertionError("it was imported")


def test_a_line_of_the_users_own_is_told_from_a_librarys(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "unimported_library.py").write_text("import numpy\nnumpy.int\n")
    (folder / "unimported_own.py").write_text("import numpy\nnumpy.int\n")
    (folder / "unimported_through.py").write_text("import unimported_library\n")
    own, known = failure("unimported_own"), libraries.is_installed
    monkeypatch.setattr(libraries, "is_installed", lambda file: "unimported_library" in file or known(file))
    assert asked_by_the_user(own)
    assert not asked_by_the_user(failure("unimported_through"))
    assert not asked_by_the_user(ValueError("raised nowhere"))


def test_where_a_class_or_function_stands_is_read_from_the_source(folder: Path) -> None:
    source = "import numpy.gone\n\nclass Outer:\n    class Inner: ...\n\ndef make(): ...\nvalue = 3\n"
    (folder / "unimported_source.py").write_text(source)
    file = str(folder / "unimported_source.py")
    assert place_in_source("unimported_source", ("Outer",)) == (file, 3, "class")
    assert place_in_source("unimported_source", ("Outer", "Inner")) == (file, 4, "class")
    assert place_in_source("unimported_source", ("make",)) == (file, 6, "factory")
    for attributes in (("value",), ("Missing",), ("Outer", "Missing"), ()):
        assert place_in_source("unimported_source", attributes) is None
    assert place_in_source("unimported_nowhere", ("Outer",)) is None
