"""What ``--seqcheck-reproduce`` prints: the run of one finding made again, and nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqcheck.model.check import Outcome
from seqcheck.model.scenario import Scenario
from seqcheck.pages import explanation
from seqcheck.plugin.options import OptionError
from seqcheck.reporting import terminal
from seqcheck.reporting.plain import one_line
from seqcheck.reporting.reread import Reread, RereadError, finding_in


@dataclass(frozen=True)
class Shown:
    """The text, and whether the finding was seen again."""

    text: str
    again: bool


@dataclass(frozen=True)
class Found(Reread):
    """A finding whose run can be made alone."""

    scenario: Scenario


def found_in(name: str, report: Path | None, option: str) -> Found:
    """The finding `name` of a JSON report; `option` is what asks for it.

    Raises:
        OptionError: there is no such report or finding, or it was seen in no run that can be made alone.
    """
    if report is None:
        raise OptionError(f"{option} {name}: name the report that has it, --seqcheck-json FILE.")
    try:
        found = finding_in(report, name)
    except RereadError as error:
        raise OptionError(f"{option}: {error}") from None
    if not found.node or found.scenario is None:
        how = f"; all of its check is repeated by: {found.command}" if found.command else ""
        raise OptionError(f"{option}: {name} has no run that could be made alone{how}")
    return Found(**vars(found))


def reproduce(name: str, report: Path | None, start: Callable[[], Any]) -> Shown:
    """Make the run of the finding `name` of a JSON report again, and judge its check; `start` makes the driver.

    Raises:
        OptionError: there is no such report or finding, or it was seen in no run that can be made alone.
        TargetError: the target cannot be used any more.
    """
    found = found_in(name, report, "--seqcheck-reproduce")
    with contextlib.closing(start()) as driver:
        made = driver.repeat(driver.resolve([found.target])[0], found.check, found.scenario)
    heading = f"{one_line(found.target)}, {found.check}, {one_line(found.scenario.describe())}"
    verdict = made.verdict(found.check)
    if verdict is not None and verdict.outcome is Outcome.VIOLATED:
        return Shown(f"{heading}: again\n\n{terminal.failure(verdict, made, explanation(found.check))}\n", True)
    said = made.construction.problem if not made.construction.ok else verdict.reason if verdict is not None else ""
    word = verdict.outcome.value.lower().replace("_", " ") if verdict is not None else "not judged"
    lines = [f"{heading}: not again", f"{word}: {one_line(said)}", f"reported was: {one_line(found.summary)}"]
    if found.command:
        lines.append(f"The whole check, with all runs that it compares: {one_line(found.command)}")
    return Shown("\n".join(lines) + "\n", False)
