"""seqcheck's part in one pytest session, from the options to the last line; made only where seqcheck is asked for."""

from __future__ import annotations

import fnmatch
import os
import sys
from collections.abc import Generator, Mapping, Sequence
from typing import Any

import pytest

from seqcheck.checks import catalogue
from seqcheck.construction.config import ConfigError
from seqcheck.construction.config import read as read_config
from seqcheck.model.check import Check
from seqcheck.model.report import TargetReport
from seqcheck.pages import explanation
from seqcheck.plugin import distribution, options, publishing
from seqcheck.plugin.bench import Bench
from seqcheck.plugin.items import TargetItem, hang
from seqcheck.plugin.ledgers import Ledgers
from seqcheck.plugin.migrating import check_name, migrate, settings_for
from seqcheck.plugin.nightly import Kept
from seqcheck.plugin.planning import plans
from seqcheck.plugin.progress import Progress, Terminal
from seqcheck.plugin.replay import replays, terminal_of
from seqcheck.plugin.reproducing import reproduce
from seqcheck.plugin.runs import Runs
from seqcheck.plugin.selection import Selection, choose
from seqcheck.plugin.writing import write_test
from seqcheck.reporting import json_report, terminal
from seqcheck.reporting.causes import Causes, shared
from seqcheck.reporting.ledger import LedgerError
from seqcheck.reporting.plain import one_line, plain
from seqcheck.reporting.whole_file import prepare


def begin(config: pytest.Config) -> Session:
    """Read the options, resolve the targets and register what the session needs.

    Raises:
        pytest.UsageError: an option or a target does not fit.
    """
    checks = {name: registered.check for name, registered in catalogue().items()}
    try:
        choices = _choices(config, checks)
        ledgers = Ledgers.read(choices, checks)
    except (options.OptionError, ConfigError, LedgerError) as error:
        raise pytest.UsageError(plain(str(error))) from None
    for path, what in choices.written():
        try:
            prepare(path)
        except OSError as error:
            raise pytest.UsageError(f"{what} cannot be written: {one_line(str(error))}") from None
    session = Session(config, choices, checks, ledgers)
    config.pluginmanager.register(session, "seqcheck-session")
    session.resolve()
    return session


def show_plans(config: pytest.Config) -> int:
    """Print how each target is built, as text to paste; the exit code, which tells whether all of them can be.

    Raises:
        pytest.UsageError: an option or a target does not fit, or there is no target.
    """
    from seqcheck.runner import TargetError

    if not config.getoption("seqcheck") and not config.getoption("seqcheck_all"):
        raise pytest.UsageError("--seqcheck-plan: name what is to be planned, --seqcheck mypkg.MySequence")
    try:
        choices = _choices(config, {name: registered.check for name, registered in catalogue().items()})
        text, complete = plans(
            choices.targets,
            lambda: config.hook.pytest_seqcheck_driver(
                config=config, settings=choices.settings(), progress=lambda _: None
            ),
        )
    except (TargetError, options.OptionError, ConfigError) as error:
        raise pytest.UsageError(plain(str(error))) from None
    sys.stdout.write(text)
    return int(pytest.ExitCode.OK if complete else pytest.ExitCode.TESTS_FAILED)


def show_replay(config: pytest.Config) -> int:
    """Make the interleaving of ``--seqcheck-replay`` again and print it; the exit status: 1 where it breaks a batch.

    Raises pytest.UsageError for a text that is no schedule, and where there is not exactly one target.
    """
    from seqcheck.runner import TargetError

    try:
        choices = _choices(config, {name: registered.check for name, registered in catalogue().items()})
        said = replays(
            choices.targets,
            config.getoption("seqcheck_replay"),
            lambda: config.hook.pytest_seqcheck_driver(
                config=config, settings=choices.settings(), progress=lambda _: None
            ),
            terminal_of(config) if config.getoption("usepdb") else "",
        )
    except (TargetError, options.OptionError, ConfigError) as error:
        raise pytest.UsageError(plain(str(error))) from None
    sys.stdout.write(said.text)
    return int(pytest.ExitCode.TESTS_FAILED if said.broken else pytest.ExitCode.OK)


def show_reproduction(config: pytest.Config) -> int:
    """Make the run of ``--seqcheck-reproduce`` again and print it; the exit status: 1 where it shows the same again.

    The report is the one that ``--seqcheck-json`` names or ``--seqcheck-report`` left; it is read, not written.

    Raises:
        pytest.UsageError: there is no such report or finding, or its target cannot be used.
    """
    from seqcheck.runner import TargetError

    try:
        choices = _choices(config, {name: registered.check for name, registered in catalogue().items()})
        left = choices.report / publishing.REPORT if choices.report is not None else None
        shown = reproduce(
            config.getoption("seqcheck_reproduce"),
            choices.json or left,
            lambda: config.hook.pytest_seqcheck_driver(
                config=config, settings=choices.settings(), progress=lambda _: None
            ),
        )
    except (TargetError, options.OptionError, ConfigError) as error:
        raise pytest.UsageError(plain(str(error))) from None
    sys.stdout.write(shown.text)
    return int(pytest.ExitCode.TESTS_FAILED if shown.again else pytest.ExitCode.OK)


