"""What is going on, told once a run takes longer than a reader wants to wait in the dark."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import pytest

from seqcheck.reporting.plain import one_line

PATIENCE: Final = 5.0
"""Seconds of silence at the start of every run."""


class Progress:
    """Called with one line at a time; silent for the first `PATIENCE` seconds after `begin`."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._write = write
        self._clock = clock
        self._began = clock()
        self._last = ""

    def begin(self) -> None:
        """A run begins."""
        self._began = self._clock()
        self._last = ""

    def __call__(self, text: str) -> None:
        """Tell what is going on; the same line is not told twice in a row."""
        waited = self._clock() - self._began
        if waited >= PATIENCE and text != self._last:
            self._last = text
            self._write(f"seqcheck, after {waited:.0f} s: {one_line(text)}")


def terminal_writer(config: pytest.Config) -> Callable[[str], None]:
    """Writes lines past pytest's capture; writes nothing under an xdist worker or with ``-q``."""

    def write(line: str) -> None:
        reporter: Any = config.pluginmanager.getplugin("terminalreporter")
        if reporter is None or hasattr(config, "workerinput") or config.get_verbosity() < 0:
            return
        capture: Any = config.pluginmanager.getplugin("capturemanager")
        if capture is None:
            reporter.ensure_newline()
            reporter.write_line(line)
            return
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(line)
            reporter.flush()

    return write
