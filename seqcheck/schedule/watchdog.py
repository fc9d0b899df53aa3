"""Whether the thread that holds the baton sleeps in the system, for something that only another thread may bring."""

from __future__ import annotations

import re
from typing import Final

_OPEN: Final = open
"""As it was when this module was loaded: what is watched may replace the built-in one."""
WITHOUT_PROC: Final = 0.05
"""Seconds without a step after which a thread counts as asleep where the system does not tell."""
UNBROKEN: Final = 3
"""Looks at one sleep that has not been interrupted, after which a thread counts as asleep."""
BROKEN: Final = 40
"""Looks at a thread that sleeps every time, though it was awake in between."""
_STATE: Final = re.compile(r"^State:\s+(\w)", re.MULTILINE)
_SLEPT: Final = re.compile(r"^voluntary_ctxt_switches:\s+(\d+)", re.MULTILINE)


class Watchdog:
    """Looks at one thread again and again.

    One that waits for the interpreter's lock sleeps as well. It wakes whenever that lock is given away, as the watcher
    does between two looks, and every five milliseconds; on a busy machine another one may have the lock again before
    it gets a processor, so that it takes no step and sleeps once more. It is therefore asked whether it is still the
    same sleep. One that waits for a disk goes on without anybody's help; it counts as asleep much later.
    """

    def __init__(self) -> None:
        self._looks = 0
        self._same = 0
        self._slept = ""

    def begin_again(self) -> None:
        """Somebody has taken a step since the last look."""
        self._looks = self._same = 0
        self._slept = ""

    def sees_sleep(self, native: int, quiet: float) -> bool:
        """Whether the thread of this system-wide number is asleep; nobody has taken a step for `quiet` seconds."""
        try:
            with _OPEN(f"/proc/self/task/{native}/status", encoding="ascii", errors="replace") as file:
                text = file.read()
        except OSError:
            return quiet > WITHOUT_PROC
        state = _STATE.search(text)
        if state is None or state[1] not in "SD":
            self.begin_again()
            return False
        count = _SLEPT.search(text)
        slept = count[1] if count is not None else "unknown"
        self._looks += 1
        self._same = self._same + 1 if state[1] == "S" and slept == self._slept else int(state[1] == "S")
        self._slept = slept
        if self._same < UNBROKEN and self._looks < BROKEN:
            return False
        self.begin_again()
        return True
