"""A finding read back out of a JSON report, with all that it takes to make its run again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from seqcheck.model.contract import suggest
from seqcheck.model.scenario import Scenario, Step
from seqcheck.reporting.json_report import SCHEMA


class RereadError(ValueError):
    """There is no such finding, or no such report; the text says what there is."""


@dataclass(frozen=True)
class Reread:
    """One finding: the target as the user named it, its node, and the run that it was seen in, None where in none."""

    id: str
    target: str
    node: str
    check: str
    summary: str
    command: str
    scenario: Scenario | None
    evidence: Mapping[str, Any] = field(default_factory=dict)


def finding_in(path: Path, name: str) -> Reread:
    """The finding of this id in a report.

    Raises:
        RereadError: the file is no report that this version reads, or it has no finding of that id.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RereadError(f"{path} cannot be read: {error}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise RereadError(f"{path} is no report of seqcheck with schema {SCHEMA}")
    known: list[str] = []
    try:
        for target in document["targets"]:
            for check in target["checks"]:
                for finding in check["findings"]:
                    if finding["id"] == name:
                        return _reread(target, check, finding)
                    known.append(finding["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise RereadError(f"{path} is no report of seqcheck that this version reads: {error!r}") from None
    have = f" It has {', '.join(known[:6])}." if known else " It has none."
    raise RereadError(f"{path}: there is no finding {name!r}.{suggest(name, known) or have}")


def _reread(target: dict[str, Any], check: dict[str, Any], finding: dict[str, Any]) -> Reread:
    given = finding["scenario"]
    return Reread(
        id=finding["id"],
        target=target["target"],
        node=target["node"],
        check=check["name"],
        summary=finding["summary"],
        command=finding["reproduce"] or "",
        scenario=_scenario(given) if given is not None else None,
        evidence=dict(finding["evidence"]),
    )


def _scenario(given: dict[str, Any]) -> Scenario:
    chosen = {item.name: given[item.name] for item in fields(Scenario) if item.name in given}
    chosen["indices"] = tuple(chosen["indices"]) if chosen.get("indices") is not None else None
    chosen["order"] = tuple(chosen.get("order", ()))
    chosen["counted"] = tuple(chosen.get("counted", ()))
    chosen["script"] = tuple(Step(step["action"], step["index"]) for step in chosen.get("script", ()))
    return Scenario(**chosen)