def show_written_test(config: pytest.Config) -> int:
    """Write the finding of ``--seqcheck-reproduce`` as a plain test; the exit status is 0 where that was done.

    Raises:
        pytest.UsageError: no finding is named, it cannot be written so, or the file is there already.
    """
    from seqcheck.runner import TargetError

    try:
        name = config.getoption("seqcheck_reproduce")
        if name is None:
            raise options.OptionError(
                "--seqcheck-write-test: name the finding to write, --seqcheck-reproduce ID --seqcheck-json FILE"
            )
        choices = _choices(config, {name: registered.check for name, registered in catalogue().items()})
        left = choices.report / publishing.REPORT if choices.report is not None else None
        said = write_test(
            name,
            choices.json or left,
            config.invocation_params.dir / config.getoption("seqcheck_write_test"),
            lambda: config.hook.pytest_seqcheck_driver(
                config=config, settings=choices.settings(), progress=lambda _: None
            ),
        )
    except OSError as error:
        raise pytest.UsageError(f"--seqcheck-write-test: it cannot be written: {one_line(str(error))}") from None
    except (TargetError, options.OptionError, ConfigError) as error:
        raise pytest.UsageError(plain(str(error))) from None
    sys.stdout.write(said)
    return int(pytest.ExitCode.OK)


def show_migration(config: pytest.Config) -> int:
    """List what keeps the targets from the move of ``--seqcheck-migrate``; the exit status: 1 where something does.

    Without a target, those of the project are meant. A report is written where ``--seqcheck-json`` names one.

    Raises:
        pytest.UsageError: there is no such move or no target, or one cannot be used.
    """
    from seqcheck.runner import TargetError

    checks = {name: registered.check for name, registered in catalogue().items()}
    try:
        name = check_name(config.getoption("seqcheck_migrate"))
        if not config.getoption("seqcheck") and not read_config(config.rootpath).targets:
            raise options.OptionError(
                "--seqcheck-migrate: no target is named or configured: --seqcheck mypkg.MySequence names one"
            )
        choices = _choices(config, checks, everything=not config.getoption("seqcheck"))
        settings = settings_for(name, choices.settings())
        listed = migrate(
            name,
            choices.targets,
            checks,
            lambda: config.hook.pytest_seqcheck_driver(config=config, settings=settings, progress=lambda _: None),
            strict="inconclusive" in choices.fail_on,
        )
        if choices.json is not None:
            json_report.write(choices.json, listed.reports, {name: check.guarantee for name, check in checks.items()})
    except OSError as error:
        raise pytest.UsageError(f"--seqcheck-json: the report cannot be written: {one_line(str(error))}") from None
    except (TargetError, options.OptionError, ConfigError) as error:
        raise pytest.UsageError(plain(str(error))) from None
    sys.stdout.write(listed.text)
    return int(pytest.ExitCode.TESTS_FAILED if listed.stopped else pytest.ExitCode.OK)


