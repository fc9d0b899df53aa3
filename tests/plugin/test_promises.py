"""--seqcheck-engine tries the promises of each Keras that is installed, and exits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from seqcheck.engines import installed
from seqcheck.model.promise import Kept, Promise
from seqcheck.plugin import promises
from seqcheck.runner import promising
from tests.plugin.conftest import Folder

ONCE = Promise("once", "each batch comes once", "workers=1")


def tried(generations: tuple[str, ...], progress: Callable[[str], None]) -> Iterator[Kept]:
    progress(f"{generations[0]}: {ONCE.words}")
    yield Kept(ONCE, f"{generations[0]} 1.2", "batch 4 never came")


def test_every_generation_is_shown_and_a_broken_promise_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "found", lambda: ("keras", "tf_keras"))
    monkeypatch.setattr(promising, "try_all", tried)
    written: list[str] = []
    told: list[str] = []
    assert promises.show(written.append, told.append) == pytest.ExitCode.OK
    assert [text.splitlines()[0] for text in written] == ["keras 1.2", "tf_keras 1.2"]
    assert told == ["keras: each batch comes once\n", "tf_keras: each batch comes once\n"]


def test_without_a_keras_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "found", lambda: ())
    written: list[str] = []
    assert promises.show(written.append, written.append) == pytest.ExitCode.USAGE_ERROR
    assert written[0].startswith("no Keras that is driven is installed")


def test_the_command_line_asks_for_it(project: Folder) -> None:
    project.write("conftest.py", "from seqcheck.engines import installed\ninstalled.found = lambda: ()\n")
    result = project.pytest("--seqcheck-engine")
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "no Keras that is driven is installed" in result.stdout


@pytest.mark.parametrize(("backend", "expected"), [("torch", False), ("jax", True), ("tensorflow", True)])
def test_keras_on_another_backend_is_not_tried(monkeypatch: pytest.MonkeyPatch, backend: str, expected: bool) -> None:
    if "keras" not in installed.found():
        pytest.skip("Keras 3 is not installed")
    monkeypatch.setenv("KERAS_BACKEND", backend)
    assert ("keras" in installed.found()) is expected
