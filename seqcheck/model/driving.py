"""What an experiment may ask of the engines, without knowing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from seqcheck.model.history import Event, Failure
from seqcheck.model.scenario import Scenario

Read = Callable[..., "tuple[Any, Failure | None]"]
"""``read(epoch, index, purpose, place)``: the batch, or the failure where the read raised; recorded either way."""


class Driving(Protocol):
    """The surroundings of one experiment on one pristine instance."""

    @property
    def scenario(self) -> Scenario:
        """What varies in this run."""

    @property
    def hook_first(self) -> bool:
        """Whether the engine calls `on_epoch_end` before the first epoch."""

    def record(self, event: Event) -> None:
        """Append an event to the history."""

    def length(self, instance: Any, epoch: int, when: str) -> int | None:
        """Ask for the number of batches; None where the answer is unusable."""

    def hook(self, instance: Any, epoch: int, name: str) -> bool:
        """Call a hook where there is one; False where it raised."""

    def indices(self, length: int) -> Sequence[int]:
        """The indices of one pass."""

    def reader(self, instance: Any, *, isolated: bool) -> Read:
        """How to read batches in this process, with or without isolated random streams."""

    def fork(self, purpose: str, step: Callable[[], None]) -> bool:
        """Do `step` in a fork of this process and wait; False where it hung or died, which is recorded."""

    def worker(self, purpose: str, number: int, step: Callable[[], None]) -> bool:
        """As `fork`, in a process that looks like worker `number` (from 1) of a pool that was forked from this one."""

    def beside(self, number: int, step: Callable[[], None]) -> AbstractContextManager[None]:
        """Within, another worker does `step`; at the end it is waited for, as long as it records anything."""

    def isolated(self, instance: Any, *key: int) -> AbstractContextManager[None]:
        """Within, every draw is a function of `key`, as in an isolated read; after it, no generator has moved."""

    def reseed(self, instance: Any, seed: int) -> None:
        """Seed every generator in reach of the instance, for good."""

    def reseed_around(self, instance: Any, copy: Any, seed: int) -> None:
        """Seed every generator in reach of `copy`, which was pickled off `instance`, but those that came with it."""

    def pickled(self, instance: Any) -> bytes:
        """The instance as a pool under spawn sends it; raises whatever its pickling raises."""


Look = Callable[[Mapping[str, Any]], None]
"""Called with the arguments by name, at the very moment before the class itself is called with them."""


class Workshop(Driving, Protocol):
    """The surroundings of an experiment that makes its instances itself, each in a fork of its own."""

    @property
    def varies(self) -> tuple[str, ...]:
        """What `make` may set: of ``num_samples``, ``batch_size``, ``shuffle`` and ``drop_remainder`` those that the
        constructor takes, whatever it calls them; ``labels_turned``, each sample with the label of the one before it,
        where labels are made up for classes whose number the constructor takes as well.
        """

    def called(self, size: str) -> str:
        """What the constructor itself calls one of these, or ``num_classes``."""

    def make(self, look: Look | None = None, **sizes: Any) -> Any:
        """A fresh instance, in sizes other than the scenario's where they are given; None where it could not be made.

        `look` is called where it is the class that makes the instance; a factory's arguments to it are out of sight.
        """

    @property
    def module(self) -> str:
        """The module that makes the instances; empty where no process can import it."""

    @property
    def interpreters(self) -> int:
        """How many other interpreters have imported that module by themselves."""

    def elsewhere(self, number: int, step: Callable[[Workshop], None]) -> bool:
        """Do `step`, importable by name, in a fork of another interpreter; False where it hung or died."""

    def recorded(self) -> Sequence[Event]:
        """Everything that processes of this run have recorded so far."""
