"""`parametrize_with_checks`: one test of the user's own becomes one test a check."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from seqcheck.checks import catalogue
from seqcheck.model.report import ENGINE, TargetReport
from seqcheck.plugin.bench import verdict_on
from seqcheck.plugin.fixture import Drive, drive
from seqcheck.plugin.runs import CONSTRUCTION
from seqcheck.plugin.session import Session
from seqcheck.reporting.denominator import complete
from seqcheck.reporting.gate import SeqcheckAdvice


def parametrize_with_checks(factory: object, **contract: Any) -> pytest.MarkDecorator:
    """Make a test of one argument, `check`, into one test for each check of the catalogue::

        @parametrize_with_checks(make_train, drop_remainder=True)
        def test_train(check):
            check()

    `factory` is a callable without arguments, or an instance; `contract` declares what the Sequence promises. All runs
    are made once, when the first of the tests calls its check; where only some of the tests were collected, only those
    that their checks need.
    """
    shared = SharedRun(factory, contract)
    return pytest.mark.parametrize(
        "check",
        [
            pytest.param(NamedCheck(shared, name), id=name, marks=pytest.mark.seqcheck)
            for name in (CONSTRUCTION, *([ENGINE] if contract.get("fit") else []), *catalogue())
        ],
    )


class SharedRun:
    """One factory and the report of its runs, which are made for the first check that is called."""

    def __init__(self, factory: object, contract: dict[str, Any], drive: Drive = drive) -> None:
        self._factory = factory
        self._contract = contract
        self._drive = drive
        self._report: TargetReport | None = None
        self.collected: frozenset[str] = frozenset()
        """The names of the checks whose tests will run; none where nobody has said so."""

    def report(self, session: Session) -> TargetReport:
        """The report, made now if it was not before."""
        if self._report is None:
            checks = session.runs.checks
            only = () if self.collected >= set(checks) else tuple(sorted(self.collected))
            self._report = complete(self._drive(session, self._factory, self._contract, only), checks)
        return self._report


@dataclass
class NamedCheck:
    """One check of a parametrized test; calling it passes, warns, skips or fails as the verdict says."""

    shared: SharedRun
    name: str
    session: Session | None = None
    node: str = ""

    def __call__(self) -> None:
        """Drive the Sequence, if no other test did before, and conclude from the verdict.

        Raises:
            RuntimeError: it was called outside a test that pytest collected.
        """
        __tracebackhide__ = True
        if self.session is None:
            raise RuntimeError("a check of parametrize_with_checks can only be called in the test that receives it")
        test = self.node.partition("[")[0]
        report = replace(self.shared.report(self.session), node="", command=f"pytest {shlex.quote(test)}")
        self.session.runs.add(test, report, self.name)
        report = replace(report, command=f"pytest {shlex.quote(self.node)}")
        if self.name == CONSTRUCTION:
            self.session.bench.conclude_construction(report)
        elif self.name == ENGINE:
            self.session.bench.conclude_use(report)
        else:
            self.session.bench.conclude(verdict_on(report, self.name), report, _warn)


def bind(items: list[pytest.Item], begin: Callable[[], Session]) -> None:
    """Give every check among `items` its session; take out those that ``--seqcheck-select`` left out."""
    deselected = []
    for item in list(items):
        for check in _checks_of(item):
            check.session = begin()
            check.node = item.nodeid
            if check.session.choices.select and check.name not in (CONSTRUCTION, *check.session.choices.select):
                deselected.append(item)
                items.remove(item)
            elif item.config.pluginmanager.hasplugin("xdist"):
                item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("[")[0]))
    if deselected:
        deselected[0].config.hook.pytest_deselected(items=deselected)


def narrow(items: Iterable[pytest.Item]) -> None:
    """Tell every run which of its checks will be asked for, now that nothing more is left out."""
    names: dict[SharedRun, set[str]] = {}
    for item in items:
        for check in _checks_of(item):
            names.setdefault(check.shared, set()).add(check.name)
    for shared, wanted in names.items():
        shared.collected = frozenset(wanted)


def _checks_of(item: pytest.Item) -> Iterator[NamedCheck]:
    callspec = getattr(item, "callspec", None)
    for value in callspec.params.values() if callspec is not None else ():
        if isinstance(value, NamedCheck):
            yield value


def _warn(advice: SeqcheckAdvice) -> None:
    warnings.warn(advice, stacklevel=4)
