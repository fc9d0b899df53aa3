"""The parameters of a class or factory, as data that outlives the process in which they were read."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from seqcheck.construction.bases import belongs_to_keras
from seqcheck.construction.roles import Role, role_of

_KINDS: Final = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "either",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}
LONGEST_DEFAULT: Final = 200


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    `kind` is ``positional`` (only), ``either``, ``keyword`` (only), ``*`` or ``**``. `default` is how the default
    reads, None where there is none; `value` is the default itself where it is a plain number, text, True, False or
    None, as `plain` says. `role` is what the name stands for. `forwarded` is set where the class takes ``**kwargs`` and
    it is the next class in its line that has this parameter.
    """

    name: str
    kind: str = "either"
    default: str | None = None
    value: Any = None
    plain: bool = False
    annotation: str = ""
    role: Role = ""
    forwarded: bool = False

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return self.default is None and self.kind not in ("*", "**")


def parameters_of(value: Callable[..., Any]) -> tuple[Parameter, ...]:
    """The parameters with which a class or factory is called, those of a Keras base left out.

    A class that hands ``**kwargs`` on also gets the parameters of the next constructor of the user's in its line. What
    has no readable signature (written in C) has none.
    """
    try:
        own = inspect.signature(value)
    except (ValueError, TypeError):
        return ()
    if not isinstance(value, type):
        return tuple(_parameter(item, factory=True) for item in own.parameters.values())
    constructors = list(_constructors(value))
    if not constructors:
        # The Keras base alone, or a metaclass or __new__ of the user's own: only the latter has a say.
        return tuple(map(_of_class, own.parameters.values())) if _makes_itself(value) else ()
    found = {name: _of_class(item) for name, item in own.parameters.items()}
    hands_on = "**" in {item.kind for item in found.values()}
    for constructor in constructors[1:] if hands_on else ():
        try:
            inherited = list(inspect.signature(constructor).parameters.values())[1:]
        except (ValueError, TypeError):
            break
        for item in inherited:
            if _KINDS[item.kind] not in ("*", "**", "positional"):
                found.setdefault(item.name, _of_class(item, forwarded=True))
        if not any(item.kind is inspect.Parameter.VAR_KEYWORD for item in inherited):
            break
    return tuple(found.values())


def _constructors(kind: type) -> Iterator[Callable[..., Any]]:
    for ancestor in kind.__mro__:
        if ancestor is not object and not belongs_to_keras(ancestor) and "__init__" in vars(ancestor):
            yield vars(ancestor)["__init__"]


def _makes_itself(kind: type) -> bool:
    owner = next(ancestor for ancestor in kind.__mro__ if "__new__" in vars(ancestor))
    return (owner is not object and not belongs_to_keras(owner)) or type(kind).__call__ is not type.__call__


def _of_class(item: inspect.Parameter, forwarded: bool = False) -> Parameter:
    return _parameter(item, factory=False, forwarded=forwarded)


def _parameter(item: inspect.Parameter, *, factory: bool, forwarded: bool = False) -> Parameter:
    kind = _KINDS[item.kind]
    annotation = "" if item.annotation is inspect.Parameter.empty else _text_of(item.annotation)
    role = "" if kind in ("*", "**") else role_of(item.name, annotation, factory=factory)
    if item.default is inspect.Parameter.empty:
        return Parameter(item.name, kind, annotation=annotation, role=role, forwarded=forwarded)
    plain = item.default is None or type(item.default) in (bool, int, float, str)
    value = item.default if plain else None
    return Parameter(item.name, kind, _read(item.default), value, plain, annotation, role, forwarded)


def _text_of(annotation: Any) -> str:
    if isinstance(annotation, str):
        return annotation
    try:
        return inspect.formatannotation(annotation)
    except Exception:  # an annotation may be any object, with any repr
        return ""


def _read(default: Any) -> str:
    try:
        return repr(default)[:LONGEST_DEFAULT]
    except Exception:  # the default is the user's object, and so is its repr
        return f"<{type(default).__name__}>"
