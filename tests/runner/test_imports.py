"""The processes that import targets: begun once, shared where imports are alike, ended with their target."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from seqcheck.construction import target
from seqcheck.construction.target import TargetSpec
from seqcheck.engines import proctree
from seqcheck.runner.imports import IMPORT_TIMEOUTS, Imports, entry_of
from seqcheck.runner.job import Settings
from tests.residue import await_that

FORKS = Settings(start_methods=("fork",))


@pytest.fixture
def imports(tmp_path: Path) -> Iterator[Imports]:
    (tmp_path / "counted.py").write_text("open('imports.txt', 'a').write('once\\n')\nclass Rows: pass\n")
    made = Imports(FORKS, ())
    yield made
    made.close()


def spec_in(folder: Path, text: str) -> TargetSpec:
    return target.locate(target.parse(text), folder)


def below() -> set[int]:
    return proctree.descendants([os.getpid()])


def test_a_target_is_imported_once_and_again_after_its_end(
    imports: Imports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = below()
    spec, path = spec_in(tmp_path, "counted.Rows"), (str(tmp_path),)
    nursery = imports.begin(spec, path)
    assert imports.begin(spec, path) == nursery
    assert imports.ready(nursery).failure is None
    imports.end(spec, nursery)
    again = imports.begin(spec, path)
    assert again != nursery
    assert imports.ready(again).failure is None
    assert Path("imports.txt").read_text() == "once\nonce\n"
    imports.close()
    imports.close()
    assert await_that(lambda: below() == before)


def test_two_targets_share_what_both_bring_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "costly.py").write_text("open('imports.txt', 'a').write('once\\n')\n")
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text("import costly\nclass Rows: pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    imports = Imports(FORKS, ("costly",))
    try:
        names = [imports.begin(spec_in(tmp_path, f"{name}.Rows"), (str(tmp_path),)) for name in ("one", "two")]
        assert [imports.ready(name).failure for name in names] == [None, None]
    finally:
        imports.close()
    assert Path("imports.txt").read_text() == "once\n"


def test_a_nursery_loads_down_to_what_is_named_and_has_its_time() -> None:
    assert entry_of(target.parse("package.data:Rows")) == "package.data:Rows"
    assert Imports(Settings(timeout=3.0), ()).limit == 3.0 * IMPORT_TIMEOUTS
