"""A check: one pure function from histories to a judgement, named after the defect that it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from seqcheck.model.contract import Contract
from seqcheck.model.history import Frame, History
from seqcheck.model.own_fault import OwnFault
from seqcheck.model.scenario import FITS, LOOPS, TAKING, TALLYING, Scenario


class Severity(str, Enum):
    """How a violation counts: an error fails, advice warns."""

    ERROR = "error"
    ADVICE = "advice"


class Outcome(str, Enum):
    """The six verdicts."""

    HOLDS = "HOLDS"
    VIOLATED = "VIOLATED"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    WAIVED = "WAIVED"
    NOT_SELECTED = "NOT_SELECTED"


CLAUSES: Final = ("construction", "length", "batch", "epoch", "epoch end", "pickling", "workers", "fit")


@dataclass(frozen=True)
class Finding:
    """Evidence as data.

    `summary` is one sentence with the offending value and its place. `evidence` maps plain words to plain values
    (numbers, strings, lists of them), in the order in which they are shown. `engine` and `scenario` say which run it
    was seen in; `frame` is the user's line at fault where one is known. `stacks` are shown verbatim.
    """

    summary: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    scenario: Scenario | None = None
    frame: Frame | None = None
    stacks: tuple[str, ...] = ()
    declare: str = ""
    """The line of TOML that would settle it where it is meant, such as ``epoch = "per-epoch"``."""
    severity: Severity | None = None
    """Overrides the check's own."""
    contrast: str = ""
    """What differs in the nearest scenario that is sound, such as ``41 samples: sound``."""
    interleaving: tuple[str, ...] = ()
    """The lines that threads executed, in the order in which they did; shown verbatim."""
    ways: tuple[str, ...] = ()
    """The ways of reading for training that show it, of `usage.WAYS`; empty where all of them do, or nobody knows."""
    blocks: tuple[str, ...] = ()
    """What the owner cannot move to while this is so: ``spawn``, ``Keras 3``; only where training uses none of it."""

    @property
    def engine(self) -> str:
        """The engine of the run it was seen in, or an empty string; every run of the plain loop is ``loop``."""
        engine = self.scenario.engine if self.scenario else ""
        return "loop" if engine in LOOPS else engine


@dataclass(frozen=True)
class Judgement:
    """What one check says of one target. `reason` is a sentence; for HOLDS it says what was looked at."""

    outcome: Outcome
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    declare: str = ""
    follows_from: str = ""


def holds(looked_at: str) -> Judgement:
    """The promise was kept wherever it was looked at; `looked_at` says where: ``3 epochs of 13 batches``."""
    return Judgement(Outcome.HOLDS, looked_at)


def violated(findings: Iterable[Finding]) -> Judgement:
    """The defect was seen; the first finding is the one to show first.

    Raises:
        ValueError: there is no finding.
    """
    found = tuple(findings)
    if not found:
        raise ValueError("a violation needs a finding")
    return Judgement(Outcome.VIOLATED, found[0].summary, found)


def inconclusive(reason: str, declare: str = "") -> Judgement:
    """It could not be settled; `declare` is the line of TOML that would settle it."""
    return Judgement(Outcome.INCONCLUSIVE, reason, declare=declare)


def not_applicable(reason: str) -> Judgement:
    """The promise is not one that this Sequence makes."""
    return Judgement(Outcome.NOT_APPLICABLE, reason)


@dataclass(frozen=True)
class Facts:
    """What is known of the target beside its histories.

    `base` is ``keras``, ``tf_keras`` or None where the class has neither base. `origin` is ``command-line`` (importable
    by name) or ``api`` (an object of the test process). `parameters` are the constructor's or factory's names.
    `start_methods` are those of this platform and choice.
    """

    name: str
    class_name: str = ""
    base: str | None = None
    origin: str = "command-line"
    file: str = ""
    line: int = 0
    parameters: tuple[str, ...] = ()
    sizes_vary: bool = False
    start_methods: tuple[str, ...] = ()
    nested_class: bool = False
    """The class is local to a function, or lives in ``__main__``."""
    own_hooks: tuple[str, ...] = ()
    """The epoch hooks that the class defines itself, instead of inheriting those of Keras that do nothing."""
    maker: str = "class"
    """What makes the instances: the ``class`` itself, a ``factory``, or nobody in reach (``instance``)."""
    own_fault: OwnFault | None = None
    """What the class was seen to fail at by itself while a way to build it was looked for."""


@dataclass(frozen=True)
class Case:
    """All that a check may look at."""

    facts: Facts
    contract: Contract
    histories: tuple[History, ...]

    def runs(self, *engines: str) -> tuple[History, ...]:
        """The histories that were built and driven at all, of the named engines in that order, or of all.

        `fit` with workers of the engine's own is none of them unless it is named: what those do is not watched, and
        what comes of it is told by the engine's name. Nor are the runs that are for counting alone.
        """
        apart = (*FITS, TAKING, TALLYING)
        wanted = engines or tuple(dict.fromkeys(item.engine for item in self.histories if item.engine not in apart))
        ran = [item for item in self.histories if item.ending not in ("not-run", "not-built", "seqcheck-failed")]
        return tuple(item for engine in wanted for item in ran if item.engine == engine)

    def why_not(self, *engines: str) -> str:
        """Why none of these engines has a history to look at, in words."""
        for item in self.histories:
            if item.engine in engines:
                if item.note:
                    return f"{item.engine}: {item.note}"
                if item.ending == "not-built":
                    return f"{item.engine}: no instance could be built"
                left_out = next((note.text for note in item.notes if note.kind == "skipped"), "")
                if left_out:
                    return f"{item.engine}: {left_out}"
                if item.deaths:
                    return f"{item.engine}: {item.deaths[0].cause} while {item.deaths[0].during}"
        return f"no run of {' or '.join(engines)} was made"


@dataclass(frozen=True)
class Check:
    """The declaration beside a `judge`.

    `needs` names the engines and experiments whose histories it reads; a check none of whose needs ran is INCONCLUSIVE
    before `judge` is asked. `explained_by` maps a cause to the engines on which it explains this defect (None: on all):
    findings of those engines are dropped while the cause is VIOLATED, so that one fault is red once. `guarantee` is
    ``proof`` (a violation is certain) or ``chance`` (P < 1e-9).
    """

    name: str
    clause: str
    needs: tuple[str, ...]
    severity: Severity = Severity.ERROR
    guarantee: str = "proof"
    options: tuple[str, ...] = ()
    """The contract options that change it, at one level where it is only one: see `declarations`."""
    explained_by: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    content: bool = False
    """Whether it holds by what stands in the leaves of batches, so that it holds by nothing where none can be read."""


Judge = Callable[[Case], Judgement]
