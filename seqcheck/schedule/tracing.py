"""Steps by `sys.settrace`: Python 3.10 and 3.11, where nothing else tells of single instructions.

From Python 3.12 on it leaves out the first run of every code object, so `monitoring` is used there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from seqcheck.schedule.territory import Territory

TakeStep = Callable[[int, CodeType, int, int], None]


class Tracing:
    """Traces the threads that enter, and only the user's code in them; other threads keep their tracers."""

    def __init__(self, territory: Territory) -> None:
        self._territory = territory
        self.step: TakeStep = lambda *_: None

    def open(self, step: TakeStep) -> None:
        """From now on `step` is called at every visible instruction of a thread that has entered."""
        self.step = step

    def close(self) -> None:
        """Nothing is left to be undone: every thread undoes its own part when it leaves."""

    def enter(self, thread: int) -> None:
        """Trace the calling thread under this number."""
        marks, step = self._territory.marks, self.step

        def begun(frame: FrameType, _event: str, _argument: Any) -> Any:
            code = frame.f_code
            marked = marks(code)
            if marked is None:
                return None
            frame.f_trace_lines = False
            frame.f_trace_opcodes = True

            def at(frame: FrameType, event: str, _argument: Any) -> Any:
                if event == "opcode":
                    mark = marked[frame.f_lasti]
                    if mark:
                        step(thread, code, frame.f_lasti, mark)
                return at

            return at

        sys.settrace(begun)

    def leave(self) -> None:
        """Trace the calling thread no more."""
        sys.settrace(None)
