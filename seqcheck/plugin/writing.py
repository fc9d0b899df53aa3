"""``--seqcheck-write-test``: one finding written as a plain pytest test, and tried before it is left there."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from seqcheck.plugin.options import OptionError
from seqcheck.plugin.reproducing import found_in
from seqcheck.reporting.plain import one_line
from seqcheck.reporting.plain_test import NoPlainTest, Subject, plain_test

PATIENCE: Final = 180
"""Seconds that the test may take when it is tried: an import of Keras, and a wait for workers that never answer."""


def write_test(name: str, report: Path | None, file: Path, start: Callable[[], Any]) -> str:
    """Write the finding `name` of a JSON report to `file`; what to say of it.

    It is run once before, in a process of its own and without any plugin: a test that does not fail for this finding
    alone is not written.

    Raises:
        OptionError: there is no such report or finding, the file exists, or a plain test cannot show it.
        TargetError: the target cannot be used any more.
    """
    if file.exists():
        raise OptionError(f"--seqcheck-write-test: {file} is there already: name a file that is not.")
    found = found_in(name, report, "--seqcheck-write-test")
    subject = Subject(found.id, found.check, found.summary, found.evidence, found.scenario)
    try:
        with contextlib.closing(start()) as driver:
            (target,) = driver.resolve([found.target])
            maker = driver.maker(target, found.scenario)
        if isinstance(maker, str):
            raise NoPlainTest(f"{name} cannot be written as a plain test: {one_line(maker)}")
        with tempfile.TemporaryDirectory(prefix="seqcheck-") as place:
            folder = Path(place).resolve()
            (folder / file.name).write_text(plain_test(subject, maker, folder, control=True), encoding="utf-8")
            outcome = _tried(folder / file.name)
        if outcome:
            raise NoPlainTest(f"{name} cannot be written as a plain test: {outcome}")
        text = plain_test(subject, maker, file.parent.resolve())
    except NoPlainTest as error:
        raise OptionError(f"--seqcheck-write-test: {error}") from None
    with file.open("x", encoding="utf-8") as stream:
        stream.write(text)
    return f"{one_line(str(file))}: {found.check} of {one_line(found.target)} as a plain test, which fails now\n"


def _tried(file: Path) -> str:
    """Empty where the test fails and its control passes; else what went otherwise."""
    words = [sys.executable, "-m", "pytest", "-q", "--noconftest", "--rootdir", str(file.parent), "-c", os.devnull]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    process = subprocess.Popen(
        [*words, "-p", "no:cacheprovider", str(file)],
        env={**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CUDA_VISIBLE_DEVICES": "-1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"the test that was written for it did not end within {PATIENCE} s"
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    last = said.strip().splitlines()[-1] if said.strip() else ""
    if process.returncode == 1 and "1 failed, 1 passed" in last:
        return ""
    if process.returncode == 0:
        return "the test that was written for it does not show it again, outside of seqcheck's own runs"
    return f"the test that was written for it fails for something else: {one_line(last)[:200]}"
