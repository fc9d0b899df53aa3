"""One pytest item a check, and one for building the target, hung on the session without importing the user's file."""

from __future__ import annotations

import os
import warnings
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from seqcheck.model.report import ENGINE
from seqcheck.plugin.bench import Bench, construction_outcome, use_outcome, verdict_on
from seqcheck.plugin.runs import CONSTRUCTION, Target
from seqcheck.reporting.denominator import internal_error
from seqcheck.reporting.gate import SeqcheckAdvice
from seqcheck.reporting.identity import ids


def hang(session: pytest.Session, bench: Bench, wanted: Mapping[str, Collection[str]]) -> list[pytest.Item]:
    """The items of a session: `wanted` maps the node of a target to the names of its items, in order."""
    items: list[pytest.Item] = []
    for file in dict.fromkeys(node.partition("::")[0] for node in wanted):
        path = session.config.rootpath / Path(file)
        collector: TargetFile = TargetFile.from_parent(session, path=path, nodeid=file)
        collector.bench = bench
        collector.wanted = wanted
        items.extend(session.genitems(collector))
    return items


class TargetFile(pytest.File):
    """The file of one or more targets. It is never opened: its name alone makes the node ids."""

    bench: Bench
    wanted: Mapping[str, Collection[str]]

    def collect(self) -> Iterator[TargetCollector]:
        """The targets that live in this file."""
        for target in self.bench.runs.targets:
            file, _, name = target.node.partition("::")
            if file == self.nodeid and target.node in self.wanted:
                collector: TargetCollector = TargetCollector.from_parent(self, name=name)
                collector.bench = self.bench
                collector.target = target
                collector.wanted = self.wanted[target.node]
                yield collector


class TargetCollector(pytest.Collector):
    """One target."""

    bench: Bench
    target: Target
    wanted: Collection[str]

    def collect(self) -> Iterator[TargetItem]:
        """Its items, as many as are wanted."""
        for name in self.wanted:
            kind = _KINDS.get(name, CheckItem)
            item: TargetItem = kind.from_parent(self, name=name)
            item.bench = self.bench
            item.target = self.target
            item.add_marker("seqcheck")
            yield item


class TargetItem(pytest.Item):
    """An item of one target."""

    bench: Bench
    target: Target

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """The target's file and a heading; the line is not known here."""
        return self.path, None, f"{self.target.node.partition('::')[2]}::{self.name}"

    def note(self, outcome: str, severity: str, clause: str) -> None:
        """Say what JUnit XML and other readers learn beside passed, failed and skipped."""
        self.user_properties.extend([("outcome", outcome), ("severity", severity), ("clause", clause)])

    def advise(self, advice: SeqcheckAdvice) -> None:
        """Give advice as a warning that points to the target's file, and to no line of it."""
        warnings.warn_explicit(advice, None, str(self.path), 0)

    def runtest(self) -> None:
        """Conclude; what is raised beside pytest's own outcomes is a fault of seqcheck, and says so."""
        try:
            self.conclude()
        except Exception as error:
            pytest.fail(internal_error(error), pytrace=False)

    def conclude(self) -> None:
        """Drive the target, if no item did before, and raise the outcome unless it is passed."""
        raise AssertionError("a target's item is a ConstructionItem or a CheckItem")


class ConstructionItem(TargetItem):
    """Building the target."""

    def conclude(self) -> None:
        """Fail where nothing could be built."""
        report = self.bench.runs.report(self.target, self.name)
        self.note(construction_outcome(report).value, "error", CONSTRUCTION)
        self.bench.conclude_construction(report)


class EngineItem(TargetItem):
    """What the installed engine makes of the use that is declared; the target itself is not judged by it."""

    def conclude(self) -> None:
        """Fail where the engine trains on other data than the target holds."""
        report = self.bench.runs.report(self.target, self.name)
        self.note(use_outcome(report).value, "error", ENGINE)
        self.bench.conclude_use(report)


class CheckItem(TargetItem):
    """One check of one target."""

    def conclude(self) -> None:
        """Raise what the verdict counts as."""
        alone = self.bench.runs.first_asked(self.target)
        report = self.bench.runs.report(self.target, self.name)
        verdict = verdict_on(report, self.name)
        self.note(verdict.outcome.value, verdict.severity.value, verdict.clause)
        self.user_properties.extend(("finding", name) for name in ids(verdict, report))
        if alone:  # the item that stands for construction was not selected, so the first one speaks for it
            self.bench.conclude_construction(report)
        self.bench.conclude(verdict, report, self.advise)


_KINDS: Final[Mapping[str, type[TargetItem]]] = {CONSTRUCTION: ConstructionItem, ENGINE: EngineItem}
