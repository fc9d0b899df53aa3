"""The machine-readable report: one versioned document, described by ``docs/report.schema.json``."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from seqcheck.model.check import Finding
from seqcheck.model.report import TargetReport
from seqcheck.model.scenario import START_METHODS, Scenario
from seqcheck.model.verdict import Verdict, totals
from seqcheck.reporting.identity import ids
from seqcheck.reporting.whole_file import write_whole
from seqcheck.reporting.words import reproduce

SCHEMA: Final = 1
"""Raised when a reader of the old document would misread the new one; added keys do not count."""


def document(reports: Sequence[TargetReport], guarantees: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The report of a run as plain JSON values. `guarantees` maps check names to ``proof`` or ``chance``."""
    return {
        "schema": SCHEMA,
        "seqcheck": _version(),
        "environment": _environment(reports),
        "targets": [_target(report, guarantees or {}) for report in reports],
    }


def write(path: Path, reports: Sequence[TargetReport], guarantees: Mapping[str, str] | None = None) -> None:
    """Write the document so that a reader sees the old file or the whole new one, nothing between.

    Raises:
        OSError: the folder cannot be written to.
    """
    write_whole(path, json.dumps(document(reports, guarantees), indent=2, allow_nan=False) + "\n")


def value_of(value: Any) -> Any:
    """Any value of a finding as JSON can hold it: NaN and infinities as text, bytes as hex, the unknown as its repr."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {str(key): value_of(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted((value_of(item) for item in value), key=repr)
    if isinstance(value, Sequence):
        return [value_of(item) for item in value]
    number = getattr(value, "item", None)
    if callable(number) and getattr(value, "shape", None) == ():
        return value_of(number())
    return repr(value)


def _target(report: TargetReport, guarantees: Mapping[str, str]) -> dict[str, Any]:
    built = report.construction
    return {
        "target": report.target,
        "node": report.node,
        "command": report.command,
        "plan": {
            "ok": built.ok,
            "summary": built.summary,
            "problem": built.problem or None,
            "tried": list(built.tried),
            "paste": built.paste or None,
            "details": value_of(built.details),
        },
        "base": report.base or None,
        "contract": value_of(report.contract),
        "checks": [_check(verdict, report, guarantees) for verdict in report.verdicts],
        "totals": totals(report.verdicts),
        "engine": list(report.engine),
        "broken_use": list(report.broken_use),
        "cut": list(report.cut),
        "search": report.search or None,
        "phases": {name: _seconds(seconds) for name, seconds in report.phases.items()},
        "internal": list(report.internal),
        "seconds": _seconds(report.seconds),
    }


def _check(verdict: Verdict, report: TargetReport, guarantees: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": verdict.check,
        "clause": verdict.clause,
        "severity": verdict.severity.value,
        "guarantee": guarantees.get(verdict.check, "proof"),
        "outcome": verdict.outcome.value,
        "reason": verdict.reason or None,
        "follows_from": verdict.follows_from or None,
        "same_as": verdict.same_as or None,
        "declare": verdict.declare or None,
        "waived_though_sound": verdict.waived_though_sound,
        "waiver": _waiver(verdict) if verdict.waiver is not None else None,
        "findings": [
            _finding(name, finding, reproduce(report, verdict.check))
            for name, finding in zip(ids(verdict, report), verdict.findings, strict=True)
        ],
    }


def _waiver(verdict: Verdict) -> dict[str, Any]:
    waiver = verdict.waiver
    assert waiver is not None
    return {
        "reason": waiver.reason,
        "expires": waiver.expires.isoformat() if waiver.expires is not None else None,
        "expired": verdict.expired,
        "engines": list(waiver.engines),
        "where": waiver.where,
        "known": bool(waiver.known_in),
    }


def _finding(name: str, finding: Finding, command: str) -> dict[str, Any]:
    return {
        "id": name,
        "summary": finding.summary,
        "evidence": value_of(finding.evidence),
        "scenario": _scenario(finding.scenario) if finding.scenario is not None else None,
        "contrast": finding.contrast or None,
        "ways": list(finding.ways),
        "blocks": list(finding.blocks),
        "severity": finding.severity.value if finding.severity is not None else None,
        "place": asdict(finding.frame) if finding.frame is not None else None,
        "stacks": list(finding.stacks),
        "interleaving": list(finding.interleaving),
        "declare": finding.declare or None,
        "reproduce": command or None,
    }


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {"description": scenario.describe(), **value_of(asdict(scenario))}


def _environment(reports: Sequence[TargetReport]) -> dict[str, Any]:
    known: dict[str, Any] = {
        "python": platform.python_version(),
        "keras": None,
        "tensorflow": None,
        "backend": None,
        "platform": platform.platform(),
        "start_methods": list(START_METHODS) if os.name == "posix" else ["spawn"],
    }
    for report in reports:
        known.update({key: value_of(value) for key, value in report.environment.items() if value is not None})
    return known


def _seconds(number: float) -> float:
    return round(number, 3) if math.isfinite(number) else 0.0


def _version() -> str:
    try:
        return metadata.version("seqcheck")
    except metadata.PackageNotFoundError:
        return "unknown"
