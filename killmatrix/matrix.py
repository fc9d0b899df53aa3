"""The rules of the matrix, on what was seen of each specimen: pure functions, no Sequence is driven here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from killmatrix.driving import CONSTRUCTION, Driven
from killmatrix.specimens import Specimen
from seqcheck.model.check import Check, Outcome, Severity

FEWEST_MUTANTS: Final = 3
FEWEST_MAKES: Final = 2
FEWEST_SOUND: Final = 2


@dataclass(frozen=True)
class Row:
    """One specimen and what was seen of it; `whole` says that every check was asked."""

    specimen: Specimen
    driven: Driven
    whole: bool = True

    @property
    def caught(self) -> bool:
        """Whether a faulty one was: by the check that it names, a mechanical one by any."""
        if self.specimen.checks:
            return set(self.specimen.checks) <= set(self.driven.violated)
        return bool(self.driven.violated)

    @property
    def first(self) -> str:
        """The check that a reader of the report meets first, an error before advice; an empty string where none is."""
        return next(iter(self.driven.violated), "")

    @property
    def alarms(self) -> tuple[str, ...]:
        """What is wrongly said of a sound one: every error, and the checks that it names as advice too."""
        named = tuple(name for name in self.driven.advice if name in self.specimen.checks)
        return (*self.driven.errors, *named)

    def needs(self, check: Check) -> bool:
        """Whether a faulty one would pass without this check: no other is red, and it is the one that was to catch it.

        Advice fails no run; a check that only advises is needed where the specimen is about its defect. What was not
        driven whole proves nothing here: nobody asked the others.
        """
        if not self.whole:
            return False
        others = [name for name in self.driven.errors if name not in (check.name, CONSTRUCTION)]
        if check.severity is Severity.ADVICE:
            return not others and check.name in self.driven.violated and check.name in self.specimen.checks
        return not others and check.name in self.driven.errors

    @property
    def open_checks(self) -> tuple[str, ...]:
        """The checks named by a sound one that could not be settled."""
        return tuple(name for name, outcome in self.driven.outcomes.items() if outcome != Outcome.HOLDS.value)


def broken_rules(
    rows: Sequence[Row],
    checks: Iterable[Check],
    excused: Mapping[str, str],
    known: Mapping[str, str],
    waiting: Sequence[Specimen] = (),
) -> list[str]:
    """What the matrix does not prove, one sentence each.

    `excused` are mechanical mutants that survive, by name, and why; `known` are sound specimens of which a false alarm
    is known; `waiting` were not driven yet, and count for nothing but that they are there.
    """
    found = []
    for check in checks:
        found += _about_check(check, rows, [*(row.specimen for row in rows), *waiting])
    for row in rows:
        name = row.specimen.name
        if not row.specimen.faulty and row.alarms and name not in known:
            found.append(f"{name} is sound, and is called {', '.join(row.alarms)}")
        elif row.specimen.kind == "mechanical":
            if not row.caught and name not in excused:
                found.append(f"{name} survives and nobody says why: {row.specimen.what}")
            if row.caught and name in excused:
                found.append(f"{name} is excused, but {row.first} catches it")
        elif row.specimen.faulty and not row.caught:
            found.append(f"{name} survives: {row.specimen.checks[0]} is {_outcome(row)}")
    names = {row.specimen.name for row in rows}
    gone = [name for name in (*excused, *known) if name not in names]
    return found + [f"{name} is excused, but there is no such specimen" for name in gone]


def broken_on_legacy(rows: Sequence[Row], no_fault: Mapping[str, str], waiting: Sequence[Specimen] = ()) -> list[str]:
    """What is not proved on tf_keras, one sentence each.

    `no_fault` are the faulty specimens that have no fault there, by name, and why; nothing may be said of these.
    """
    found = []
    for row in rows:
        name = row.specimen.name
        if not row.specimen.faulty and row.alarms:
            found.append(f"{name} is sound on tf_keras, and is called {', '.join(row.alarms)}")
        elif row.specimen.faulty and name in no_fault and row.caught:
            found.append(f"{name} is said to have no fault on tf_keras, but {row.specimen.checks[0]} catches it")
        elif row.specimen.faulty and name not in no_fault and not row.caught:
            found.append(f"{name} survives on tf_keras: {row.specimen.checks[0]} is {_outcome(row)}")
    names = {row.specimen.name for row in rows} | {item.name for item in waiting}
    gone = [name for name in no_fault if name not in names]
    return found + [f"{name} is said to have no fault on tf_keras, but there is no such specimen" for name in gone]


def _outcome(row: Row) -> str:
    return row.driven.outcomes.get(row.specimen.checks[0], "missing")


def _about_check(check: Check, rows: Sequence[Row], every: Sequence[Specimen]) -> list[str]:
    mutants = [item for item in every if item.kind in ("mutant", "page") and check.name in item.checks]
    sound = [item for item in every if item.is_like(check.name)]
    makes = {item.make for item in mutants}
    found = []
    if len(mutants) < FEWEST_MUTANTS:
        found.append(f"{check.name} has {len(mutants)} mutants, expected at least {FEWEST_MUTANTS}")
    if len(makes) < FEWEST_MAKES:
        found.append(f"{check.name}: its mutants are all of one make, {', '.join(makes) or 'none'}")
    if len(sound) < FEWEST_SOUND:
        found.append(f"{check.name} has {len(sound)} sound look-alikes, expected at least {FEWEST_SOUND}")
    if not any(row.needs(check) for row in rows if row.specimen.faulty):
        found.append(f"{check.name} is needed by no mutant: every one that it catches is red without it")
    return found
