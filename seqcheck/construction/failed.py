"""A recipe that failed, and with what: what every rule of mending looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from seqcheck.construction.recipe import Recipe
from seqcheck.construction.signature import Parameter
from seqcheck.construction.traces import Clues


@dataclass(frozen=True)
class Failed:
    """`text` is what the exception says, as far as it can be asked."""

    recipe: Recipe
    error: BaseException
    text: str
    parameters: tuple[Parameter, ...]
    clues: Clues


Rule = Callable[[Failed], Iterator[Recipe]]


def text_of(error: BaseException) -> str:
    """What an exception says; empty where its own words raise."""
    try:
        return str(error)[:4000]
    except Exception:  # an exception's own __str__ may raise
        return ""
