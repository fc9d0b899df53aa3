"""The engines' side of an experiment: one pristine instance, and what may be done with it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from seqcheck.engines import births, elsewhere, randomness, wire
from seqcheck.engines import run as runs
from seqcheck.engines.failures import failure_of
from seqcheck.engines.loop import Protocol
from seqcheck.engines.reading import Build, NotBuilt, Reader, ask_length, call_hook, construct
from seqcheck.engines.run import Run
from seqcheck.model.driving import Driving, Look, Read, Workshop
from seqcheck.model.history import Built, EngineNote, Event
from seqcheck.model.scenario import Scenario, Truth

Question = Callable[[Any, Driving], None]
Task = Callable[[Workshop], None]
Making = Callable[..., "tuple[Any, Truth]"]
"""``making(look, **sizes)``: an instance built as `Workshop.make` wants it, and what is known of its data."""


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

    def worker(self, purpose: str, number: int, step: Callable[[], None]) -> bool:
        """Do `step` as a pool's worker and wait."""
        return self.fork(purpose, lambda: births.be_worker(step, self.run, number))

    @contextlib.contextmanager
    def beside(self, number: int, step: Callable[[], None]) -> Iterator[None]:
        """Have a pool's worker do `step` meanwhile."""
        pid = runs.begin_fork(self.run, lambda: births.be_worker(step, self.run, number))
        try:
            yield
        finally:
            runs.await_child(self.run, pid)

    def isolated(self, instance: Any, *key: int) -> AbstractContextManager[None]:
        """Draws as a function of `key`."""
        return randomness.Streams(instance).isolated(*key)

    def reseed(self, instance: Any, seed: int) -> None:
        """Seed every generator in reach."""
        randomness.reseed(instance, seed)

    def reseed_around(self, instance: Any, copy: Any, seed: int) -> None:
        """Seed every generator in reach but those of the copy's own."""
        randomness.reseed_around(instance, copy, seed)

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


@dataclass(frozen=True)
class Shop:
    """How the instances of a workshop come into being.

    `making(look, **sizes)` builds one; `varies` says which sizes it takes. `module` is what the nurseries have imported
    for it. `again` is called with a step and a run in another interpreter, and sets up the same workshop there. `names`
    says what the constructor calls what varies, where that is known.
    """

    making: Making
    varies: tuple[str, ...] = ()
    module: str = ""
    again: Callable[[Task, Run], None] | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bench(Surroundings):
    """`Workshop` on a real run."""

    shop: Shop

    @property
    def varies(self) -> tuple[str, ...]:
        """The sizes that `make` takes."""
        return self.shop.varies

    def called(self, size: str) -> str:
        """The constructor's own name of something that varies."""
        return self.shop.names.get(size, size)

    @property
    def module(self) -> str:
        """What the nurseries have imported."""
        return self.shop.module

    @property
    def interpreters(self) -> int:
        """The nurseries of spawned workers."""
        return len(elsewhere.interpreters(self.run)) if self.shop.again is not None else 0

    def make(self, look: Look | None = None, **sizes: Any) -> Any:
        """Build an instance and record it; one that cannot be made is noted, for others may be."""
        started = time.monotonic()
        try:
            instance, truth = self.shop.making(look, **sizes)
        except BaseException as error:
            said = "".join(f" with {name}={value!r}" for name, value in sizes.items())
            failure = failure_of(error)
            self.run.record(EngineNote("skipped", f"no instance could be made{said}: {failure.text[:300]}", failure))
            return None
        self.run.record(Built(time.monotonic() - started, type(instance).__qualname__, truth=truth))
        return instance

    def elsewhere(self, number: int, step: Callable[[Workshop], None]) -> bool:
        """Do `step` in another interpreter and wait."""
        role = elsewhere.interpreters(self.run)[number]
        assert self.shop.again is not None
        trouble = elsewhere.call(self.run, role, self.shop.again, (step,))
        if trouble:
            self.run.record(EngineNote("skipped", f"another interpreter did not come to its end: {trouble}"))
        return not trouble

    def recorded(self) -> Sequence[Event]:
        """What the logs of this run hold."""
        return [record for record in wire.read_logs(self.run.directory) if not isinstance(record, runs.Broken)]


def workshop(shop: Shop, scenario: Scenario, protocol: Protocol, task: Task, run: Run) -> None:
    """Have an experiment make its instances itself; `task` must be importable by name."""
    task(Bench(scenario, protocol[0], run, shop))
