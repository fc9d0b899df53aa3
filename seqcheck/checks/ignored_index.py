"""What a batch holds depends on the order in which batches are read, not on its index.

What it detects:
    The same epoch read forwards and backwards, on two forks of one instance with the same random streams, gives other
    samples at the same index: a counter, an iterator or a generator behind `__getitem__`. And batches that are the
    same whatever the index.

Why it matters:
    Workers ask for indices in any order, and each worker has a state of its own: with two workers the counter runs
    twice, every sample comes twice or never. `fit` itself shuffles the order of batches, and reads the first batches
    once before the epoch begins: samples are lost even with one worker.

Limits:
    Which samples a batch holds is told by the probe, by `sample_id`, or by rows that stand at another index in the
    other pass. Content that changes with the order of reads in another way may be drawn at random, and is
    inconclusive until `augments` is declared. Batches that are chosen anew at each read are judged by
    unrepeatable-read.

Example:
    import math

    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.position = 0

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = slice(self.position * self.batch_size, (self.position + 1) * self.batch_size)
            self.position = (self.position + 1) % len(self)
            return self.x[rows], self.y[rows]

Use instead:
    import math

    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from seqcheck.model.accounts import gravest
from seqcheck.model.batch import Batch
from seqcheck.model.check import (
    Case,
    Check,
    Finding,
    Judgement,
    Outcome,
    Severity,
    holds,
    inconclusive,
    not_applicable,
    violated,
)
from seqcheck.model.history import History, Read
from seqcheck.model.observation import Holding
from seqcheck.model.samples import Identity, establish, name_of
from seqcheck.model.scenario import SCRIPT
from seqcheck.model.scripts import deviations
from seqcheck.model.selection import Comparison, Homes, by_index, compare, permuted
from seqcheck.model.words import batches_at, counted, listing

CHECK = Check(
    "ignored-index",
    clause="epoch",
    content=True,
    needs=("reading", SCRIPT),
    options=("epoch:random", "augments:on", "sample_id"),
    explained_by={"unstable-length": None, "uninitialised-rows": None, "drifting-data": None},
)


def judge(case: Case) -> Judgement:
    """Hold the `forward` pass of each reading against its `backward` pass."""
    if case.contract.epoch == "random":
        return not_applicable('epoch = "random": the index is free')
    runs = [run for run in case.runs("reading") if run.passes("forward")]
    judged = [_judge(case, run) for run in runs] or [inconclusive(case.why_not("reading"))]
    return gravest([*judged, *_of_scripts(case)])


def _of_scripts(case: Case) -> list[Judgement]:
    """What the first reads of an epoch say that was read in another order, or beyond its end."""
    found = []
    for deviation in deviations(case):
        one = deviation.scripted
        first_in_order = one.read.index == 0 and not one.this_epoch
        if not first_in_order and not one.again and not one.after("pickle", "copy"):
            # No engine reads beyond the end and then goes on.
            severity = Severity.ADVICE if one.after("past") else None
            found.append(replace(deviation.finding(case), severity=severity, declare='epoch = "random"'))
    found.sort(key=lambda finding: finding.severity is Severity.ADVICE)
    return [violated(found)] if found else []


def _judge(case: Case, run: History) -> Judgement:
    passes = {name: run.passes(name).get(0, ()) for name in ("forward", "forward-again", "backward")}
    forward, again, backward = (by_index(passes[name]) for name in ("forward", "forward-again", "backward"))
    same = _same_everywhere(case, run, forward)
    if same is not None:
        return violated([same])
    if not forward or not passes["backward"]:
        return inconclusive("the batches could not be read in two orders")
    failed = [read for read in passes["backward"] if read.failure is not None and read.index in forward]
    homes = Homes(case, run, passes["forward"])
    steady = compare(homes, _common(forward, again))
    if steady.moved:
        return Judgement(
            Outcome.INCONCLUSIVE,
            f"follows from unrepeatable-read: two reads in one order choose other samples for {_where(steady)}",
            follows_from="unrepeatable-read",
        )
    if failed:
        return violated([_failure(run, failed)])
    found = compare(homes, _common(forward, backward))
    if not found.moved and permuted(forward, again) is None:
        found = permuted(forward, backward) or found
    if found.moved:
        return violated([_finding(run, found, passes["forward"], passes["backward"])])
    if found.compared < 2:
        return inconclusive("there is one batch only, so it has no other order")
    changed = sorted(path for path in found.changed_paths if not case.contract.augmented(path))
    if changed:
        return inconclusive(
            f"{listing(changed)} of {batches_at(index for index, _ in found.changed)} "
            f"{'changes' if len(changed) == 1 else 'change'} with the order of reads, as content drawn at random does",
            f"augments = {changed}".replace("'", '"'),
        )
    return holds(f"{counted(found.compared, 'batch')} read forwards and backwards: the same samples at each index")


def _common(first: Mapping[int, Batch], second: Mapping[int, Batch]) -> list[tuple[int, Batch, Batch]]:
    return [(index, first[index], second[index]) for index in sorted(first) if index in second]


def _where(found: Comparison) -> str:
    return batches_at(one.index for one in found.moved)


def _same_everywhere(case: Case, run: History, forward: Mapping[int, Batch]) -> Finding | None:
    """The same samples at every index, though the data have more: nothing of the index is used."""
    by_rows = _same_rows_everywhere(case, run, forward)
    if by_rows is not None:
        return by_rows
    identity = establish(case, run)
    size = run.truth.num_samples or case.contract.num_samples
    if not isinstance(identity, Identity) or identity.kind == "fingerprint" or size is None or len(forward) < 3:
        return None
    full = [identity.of(batch) for batch in forward.values()]
    first = full[0]
    if first is None or len(first) >= size or any(rows is None or set(rows) != set(first) for rows in full):
        return None
    summary = f"all {len(forward)} batches hold the same samples ({listing(map(name_of, first))}), whatever their index"
    return Finding(
        summary, {"samples in the data": size, "samples of a batch": list(map(name_of, first))}, run.scenario
    )


def _same_rows_everywhere(case: Case, run: History, forward: Mapping[int, Batch]) -> Finding | None:
    """The same rows at every index, of an array whose rows all differ and are more."""
    batches = list(forward.values())
    if len(batches) < 3 or len({batch.digest for batch in batches}) > 1:
        return None
    for holding in (one for loop in case.runs("loop") for one in loop.observed(Holding)):
        held = set(holding.rows)
        for leaf in batches[0].leaves if len(held) == holding.length else ():
            if leaf.path.startswith("x") and 1 < len(set(leaf.rows)) < len(held) and held.issuperset(leaf.rows):
                summary = (
                    f"all {len(batches)} batches hold the same {len(leaf.rows)} of the {holding.length} rows of "
                    f"{holding.path}, whatever their index"
                )
                return Finding(summary, {"rows of a batch": [name_of(row) for row in leaf.rows[:10]]}, run.scenario)
    return None


def _failure(run: History, failed: list[Read]) -> Finding:
    read = failed[0]
    problem = read.failure
    text = f"{problem.type_name}: {problem.message}" if problem else ""
    summary = f"batch {read.index} can be read in order, and raises {text} when batches are read backwards"
    frame = problem.frames[-1] if problem and problem.frames else None
    return Finding(summary, {"fails backwards": sorted(one.index for one in failed)}, run.scenario, frame)


def _finding(run: History, found: Comparison, forward: tuple[Read, ...], backward: tuple[Read, ...]) -> Finding:
    first = min(found.moved, key=lambda one: one.index)
    by_place = [one.batch.digest if one.batch else b"" for one in forward]
    again = [one.batch.digest if one.batch else b"" for one in backward]
    counted_off = by_place == again
    summary = f"batch {first.index} holds other samples when batches are read backwards" + (
        f" (those of batch {first.home})" if first.home is not None else ""
    )
    if counted_off:
        summary += ": the k-th read gives the same batch, whatever its index"
    evidence = {
        "batches that differ": [one.index for one in found.moved],
        "batches compared": found.compared,
        "told apart by": found.evidence,
        "forwards": [name_of(sample) for sample in first.gone[:10]],
        "backwards": [name_of(sample) for sample in first.gained[:10]],
    }
    return Finding(summary, evidence, run.scenario, declare='epoch = "random"')
