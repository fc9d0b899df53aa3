"""From histories to judgements: every check asked, none able to break the others, the smallest witness put first."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from seqcheck.checks import Registered
from seqcheck.model.check import Case, Judgement, Outcome, inconclusive
from seqcheck.model.history import History
from seqcheck.model.scenario import KERAS_ENGINES


@dataclass
class Judged:
    """One judgement a check, and the tracebacks of checks that broke."""

    judgements: dict[str, Judgement] = field(default_factory=dict)
    internal: list[str] = field(default_factory=list)


def judge_all(entries: Mapping[str, Registered], case: Case, smallest: Mapping[str, History], searched: int) -> Judged:
    """Ask every check; `smallest` has, for each check that a search violated, the smallest history that does."""
    judged = Judged()
    for name, entry in entries.items():
        judged.judgements[name] = _ask(name, entry, case, judged.internal)
        # An open question stays open: what is asked for would explain the smaller case as well.
        asked = bool(judged.judgements[name].declare or judged.judgements[name].follows_from)
        if name in smallest and not (asked and judged.judgements[name].outcome is Outcome.INCONCLUSIVE):
            # What the search knew beside its own history was which leaves are drawn at random: the same here.
            background = [history for history in case.histories if history.engine == "reading"]
            own = replace(case, histories=(smallest[name], *background))
            witness = _ask(name, entry, own, judged.internal)
            if witness.outcome is Outcome.VIOLATED:
                findings = (*witness.findings, *judged.judgements[name].findings)
                judged.judgements[name] = replace(witness, findings=findings)
        elif searched and judged.judgements[name].outcome is Outcome.HOLDS and "loop" in entry.check.needs:
            held = judged.judgements[name]
            judged.judgements[name] = replace(held, reason=f"{held.reason}; and {searched} scenarios of other sizes")
    return judged


def _ask(name: str, entry: Registered, case: Case, internal: list[str]) -> Judgement:
    needs = entry.check.needs
    without_engine = case.facts.base is None and bool(set(needs) & set(KERAS_ENGINES))
    if needs and not case.runs(*needs) and not without_engine:
        return inconclusive(case.why_not(*needs))
    try:
        return entry.judge(case)
    except Exception as error:
        internal.append(f"check {name}:\n{traceback.format_exc()}")
        return inconclusive(f"seqcheck failed: {type(error).__name__} in check {name}; please report it")


def all_inconclusive(entries: Mapping[str, Registered], reason: str) -> Judged:
    """Nothing was driven: every check says why."""
    return Judged({name: inconclusive(reason) for name in entries})


def environment_of(histories: Iterable[History], start_methods: tuple[str, ...]) -> dict[str, Any]:
    """Versions as the runs told them, for the report."""
    versions = dict(
        note.text.rsplit(" ", 1)
        for history in histories
        for note in history.notes
        if note.kind == "version" and " " in note.text
    )
    return {
        "python": platform.python_version(),
        "keras": versions.get("keras"),
        "tf_keras": versions.get("tf_keras"),
        "tensorflow": versions.get("tensorflow"),
        "backend": "tensorflow" if "tensorflow" in versions else None,
        "platform": platform.platform(terse=True),
        "start_methods": list(start_methods),
    }


def cut_short(histories: Iterable[History]) -> tuple[str, ...]:
    """What was left out, one sentence each: runs that were not made, and passes that could not be taken."""
    said: dict[str, None] = {}
    for history in histories:
        if history.ending in ("not-run", "seqcheck-failed") and history.note:
            said[f"{history.engine}: {history.note}"] = None
        for note in history.notes:
            if note.kind == "skipped":
                said[f"{history.engine}: {note.text}"] = None
        if not history.reads_all and history.ending == "finished":
            read, length = len(history.scenario.indices or ()), history.length
            said[f"{history.engine}: {read} of {length} batches were read, first, last and between"] = None
    return tuple(said)


def engine_notes(histories: Iterable[History]) -> tuple[str, ...]:
    """What the engines did of themselves, one sentence each; never blamed on the target."""
    said: dict[str, None] = {}
    for history in histories:
        for note in history.notes:
            if note.kind == "engine":
                said[note.text] = None
    return tuple(said)
