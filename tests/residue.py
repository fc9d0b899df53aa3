"""Whether anything of a run is left when it is over: processes, files, environment, random state."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from seqcheck.engines import proctree

PR_SET_CHILD_SUBREAPER = 36


@pytest.fixture
def nothing_left(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The temporary directory of the test, which must be empty after it; so must be everything else that it changed.

    The test process adopts whatever outlives its parents below it, so that no process escapes the count.
    """
    tmp_path_factory.getbasetemp()  # pytest makes it when it is first asked for, and not in the folder of one test
    folder = Path(tempfile.mkdtemp(prefix="left-"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    proctree.adopt_orphans()
    here = os.getpid()
    processes, environment, folder_before = proctree.descendants([here]), _environment(), Path.cwd()
    numpy_state, python_state, path = np.random.get_state()[1].copy(), random.getstate(), list(sys.path)
    yield folder
    try:
        assert proctree.descendants([here]) - processes == set()
        assert [item.name for item in folder.iterdir()] == []
        assert _environment() == environment
        assert Path.cwd() == folder_before
        assert (np.random.get_state()[1] == numpy_state).all()
        assert random.getstate() == python_state
        assert sys.path == path
    finally:
        proctree._control(PR_SET_CHILD_SUBREAPER, 0)
        shutil.rmtree(folder, ignore_errors=True)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def await_that(condition: Callable[[], bool], patience: float = 30.0) -> bool:
    """Come back as soon as the condition holds; False where it never does."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
