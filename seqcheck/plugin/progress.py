"""What is going on, told once a run takes longer than a reader wants to wait in the dark."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from seqcheck.reporting.plain import one_line

PATIENCE: Final = 5.0
"""Seconds of silence at the start of every run."""
PULSE: Final = 15.0
"""Seconds after which the last line is told again while a run goes on."""


class Progress:
    """Called with one line at a time, from any thread; silent for the first `PATIENCE` seconds of a run.

    `timer` makes a timer that calls back once after so many seconds.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
        timer: Callable[[float, Callable[[], None]], threading.Timer] = threading.Timer,
    ) -> None:
        self._write = write
        self._clock = clock
        self._timer = timer
        self._lock = threading.RLock()
        self._began = clock()
        self._latest = "at work"
        self._told = ""
        self._pulse: threading.Timer | None = None

    @contextmanager
    def watch(self) -> Iterator[None]:
        """While this lasts, something goes on that may take long."""
        with self._lock:
            self._began = self._clock()
            self._latest, self._told = "at work", ""
        self._wait(PATIENCE)
        try:
            yield
        finally:
            with self._lock:
                if self._pulse is not None:
                    self._pulse.cancel()
                self._pulse = None

    def __call__(self, text: str) -> None:
        """Tell what is going on; the same line is not told twice in a row."""
        with self._lock:
            self._latest = text
            if self._clock() - self._began >= PATIENCE and text != self._told:
                self._tell()

    def _wait(self, seconds: float) -> None:
        with self._lock:
            self._pulse = self._timer(seconds, self._beat)
            self._pulse.daemon = True
            self._pulse.start()

    def _beat(self) -> None:
        with self._lock:
            if self._pulse is not None:  # the run may have ended while this waited for the lock
                self._tell()
                self._wait(PULSE)

    def _tell(self) -> None:
        self._told = self._latest
        self._write(f"seqcheck, after {self._clock() - self._began:.0f} s: {one_line(self._latest)}")


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
