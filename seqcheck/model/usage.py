"""What training uses and takes: the engines that the owner declares, and batches that a real Keras was fed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from seqcheck.model.check import Case, Finding, Severity
from seqcheck.model.contract import Contract
from seqcheck.model.scenario import START_METHODS


def unused(contract: Contract, engine: str) -> str:
    """The declaration by which training does not use `engine`; empty where it may."""
    use = contract.fit
    processes = (
        use.use_multiprocessing if use.use_multiprocessing is not None else (use.start_method is not None or None)
    )
    if engine == "threads":
        if processes:
            return "fit.use_multiprocessing = true"
        if use.workers is not None and use.workers <= 1:
            return f"fit.workers = {use.workers}"
    if engine in START_METHODS:
        if processes is False:
            return "fit.use_multiprocessing = false"
        if use.start_method is not None and use.start_method != engine:
            return f'fit.start_method = "{use.start_method}"'
    return ""


def weighed(findings: Iterable[Finding], contract: Contract, engine: str = "") -> tuple[Finding, ...]:
    """Findings on engines that training does not use become advice; errors come first.

    `engine` stands in for the finding's own where that is an experiment.
    """
    judged = []
    for finding in findings:
        declared = unused(contract, engine or finding.engine)
        if declared:
            blocks = engine or finding.engine
            evidence = {**finding.evidence, "blocks moving to": blocks, "not used now": declared}
            finding = replace(finding, severity=Severity.ADVICE, evidence=evidence)
        judged.append(finding)
    return tuple(sorted(judged, key=lambda finding: finding.severity is Severity.ADVICE))


def accepted(case: Case) -> bool:
    """Whether a real Keras trained on these batches."""
    return any(
        run.deliveries and run.ending == "finished" and not any(note.kind == "error" for note in run.notes)
        for run in case.runs("fit")
    )
