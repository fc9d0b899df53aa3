"""From a described target to a recipe that works, tried in children that may hang or die of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from seqcheck.construction import explore, paste
from seqcheck.construction.explore import Attempt, Explored, Unbuilt
from seqcheck.construction.options import Options
from seqcheck.construction.resolve import Description
from seqcheck.engines.isolate import Isolation
from seqcheck.model.contract import Contract
from seqcheck.model.own_fault import OwnFault
from seqcheck.model.report import Construction
from seqcheck.runner import errands

MOST_CHILDREN = 4
"""How many children may hang or die of a recipe before no further one is tried."""


@dataclass(frozen=True)
class Constructed:
    """The recipe that worked, or none. `contract` is what was declared, with what the signature says filled in."""

    construction: Construction
    contract: Contract
    explored: Explored | None
    seconds: float


def construct(
    isolation: Isolation, nursery: str, description: Description, said: Options, timeout: float, deadline: float
) -> Constructed:
    """Try recipes until one works. `timeout` is the seconds that one step may take, `deadline` monotonic."""
    if description.own_fault is not None:
        return Constructed(_unimported(description, description.own_fault), said.contract, None, 0.0)
    started = time.monotonic()
    skipped: list[int] = []
    lines: list[str] = []
    found: Explored | None = None
    unbuilt = Unbuilt()
    problem = ""
    while len(skipped) < MOST_CHILDREN:
        left = max(1.0, deadline - time.monotonic())
        arguments = (description, said, tuple(skipped), left / 2)
        outcome = isolation.run(nursery, errands.explore, arguments, silence=timeout, limit=left).result()
        records = outcome.records
        problem = next((record.text for record in records if isinstance(record, errands.Refused)), "")
        found = next((record for record in records if isinstance(record, Explored)), None)
        unbuilt = next((record for record in records if isinstance(record, Unbuilt)), unbuilt)
        if problem or found is not None or not outcome.cause:
            problem = problem or (outcome.broken[0] if outcome.broken and found is None else "")
            break
        cause = f"hung for {timeout:g} s" if outcome.cause == "silent" else outcome.cause
        found, number, line = explore.salvage([r for r in records if isinstance(r, Attempt)], cause)
        lines.append(line)
        if found is not None or number < 0 or outcome.cause == "cut":
            break
        skipped.append(number)
    seconds = round(time.monotonic() - started, 2)
    if found is None:
        return Constructed(_failed(description, unbuilt, lines, problem), said.contract, None, seconds)
    return Constructed(_stood(description, found), found.contract, found, seconds)


def _stood(description: Description, found: Explored) -> Construction:
    details = {
        "maker": found.recipe.maker,
        "arguments": {item.name: {"source": item.source, "value": repr(item.value)} for item in found.recipe.arguments},
        "files": [material.words(found.recipe.num_samples or 0) for material in found.recipe.files],
        "inside": found.recipe.inside,
        "num_samples": found.recipe.num_samples,
        "batch_size": found.batch_size,
        "varies": list(found.vary),
        "pin": paste.pin(description, found.recipe),
    }
    return Construction(
        True, paste.summary(found.recipe), found.trouble, found.tried, details=details, own_fault=found.own_fault
    )


def _unimported(description: Description, fault: OwnFault) -> Construction:
    line = f" ({Path(fault.frame.file).name}:{fault.frame.line}: {fault.frame.code})" if fault.frame else ""
    why = f"{description.module} cannot be imported: {fault.exception}: {fault.message}{line}"
    return Construction(False, description.name, why, own_fault=fault)


def _failed(description: Description, unbuilt: Unbuilt, lines: list[str], problem: str) -> Construction:
    tried = (*unbuilt.tried, *lines)
    if problem:
        why = problem
    elif unbuilt.unfilled:
        names = " and ".join(unbuilt.unfilled)
        why = f"{description.name} cannot be built: nothing says what {names} should be"
    elif tried:
        why = f"{description.name} cannot be built: {tried[-1]}"
    else:
        why = f"{description.name} cannot be built: no way of calling it was found"
    return Construction(
        False, description.name, why, tried, paste.mend(description, unbuilt.unfilled), own_fault=unbuilt.own_fault
    )
