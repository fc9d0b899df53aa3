"""With which workers `fit` of the installed Keras is tried, beside the one worker that it has unless told otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seqcheck.model.contract import Contract, FitUse
from seqcheck.model.scenario import AS_DECLARED, BY_WORKERS, POOLS, START_METHODS
from seqcheck.model.usage import reads_by_workers


def uses_of(
    base: str | None, start_methods: Sequence[str], contract: Contract, asked: FitUse, *, at_leisure: bool = False
) -> Mapping[str, FitUse]:
    """By engine, the uses that are tried: as declared; where nothing is, as the instance asks for.

    `at_leisure`, and where nothing is declared, two workers of each kind are tried as well. Nothing is tried by a Keras
    other than that of the `base`, or with one worker.
    """
    declared = contract.fit != FitUse()
    uses = {AS_DECLARED: contract.fit if declared else asked}
    if at_leisure and not declared:
        ways = [way for way in POOLS if way not in START_METHODS or way in start_methods]
        uses |= {engine: _two(way) for engine, way in zip(BY_WORKERS, POOLS, strict=True) if way in ways}
    return {
        engine: use
        for engine, use in uses.items()
        if base is not None and use.keras in (None, base) and reads_by_workers(use)
    }


def _two(way: str) -> FitUse:
    processes = way in START_METHODS
    return FitUse(workers=2, use_multiprocessing=processes, start_method=way if processes else None)
