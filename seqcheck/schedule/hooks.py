"""What a controller is given: calls at every step of the user's code, and the random generators."""

from __future__ import annotations

from typing import Any, Protocol


class Streams(Protocol):
    """The random generators of one instance, as a whole."""

    def begin(self, key: int) -> None:
        """Seed all of them."""

    def take(self) -> Any:
        """Their state."""

    def put(self, state: Any) -> None:
        """Put them into a state."""


class Hooks(Protocol):
    """What calls `Controller.step` at every visible instruction of the user's code."""

    def enter(self, thread: int) -> None:
        """The calling thread becomes the controlled thread of this number."""

    def leave(self) -> None:
        """The calling thread is controlled no more."""


def hooks_for(python: tuple[int, int], territory: Any) -> Any:
    """The hooks that fit a version of Python."""
    if python >= (3, 12):
        from seqcheck.schedule.monitoring import Monitoring

        return Monitoring(territory)
    from seqcheck.schedule.tracing import Tracing

    return Tracing(territory)
