"""Which Keras a class belongs to and what it lacks to be a Sequence, read off the class without importing Keras."""

from __future__ import annotations

from typing import Any, Final, Literal

Flavour = Literal["keras", "tf_keras"] | None
_BASE_NAMES: Final = ("PyDataset", "Sequence")


def base_of(kind: type) -> type | None:
    """The Keras base class in the line of ancestors, or None."""
    return next((ancestor for ancestor in kind.__mro__ if _is_base(ancestor)), None)


def flavour(value: object) -> Flavour:
    """``keras`` for Keras 3, ``tf_keras`` for tf_keras and Keras 2, after the base class; None where it has neither."""
    base = base_of(value if isinstance(value, type) else type(value))
    if base is None:
        return None
    return "tf_keras" if is_legacy(base) else "keras"


def is_legacy(value: object) -> bool:
    """Whether the base is a Sequence of tf_keras or of Keras 2, whose engines call fewer hooks than Keras 3."""
    base = base_of(value if isinstance(value, type) else type(value))
    return base is not None and base.__name__ == "Sequence"


def belongs_to_keras(kind: type) -> bool:
    """Whether a class is Keras's own, not the user's."""
    return _package(kind) in ("keras", "tf_keras")


def missing(kind: type) -> tuple[str, ...]:
    """The methods that a class lacks to be driven as a Sequence; what only raises in Keras's base counts as lacking."""
    lacking = [] if _own(kind, "__getitem__") else ["__getitem__"]
    if not (_own(kind, "__len__") or _own(kind, "num_batches")):
        lacking.append("__len__")
    return tuple(lacking)


def is_sequence(kind: type) -> bool:
    """Whether the class can be driven: it has ``__getitem__`` and ``__len__`` and is no container of a library's."""
    return not missing(kind) and kind.__module__.partition(".")[0] not in ("builtins", "numpy", "collections", "pandas")


def ask_length(instance: Any) -> Any:
    """The number of batches as Keras asks for it: an own ``num_batches`` before ``__len__``; None is without end."""
    kind = type(instance)
    if _own(kind, "num_batches") or not hasattr(kind, "__len__"):
        return instance.num_batches
    return kind.__len__(instance)


def _own(kind: type, name: str) -> bool:
    owner = next((ancestor for ancestor in kind.__mro__ if name in vars(ancestor)), None)
    return owner is not None and not _is_base(owner) and vars(owner)[name] is not None


def _is_base(kind: type) -> bool:
    """Whether it is the base itself, and no Sequence that Keras derives from it: a `TimeseriesGenerator` reads."""
    return kind.__name__ in _BASE_NAMES and belongs_to_keras(kind)


def _package(kind: type) -> str:
    return (kind.__module__ or "").partition(".")[0]
