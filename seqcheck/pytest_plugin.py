"""The pytest plugin: options, fixture and hooks. Nothing else of seqcheck is imported before it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from seqcheck.model.report import TargetReport
    from seqcheck.plugin.probe import Probe
    from seqcheck.plugin.runs import Driver
    from seqcheck.plugin.session import Session

OPTIONS = {
    "select": ("NAMES", "Only these checks, or those of these clauses, separated by commas"),
    "allow": ("NAME=REASON", "Expect this check to be violated, for a reason; fails once it holds (repeatable)"),
    "fail-on": ("OUTCOMES", "Let these fail as well, separated by commas: inconclusive, advice"),
    "required": ("NAMES", "These checks must hold: for them anything else fails, separated by commas"),
    "baseline": ("FILE", "Violations listed in this file do not fail; new ones do, and lines no longer needed do"),
    "lock": ("FILE", "Checks that this file says are settled fail once they turn inconclusive or not applicable"),
    "json": ("FILE", "Write the machine-readable report to this file"),
    "report": ("DIR", "Leave the JSON report, a summary in Markdown and the installed versions in this folder"),
    "nightly": ("DIR", "Take an hour a target, and go on from this folder where such a run was interrupted"),
    "workers": ("N", "How many workers our drivers start (default: what the target declares as fit.workers, else 2)"),
    "start-methods": ("NAMES", "Start workers in these ways only, separated by commas: fork, spawn, forkserver"),
    "timeout": ("SECONDS", "Take a run for hung when nothing happened for so long (default: 20)"),
    "budget": ("SECONDS", "Wall time that one target may take (default: 60)"),
    "seed": ("N", "Where every random choice of seqcheck begins (default: 0)"),
}
"""What each option takes and means; ``[tool.seqcheck]`` has the same, with ``_`` in place of ``-``."""
REPEATABLE = ("select", "allow", "fail-on", "required", "start-methods")

SESSION: pytest.StashKey[Session] = pytest.StashKey()


class Hooks:
    """What other plugins and a conftest.py may take the place of."""

    @pytest.hookspec(firstresult=True)
    def pytest_seqcheck_driver(
        self, config: pytest.Config, settings: Mapping[str, Any], progress: Callable[[str], None]
    ) -> Driver | None:
        """Make what resolves and drives the targets of ``--seqcheck``.

        `settings` are the keyword arguments of `seqcheck.runner.Settings` that were chosen; `progress` takes one line
        at a time of what is going on.
        """


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register our own hooks."""
    pluginmanager.add_hookspecs(Hooks)


