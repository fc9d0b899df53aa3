"""What ``--seqcheck-replay`` prints: one interleaving of threads, made again."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from seqcheck.plugin.options import OptionError
from seqcheck.reporting.plain import one_line, plain
from seqcheck.schedule.text import NoSchedule, parse


@dataclass(frozen=True)
class Said:
    """The text, and whether the interleaving broke a batch."""

    text: str
    broken: bool


def replays(targets: Sequence[str], text: str, start: Callable[[], Any], terminal: str) -> Said:
    """Replay `text` for the one target; `start` makes the driver, `terminal` is the device of a debugger, or empty.

    Raises:
        OptionError: the text is no schedule, there is not exactly one target, or it cannot be replayed for this one.
        TargetError: the target cannot be used.
    """
    if len(targets) != 1:
        raise OptionError("--seqcheck-replay: name the one target that it belongs to, --seqcheck mypkg.MySequence")
    try:
        replayable = parse(text)
    except NoSchedule as error:
        raise OptionError(f"--seqcheck-replay: {error}") from None
    driver = start()
    try:
        replayed = driver.replay(driver.resolve(targets)[0], replayable, terminal)
    finally:
        driver.close()
    if replayed.problem:
        raise OptionError(f"--seqcheck-replay: {text} cannot be replayed: {one_line(replayed.problem)}")
    heading = f"{one_line(targets[0])}: {replayable.setting.describe()}, schedule {replayable}"
    return Said("\n".join([heading, *map(plain, replayed.lines), one_line(replayed.what), ""]), replayed.broken)


def terminal_of(config: pytest.Config) -> str:
    """The device that a debugger can talk to.

    Raises:
        OptionError: pytest runs at no terminal.
    """
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        capture.suspend(in_=True)
    try:
        if sys.__stdin__ is None or not os.isatty(sys.__stdin__.fileno()):
            raise OptionError("--pdb: a replay can only be debugged at a terminal")
        return os.ttyname(sys.__stdin__.fileno())
    finally:
        if capture is not None:
            capture.resume()
