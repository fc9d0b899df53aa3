"""What training uses and takes: the ways of reading that the owner declares, and batches that a real Keras was fed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from seqcheck.model.check import Case, Finding, Severity
from seqcheck.model.contract import GENERATIONS, Contract, FitUse
from seqcheck.model.scenario import KERAS_ENGINES, START_METHODS

WAYS: Final = ("threads", *START_METHODS, *GENERATIONS)
"""How training may read: by threads, by processes of each start method, and which Keras feeds itself.

A plain loop is none of them: whoever reads at all reads so, and every Keras looks at its first batches that way.
"""
SENT: Final = ("spawn", "forkserver")
"""The start methods under which workers get the instance by pickle."""
SHOWN_BY: Final = {
    "threads": ("threads",),
    "schedule": ("threads",),
    "fork": ("fork",),
    "forking": ("fork",),
    "spawn": ("spawn",),
    "forkserver": ("forkserver",),
    "pickling": SENT,
    "leaving": START_METHODS,
    "dealing": START_METHODS,
}
"""By engine or experiment, the ways of reading that it stands for; any of them shows what it shows."""
NAMES: Final = {"keras": "Keras 3"}
"""What the owner would move to, where that has another name than the way of reading."""


@dataclass(frozen=True)
class Move:
    """What an owner may want to move to: its name in words, and the ways of reading that come with it."""

    title: str
    ways: tuple[str, ...]


MOVES: Final = {
    "keras3": Move("Keras 3", ("keras",)),
    "python3.14": Move("Python 3.14, which starts worker processes by forkserver", ("forkserver",)),
    "spawn": Move("spawn", ("spawn",)),
    "forkserver": Move("forkserver", ("forkserver",)),
    "fork": Move("fork", ("fork",)),
    "threads": Move("threads", ("threads",)),
}
"""By the names that ``--seqcheck-migrate`` takes."""


def processes(use: FitUse) -> bool:
    """Whether training reads by processes, as far as that is declared."""
    return use.start_method is not None if use.use_multiprocessing is None else use.use_multiprocessing


def reads_by_workers(use: FitUse) -> bool:
    """Whether training is declared to read by workers, of whatever kind."""
    return (use.workers or 1) > 1 or processes(use)


def unused(contract: Contract, way: str) -> str:
    """The declaration by which training does not read in this way; empty where it may."""
    use = contract.fit
    if way == "threads":
        if processes(use):
            return "fit.use_multiprocessing = true"
        if use.workers is not None and use.workers <= 1:
            return f"fit.workers = {use.workers}"
    if way in START_METHODS:
        if use.use_multiprocessing is False:
            return "fit.use_multiprocessing = false"
        if use.workers == 0:
            return "fit.workers = 0"
        if use.start_method is not None and use.start_method != way:
            return f'fit.start_method = "{use.start_method}"'
    if way in GENERATIONS and use.keras is not None and use.keras != way:
        return f'fit.keras = "{use.keras}"'
    return ""


def generation(case: Case) -> str | None:
    """The Keras that training uses: as declared, else that of the base class; None where neither says."""
    return case.contract.fit.keras or case.facts.base


def weighed(
    findings: Iterable[Finding], contract: Contract, *ways: str, base: str | None = None
) -> tuple[Finding, ...]:
    """Findings that only ways of reading show which training does not use become advice; errors come first.

    `ways` are those that show these findings where it is not their engine that tells; any one of them that is used
    lets the severity be. `base` is the Keras that ran `fit` and its like, None where none did.
    """
    judged = []
    for finding in findings:
        shown = finding.ways or ways or _shown_by(finding.engine, base)
        declared = [unused(contract, way) for way in shown]
        finding = replace(finding, ways=shown)
        if declared and all(declared):
            blocks = moves(shown, contract)
            evidence = {
                **finding.evidence,
                "blocks moving to": list(blocks),
                "not used now": list(dict.fromkeys(declared)),
            }
            finding = replace(finding, severity=Severity.ADVICE, evidence=evidence, blocks=blocks)
        judged.append(finding)
    return tuple(sorted(judged, key=lambda finding: finding.severity is Severity.ADVICE))


def _shown_by(engine: str, base: str | None) -> tuple[str, ...]:
    if engine in KERAS_ENGINES:
        return (base,) if base in GENERATIONS else ()
    return SHOWN_BY.get(engine, ())


def moves(ways: Iterable[str], contract: Contract) -> tuple[str, ...]:
    """What an owner cannot move to while these ways of reading are broken.

    Python 3.14 starts processes by forkserver where nobody chooses: that concerns whoever trains with processes.
    """
    shown = tuple(ways)
    names = [NAMES.get(way, way) for way in shown]
    without = contract.fit.use_multiprocessing is False or contract.fit.workers == 0
    return tuple([*names, "Python 3.14"] if "forkserver" in shown and not without else names)


def in_use(case: Case) -> Case:
    """The case without the runs that only stand for ways of reading which training does not use."""
    kept = []
    for run in case.histories:
        ways = _shown_by(run.engine, case.facts.base)
        if not ways or not all(unused(case.contract, way) for way in ways):
            kept.append(run)
    return replace(case, histories=tuple(kept))


def accepted(case: Case) -> bool:
    """Whether a real Keras trained on these batches."""
    return any(
        run.deliveries and run.ending == "finished" and not any(note.kind == "error" for note in run.notes)
        for run in case.runs("fit")
    )


def backend(case: Case) -> str:
    """``tensorflow``, or the backend on which the runs of a real Keras say that it computed."""
    said = {note.text.split(" ")[0] for run in case.histories for note in run.notes if note.kind == "version"}
    return next((name for name in ("jax", "torch") if name in said), "tensorflow")
