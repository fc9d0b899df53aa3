"""The catalogue: every module of this package is one check, registered by lying here.

A module `lost_samples` holds the check ``lost-samples``: its docstring is the page, `CHECK` the declaration, and
`judge` turns a `Case` into a `Judgement`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType, ModuleType
from typing import Final

from seqcheck.model.check import CLAUSES, Check, Judge
from seqcheck.model.page import Page, parse_page

ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "construction": (
        "broken-defaults",
        "mutated-arguments",
        "ignored-parameter",
        "misnamed-hook",
        "shadowed-attribute",
        "uninitialised-base",
        "global-reseed",
        "unstable-mapping",
    ),
    "length": ("non-integer-length", "unstable-length", "empty-epoch", "phantom-batch", "silent-overrun"),
    "batch": (
        "unsupported-structure",
        "mismatched-rows",
        "partial-batch",
        "drifting-structure",
        "unportable-batch",
        "object-batch",
        "uninitialised-rows",
        "non-finite-values",
        "shared-buffer",
        "exposed-storage",
    ),
    "epoch": (
        "dropped-remainder",
        "lost-samples",
        "repeated-samples",
        "foreign-samples",
        "mispaired-targets",
        "ignored-index",
        "unrepeatable-read",
        "drifting-data",
        "overlapping-split",
    ),
    "epoch end": (
        "missing-reshuffle",
        "unwanted-reshuffle",
        "repeating-shuffle",
        "fragile-epoch-end",
        "unshuffled-first-epoch",
        "unreproducible-order",
    ),
    "pickling": ("unpicklable", "unimportable-class", "lossy-pickle", "heavy-pickle"),
    "workers": (
        "thread-race",
        "worker-divergence",
        "stale-shuffle",
        "cloned-randomness",
        "lost-worker-state",
        "crashing-worker",
        "hanging-read",
        "unsafe-fork",
        "swallowed-error",
        "leaked-resources",
    ),
    "fit": (
        "untrainable",
        "unfaithful-training",
        "misaligned-predictions",
        "worker-dependent-training",
        "unusable-validation",
    ),
}
"""The order in which checks are reported, by clause; a name that is not here comes last in its clause."""


class CatalogueError(TypeError):
    """A module of this package that is no check; the text says what it lacks."""


@dataclass(frozen=True)
class Registered:
    """One check as the catalogue holds it."""

    check: Check
    judge: Judge
    page: Page


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Registered]:
    """Every check by name, in the order of the catalogue.

    Raises:
        CatalogueError: a module lacks `CHECK` or `judge`, or they do not fit its name.
        PageError: the docstring of a module is no page.
    """
    found = {}
    for module in pkgutil.iter_modules(__path__):
        registered = register(importlib.import_module(f"{__name__}.{module.name}"))
        found[registered.check.name] = registered
    return MappingProxyType({name: found[name] for name in sorted(found, key=lambda name: _rank(found[name].check))})


def register(module: ModuleType) -> Registered:
    """Read one module of the catalogue.

    Raises:
        CatalogueError, PageError: as `catalogue`.
    """
    own = module.__name__.rpartition(".")[2]
    check, judge = getattr(module, "CHECK", None), getattr(module, "judge", None)
    if not isinstance(check, Check):
        raise CatalogueError(f"{module.__name__} has no CHECK = Check(...): every module of seqcheck/checks is a check")
    if not callable(judge):
        raise CatalogueError(f"{module.__name__} has no judge(case) -> Judgement")
    if check.name.replace("-", "_") != own:
        raise CatalogueError(f"{module.__name__} declares the name {check.name!r}; its module must have that name")
    if check.clause not in CLAUSES:
        raise CatalogueError(f"{check.name} names the clause {check.clause!r}; known are {', '.join(CLAUSES)}")
    return Registered(check, judge, parse_page(module.__doc__, module.__name__))


def _rank(check: Check) -> tuple[int, int, str]:
    names = ORDER.get(check.clause, ())
    return CLAUSES.index(check.clause), names.index(check.name) if check.name in names else len(names), check.name
