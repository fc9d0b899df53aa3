"""pytest-xdist: the controller resolves once, a target's items stay on one worker, reports come back together."""

from __future__ import annotations

import pickle
from typing import Any, Final

import pytest

from seqcheck.plugin.runs import Runs

KEY: Final = "seqcheck"
"""Our place in what controller and workers hand each other."""


def is_controller(config: pytest.Config) -> bool:
    """Whether this process hands its tests to workers of pytest-xdist."""
    if not config.pluginmanager.hasplugin("xdist") or config.getoption("collectonly"):
        return False
    return config.getoption("dist", "no") != "no" and bool(config.getoption("tx", []))


def receive(config: pytest.Config) -> tuple[Any, ...] | None:
    """The targets as the controller resolved them; None where this process is no worker of pytest-xdist."""
    handed = getattr(config, "workerinput", {}).get(KEY)
    return pickle.loads(handed) if handed is not None else None


class Controller:
    """The hooks of the controlling process."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the resolved targets to a worker."""
        node.workerinput[KEY] = pickle.dumps(self._runs.targets)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the reports of a worker that is done; one that crashed has none."""
        packed = getattr(node, "workeroutput", {}).get(KEY)
        if packed is not None:
            self._runs.join(packed)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Where tests go one by one to any worker, keep those of a target together: its runs are made once.

        ``loadscope`` and ``loadfile`` do so of themselves, and ``each`` is meant to repeat everything.
        """
        if config.getoption("dist") not in ("load", "worksteal", "loadgroup") or not self._runs.targets:
            return None
        from xdist.scheduler.loadgroup import LoadGroupScheduling  # type: ignore[import-untyped,unused-ignore]

        nodes = [target.node for target in self._runs.targets]

        class TargetScheduling(LoadGroupScheduling):  # type: ignore[misc]  # xdist may not be installed
            """The items of one target are one unit; any other test is a unit of its own, or its group is."""

            def _split_scope(self, nodeid: str) -> str:
                scope: str = super()._split_scope(nodeid)
                return next((node for node in nodes if nodeid.startswith(f"{node}::")), scope)

        return TargetScheduling(config, log)
