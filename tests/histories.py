"""Histories written by hand: what engines would have recorded, without an engine.

A pass is written as the list of what its reads returned: a `Batch`, any value (it is described), a `Failure`, or None.
Entry i is the read of index i, unless it is wrapped in `at`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from seqcheck.model.batch import Batch, describe
from seqcheck.model.check import Case, Facts
from seqcheck.model.contract import Contract, contract_from
from seqcheck.model.history import Death, Failure, Frame, History, Hook, Length, Read, Timeout
from seqcheck.model.observation import Observation
from seqcheck.model.scenario import POOLS, SCRIPT, Scenario, Step, Truth

LEFT_OUT: Any = object()


@dataclass(frozen=True)
class At:
    """A read of another index than its place in the list, or by a stated worker; or beginning at a stated time."""

    index: int
    value: Any
    worker: int | None = None
    start: float | None = None
    end: float | None = None


def at(index: int, value: Any, **where: Any) -> At:
    """The read of `index`; `worker`, `start` and `end` (seconds) where they matter."""
    return At(index, value, **where)


def batch(x: Any, y: Any = LEFT_OUT, weight: Any = LEFT_OUT) -> Batch:
    """The batch ``x``, ``(x, y)`` or ``(x, y, weight)``; a flat list of numbers stands for a float32 column of them."""
    parts = tuple(_array(part) for part in (x, y, weight) if part is not LEFT_OUT)
    return describe(parts if len(parts) > 1 else parts[0])


def _array(part: Any) -> Any:
    if isinstance(part, list) and all(isinstance(item, (int, float)) for item in part):
        return np.array(part, dtype=np.float32)
    return part


def numbered(first: int, last: int, width: int = 3) -> Batch:
    """Samples `first` to `last` − 1 as a probe would give them: x of shape (rows, width) and the labels as y."""
    ids = np.arange(first, last)
    return describe((np.repeat(ids[:, None] + 0.5, width, axis=1).astype(np.float32), ids))


def samples(*ids: int, width: int = 3) -> Batch:
    """The samples named, in that order, as `numbered` writes them."""
    rows = np.array(ids, dtype=np.int64)
    return describe((np.repeat(rows[:, None] + 0.5, width, axis=1).astype(np.float32), rows))


def numbered_pass(count: int, size: int) -> list[Batch]:
    """One epoch of samples 0 to `count` − 1 in order, in batches of `size`, the last one short where it must be."""
    return [numbered(first, min(first + size, count)) for first in range(0, count, size)]


def failure(type_name: str = "ValueError", message: str = "broken", **fields: Any) -> Failure:
    """An exception of the user's `__getitem__` in ``data.py``."""
    frames = (Frame("data.py", 12, "__getitem__", "return self.x[index]"),)
    return Failure(type_name, message, **{"frames": frames, **fields})


def length(
    number: int | None, *, epoch: int = 0, when: str = "epoch", value: Any = None, failed: Failure | None = None
) -> Length:
    """One `len()`; `value` is what `__len__` gave where that is no usable number."""
    shown = number if value is None else value
    return Length(epoch, when, number, repr(shown), type(shown).__name__, failed)


def lengths_of(number: int, epochs: int) -> tuple[Length, ...]:
    """The lengths that the loop records of a Sequence which always says `number`."""
    asked = [length(number, epoch=-1, when="start")]
    for epoch in range(epochs):
        asked += [length(number, epoch=epoch, when="epoch"), length(number, epoch=epoch, when="end")]
    return tuple(asked)


