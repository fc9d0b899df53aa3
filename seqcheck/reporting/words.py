"""What stands beside the evidence: why a defect matters, how it is mended, and the line that shows it again."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from seqcheck.model.report import TargetReport


@dataclass(frozen=True)
class Explanation:
    """The parts of a check's page that a failure quotes.

    `defect` is the first sentence, a statement about the Sequence. `matters` says why, in one paragraph. `mend` has the
    lines that make the page's faulty example sound, as a short diff.
    """

    defect: str = ""
    matters: str = ""
    mend: tuple[str, ...] = ()


def reproduce(report: TargetReport, item: str) -> str:
    """One line that repeats one check (or ``construction``) of a target; empty where the run has no command line."""
    if not report.command or not report.node:
        return report.command
    return f"{report.command} {shlex.quote(f'{report.node}::{item}')}"


def declaration(report: TargetReport, line: str) -> str:
    """Where and how to declare `line`, a line of TOML such as ``epoch = "per-epoch"``, ready to be pasted."""
    if not report.node:
        return f"as a keyword argument of the call: {_keyword(line)}"
    target = report.target.replace("\\", "\\\\").replace('"', '\\"')
    return f'in pyproject.toml:\n[tool.seqcheck.targets."{target}"]\n{line}'


def title(report: TargetReport) -> str:
    """What the summary calls a target: its node, or the test that made it."""
    return report.node or f"{report.target} ({report.command.removeprefix('pytest ')})"


def _keyword(line: str) -> str:
    """``drop_remainder = true`` as Python writes it; a table, and what is no plain assignment, stays as it is."""
    name, equals, value = line.partition(" = ")
    if not equals or not name.isidentifier() or value.startswith("{"):
        return line
    written = {"true": "True", "false": "False"}.get(value, value)
    return f"{name}={written}"
