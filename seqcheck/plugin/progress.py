"""What is going on, told once a run takes longer than a reader wants to wait in the dark."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, Protocol

import pytest

from seqcheck.reporting.plain import one_line

PATIENCE: Final = 5.0
"""Seconds of silence at the start of every run."""
PACE: Final = 5.0
"""Seconds between two lines at the least: what comes quicker is told by the last line alone."""
PULSE: Final = 15.0
"""Seconds after which the last line is told again while a run goes on."""


class Writer(Protocol):
    """Where lines go."""

    def __call__(self, line: str) -> None:
        """Write one line."""

    def resume(self) -> None:
        """The last line of a run was written: go on where pytest was."""


class Progress:
    """Called with one line at a time, from any thread; silent for the first `PATIENCE` seconds of a run.

    After that the latest line is told every `PACE` seconds where it is a new one, every `PULSE` seconds where not.

    `timer` makes a timer that calls back once after so many seconds.
    """

    def __init__(
        self,
        write: Writer,
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
        self._told_at = 0.0
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
                if self._told:
                    self._write.resume()

    def __call__(self, text: str) -> None:
        """Say what is going on; it is told when a line is due."""
        with self._lock:
            self._latest = text

    def _wait(self, seconds: float) -> None:
        with self._lock:
            self._pulse = self._timer(seconds, self._beat)
            self._pulse.daemon = True
            self._pulse.start()

    def _beat(self) -> None:
        with self._lock:
            if self._pulse is None:  # the run ended while this waited for the lock
                return
            if self._latest != self._told or self._clock() - self._told_at >= PULSE:
                self._tell()
            self._wait(PACE)

    def _tell(self) -> None:
        self._told, self._told_at = self._latest, self._clock()
        self._write(f"seqcheck, after {self._clock() - self._began:.0f} s: {one_line(self._latest)}")


class Terminal:
    """Writes lines past pytest's capture; writes nothing under an xdist worker or with ``-q``."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._place: Any = None

    def __call__(self, line: str) -> None:
        """Write one line."""
        reporter = self._reporter()
        if reporter is None:
            return
        with self._uncaptured():
            if isinstance(reporter.currentfspath, Path):
                self._place = reporter.currentfspath
            reporter.ensure_newline()
            reporter.write_line(line)
            reporter.flush()

    def resume(self) -> None:
        """Name the file again whose dots come next; the lines have torn them from their beginning."""
        reporter = self._reporter()
        if reporter is not None and self._place is not None:
            with self._uncaptured():
                reporter.currentfspath = self._place
                reporter.write(f"{os.path.relpath(self._place, reporter.startpath)} ", flush=True)
        self._place = None

    def _reporter(self) -> Any:
        if hasattr(self._config, "workerinput") or self._config.get_verbosity() < 0:
            return None
        return self._config.pluginmanager.getplugin("terminalreporter")

    def _uncaptured(self) -> AbstractContextManager[None]:
        capture: Any = self._config.pluginmanager.getplugin("capturemanager")
        return nullcontext() if capture is None else capture.global_and_fixture_disabled()
