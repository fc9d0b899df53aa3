"""The engines' side of an experiment: one pristine instance, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from seqcheck.engines import births, randomness
from seqcheck.engines import run as runs
from seqcheck.engines.loop import Protocol
from seqcheck.engines.reading import Build, NotBuilt, Reader, ask_length, call_hook, construct
from seqcheck.engines.run import Run
from seqcheck.model.driving import Driving, Read
from seqcheck.model.history import EngineNote, Event
from seqcheck.model.scenario import Scenario

Question = Callable[[Any, Driving], None]


@dataclass(frozen=True)
class Surroundings:
    """`Driving` on a real run."""

    scenario: Scenario
    hook_first: bool
    run: Run

    def record(self, event: Event) -> None:
        """Append an event to the history."""
        self.run.record(event)

    def length(self, instance: Any, epoch: int, when: str) -> int | None:
        """Ask for the number of batches."""
        return ask_length(instance, self.run, epoch, when)

    def hook(self, instance: Any, epoch: int, name: str) -> bool:
        """Call a hook."""
        return call_hook(instance, self.run, epoch, name)

    def indices(self, length: int) -> Sequence[int]:
        """The indices of one pass."""
        return self.scenario.reads(length)

    def reader(self, instance: Any, *, isolated: bool) -> Read:
        """A reader in this process."""
        return Reader(instance, self.run, isolated=isolated).read

    def fork(self, purpose: str, step: Callable[[], None]) -> bool:
        """Do `step` in a fork and wait."""
        trouble = runs.in_fork(self.run, step)
        if trouble:
            self.run.record(EngineNote("skipped", f"{purpose} did not come to its end in a fork: {trouble}"))
        return not trouble

    def reseed(self, instance: Any, seed: int) -> None:
        """Seed every generator in reach."""
        randomness.reseed(instance, seed)

    def pickled(self, instance: Any) -> bytes:
        """The instance as a pool under spawn sends it."""
        return births.pickle_instance(instance)


def experiment(build: Build, scenario: Scenario, protocol: Protocol, question: Question, run: Run) -> None:
    """Build one instance and put a question to it; `question` must be importable by name."""
    try:
        instance = construct(build, run)
    except NotBuilt:
        return
    question(instance, Surroundings(scenario, protocol[0], run))
