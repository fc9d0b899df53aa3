"""What ``--seqcheck-migrate`` prints: what keeps the targets from moving to another Keras, Python or start method."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seqcheck.model.check import Check
from seqcheck.model.contract import suggest
from seqcheck.model.report import TargetReport
from seqcheck.model.scenario import START_METHODS
from seqcheck.model.usage import MOVES
from seqcheck.plugin.options import OptionError
from seqcheck.reporting import migration
from seqcheck.reporting.denominator import complete, crashed


@dataclass(frozen=True)
class Listed:
    """The text, whether something stops the move or could not be looked at, and all that was seen."""

    text: str
    stopped: bool
    reports: tuple[TargetReport, ...]


def check_name(name: str) -> str:
    """The name of a move as `usage.MOVES` has it.

    Raises:
        OptionError: there is no such move.
    """
    if name.lower() not in MOVES:
        hint = suggest(name.lower(), list(MOVES))
        raise OptionError(f"--seqcheck-migrate: there is no move to {name!r}.{hint} Known: {', '.join(MOVES)}.")
    return name.lower()


def settings_for(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with the start method that is asked about among those that are tried."""
    wanted = [way for way in MOVES[name].ways if way in START_METHODS]
    chosen = settings.get("start_methods")
    if chosen is None or not wanted:
        return dict(settings)
    return {**settings, "start_methods": tuple(dict.fromkeys([*chosen, *wanted]))}


def migrate(
    name: str,
    texts: Sequence[str],
    checks: Mapping[str, Check],
    start: Callable[[], Any],
    *,
    strict: bool = False,
) -> Listed:
    """Drive the targets and list what stops the move; `strict` lets what is open count as well.

    Raises:
        TargetError: a target does not exist.
    """
    reports = []
    with contextlib.closing(start()) as driver:
        for target in driver.resolve(texts):
            try:
                made = driver.run(target)
            except Exception as error:
                made = crashed(target.text, target.node, checks, error)
            reports.append(complete(made, checks))
    move = MOVES[name]
    stopped = any(
        not report.construction.ok
        or migration.stops(report, move)
        or (strict and migration.unsettled(report, move, checks))
        for report in reports
    )
    return Listed(migration.text(name, reports, checks), stopped, tuple(reports))
