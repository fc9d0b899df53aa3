"""Right is what some serial order gives: the reads one after the other, on threads of the same kind.

Every order is run twice. What differs between the two runs depends on time or on what nobody can seed, and is not
compared.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from seqcheck.model.batch import describe
from seqcheck.schedule.outcome import Outcome


@dataclass(frozen=True)
class Sketch:
    """What one read gave: the nesting, and a fingerprint of each leaf, in the order of a described batch's leaves."""

    structure: str
    leaves: tuple[bytes, ...] = ()

    def without(self, leaves: frozenset[int]) -> Sketch:
        """The same, some leaves left out."""
        if not leaves:
            return self
        return Sketch(self.structure, tuple(leaf for place, leaf in enumerate(self.leaves) if place not in leaves))


def sketch(value: Any) -> Sketch:
    """Fingerprints of a batch as it is at this moment; quick where it is arrays in tuples and dicts.

    Rows of sample weight 0 are no samples, and may hold anything.
    """
    if type(value) is tuple and len(value) == 3 and _are_weights(value[2]):
        weighted = value[2] != 0
        value = value if weighted.all() else _rows_of(value, weighted)
    leaves: list[bytes] = []
    structure = _quick(value, leaves)
    if structure is None:
        batch = describe(value)
        return Sketch(batch.structure, tuple(leaf.digest for leaf in batch.leaves))
    return Sketch(structure, tuple(leaves))


def _are_weights(value: Any) -> bool:
    """Whether it is one number for each sample; a third part may be anything else, which nothing can be weighed by."""
    return isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "biuf"


def _rows_of(value: Any, chosen: npt.NDArray[np.bool_]) -> Any:
    """The batch with the chosen rows of every array that has as many as there are weights."""
    if isinstance(value, np.ndarray):
        return value[chosen] if value.ndim and len(value) == len(chosen) else value
    if type(value) is tuple:
        return tuple(_rows_of(item, chosen) for item in value)
    if type(value) is dict:
        return {name: _rows_of(item, chosen) for name, item in value.items()}
    return value


def _quick(value: Any, leaves: list[bytes]) -> str | None:
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            return None
        contiguous = np.ascontiguousarray(value)
        digest = xxhash.xxh3_128_digest(contiguous.reshape(-1).view(np.uint8).data) if contiguous.nbytes else b""
        leaves.append(f"{value.dtype.str}{value.shape}".encode() + digest)
        return "array"
    if type(value) is tuple:
        parts = [_quick(item, leaves) for item in value]
        return None if None in parts else f"({', '.join(parts)})"  # type: ignore[arg-type]  # none of them is None
    if type(value) is dict:
        named = [(name, _quick(item, leaves)) for name, item in value.items()]
        if any(part is None for _, part in named):
            return None
        return "{" + ", ".join(f"{name!r}: {part}" for name, part in named) + "}"
    return None


def result_of(kind: str, value: Any) -> Sketch:
    """What an outcome's entry for one thread says: a raised exception is known by its type.

    The batches of a thread that read several are one, their leaves in a row.
    """
    if kind == "returned" and isinstance(value, Sketch):
        return value
    if kind == "returned" and type(value) is tuple:
        leaves = tuple(leaf for one in value for leaf in one.leaves)
        return Sketch(" then ".join(one.structure for one in value), leaves)
    return Sketch(f"{kind} {type(value).__name__}")


def raised(seen: Sketch) -> bool:
    """Whether a result is an exception."""
    return seen.structure.startswith("raised ")


@dataclass(frozen=True)
class Reference:
    """What every serial order of the threads gives: thread by thread, order by order."""

    orders: Mapping[tuple[int, ...], tuple[Sketch, ...]]
    unsteady: frozenset[int] = frozenset()
    """Leaves that two runs of one order do not agree on, by place."""
    trouble: str = ""
    """Why there is none: what became of a serial run, in words."""

    @property
    def deterministic(self) -> bool:
        """Whether every order gives the same batches."""
        return len(set(self.orders.values())) <= 1

    @property
    def failing(self) -> bool:
        """Whether a read raises already when it runs alone."""
        return any(raised(seen) for results in self.orders.values() for seen in results)

    @property
    def blind(self) -> bool:
        """Whether nothing is left that could be compared."""
        leaves = max((len(seen.leaves) for results in self.orders.values() for seen in results), default=0)
        return bool(self.unsteady) and not leaves

    def explains(self, outcome: Outcome) -> bool:
        """Whether some serial order gives the same."""
        return self._compared(outcome) in self.orders.values()

    def differing(self, outcome: Outcome) -> tuple[int, tuple[int, ...]]:
        """The thread whose batch no serial order explains, and the order to hold it against.

        The order is the one that explains most; the thread the first that it leaves over.
        """
        seen = self._compared(outcome)

        def alike(order: tuple[int, ...]) -> int:
            return sum(one == other for one, other in zip(self.orders[order], seen, strict=True))

        order = max(self.orders, key=alike)
        thread = next((place for place, one in enumerate(seen) if one != self.orders[order][place]), 0)
        return thread, order

    def _compared(self, outcome: Outcome) -> tuple[Sketch, ...]:
        return tuple(result_of(*result).without(self.unsteady) for result in outcome.results)


def reference(runs: Mapping[tuple[int, ...], tuple[Outcome, Outcome]]) -> Reference:
    """The reference from two outcomes of every order."""
    for pair in runs.values():
        for outcome in pair:
            if outcome.trouble or outcome.outside:
                return Reference({}, trouble=outcome.trouble or "outside")
    unsteady: set[int] = set()
    for one, other in runs.values():
        for first, second in zip(_results(one), _results(other), strict=True):
            if first.structure != second.structure or len(first.leaves) != len(second.leaves):
                return Reference({}, trouble="unsteady")
            pairs = enumerate(zip(first.leaves, second.leaves, strict=True))
            unsteady |= {place for place, (a, b) in pairs if a != b}
    without = frozenset(unsteady)
    orders = {order: tuple(seen.without(without) for seen in _results(pair[0])) for order, pair in runs.items()}
    return Reference(orders, without)


def _results(outcome: Outcome) -> tuple[Sketch, ...]:
    return tuple(result_of(*result) for result in outcome.results)


def serial_orders(threads: int, reads: int = 1, most: int = 24) -> Sequence[tuple[int, ...]]:
    """Every order of the reads of so many threads, as `Serial` takes it: each thread as often as it reads."""
    if reads == 1:
        return list(itertools.islice(itertools.permutations(range(threads)), most))
    every = itertools.permutations(tuple(range(threads)) * reads)
    return list(itertools.islice(dict.fromkeys(every), most))
