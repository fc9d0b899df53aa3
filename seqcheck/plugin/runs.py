"""The runs of one test session: each target driven once, for the first of its items that is reached."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from seqcheck.model.check import Check
from seqcheck.model.report import Construction, TargetReport
from seqcheck.reporting.denominator import complete, crashed, not_run

CONSTRUCTION = "construction"
"""The item that stands for building the target at all."""


class Target(Protocol):
    """A resolved target, as far as pytest has to know it; instances can be pickled."""

    @property
    def text(self) -> str:
        """What the user named."""

    @property
    def node(self) -> str:
        """The front of its node ids: ``src/mypkg/data.py::MySequence``."""

    @property
    def declares_use(self) -> bool:
        """Whether the owner says how it is used in training."""


class Driver(Protocol):
    """What resolves and drives targets: `seqcheck.runner.Session`, or a stand-in in tests."""

    def resolve(self, texts: Sequence[str]) -> Sequence[Any]:
        """Find the targets; raises a ValueError of one sentence where one does not exist."""

    def run(self, target: Any, only: Collection[str] = (), aside: Path | None = None) -> TargetReport:
        """Drive everything once; with `only`, just what the items of these names look at.

        Runs that were finished before an interruption are taken from the folder `aside`, and others are put there.
        """

    def plan(self, target: Any) -> Construction:
        """How the target is built, or why it cannot be; nothing is driven."""

    def close(self) -> None:
        """Stop every process; may be called again."""


class Night(Protocol):
    """Keeps what was found out, by target and the names of its items, until all of a long run is over."""

    def find(self, target: Any, only: Collection[str]) -> TargetReport | None:
        """The report of a target that needs not be driven."""

    def keep(self, target: Any, only: Collection[str], report: TargetReport) -> None:
        """Takes the report of a target as soon as it was driven."""

    def aside(self, target: Any, only: Collection[str]) -> Path:
        """The folder for the finished runs of a target until then."""


@dataclass
class Runs:
    """Reports by target, made once; and which items asked for them."""

    checks: Mapping[str, Check]
    start: Callable[[], Driver]
    """Makes the driver; called at most once, when it is first needed."""
    watch: Callable[[], AbstractContextManager[None]] = nullcontext
    """Entered while something goes on that may take long."""
    amend: Callable[[TargetReport], TargetReport] = lambda report: report
    """What the files of the project have to say of a report."""
    night: Night | None = None
    """What an interrupted run has left."""
    targets: tuple[Any, ...] = ()
    collected: Mapping[str, Collection[str]] = field(default_factory=dict)
    """By node, the names of the items that will ask. A target that is not in here is driven whole."""
    _driver: Driver | None = None
    _reports: dict[str, TargetReport] = field(default_factory=dict)
    _asked: dict[str, set[str]] = field(default_factory=dict)

    def resolve(self, texts: Sequence[str]) -> None:
        """Find the targets; two texts that mean the same one count once.

        Raises:
            ValueError: a target does not exist.
        """
        if texts:
            by_node: dict[str, Any] = {}
            with self.watch():
                for target in self._driving().resolve(texts):
                    by_node.setdefault(target.node, target)
            self.targets = tuple(by_node.values())

    def report(self, target: Target, item: str) -> TargetReport:
        """The report of a target, driven now if it was not before; `item` is the check that asks."""
        self._asked.setdefault(target.node, set()).add(item)
        if target.node not in self._reports:
            only = self._only(target)
            try:
                report = self._found(target, only) or self._driven(target, only)
            except Exception as error:
                report = crashed(target.text, target.node, self.checks, error)
            self._reports[target.node] = self.amend(complete(report, self.checks))
        return self._reports[target.node]

    def _found(self, target: Target, only: tuple[str, ...]) -> TargetReport | None:
        return None if self.night is None else self.night.find(target, only)

    def _driven(self, target: Target, only: tuple[str, ...]) -> TargetReport:
        with self.watch():
            if self.night is None:
                return self._driving().run(target, only)
            report = self._driving().run(target, only, self.night.aside(target, only))
        self.night.keep(target, only, report)
        return report

    @property
    def whole(self) -> bool:
        """Whether every target has its report."""
        return all(target.node in self._reports for target in self.targets)

    @property
    def driven(self) -> bool:
        """Whether anything was run at all."""
        return bool(self._reports)

    def _only(self, target: Target) -> tuple[str, ...]:
        """The names of the target's items where some are left out; empty where all of them are there."""
        names = self.collected.get(target.node, ())
        return () if set(names) >= set(self.checks) else tuple(names)

    def first_asked(self, target: Target) -> bool:
        """Whether no item asked for this target yet."""
        return target.node not in self._asked

    def add(self, key: str, report: TargetReport, item: str | None = None) -> None:
        """Keep a report that a test of the user's own made; `item` is the one check that it asked for, None: all."""
        self._reports.setdefault(key, report)
        self._asked.setdefault(key, set()).update(self.checks if item is None else (item,))

    def finished(self) -> list[TargetReport]:
        """Every report with the fixed denominator; what no item asked for is NOT_SELECTED."""
        done = {key: complete(report, self.checks, self._asked[key]) for key, report in self._reports.items()}
        waiting = {
            target.node: not_run(target.text, target.node, self.checks)
            for target in self.targets
            if target.node not in done
        }
        order = {target.node: place for place, target in enumerate(self.targets)}
        joined = {**done, **waiting}
        return [joined[key] for key in sorted(joined, key=lambda key: order.get(key, len(order)))]

    def packed(self) -> bytes:
        """The reports and who asked, for the process that joins them."""
        return pickle.dumps((self._reports, self._asked))

    def join(self, packed: bytes) -> None:
        """Take in what another process of this session packed."""
        reports, asked = pickle.loads(packed)
        for key, report in reports.items():
            self._reports.setdefault(key, report)
        for key, items in asked.items():
            self._asked.setdefault(key, set()).update(items)

    def close(self) -> None:
        """Stop every process that was started."""
        if self._driver is not None:
            self._driver.close()

    def _driving(self) -> Driver:
        if self._driver is None:
            self._driver = self.start()
        return self._driver
