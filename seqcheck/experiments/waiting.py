"""Whether another process works, or waits for something that somebody else has: for a lock and not for a processor."""

from __future__ import annotations

from typing import Final

LOOKS: Final = 5
"""In so many looks, one after the other, a process is seen asleep that waits for a lock."""


class Watched:
    """One process, looked at now and then.

    Where the kernel does not tell what a process does, whoever does not answer counts as waiting.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._asleep = 0

    def begin_again(self) -> None:
        """It has answered."""
        self._asleep = 0

    def waits(self) -> bool:
        """Whether it was asleep in all of the last looks, of which this is one."""
        self._asleep = self._asleep + 1 if self._sleeps() else 0
        return self._asleep >= LOOKS

    def _sleeps(self) -> bool:
        try:
            with open(f"/proc/{self._pid}/stat", encoding="ascii", errors="replace") as file:
                state = file.read().rpartition(") ")[2][:1]
        except OSError:
            return True
        return state not in ("R", "D")
