"""From histories to judgements: every check asked, none able to break the others, the smallest witness put first."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from seqcheck.checks import Registered
from seqcheck.model.check import Case, Finding, Judgement, Outcome, Severity, inconclusive
from seqcheck.model.comparison import shuffles
from seqcheck.model.contract import FitUse
from seqcheck.model.declared_use import tried
from seqcheck.model.history import History
from seqcheck.model.scenario import KERAS_ENGINES, PLANNING, TAKING
from seqcheck.model.search import Search
from seqcheck.model.usage import in_use, weighed

CAUSE: Final = "unsupported-structure"
"""The check that is red where a batch is nothing that can be read."""


@dataclass
class Judged:
    """One judgement a check, and the tracebacks of checks that broke."""

    judgements: dict[str, Judgement] = field(default_factory=dict)
    internal: list[str] = field(default_factory=list)

    def updated(self, later: Judged) -> Judged:
        """With the later judgements in the place of these."""
        return Judged({**self.judgements, **later.judgements}, [*self.internal, *later.internal])


def judge_all(entries: Mapping[str, Registered], case: Case) -> Judged:
    """Ask every check what it makes of the runs."""
    judged = Judged()
    for name, entry in entries.items():
        judged.judgements[name] = _ask(name, entry, case, judged.internal)
    return judged


def with_search(known: Judged, entries: Mapping[str, Registered], case: Case, search: Search) -> Judged:
    """What the runs of `case` came to, with the smallest witness of a search put first."""
    smallest = search.smallest
    judged = Judged(dict(known.judgements), list(known.internal))
    for name, entry in entries.items():
        # What chance may bring about is rare at one size, and not at any of many: a run of full size tells.
        by_chance = entry.check.guarantee == "chance" and judged.judgements[name].outcome is Outcome.HOLDS
        if name in smallest and by_chance:
            continue
        # An open question stays open: what is asked for would explain the smaller case as well.
        if name in smallest and not _is_open(judged.judgements[name]):
            # What the search knew beside its own history was which leaves are drawn at random: the same here.
            background = [history for history in case.histories if history.engine == "reading"]
            own = replace(case, histories=(smallest[name], *background))
            witness = _ask(name, entry, own, judged.internal)
            if witness.outcome is Outcome.VIOLATED:
                scenario, sound = smallest[name].scenario, search.sound.get(name, "")
                first = [_told(one, sound) for one in witness.findings if one.scenario == scenario]
                findings = (*first, *judged.judgements[name].findings)
                judged.judgements[name] = replace(witness, findings=findings, reason=findings[0].summary)
        elif judged.judgements[name].outcome is Outcome.HOLDS:
            held = judged.judgements[name]
            if name in search.unsteady:
                where = search.unsteady[name].describe()
                judged.judgements[name] = inconclusive(
                    f"{where}: it was violated there once, and not when that was repeated: depends on time or outside "
                    "state"
                )
            elif search.looked_at(entry.check.needs):
                also = f"{held.reason}; and {search.looked_at(entry.check.needs)}"
                judged.judgements[name] = replace(held, reason=also)
    return judged


def open_questions(judged: Judged) -> frozenset[str]:
    """The checks that wait for a declaration or another check, so that no search for them is of use."""
    return frozenset(name for name, judgement in judged.judgements.items() if _is_open(judgement))


def uncounted_in(judged: Judged, entries: Mapping[str, Registered]) -> list[str]:
    """The checks that count samples and could not tell these apart."""
    counting = (name for name, entry in entries.items() if TAKING in entry.check.needs)
    return [name for name in counting if judged.judgements[name].outcome is Outcome.INCONCLUSIVE]


def _is_open(judgement: Judgement) -> bool:
    return judgement.outcome is Outcome.INCONCLUSIVE and bool(judgement.declare or judgement.follows_from)


def _told(finding: Finding, sound: str) -> Finding:
    """The finding with the scenario that was drawn before it, and the nearest sound one behind it."""
    drawn = finding.scenario.briefly() if finding.scenario is not None else ""
    contrast = f"{sound}: sound" if sound else ""
    summary = f"{drawn}: {finding.summary}" if drawn else finding.summary
    return replace(finding, summary=f"{summary} ({contrast})" if contrast else summary, contrast=contrast)


def _ask(name: str, entry: Registered, case: Case, internal: list[str]) -> Judgement:
    needs = entry.check.needs
    without_engine = case.facts.base is None and bool(set(needs) & set(KERAS_ENGINES))
    if needs and not case.runs(*needs) and not without_engine:
        return inconclusive(case.why_not(*needs))
    try:
        judgement = _as_used(entry, case, entry.judge(case))
        if judgement.outcome is Outcome.HOLDS and entry.check.content:
            return _unless_unread(judgement, case)
        return judgement
    except Exception as error:
        internal.append(f"check {name}:\n{traceback.format_exc()}")
        return inconclusive(f"seqcheck failed: {type(error).__name__} in check {name}; please report it")


def _unless_unread(judgement: Judgement, case: Case) -> Judgement:
    """Nothing was compared where no leaf of any batch is one that can be read."""
    strange = ""
    for leaf in (leaf for run in case.runs() for read in run.reads if read.batch for leaf in read.batch.leaves):
        if leaf.kind == "foreign":
            strange = strange or leaf.type_name
        elif leaf.kind != "none":
            return judgement
    if not strange:
        return judgement
    why = f"a batch holds nothing but what cannot be looked into ({strange})"
    return Judgement(Outcome.INCONCLUSIVE, f"follows from {CAUSE}: {why}", follows_from=CAUSE)


def _as_used(entry: Registered, case: Case, judgement: Judgement) -> Judgement:
    """What only ways of reading show which training does not use is advice; the runs that count are asked alone then.

    For a check that tells of one run may have told of one that does not count, where others show it as well.
    """
    if judgement.outcome is not Outcome.VIOLATED:
        return judgement
    findings = weighed(judgement.findings, case.contract, base=case.facts.base)
    counting = in_use(case)
    if any(finding.blocks for finding in findings) and len(counting.histories) < len(case.histories):
        again = entry.judge(counting)
        if again.outcome is Outcome.VIOLATED:
            told = weighed(again.findings, case.contract, base=case.facts.base)
            summaries = {finding.summary for finding in told}
            findings = (*told, *(finding for finding in findings if finding.summary not in summaries))
            findings = tuple(sorted(findings, key=lambda finding: finding.severity is Severity.ADVICE))
    return replace(judgement, findings=findings, reason=findings[0].summary)


def judge_unbuilt(entries: Mapping[str, Registered], case: Case, reason: str) -> Judged:
    """Nothing was driven: every check says why, but those that see the cause in what could not be built."""
    judged = Judged()
    for name, entry in entries.items():
        found = _ask(name, entry, case, judged.internal) if PLANNING in entry.check.needs else None
        seen = found is not None and found.outcome is Outcome.VIOLATED
        judged.judgements[name] = found if found is not None and seen else inconclusive(reason)
    return judged


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
        "backend": next((name for name in ("tensorflow", "jax", "torch") if name in versions), None),
        "platform": platform.platform(terse=True),
        "start_methods": list(start_methods),
    }


def cut_short(histories: Iterable[History], search: Search | None = None) -> tuple[str, ...]:
    """What was left out, one sentence each: runs that were not made, passes that could not be taken, a cut search."""
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
    if search is not None and search.cut is not None:
        said[f"search: cut after {search.cut:.1f} s, with {search.looked_at() or 'nothing judged'}"] = None
    return tuple(said)


@dataclass(frozen=True)
class EnginesSaid:
    """What the engines do of themselves, never blamed on the target: one sentence each.

    `broken` is what the declared use meets whatever the Sequence does, and fails the run; `unknown` says why not all of
    that is known; `told` is the rest.
    """

    told: tuple[str, ...]
    broken: tuple[str, ...]
    unknown: str


def engines_said(case: Case) -> EnginesSaid:
    """Gather what the runs say of the engines. Where epochs need not hold each sample once, no use loses any."""
    told: dict[str, None] = {}
    broken: dict[str, None] = {}
    unknown = "" if case.runs("fit") else case.why_not("fit")
    promised = case.contract.epoch in (None, "once") and not case.contract.infinite
    for history in case.histories:
        for note in history.notes:
            if note.kind == "use" or (note.kind == "use-reshuffled" and shuffles(case)):
                (broken if promised else told)[note.text] = None
            elif note.kind in ("engine", "use-reshuffled"):
                told[note.text] = None
            elif note.kind == "use-unknown" or (note.kind == "skipped" and history.engine == "fit"):
                unknown = unknown or note.text
    for fit in tried(case) if promised else ():
        if case.contract.fit == FitUse():
            told.update(dict.fromkeys(said for said in (fit.broken, fit.unknown, fit.held) if said))
            continue
        if fit.broken:
            broken[fit.broken] = None
        if fit.held and case.contract.fit.steps_per_epoch is None:
            unknown = ""  # what nobody had measured before was tried
        unknown = unknown or fit.unknown
        told.update(dict.fromkeys([fit.held] if fit.held else []))
    if unknown and case.contract.fit != FitUse():
        told[unknown] = None
    return EnginesSaid(tuple(told), tuple(broken), unknown)