class Session:
    """Hooks that matter only where seqcheck is asked for."""

    def __init__(
        self, config: pytest.Config, choices: options.Choices, checks: Mapping[str, Check], ledgers: Ledgers
    ) -> None:
        self.choices = choices
        self.ledgers = ledgers
        self.config = config
        progress = Progress(Terminal(config))
        self.runs = Runs(
            checks,
            lambda: config.hook.pytest_seqcheck_driver(config=config, settings=choices.settings(), progress=progress),
            progress.watch,
            self._amend,
        )
        self._kept = None
        if choices.nightly is not None:
            self._kept = Kept(choices.nightly, config.rootpath, repr(sorted(choices.settings().items())))
            self.runs.night = self._kept
        self._causes = Causes()
        self.bench = Bench(self.runs, ledgers.gate, explanation)
        self._selection = Selection((), {})

    def _amend(self, report: TargetReport) -> TargetReport:
        """A report as this session counts it: what is known waived, and what another target is red for marked."""
        return self._causes.meet(self.ledgers.amend(report), self.runs.collected.get(report.node, ()))

    def resolve(self) -> None:
        """Find the targets, or take them from the controller, and choose the items.

        Raises:
            pytest.UsageError: a target or a pasted id does not exist.
        """
        from seqcheck.runner import TargetError  # what drives is only imported where something is to be driven

        config = self.config
        received = distribution.receive(config)
        try:
            if received is not None:
                self.runs.targets = received
            else:
                self.runs.resolve(self.choices.targets)
            if self.choices.all:
                self.ledgers = self.ledgers.hold_all([target.node for target in self.runs.targets])
            self._selection = choose(
                config.args,
                self.runs.targets,
                self.choices.select or tuple(self.runs.checks),
                engine=not self.choices.select,
                started_in=config.invocation_params.dir,
                rootdir=config.rootpath,
                is_test_file=lambda path: any(fnmatch.fnmatch(path.name, one) for one in config.getini("python_files")),
            )
        except (TargetError, options.OptionError, LedgerError) as error:
            self.runs.close()
            raise pytest.UsageError(plain(str(error))) from None
        if distribution.is_controller(config):
            self.runs.close()
            config.pluginmanager.register(distribution.Controller(self.runs), "seqcheck-controller")

    def pytest_report_header(self) -> list[str]:
        """Which targets this run judges."""
        return [f"seqcheck: {one_line(target.text)} ({one_line(target.node)})" for target in self.runs.targets]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Keep pytest from importing the files that our node ids name, and from collecting what nobody asked for."""
        if self.runs.targets:
            asked = self.config.args_source is pytest.Config.ArgsSource.ARGS
            self.config.args = list(self._selection.rest) if asked else []
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Add our items, before other plugins select, reorder or group."""
        items.extend(hang(session, self.bench, self._selection.wanted))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which items are left once every plugin has selected: nothing is driven for those that are not."""
        collected: dict[str, list[str]] = {}
        for item in session.items:
            if isinstance(item, TargetItem):
                collected.setdefault(item.target.node, []).append(item.name)
        self.runs.collected = collected

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let a skip point to the target, not to a line of ours, and a failure begin with its own words."""
        report = yield
        if item.get_closest_marker("seqcheck"):
            if isinstance(item, TargetItem) and report.skipped and isinstance(report.longrepr, tuple):
                report.longrepr = (str(item.path), None, report.longrepr[2].removeprefix("Skipped: "))  # type: ignore[assignment]
            crash = getattr(report.longrepr, "reprcrash", None)
            if crash is not None:
                crash.message = crash.message.removeprefix("Failed: ")
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Stop every process; write the report, or hand it to the controller."""
        self.runs.close()
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output[distribution.KEY] = self.runs.packed()
        elif not self.config.getoption("collectonly"):
            try:
                self._write(self.runs.finished())
            except OSError as error:
                session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
                Terminal(self.config)(f"seqcheck: not everything was written: {one_line(str(error))}")

    def _write(self, reports: Sequence[TargetReport]) -> None:
        guarantees = {name: check.guarantee for name, check in self.runs.checks.items()}
        gate, root = self.bench.gate, publishing.root_of(os.environ, self.config.rootpath)
        if self.choices.json is not None:
            json_report.write(self.choices.json, reports, guarantees)
        if self.choices.report is not None:
            publishing.write_folder(self.choices.report, reports, guarantees, gate, root)
        if self.runs.driven:
            publishing.append_summary(os.environ, reports, gate, root)
        self.ledgers.write(reports)
        if self._kept is not None and self.runs.whole:
            self._kept.clear()

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """One block a target."""
        reports = self.runs.finished()
        if not self.runs.driven or self.config.getoption("collectonly"):
            return
        terminalreporter.write_sep("=", "seqcheck")
        for report in reports:
            for line in terminal.summary(report, brief=self.config.get_verbosity() < 0):
                terminalreporter.write_line(line)
        for line in (*shared(reports), *self.ledgers.lines(reports)):
            terminalreporter.write_line(line)
        if self.choices.json is not None:
            terminalreporter.write_line(f"JSON report: {one_line(str(self.choices.json))}")
        if self.choices.report is not None:
            terminalreporter.write_line(f"report: {one_line(str(self.choices.report))}")
        root = publishing.root_of(os.environ, self.config.rootpath)
        for line in publishing.annotated(os.environ, reports, self.bench.gate, root):
            terminalreporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """Stop every process, also where the session never came to its end."""
        self.runs.close()


def _choices(config: pytest.Config, checks: Mapping[str, Check], *, everything: bool = False) -> options.Choices:
    """The options of the command line over those of the project file; `everything` means all targets of the latter."""
    names = {key: key.replace("-", "_") for key in options.KEYS}
    project = read_config(config.rootpath)
    return options.read(
        config.getoption("seqcheck"),
        {key: config.getoption(f"seqcheck_{name}") for key, name in names.items()},
        {key: getattr(project, name) for key, name in names.items()},
        checks,
        started_in=config.invocation_params.dir,
        rootdir=config.rootpath,
        project=tuple(project.targets) if everything or config.getoption("seqcheck_all") else None,
        updates=[key for key in ("baseline", "lock") if config.getoption(f"seqcheck_{key}_update")],
    )
