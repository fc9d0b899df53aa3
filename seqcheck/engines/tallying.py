"""The plain loop over everything, with no batch kept: what an epoch holds that is too long to be kept row by row.

Every read is described as in any other run, and counted; what is recorded is one `Tally` an epoch. A read that raises,
or gives no rows, ends the run and is recorded itself.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import xxhash

from seqcheck.engines.loop import Protocol
from seqcheck.engines.reading import Build, NotBuilt, Reader, ask_length, call_hook, construct
from seqcheck.engines.run import Run
from seqcheck.model.batch import Batch
from seqcheck.model.history import EngineNote, Event, Read
from seqcheck.model.samples import no_samples
from seqcheck.model.scenario import Scenario
from seqcheck.model.tally import OWNERS, TOGETHER, Column, Counted, Tally, tally_of

HEARTBEAT = 1.0
"""Seconds after which a sign of life is recorded."""


def drive(
    build: Build,
    scenario: Scenario,
    protocol: Protocol,
    look_at: Callable[[Any], Iterable[Event]] | None,
    run: Run,
) -> None:
    """Read `scenario.epochs` epochs whole; records a `Tally` of each. `look_at` is as in the loop."""
    try:
        instance = construct(build, run)
    except NotBuilt:
        return
    hook_first, hook_begin = protocol
    if hook_first and not call_hook(instance, run, -1, "on_epoch_end"):
        return
    if look_at is not None:
        for event in look_at(instance):
            run.record(event)
    before: Mapping[str, Counted] = {}
    for epoch in range(scenario.epochs):
        length = ask_length(instance, run, epoch, "epoch")
        if length is None or (hook_begin and not call_hook(instance, run, epoch, "on_epoch_begin")):
            return
        counting = _Counting(run, scenario.counted)
        indices = scenario.reads(length)
        if not all(counting.read(instance, epoch, index) for index in indices):
            return
        sizes = counting.sizes
        counted = {path: Counted.of(column, counting.samples, indices) for path, column in counting.columns.items()}
        leaves = tuple(tally_of(epoch, one, before.get(path)) for path, one in counted.items())
        full = max(sizes, default=0)
        short = [index for index, size in zip(indices, sizes, strict=True) if size < full]
        run.record(Tally(epoch, length, sum(counting.samples), full, len(short), short[0] if short else None, leaves))
        before = counted
        if not call_hook(instance, run, epoch, "on_epoch_end"):
            return


class _Counting:
    """The rows of one epoch."""

    def __init__(self, run: Run, wanted: tuple[str, ...]) -> None:
        self._wanted = wanted
        self.columns: dict[str, Column] = {}
        self.sizes: array[int] = array("q")
        self.samples: array[int] = array("q")
        self._run = run
        self._last: Read | None = None
        self._quiet = replace(run, record=self._note)
        self._told = time.monotonic()

    def _note(self, event: Event) -> None:
        if isinstance(event, Read):
            self._last = event

    def read(self, instance: Any, epoch: int, index: int) -> bool:
        """Read one batch and count it; False where there is nothing to count, which is recorded."""
        Reader(instance, self._quiet).read(epoch, index)
        read = self._last
        assert read is not None
        batch = None if read.is_none else read.batch
        if read.failure is not None or batch is None or not batch.rows:
            self._run.record(read)
            return False
        self._count(batch, batch.rows)
        if time.monotonic() - self._told > HEARTBEAT:
            self._run.record(EngineNote("searching", f"{len(self.sizes)} batches counted"))
            self._told = time.monotonic()
        return True

    def _count(self, batch: Batch, rows: int) -> None:
        found = {path: rows for path, rows in _columns_of(batch).items() if not self._wanted or path in self._wanted}
        if not self.sizes:
            self.columns = {path: Column(path) for path in found}
        left_out = no_samples(batch, self._run.padding)
        # What one batch does not have, or in which it has no row for each sample, counts no samples.
        self.columns = {path: column for path, column in self.columns.items() if len(found.get(path, ())) == rows}
        for path, column in self.columns.items():
            kept = found[path]
            column.add([one for row, one in enumerate(kept) if row not in left_out] if left_out else kept)
        self.sizes.append(rows)
        self.samples.append(rows - len(left_out))


def _columns_of(batch: Batch) -> dict[str, Sequence[bytes]]:
    """One fingerprint a row, by leaf, for all leaves together, and by what the owner calls the samples."""
    found: dict[str, Sequence[bytes]] = {leaf.path: leaf.rows for leaf in batch.leaves if leaf.rows}
    if len(found) > 1:
        found[TOGETHER] = batch.samples() or ()
    if batch.identities is not None:
        found[OWNERS] = [xxhash.xxh3_128_digest(repr(one).encode("utf-8", "replace")) for one in batch.identities]
    return found