def blocked(pluginmanager: pytest.PytestPluginManager) -> bool:
    """Whether ``-p no:seqcheck`` was given; pytest itself compares the name of this module."""
    return pluginmanager.is_blocked("seqcheck")


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the options. Their values are read, and refused, only where seqcheck is asked for."""
    if blocked(pluginmanager):
        return
    group = parser.getgroup("seqcheck", "seqcheck: conformance of Keras data loaders")
    group.addoption(
        "--seqcheck",
        action="append",
        default=[],
        metavar="TARGET",
        help="Judge this Sequence: mypkg.MySequence, module:factory, path/to/file.py::Class or a call with literals "
        "such as 'mypkg.MySequence(batch_size=4)' (repeatable). Without paths, nothing else is run.",
    )
    group.addoption(
        "--seqcheck-all", action="store_true", help="Judge every target that the project configures, in one run"
    )
    for name, (metavar, text) in OPTIONS.items():
        group.addoption(
            f"--seqcheck-{name}", action="append" if name in REPEATABLE else "store", metavar=metavar, help=text
        )
    for name in ("baseline", "lock"):
        group.addoption(
            f"--seqcheck-{name}-update", action="store_true", help=f"Write the {name} anew from what this run sees"
        )
    group.addoption(
        "--seqcheck-plan", action="store_true", help="Show how each target is built, as text to paste, and exit"
    )
    group.addoption(
        "--seqcheck-replay",
        metavar="SCHEDULE",
        help="Make one interleaving of threads again, as a finding of thread-race prints it, show it line by line, "
        "and exit; with --pdb a debugger opens at every switch of threads",
    )
    group.addoption(
        "--seqcheck-engine",
        action="store_true",
        help="Show which promises the installed Keras keeps, tried with a Sequence known to be sound, and exit",
    )
    group.addoption(
        "--seqcheck-reproduce",
        metavar="ID",
        help="Make the run of one finding again, by its id in the report that --seqcheck-json names, and exit",
    )
    group.addoption(
        "--seqcheck-write-test",
        metavar="FILE",
        help="Write the finding of --seqcheck-reproduce to this file, as a plain pytest test that needs no seqcheck",
    )
    group.addoption(
        "--seqcheck-migrate",
        metavar="NAME",
        help="Show what keeps the targets, or all that are configured, from moving to keras3, python3.14, spawn, "
        "forkserver, fork or threads, and exit: 1 where something does",
    )
    group.addoption("--seqcheck-list", action="store_true", help="Show every check by clause, and exit")
    group.addoption("--seqcheck-explain", metavar="NAME", help="Show the whole page of one check, and exit")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Answer the options that show something and end: plan, replay, reproduce, migrate, engine, list and explain.

    Raises pytest.UsageError for an unknown name, for a text that is no schedule, and where there is no target.
    """
    if blocked(config.pluginmanager):
        return None
    if config.getoption("seqcheck_plan"):
        from seqcheck.plugin.session import show_plans

        return show_plans(config)
    if config.getoption("seqcheck_replay") is not None:
        from seqcheck.plugin.session import show_replay

        return show_replay(config)
    if config.getoption("seqcheck_engine"):
        from seqcheck.plugin import promises

        return promises.show(sys.stdout.write, sys.stderr.write)
    if config.getoption("seqcheck_write_test") is not None:
        from seqcheck.plugin.session import show_written_test

        return show_written_test(config)
    if config.getoption("seqcheck_reproduce") is not None:
        from seqcheck.plugin.session import show_reproduction

        return show_reproduction(config)
    if config.getoption("seqcheck_migrate") is not None:
        from seqcheck.plugin.session import show_migration

        return show_migration(config)
    explain = config.getoption("seqcheck_explain")
    if explain is None and not config.getoption("seqcheck_list"):
        return None
    from seqcheck.plugin import pages

    try:
        sys.stdout.write(pages.listing() if explain is None else pages.page(explain))
    except pages.UnknownCheck as error:
        raise pytest.UsageError(str(error)) from None
    return int(pytest.ExitCode.OK)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin where a target or any option of ours is given; last, so that the terminal is there for progress."""
    config.addinivalue_line("markers", "seqcheck: an item of seqcheck, one check of one Sequence")
    if blocked(config.pluginmanager):
        return
    asked = any(config.getoption(name) for name in ("seqcheck", "seqcheck_all")) or any(
        config.getoption(f"seqcheck_{name.replace('-', '_')}") for name in OPTIONS
    )
    if asked and not config.option.help:
        session_of(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give the session to tests that `parametrize_with_checks` made; nobody else has imported its module."""
    parametrized = sys.modules.get("seqcheck.plugin.parametrized")
    if parametrized is not None:
        parametrized.bind(items, lambda: session_of(config))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell the runs of `parametrize_with_checks` which of their tests are left."""
    parametrized = sys.modules.get("seqcheck.plugin.parametrized")
    if parametrized is not None:
        parametrized.narrow(session.items)


@pytest.hookimpl(trylast=True)
def pytest_seqcheck_driver(
    config: pytest.Config, settings: Mapping[str, Any], progress: Callable[[str], None]
) -> Driver:
    """Make the real driver."""
    from seqcheck import runner

    return runner.Session(runner.Settings(**settings), config.rootpath, progress)


@pytest.fixture
def seqcheck(request: pytest.FixtureRequest) -> Callable[..., TargetReport]:
    """Judge a Sequence that a test makes: ``seqcheck(lambda: MySequence(...), drop_remainder=True)``.

    Takes a factory or an instance, and the contract as keyword arguments. Returns the report; raises SeqcheckFailure,
    an AssertionError with the words of every violated check, where the Sequence does not conform.
    """
    from seqcheck.plugin.fixture import Judge

    return Judge(session_of(request.config), request.node)


@pytest.fixture(scope="session")
def seqcheck_probe(tmp_path_factory: pytest.TempPathFactory) -> Probe:
    """Make data whose samples can be told apart in a batch: ``data = seqcheck_probe.arrays(40)``.

    ``data.samples_in(batch)`` gives the number of the sample in each row. There are `arrays`, `images`, `npy_folder`,
    `dataframe` and `hdf5`.
    """
    from seqcheck.plugin.probe import Probe

    return Probe(lambda: tmp_path_factory.mktemp("seqcheck_probe"))


def session_of(config: pytest.Config) -> Session:
    """seqcheck's part in this pytest session, begun now if it was not before; raises pytest.UsageError."""
    if SESSION not in config.stash:
        from seqcheck.plugin.session import begin

        config.stash[SESSION] = begin(config)
    return config.stash[SESSION]
