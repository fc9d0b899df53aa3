"""What is asked for, and what is known of a target on its way through."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seqcheck.construction.options import Options
from seqcheck.construction.resolve import Description
from seqcheck.construction.target import TargetSpec
from seqcheck.model.contract import Contract, FitUse
from seqcheck.model.history import Frame
from seqcheck.model.report import Construction
from seqcheck.model.scenario import START_METHODS
from seqcheck.model.waiver import Waiver


@dataclass(frozen=True)
class Settings:
    """What a session was asked for. Names in `select` and `allow` are check names; durations are in seconds."""

    select: tuple[str, ...] = ()
    allow: Mapping[str, Waiver] = field(default_factory=dict)
    workers: int | None = None
    """How many workers our drivers start, whatever is declared; None where the contract's `fit.workers` decides."""
    usual_workers: int = 2
    """How many where neither says."""
    start_methods: tuple[str, ...] = START_METHODS
    timeout: float = 20.0
    """How long a part of a run may be silent before it counts as hung."""
    budget: float = 60.0
    """For one target, without the import of its module."""
    seed: int = 0

    def workers_for(self, contract: Contract) -> int:
        """How many workers our drivers start for a target with this contract.

        Where training reads without workers, those that are tried all the same are as many as usual.
        """
        use = contract.fit
        if self.workers is not None:
            return self.workers
        alone = use.workers == 1 and not use.use_multiprocessing and use.start_method is None
        return use.workers if use.workers and not alone else self.usual_workers

    def command(self, text: str) -> str:
        """The command line that drives a target with these settings."""
        usual = Settings()
        words = ["pytest", "--seqcheck", text]
        for name in ("workers", "timeout", "budget", "seed"):
            if getattr(self, name) != getattr(usual, name):
                words += [f"--seqcheck-{name}", f"{getattr(self, name):g}"]
        if self.start_methods != usual.start_methods:
            words += ["--seqcheck-start-methods", ",".join(self.start_methods)]
        return shlex.join(words)


@dataclass(frozen=True)
class ResolvedTarget:
    """A target that was found; instances can be pickled and sent to another process of the same machine."""

    text: str
    node: str
    spec: TargetSpec
    search_path: tuple[str, ...]
    description: Description
    options: Options
    origin: str = "command-line"

    @property
    def declares_use(self) -> bool:
        """Whether the owner says how it is used in training."""
        return self.options.contract.fit != FitUse()


@dataclass(frozen=True)
class Job:
    """A target on its way through: everything about it but its instances. `started` and `deadline` are monotonic."""

    text: str
    node: str
    origin: str
    module: str
    search_path: tuple[str, ...]
    nursery: str
    parameters: tuple[str, ...]
    construction: Construction
    contract: Contract
    started: float
    deadline: float
    phases: Mapping[str, float]
    only: tuple[str, ...] = ()
    waivers: Mapping[str, Waiver | None] = field(default_factory=dict)
    place: Frame | None = None
    """Where the class or the factory stands."""
    aside: Path | None = None
    """Where finished runs are kept until all of the target has a report."""
