"""The matrix as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from killmatrix.ledger import Entry
from killmatrix.matrix import Row
from killmatrix.mechanical import CLASSES
from killmatrix.specimens import Specimen
from seqcheck.model.check import CLAUSES, Check, Outcome, Severity

MOST_NAMES: Final = 12
HEAD: Final = """<!-- Made by `python -m killmatrix`: do not edit. -->
# The kill matrix

Which faults each check of the catalogue really catches. Every check is held against faulty Sequences of different make
and against sound ones that look like them; the reference Sequences are mutated mechanically besides. CI drives them
again, each with the checks that it names, and refuses a check that no mutant needs, a mutant that survives without a
reason, and a sound Sequence that fails.

A check catches a mutant when its verdict is VIOLATED. It is *needed* by a mutant that would pass without it: no other
check is red. Where one cause has several consequences, only the cause is red; the others follow from it.
"""


@dataclass(frozen=True)
class OnLegacy:
    """What was seen on tf_keras; `no_fault` are the faulty specimens that have no fault there, and why."""

    rows: Sequence[Row] = ()
    entries: Mapping[str, Entry] = field(default_factory=dict)
    no_fault: Mapping[str, str] = field(default_factory=dict)
    waiting: Sequence[Specimen] = ()


def page(
    rows: Sequence[Row],
    checks: Sequence[Check],
    entries: Mapping[str, Entry],
    excused: Mapping[str, str],
    known: Mapping[str, str],
    undriven: Sequence[str] = (),
    unproved: Mapping[str, str] = MappingProxyType({}),
    undriven_mutants: Sequence[str] = (),
    on_legacy: OnLegacy | None = None,
) -> str:
    """The whole page. Every row has its entry; `undriven` names the specimens that have none yet, `undriven_mutants`
    the mechanical ones among them, and `unproved` the checks that break a rule of the matrix, with the reason.
    """
    parts = [HEAD, _figures(rows, excused, known, undriven, undriven_mutants), _not_proved(undriven, unproved)]
    if on_legacy is not None:
        parts.append(_on_legacy(on_legacy))
    parts += [_driven_with(rows, entries), _by_check(rows, checks)]
    parts += [_clause(clause, rows, checks) for clause in CLAUSES]
    parts += [_sound(rows, known), _mechanical(rows, excused)]
    return "\n".join(parts).rstrip() + "\n"


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(cells) + " |" for cells in body)]) + "\n"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def _figures(
    rows: Sequence[Row],
    excused: Mapping[str, str],
    known: Mapping[str, str],
    undriven: Sequence[str],
    undriven_mutants: Sequence[str],
) -> str:
    by_hand = [row for row in rows if row.specimen.kind in ("mutant", "page")]
    mechanical = [row for row in rows if row.specimen.kind == "mechanical"]
    equivalent = {name for name, why in excused.items() if why.startswith("equivalent")}
    judged = [row for row in mechanical if row.specimen.name not in equivalent]
    # What nobody has driven yet counts as not caught.
    caught, judgeable = sum(row.caught for row in judged), len(judged) + len(set(undriven_mutants) - equivalent)
    sound = [row for row in rows if not row.specimen.faulty]
    body = [
        ("Faulty Sequences written by hand, caught", _share(sum(row.caught for row in by_hand), len(by_hand))),
        ("Mechanical mutants, caught", _share(caught, judgeable)),
        ("Mechanical mutants left out as equivalent", str(len(mechanical) + len(undriven_mutants) - judgeable)),
        ("Specimens that were not driven yet as they are", str(len(undriven))),
        ("Sound Sequences, none of them red", _share(sum(not row.alarms for row in sound), len(sound))),
    ]
    if known:
        body.append(("Sound Sequences of which a false alarm is known", str(len(known))))
    return "## Figures\n\n" + _table(("", ""), body)


def _not_proved(undriven: Sequence[str], unproved: Mapping[str, str]) -> str:
    if not undriven and not unproved:
        return ""
    lines = [f"- [{name}](defects/{name}.md): {why}." for name, why in unproved.items()]
    if undriven:
        more = f" and {len(undriven) - MOST_NAMES} more" if len(undriven) > MOST_NAMES else ""
        shown = ", ".join(undriven[:MOST_NAMES]) + more
        lines.append(f"- not driven yet as they are: {shown}.")
    return "## What is not proved\n\n" + "\n".join(lines) + "\n"


def _on_legacy(seen: OnLegacy) -> str:
    faulty = [row for row in seen.rows if row.specimen.faulty and row.specimen.name not in seen.no_fault]
    sound = [row for row in seen.rows if not row.specimen.faulty]
    body = [
        ("Faulty Sequences written by hand, caught", _share(sum(row.caught for row in faulty), len(faulty))),
        ("Faulty Sequences that have no fault there", str(len(seen.no_fault))),
        ("Sound Sequences, none of them red", _share(sum(not row.alarms for row in sound), len(sound))),
        ("Specimens that were not driven there yet as they are", str(len(seen.waiting))),
    ]
    text = (
        "## On tf_keras\n\n"
        "The Sequences that were written by hand, with the base class and the names of tf_keras in the place of those "
        "of Keras 3.\n\n"
    )
    text += _table(("", ""), body)
    if seen.no_fault:
        text += "\n" + _table(("Sequence", "why it has no fault there"), sorted(seen.no_fault.items()))
    return f"{text}\n{_last_time(seen.rows, seen.entries)}"


def _driven_with(rows: Sequence[Row], entries: Mapping[str, Entry]) -> str:
    text = (
        "## What was driven, and with what\n\n"
        "The last time that each specimen was driven. A state is the hash of all modules of seqcheck; "
        "`python -m killmatrix --state` says that of a checkout. Only what was driven with every check proves that a "
        "check is needed.\n\n"
    )
    return text + _last_time(rows, entries)


def _last_time(rows: Sequence[Row], entries: Mapping[str, Entry]) -> str:
    found = [entries[row.specimen.name] for row in rows]
    count = Counter((entry.state, entry.versions, entry.whole) for entry in found)
    body = [
        (f"`{state}`", versions, "every check" if whole else "the checks that it names", str(number))
        for (state, versions, whole), number in sorted(count.items())
    ]
    return _table(("state of seqcheck", "on", "with", "specimens"), body)


def _by_check(rows: Sequence[Row], checks: Sequence[Check]) -> str:
    body = []
    for check in checks:
        faulty = [row for row in rows if row.specimen.faulty]
        own = [row for row in faulty if check.name in row.specimen.checks]
        others = sum(check.name in row.driven.violated for row in faulty) - sum(row.caught for row in own)
        sound = [row for row in rows if row.specimen.is_like(check.name)]
        held = sum(row.driven.outcomes.get(check.name) == Outcome.HOLDS.value for row in sound)
        body.append(
            (
                f"[{check.name}](defects/{check.name}.md)" + (" *a*" if check.severity is Severity.ADVICE else ""),
                f"{sum(row.caught for row in own)} of {len(own)}",
                str(others),
                str(sum(row.needs(check) for row in faulty)),
                f"{held} of {len(sound)}",
            )
        )
    head = ("check", "its mutants, caught", "others that it catches", "mutants that need it", "look-alikes it clears")
    return "## Checks\n\n*a*: advice. A look-alike that is not cleared is inconclusive.\n\n" + _table(head, body)


def _clause(clause: str, rows: Sequence[Row], checks: Sequence[Check]) -> str:
    """Mutants down, the checks of the clause across."""
    columns = [check.name for check in checks if check.clause == clause]
    own = [row for row in rows if row.specimen.kind in ("mutant", "page") and set(row.specimen.checks) & set(columns)]
    body = []
    for row in own:
        cells = [_cell(row, name) for name in columns]
        beside = ", ".join(name for name in row.driven.violated if name not in columns)
        name = row.specimen.name if row.whole else f"*{row.specimen.name}*"
        body.append((name, row.specimen.make, row.specimen.what, *cells, beside))
    numbered = [f"[{place}](defects/{name}.md)" for place, name in enumerate(columns, 1)]
    legend = ", ".join(f"{place} {name}" for place, name in enumerate(columns, 1))
    marks = "● met first in the report, ○ VIOLATED besides; *in italics*: only the check that it names was asked."
    title = f"## {clause[0].upper()}{clause[1:]}\n\n{marks} {legend}.\n\n"
    return title + _table(("mutant", "make", "what", *numbered, "others"), body)


def _cell(row: Row, check: str) -> str:
    if check == row.first:
        return "●"
    return "○" if check in row.driven.violated else ""


def _sound(rows: Sequence[Row], known: Mapping[str, str]) -> str:
    body = []
    for row in rows:
        if not row.specimen.faulty:
            said = ", ".join(row.alarms) + f" ({known.get(row.specimen.name, 'unknown')})" if row.alarms else ""
            named = row.specimen.checks if row.specimen.make else ()
            looks = ", ".join(name + (" (open)" if name in row.open_checks else "") for name in named)
            body.append((row.specimen.name, row.specimen.what, looks, said))
    return "## Sound look-alikes\n\n" + _table(("Sequence", "what", "looks like", "false alarms"), body)


def _mechanical(rows: Sequence[Row], excused: Mapping[str, str]) -> str:
    mechanical = [row for row in rows if row.specimen.kind == "mechanical"]
    killers = Counter(row.first for row in mechanical if row.caught)
    parts = [
        "## Mechanical mutants\n",
        f"One small change each to {', '.join(f'`{name}`' for name in CLASSES.values())}: a number off by one, "
        "swapped arguments, a statement dropped, floor for ceil, a copy removed, and the like. Arguments that "
        "the class refuses are left alone. Nothing is said of the classes as they are, so that a mutant is caught by "
        "whatever is said of it, also that it cannot be built. Checks that need neither workers nor Keras are asked "
        "first; what they let pass is driven with all.\n",
        _table(("caught first by", "mutants"), [(name, str(number)) for name, number in killers.most_common()]),
        "### Survivors\n",
        _table(
            ("mutant", "change", "why"),
            [
                (row.specimen.name, _code(row.specimen.what), excused.get(row.specimen.name, "**not looked at yet**"))
                for row in mechanical
                if not row.caught
            ],
        ),
        "### Caught\n",
        _table(
            ("mutant", "change", "first", "also"),
            [
                (row.specimen.name, _code(row.specimen.what), row.first, ", ".join(row.driven.violated[1:]))
                for row in mechanical
                if row.caught
            ],
        ),
    ]
    return "\n".join(parts)


def _code(what: str) -> str:
    return what.replace("|", "\\|")