def history(
    engine: str = "loop",
    epochs: Sequence[Sequence[Any]] = (),
    *,
    passes: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    overrun: Sequence[Any] = (),
    lengths: Sequence[Length] | int | None = None,
    workers: int | None = None,
    indices: tuple[int, ...] | None = None,
    truth: Truth | None = None,
    hooks: Sequence[Hook] = (),
    deaths: Sequence[Death] = (),
    timeouts: Sequence[Timeout] = (),
    observations: Sequence[Observation] = (),
    scenario: Mapping[str, Any] | None = None,
    **fields: Any,
) -> History:
    """A history of `engine`.

    `epochs` has the passes of purpose ``epoch``, `passes` those of other purposes, each a list of epochs. `overrun` has
    the reads from the length on. `lengths` is a constant length or what was recorded; left out, it is the length of
    the first pass. Reads of an engine with workers go round its workers. `fields` are those of `History`.
    """
    every = {"epoch": epochs, **(passes or {})}
    counted = len(next((entries for kind in every.values() for entries in kind), ()))
    said = lengths if lengths is not None else counted
    number = said if isinstance(said, int) else next((item.number for item in said if item.number is not None), counted)
    crew = workers or (2 if engine in POOLS else 1)
    reads: list[Read] = []
    for purpose, kind in every.items():
        for epoch, entries in enumerate(kind):
            for place, entry in enumerate(entries):
                chosen = entry if isinstance(entry, At) else At(place, entry)
                pooled = engine in POOLS and purpose == "epoch"
                worker = chosen.worker if chosen.worker is not None else (place % crew if pooled else -1)
                reads.append(_read(replace(chosen, worker=worker), epoch, purpose, place, float(len(reads))))
    last = max(len(epochs) - 1, 0)
    for place, value in enumerate(overrun):
        reads.append(_read(At(number + place, value, -1), last, "overrun", place, float(len(reads))))
    return History(
        scenario=Scenario(engine, **{"epochs": len(epochs), "workers": crew, "indices": indices, **(scenario or {})}),
        truth=truth or Truth(),
        lengths=lengths_of(said, len(epochs)) if isinstance(said, int) else tuple(said),
        reads=tuple(reads),
        hooks=tuple(hooks),
        deaths=tuple(deaths),
        timeouts=tuple(timeouts),
        observations=tuple(observations),
        **fields,
    )


def scripted(
    *steps: tuple[Any, ...],
    epochs: Sequence[Sequence[Any]] = (),
    observations: Sequence[Observation] = (),
    **fields: Any,
) -> History:
    """A script's history: each step is an action, and for reads its index and what came.

    `epochs` has what a fork read in order, an epoch each.
    """
    made = tuple(Step(step[0], step[1] if len(step) > 1 else 0) for step in steps)
    recorded = history(SCRIPT, passes={"reference": epochs}, observations=observations, **fields)
    lengths = [length(len(one), epoch=number) for number, one in enumerate(epochs)]
    reads: list[Read] = []
    epoch = 0
    for place, step in enumerate(steps):
        if step[0] in ("read", "write", "past"):
            purpose = "overrun" if step[0] == "past" else "script"
            reads.append(_read(At(step[1], step[2], -1), epoch, purpose, place, 100.0 + place))
        elif step[0] == "len":
            lengths.append(length(step[1], epoch=epoch, when=f"step {place}"))
        epoch += step[0] == "epoch-end"
    scenario = replace(recorded.scenario, script=made)
    return replace(recorded, scenario=scenario, reads=(*recorded.reads, *reads), lengths=(*recorded.lengths, *lengths))


def _read(entry: At, epoch: int, purpose: str, place: int, clock: float) -> Read:
    value, worker = entry.value, entry.worker or 0
    failed = value if isinstance(value, Failure) else None
    described = None if failed else value if isinstance(value, Batch) else describe(value)
    start = clock if entry.start is None else entry.start
    end = start + 0.5 if entry.end is None else entry.end
    return Read(
        epoch=epoch,
        index=entry.index,
        purpose=purpose,
        process=100 + worker,
        thread=worker,
        worker=worker,
        start=start,
        end=end,
        batch=described,
        failure=failed,
        place=place,
        is_none=value is None,
    )


def case(
    *histories: History, contract: Contract | Mapping[str, Any] | None = None, base: str | None = "keras", **facts: Any
) -> Case:
    """The histories as a check is handed them; `contract` as the owner would declare it, `facts` those of `Facts`."""
    declared = contract if isinstance(contract, Contract) else contract_from(contract or {}, "the test")
    named = {"name": "data.MySequence", "class_name": "MySequence", "file": "data.py", "line": 4, **facts}
    return Case(Facts(base=base, **named), declared, histories)
