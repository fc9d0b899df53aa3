"""What the reads of a script say: each beside the batch that a pass in order gave, and what was done before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Finding
from seqcheck.model.comparison import moves_by_itself
from seqcheck.model.history import History, Read
from seqcheck.model.scenario import SCRIPT, Step
from seqcheck.model.selection import Homes, by_index, compare
from seqcheck.model.words import listing

UNREAD = ("IndexError", "StopIteration")
"""How a Sequence says, to a loop that goes on until it is told to stop, that the epoch is over."""
HELD_AGAINST = "a fork of the same instance that read the epoch in order"


@dataclass(frozen=True)
class Scripted:
    """One read of a script. `expected` is what a pass in order gave at this index; `before` are the earlier steps."""

    read: Read
    expected: Batch
    before: tuple[Step, ...]

    @property
    def again(self) -> bool:
        """Whether the same index was read before in the same epoch."""
        return any(step.action == "read" and step.index == self.read.index for step in self.this_epoch)

    @property
    def this_epoch(self) -> tuple[Step, ...]:
        """The steps since the hook was last called."""
        ends = [place for place, step in enumerate(self.before) if step.action == "epoch-end"]
        return self.before[ends[-1] + 1 :] if ends else self.before

    def after(self, *actions: str) -> bool:
        """Whether such a step came before, in this epoch."""
        return any(step.action in actions for step in self.this_epoch)


@dataclass(frozen=True)
class Deviation:
    """A read of a script that raised, or chose other samples than a pass in order did; `text` says which, in words."""

    run: History
    scripted: Scripted
    text: str

    def finding(self, case: Case) -> Finding:
        """The finding, whose evidence has the whole script."""
        steps = [step.describe() for step in self.scripted.this_epoch]
        after = f" after {listing(steps, 4)}" if steps else ""
        evidence = {"script": [step.describe() for step in self.run.scenario.script], "held against": HELD_AGAINST}
        failure = self.scripted.read.failure
        frame = failure.line_in(case.facts.file) if failure is not None else None
        return Finding(f"{self.text}{after}", evidence, self.run.scenario, frame)


def scripts(case: Case) -> tuple[History, ...]:
    """The scripts whose reads prove something: not those of a Sequence that two forks of one state read differently."""
    return () if moves_by_itself(case, isolated=True) else case.runs(SCRIPT)


def scripted(run: History) -> tuple[Scripted, ...]:
    """The reads of a script, up to the first write into a batch: what comes later may be what was written.

    Reads at indices that a pass in order could not read are left out.
    """
    steps = run.scenario.script
    writes = [place for place, step in enumerate(steps) if step.action == "write"]
    last = writes[0] if writes else len(steps)
    expected = {epoch: by_index(reads) for epoch, reads in run.passes("reference").items()}
    return tuple(
        Scripted(read, expected[read.epoch][read.index], steps[: read.place])
        for read in sorted(run.reads, key=lambda read: read.place)
        if read.purpose == "script" and read.place < last and read.index in expected.get(read.epoch, ())
    )


def deviations(case: Case) -> Iterator[Deviation]:
    """The reads of every script that raised, or hold other samples than the pass in order."""
    for run in scripts(case):
        yield from _deviations(case, run)


def _deviations(case: Case, run: History) -> Iterator[Deviation]:
    homes: dict[int, Homes] = {}
    ended: set[int] = set()
    for read in run.reads:
        if read.purpose == "overrun" and read.failure is not None and read.failure.type_name in UNREAD:
            ended.add(read.epoch)
    for one in scripted(run):
        read = one.read
        if read.epoch in ended and one.after("past"):
            continue  # the Sequence took it for the end of a loop over it, and may have begun a new epoch
        if read.failure is not None:
            yield Deviation(run, one, f"batch {read.index} raises {read.failure.text}")
            continue
        if read.batch is None or read.is_none:
            yield Deviation(run, one, f"batch {read.index} is None")
            continue
        if read.epoch not in homes:
            reference = run.passes("reference").get(read.epoch, ())
            homes[read.epoch] = Homes(case, run, reference)
        moved = compare(homes[read.epoch], [(read.index, one.expected, read.batch)]).moved
        if moved:
            home = f" (those of batch {moved[0].home})" if moved[0].home is not None else ""
            yield Deviation(run, one, f"batch {read.index} holds other samples{home}")
