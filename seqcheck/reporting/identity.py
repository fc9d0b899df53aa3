"""What a finding is called: a name that stays the same from run to run, while files are edited and lines move."""

from __future__ import annotations

import hashlib
from typing import Final

from seqcheck.model.report import TargetReport
from seqcheck.model.verdict import Verdict

DIGITS: Final = 8


def ids(verdict: Verdict, report: TargetReport) -> tuple[str, ...]:
    """One name for each finding of a verdict: ``lost-samples-1f0c83aa``.

    It is made of the target, the check, the engine, and the function and text of the line at fault; not of samples,
    times or line numbers, which differ between runs. Findings that have all of it in common are numbered in order.
    """
    given: dict[str, int] = {}
    names = []
    for finding in verdict.findings:
        frame = finding.frame
        place = (frame.function, frame.code.strip()) if frame is not None else ("", "")
        said = "\0".join([report.node or report.target, verdict.check, finding.engine, *place])
        name = f"{verdict.check}-{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:DIGITS]}"
        given[name] = given.get(name, 0) + 1
        names.append(name if given[name] == 1 else f"{name}-{given[name]}")
    return tuple(names)
