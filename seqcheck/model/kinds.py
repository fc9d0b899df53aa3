"""What a foreign object is and has, without asking the object.

`isinstance` asks an object that is not of the kind for its ``__class__``, and attributes go through its own lookup. A
proxy, as lazy settings and context-bound objects are, then sets up what it stands for, or raises where that is not
there yet. Whoever walks through what the user's objects hold asks here instead.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any


def is_a(value: object, kinds: type | tuple[type, ...]) -> bool:
    """Whether the type of `value` is one of `kinds` or derived from it."""
    return issubclass(type(value), kinds)


def attributes_of(value: object) -> dict[str, Any]:
    """The instance's own attributes as they stand, the dict itself; an empty one where it has none or tells none."""
    try:
        held = object.__getattribute__(value, "__dict__")
    except Exception:  # a property of the user's in its place may raise anything
        return {}
    return held if type(held) is dict else {}


def slots_of(value: object) -> Iterator[tuple[types.MemberDescriptorType, Any]]:
    """The slots that hold something, and what: of classes written in Python, as `dataclass(slots=True)` makes them."""
    for base in type(value).__mro__:
        if "__slots__" not in base.__dict__:
            continue
        for slot in base.__dict__.values():
            if is_a(slot, types.MemberDescriptorType):
                try:
                    held = slot.__get__(value)
                except AttributeError:  # nothing stands there
                    continue
                yield slot, held


def size_of(container: Any) -> int:
    """The number of items of a list, tuple, dict, set or of what is derived from one, whatever its own length says."""
    built_in = next(kind for kind in (list, tuple, dict, set) if is_a(container, kind))
    return built_in.__len__(container)


def members_of(container: Any) -> list[Any]:
    """The items of a list, tuple or set, or of what is derived from one, whatever its own iteration gives."""
    built_in = next(kind for kind in (list, tuple, set, frozenset) if is_a(container, kind))
    return [*built_in.__iter__(container)]


def entries_of(mapping: Any) -> list[tuple[Any, Any]]:
    """The keys and values of a mapping; none where it cannot be read, as a store that was closed."""
    try:
        return list(mapping.items())
    except Exception:  # a foreign object's own: nothing is known of it
        return []


def text_of(value: object) -> str:
    """The `repr` of a value; its type's name in brackets where it has none."""
    try:
        return repr(value)
    except Exception:  # a foreign object's own
        return f"<{type(value).__name__}>"
