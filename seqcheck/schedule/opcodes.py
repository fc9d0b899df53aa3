"""Where a thread may be interrupted: the instructions that can touch what another thread sees.

Between two of them nothing happens that another thread could notice, so that a switch there is a switch at the next
one. The set names instructions of Python 3.10 to 3.13 by their beginnings; what a version lacks does no harm.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType
from typing import Final

VISIBLE: Final = 1
"""Set for an instruction before which threads may be switched."""
HELD: Final = 2
"""Set beside `VISIBLE` where a build with the GIL can never switch threads at that place."""

_VISIBLE: Final = (
    "LOAD_ATTR", "STORE_ATTR", "DELETE_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "STORE_GLOBAL", "DELETE_GLOBAL",
    "LOAD_DEREF", "STORE_DEREF", "LOAD_CLASSDEREF", "BINARY_", "INPLACE_", "STORE_SUBSCR", "DELETE_SUBSCR",
    "STORE_SLICE", "CALL", "FOR_ITER", "CONTAINS_OP", "COMPARE_OP", "LIST_EXTEND", "SET_UPDATE", "DICT_UPDATE",
    "DICT_MERGE", "LIST_TO_TUPLE", "UNPACK", "GET_ITER", "BEFORE_WITH", "SETUP_WITH", "WITH_EXCEPT", "SEND",
    "YIELD_FROM", "IMPORT_", "UNARY_", "TO_BOOL",
)  # fmt: skip
_YIELDING: Final = (
    "CALL", "JUMP_ABSOLUTE", "JUMP_BACKWARD", "POP_JUMP_BACKWARD", "SEND", "YIELD", "BEFORE_WITH",
    "SETUP_WITH", "WITH_EXCEPT", "BINARY_", "INPLACE_", "STORE_SUBSCR", "STORE_SLICE", "DELETE_SUBSCR", "COMPARE_OP",
    "CONTAINS_OP", "UNARY_", "LIST_EXTEND", "UNPACK", "IMPORT_", "GET_ITER",
)  # fmt: skip
"""After these a build with the GIL may have lost it: it is offered there, or foreign code ran that may give it up."""
_CALLING: Final = ("CALL", "BEFORE_WITH", "SETUP_WITH", "WITH_EXCEPT", "IMPORT_", "SEND", "YIELD_FROM")
"""These enter other code, which may lose the lock before it does anything: as good as a switch before them."""
_REBINDING: Final = frozenset((dis.opmap["STORE_GLOBAL"], dis.opmap["DELETE_GLOBAL"]))
_UNSEEN: Final = ("CACHE", "EXTENDED_ARG", "NOP", "PRECALL", "PUSH_NULL", "COPY_FREE_VARS", "MAKE_CELL")
"""No instructions of the program's own: they neither count nor come between two that do."""
_BEGINNING: Final = ("RESUME", "GEN_START", "RETURN_GENERATOR", "POP_TOP")
"""What a function may begin with before its first own instruction."""


def marks(code: CodeType, rebound: frozenset[str]) -> bytes:
    """One byte an offset of the code: 0, `VISIBLE`, or `VISIBLE | HELD`.

    `rebound` are the global names that functions assign to: reading one of them is visible as well. Code without any
    such instruction has one at its beginning: compiled code may call it half-way through, as sorting calls its key.
    """
    found = bytearray(len(code.co_code) + 2)
    offered = True  # on entry
    first = -1
    for instruction in dis.get_instructions(code):
        name = instruction.opname
        if name in _UNSEEN:
            continue
        if first < 0 and not name.startswith(_BEGINNING):
            first = instruction.offset
        offered = offered or instruction.is_jump_target
        if name.startswith(_VISIBLE) or (name == "LOAD_GLOBAL" and instruction.argval in rebound):
            found[instruction.offset] = VISIBLE if offered or name.startswith(_CALLING) else VISIBLE | HELD
            offered = False
        offered = offered or name.startswith(_YIELDING)
    if first >= 0 and not any(found):
        found[first] = VISIBLE
    return bytes(found)


def rebound_globals(code: CodeType) -> Iterator[str]:
    """The global names that this code, or code inside it, assigns to or deletes, other than a module's own level."""
    for inner in nested(code):
        # Few do, and whether one does is told at a glance; a large project has thousands of functions.
        if inner.co_name != "<module>" and not _REBINDING.isdisjoint(inner.co_code[::2]):
            for instruction in dis.get_instructions(inner):
                if instruction.opcode in _REBINDING:
                    yield str(instruction.argval)


def nested(code: CodeType) -> Iterator[CodeType]:
    """The code itself and all code inside it: comprehensions, lambdas, inner functions."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from nested(constant)


def line_at(code: CodeType, offset: int) -> int:
    """The source line of an instruction."""
    line = code.co_firstlineno
    for start, end, number in code.co_lines():
        if start <= offset < end and number is not None:
            line = number
    return line
