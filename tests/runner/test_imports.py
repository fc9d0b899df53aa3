"""The processes that import targets: begun once, shared where imports are alike, ended with their target."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from seqcheck.construction import imported, target
from seqcheck.construction.target import TargetSpec
from seqcheck.engines import proctree
from seqcheck.engines.nursery import Ready
from seqcheck.model.history import Failure
from seqcheck.runner.imports import IMPORT_TIMEOUTS, Imports, after, entry_of
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


@pytest.mark.parametrize(
    ("labels", "imports_of_it"),
    [("sorted(set('ab'))", 2), ("list(set('ab'))", 3)],
    ids=["shared", "three orders of a set"],
)
def test_the_processes_of_one_target_share_what_it_brings_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, labels: str, imports_of_it: int
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(imported, "LIBRARIES", ("costly",))
    installed = tmp_path / "installed"
    installed.mkdir()
    monkeypatch.syspath_prepend(str(installed))
    (installed / "costly.py").write_text("open('imports.txt', 'a').write('costly\\n')\n")
    own = f"import costly\nopen('imports.txt', 'a').write('own\\n')\nLABELS = {labels}\nclass Rows: pass\n"
    (tmp_path / "one.py").write_text(own)
    imports = Imports(Settings(start_methods=("fork", "spawn")), ())
    spec, path = spec_in(tmp_path, "one.Rows"), (str(tmp_path),)
    try:
        imports.share([(spec, path)])
        nursery = imports.begin(spec, path)
        spawned = imports.spawned(nursery, entry_of(spec), path)
        ready = [imports.ready(nursery), *(future.result() for future in spawned.values())]
    finally:
        imports.close()
    assert [one.failure for one in ready] == [None] * 3
    seen = Path("imports.txt").read_text().split()
    assert seen.count("own") == 3
    assert seen.count("costly") == imports_of_it


def test_what_waits_for_an_import_that_ended_ends_as_it_did() -> None:
    first: Future[Ready] = Future()
    waiting = after(first, "second", pytest.fail, counted=True)
    gone = Failure("seqcheck.ImportEnded", "SIGKILL", is_exit=True)
    first.set_result(Ready("first", 3.0, gone))
    assert waiting.result() == Ready("second", 0.0, gone)


@pytest.mark.parametrize(("counted", "seconds"), [(True, 3.25), (False, 0.25)])
def test_an_import_that_waited_tells_what_both_took(counted: bool, seconds: float) -> None:
    first, second = Future[Ready](), Future[Ready]()
    waiting = after(first, "second", lambda: second, counted=counted)
    first.set_result(Ready("first", 3.0, Failure("ImportError", "no keras")))  # the module itself may do without
    assert not waiting.done()
    second.set_result(Ready("second", 0.25))
    assert waiting.result() == Ready("second", seconds)


def test_a_nursery_loads_down_to_what_is_named_and_has_its_time() -> None:
    assert entry_of(target.parse("package.data:Rows")) == "package.data:Rows"
    assert Imports(Settings(timeout=3.0), ()).limit == 3.0 * IMPORT_TIMEOUTS
