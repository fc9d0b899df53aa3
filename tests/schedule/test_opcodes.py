"""Threads may be switched where shared state can be touched, and nowhere where nobody would notice."""

from __future__ import annotations

import dis
import sys
from types import CodeType
from typing import Any

from seqcheck.schedule.opcodes import HELD, VISIBLE, line_at, marks, nested, rebound_globals

KEPT = 0


def on_locals(a: int, b: int) -> tuple[int, int]:
    c = a
    d = b
    return c, d


def on_an_attribute(holder: Any) -> Any:
    holder.index = 1
    return holder.index


def through_a_call(holder: Any) -> Any:
    holder.index = 1
    holder.prepare()
    return holder.index


def rebinds() -> int:
    global KEPT
    KEPT = KEPT + 1
    return KEPT


def named(code: CodeType, mark: int, rebound: frozenset[str] = frozenset()) -> list[str]:
    found = marks(code, rebound)
    return [item.opname for item in dis.get_instructions(code) if found[item.offset] & mark]


def test_locals_are_nobody_elses_but_whoever_calls_may_be_half_way_through() -> None:
    """A list is empty while it is sorted, and its key may be no more than this."""
    (first,) = named(on_locals.__code__, VISIBLE)
    assert first.startswith("LOAD_FAST")
    assert named(on_locals.__code__, HELD) == []


def test_attributes_are_and_the_global_lock_is_held_between_two_of_them() -> None:
    assert [name.partition("_")[0] for name in named(on_an_attribute.__code__, VISIBLE)] == ["STORE", "LOAD"]
    assert [name.partition("_")[0] for name in named(on_an_attribute.__code__, HELD)] == ["LOAD"]


def test_a_call_may_give_the_lock_up() -> None:
    held = named(through_a_call.__code__, HELD)
    assert "CALL" not in " ".join(held)
    last = [item.opname for item in dis.get_instructions(through_a_call.__code__) if item.argval == "index"][-1]
    assert held.count(last) == held.count("LOAD_ATTR") <= 1


def test_globals_count_where_functions_assign_to_them() -> None:
    assert set(rebound_globals(rebinds.__code__)) == {"KEPT"}
    assert "LOAD_GLOBAL" not in named(rebinds.__code__, VISIBLE)
    assert "LOAD_GLOBAL" in named(rebinds.__code__, VISIBLE, frozenset(["KEPT"]))


def test_code_inside_code_is_found() -> None:
    def outer() -> Any:
        return lambda: [item * 2 for item in ()]

    names = [code.co_name for code in nested(outer.__code__)]
    assert names[:2] == ["outer", "<lambda>"]
    assert sys.version_info >= (3, 12) or names[2] == "<listcomp>"


def test_instructions_know_their_lines() -> None:
    code = on_locals.__code__
    last = list(dis.get_instructions(code))[-1]
    assert line_at(code, last.offset) == code.co_firstlineno + 3
