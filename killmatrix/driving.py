"""One specimen driven, and what came of it."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from killmatrix.specimens import ROOT, Specimen
from seqcheck.checks import catalogue
from seqcheck.model.check import Outcome, Severity
from seqcheck.model.report import TargetReport
from seqcheck.model.scenario import PLANNING, SCRIPT, TAKING, TALLYING
from seqcheck.runner import Session, Settings
from seqcheck.runner.conduct import needed_by

SETTINGS: Final = Settings(timeout=10.0, budget=60.0)
IMPATIENT: Final = Settings(timeout=3.0, budget=60.0)
"""For what hangs by design: nothing is learnt from waiting longer."""
WARM: Final[Mapping[str, tuple[str, ...]]] = {"keras": ("keras",), "tf_keras": ("tensorflow", "tf_keras")}
"""What every specimen imports, by the generation of Keras that it is driven on."""
HANGS: Final = "hanging-read"
CHEAP: Final = frozenset(
    {"loop", "reading", "hooks", "making", "drifting", "filling", PLANNING, SCRIPT, TAKING, TALLYING}
)
"""Runs in one process, without Keras, that take a second together."""
CONSTRUCTION: Final = "construction"
"""What fails where no instance can be built: an item of the test run, and no check of the catalogue."""


@dataclass(frozen=True)
class Driven:
    """The verdicts on one specimen: checks by name, in the order of the catalogue; `seconds` is wall time.

    `errors` and `advice` were VIOLATED. `outcomes` are those of the checks that the specimen names.
    """

    errors: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    outcomes: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def violated(self) -> tuple[str, ...]:
        """Every check that was VIOLATED, errors first."""
        return (*self.errors, *self.advice)


class Drivers:
    """The sessions that specimens are driven in, one after the other: each imports Keras once, for all of them.

    `generation` is that Keras: ``keras`` or ``tf_keras``. Modules of the pages and mechanical mutants are found where
    they were laid out if that is the current folder.
    """

    def __init__(self, generation: str = "keras") -> None:
        self._warm = WARM[generation]
        self._sessions: dict[float, Session] = {}

    def drive(self, specimen: Specimen, *, whole: bool) -> Driven:
        """Drive a specimen with every check, or unless `whole` with those that it names.

        Of a mechanical mutant the checks that need neither workers nor Keras come first; where one of them is VIOLATED,
        nothing else is asked.

        Raises:
            RuntimeError: seqcheck itself failed.
            TargetError: the specimen cannot be imported.
        """
        started = time.monotonic()
        driven = Driven()
        session = self._session(IMPATIENT if specimen.checks == (HANGS,) else SETTINGS)
        asked = () if whole else specimen.checks
        rounds = (soon(), asked) if specimen.kind == "mechanical" and whole else (asked,)
        for only, target in itertools.product(rounds, specimen.targets):
            seen = judged(session.run(session.resolve([target])[0], only), specimen.checks)
            # What was VIOLATED for one target counts, whatever the next one shows.
            kept = {name: outcome for name, outcome in driven.outcomes.items() if outcome == Outcome.VIOLATED.value}
            advice = tuple(dict.fromkeys((*driven.advice, *seen.advice)))
            driven = Driven(seen.errors, advice, {**seen.outcomes, **kept})
            if driven.errors:
                break
        return Driven(driven.errors, driven.advice, driven.outcomes, round(time.monotonic() - started, 1))

    def _session(self, settings: Settings) -> Session:
        if settings.timeout not in self._sessions:
            self._sessions[settings.timeout] = Session(settings, ROOT, warm=self._warm)
        return self._sessions[settings.timeout]

    def close(self) -> None:
        """End every process of theirs."""
        for session in self._sessions.values():
            session.close()


@cache
def soon() -> tuple[str, ...]:
    """The checks that need neither workers nor Keras, and none of whose causes does."""
    checks = {name: entry.check for name, entry in catalogue().items()}
    return tuple(name for name in checks if needed_by([name], checks) <= CHEAP)


@contextlib.contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    """Make a folder the current one, where targets are looked for, and go back at the end."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def judged(report: TargetReport, checks: tuple[str, ...]) -> Driven:
    """What a report says.

    Raises:
        RuntimeError: seqcheck itself failed.
    """
    broken = [*report.internal, *(item.reason for item in report.verdicts if "seqcheck failed" in item.reason)]
    if broken:
        raise RuntimeError(f"{report.target}: {broken[0]}")
    seen = [item for item in report.verdicts if item.outcome is Outcome.VIOLATED]
    errors = tuple(item.check for item in seen if item.severity is Severity.ERROR)
    if not report.construction.ok:
        errors = (*errors, CONSTRUCTION)
    outcomes = {item.check: item.outcome.value for item in report.verdicts if item.check in checks}
    return Driven(errors, tuple(item.check for item in seen if item.severity is Severity.ADVICE), outcomes)
