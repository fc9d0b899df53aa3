"""Progress: nothing in the first seconds, then one line at a time."""

from __future__ import annotations

from seqcheck.plugin.progress import PATIENCE, Progress


def test_quick_runs_are_silent_and_long_ones_speak() -> None:
    now, lines = [100.0], list[str]()
    progress = Progress(lines.append, clock=lambda: now[0])
    progress.begin()
    progress("loop")
    now[0] += PATIENCE - 0.1
    progress("fork")
    assert lines == []
    now[0] += 0.1
    progress("spawn")
    progress("spawn")
    progress("fit \x1b[31m")
    assert lines == ["seqcheck, after 5 s: spawn", "seqcheck, after 5 s: fit \\x1b[31m"]


def test_every_run_has_its_own_silence() -> None:
    now, lines = [0.0], list[str]()
    progress = Progress(lines.append, clock=lambda: now[0])
    now[0] += 60
    progress.begin()
    progress("loop")
    assert lines == []
