"""Steps by `sys.monitoring`: Python 3.12 and later.

A tool of our own beside those of coverage and of debuggers: none of them is asked to make room, and nothing of theirs
is changed.
"""

from __future__ import annotations

import _thread
import sys
from collections.abc import Callable
from types import CodeType
from typing import Any, Final

from seqcheck.schedule.territory import Territory

TakeStep = Callable[[int, CodeType, int, int], None]
TOOLS: Final = (4, 3, 2, 1, 0)
"""Numbers of tools to try: those that nobody has a claim to come first."""


class Busy(RuntimeError):
    """Every number that a monitoring tool may have is taken."""


class Monitoring:
    """Watches the user's code objects, and takes steps in the threads that have entered."""

    def __init__(self, territory: Territory) -> None:
        self._territory = territory
        self._monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]  # from 3.12 on
        self._tool = -1
        self._codes: set[CodeType] = set()
        self._threads: dict[int, int] = {}

    def open(self, step: TakeStep) -> None:
        """From now on `step` is called at every visible instruction of a thread that has entered.

        Raises:
            Busy: five other tools are at work.
        """
        monitoring = self._monitoring
        for tool in TOOLS:
            if monitoring.get_tool(tool) is None:
                monitoring.use_tool_id(tool, "seqcheck")
                self._tool = tool
                break
        else:
            raise Busy("every number that a monitoring tool may have is taken")
        disable = monitoring.DISABLE
        marks, threads, watch = self._territory.marks, self._threads, self._watch
        ident = _thread.get_ident

        def begun(code: CodeType, _offset: int) -> Any:
            watch(code)
            return disable

        def at(code: CodeType, offset: int) -> Any:
            marked = marks(code)
            mark = marked[offset] if marked is not None else 0
            if not mark:
                return disable
            thread = threads.get(ident())
            if thread is not None:
                step(thread, code, offset, mark)
            return None

        monitoring.register_callback(self._tool, monitoring.events.PY_START, begun)
        monitoring.register_callback(self._tool, monitoring.events.INSTRUCTION, at)
        # First, what concerns all code: where another tool is at work as well, as coverage is, it takes away what is
        # watched of single code objects already (seen on 3.12.1 and 3.13.0).
        monitoring.set_events(self._tool, monitoring.events.PY_START)
        # The user's code is known before it runs, so that its first run has the same steps as every other.
        for code in self._territory.codes():
            watch(code)

    def _watch(self, code: CodeType) -> None:
        if code not in self._codes and self._territory.marks(code) is not None:
            self._codes.add(code)
            self._monitoring.set_local_events(self._tool, code, self._monitoring.events.INSTRUCTION)

    def close(self) -> None:
        """Give the tool's number back and watch no code any more."""
        if self._tool < 0:
            return
        monitoring = self._monitoring
        monitoring.set_events(self._tool, 0)
        for code in self._codes:
            monitoring.set_local_events(self._tool, code, 0)
        self._codes.clear()
        monitoring.register_callback(self._tool, monitoring.events.PY_START, None)
        monitoring.register_callback(self._tool, monitoring.events.INSTRUCTION, None)
        monitoring.free_tool_id(self._tool)
        self._tool = -1

    def enter(self, thread: int) -> None:
        """The calling thread takes steps under this number."""
        self._threads[_thread.get_ident()] = thread

    def leave(self) -> None:
        """The calling thread takes no more steps."""
        self._threads.pop(_thread.get_ident(), None)
