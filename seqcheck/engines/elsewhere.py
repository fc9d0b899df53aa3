"""A part of a run that is done in another interpreter: in a child of a nursery that imported the module by itself."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from seqcheck.engines import nursery, proctree, wire
from seqcheck.engines import run as runs
from seqcheck.engines.run import Run
from seqcheck.model.history import EngineNote

LOOK_AGAIN = 0.2
"""Seconds after which a child that says nothing is looked at, whether it still records."""


def interpreters(run: Run) -> tuple[str, ...]:
    """The nurseries of the run, beside the one that it was forked from, each an interpreter of its own."""
    return tuple(sorted(role for role in run.nurseries if role.startswith("spawn-")))


def call(run: Run, role: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    """Call ``function(*arguments, run)`` in a child of the nursery `role`, which records into this run, and wait.

    Returns an empty string where it came to its end, else what became of it, as `run.in_fork` does.
    """
    own = (str(run.directory), run.silence, run.sample_id, run.padding)
    try:
        pid, channel = nursery.order(run.nurseries[role], _take_part, (function, arguments, own))
    except (OSError, EOFError):
        return "no nursery"
    with channel:
        return _await(run, pid, channel)


def _take_part(function: Callable[..., Any], arguments: tuple[Any, ...], own: tuple[Any, ...]) -> None:
    directory, silence, sample_id, padding = own
    run = Run(Path(directory), runs.enter(Path(directory)), silence, sample_id=sample_id, padding=padding)
    function(*arguments, run)


def _await(run: Run, pid: int, channel: socket.socket) -> str:
    patience = run.silence * 0.8  # a little shorter than the supervisor's
    size, changed = -1, time.monotonic()
    channel.settimeout(LOOK_AGAIN)
    while True:
        try:
            code, _ = wire.receive(channel)
            return runs.cause_of(int(code))
        except TimeoutError:
            pass
        except (EOFError, OSError):
            return "no nursery"
        now = runs.log_size(run.directory, pid)
        if now != size:
            size, changed = now, time.monotonic()
        elif time.monotonic() - changed > patience:
            run.record(EngineNote("hung", f"another interpreter recorded nothing for {patience:g} s"))
            proctree.end(lambda: proctree.descendants([pid]) | ({pid} if proctree.alive(pid) else set()), grace=0.1)
            return "hung"
