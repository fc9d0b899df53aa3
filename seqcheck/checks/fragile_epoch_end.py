"""`on_epoch_end` raises, or an epoch breaks when it is called twice in a row or not before the first read.

What it detects:
    A hook that raises an exception. And after the hook was called twice, or before it was called at all: batches that
    cannot be read though they can in a plain loop, another length, or an epoch that holds other samples than it does
    in a plain loop.

Why it matters:
    Keras 3 reads batches 0 and 1 before it calls `on_epoch_end` for the first time, and calls it once more before the
    first epoch; legacy engines call it twice in a row when a step is slow, and never before the first epoch. With
    workers, an exception in the hook leaves the training waiting for ever.

Limits:
    Samples are compared only where they can be told apart, the plain loop has the same ones in every epoch, and an
    epoch is declared (or left) to hold every sample once. A hook that hangs or ends its process is judged by
    hanging-read and crashing-worker.

Example:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            self.order = np.random.permutation(len(self.x))

Use instead:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.on_epoch_end()

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            self.order = np.random.permutation(len(self.x))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from seqcheck.model.accounts import Account, account
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.history import Failure, Frame, History, Read
from seqcheck.model.samples import Unidentified, ledger
from seqcheck.model.scenario import SCRIPT
from seqcheck.model.words import counted

CHECK = Check(
    "fragile-epoch-end",
    clause="epoch end",
    needs=("hooks", "loop", SCRIPT),
    options=("epoch", "augments:on", "length:per-epoch", "sample_id"),
    explained_by={
        "unstable-length": ("hooks",),
        "ignored-index": ("hooks",),
        "unrepeatable-read": ("hooks",),
        "shadowed-attribute": None,
        "broken-defaults": None,
    },
)
SITUATIONS = {
    "twice": "after on_epoch_end was called twice in a row",
    "late": "before on_epoch_end was called for the first time",
}


def judge(case: Case) -> Judgement:
    """Judge every call of a hook, and hold the passes with unusual calls against those of the plain loop."""
    raised = _raised(case) or [finding for run in case.runs(SCRIPT) for finding in _after_script(case, run)]
    if raised:
        return violated(raised)
    runs = case.runs("hooks")
    if not runs:
        return inconclusive(case.why_not("hooks"))
    findings = [finding for run in runs for finding in _judge(case, run)]
    if findings:
        return violated(findings)
    cut = next((note.text for run in runs for note in run.notes if note.kind == "skipped"), "")
    if cut or any(run.ending != "finished" for run in runs):
        return inconclusive(cut or "the run with unusual calls of the hooks did not come to its end")
    stuck = next((hook.name for run in runs for hook in run.hooks if hook.begun), "")
    if stuck:
        return inconclusive(f"a call of {stuck} did not come back")
    reads = sum(read.batch is not None for run in runs for read in run.reads)
    if not reads:
        return inconclusive("no batch could be read around the hooks")
    return holds(
        f"{counted(reads, 'batch')} read with on_epoch_end called twice in a row, and not before the first epoch"
    )


def _raised(case: Case) -> list[Finding]:
    found: dict[str, Finding] = {}
    for run in case.runs():
        for hook in run.hooks:
            if hook.failure is None or hook.name in found:
                continue
            when = "before the first epoch" if hook.epoch < 0 else f"after epoch {hook.epoch}"
            if hook.name == "on_epoch_begin":
                when = f"before epoch {max(hook.epoch, 0)}"
            problem = hook.failure
            summary = f"{hook.name} raises {problem.type_name}: {problem.message} ({when})"
            found[hook.name] = Finding(summary, {"epoch": hook.epoch}, run.scenario, _frame(problem))
    return list(found.values())


def _after_script(case: Case, run: History) -> list[Finding]:
    """Epochs that cannot be read in order any more once the hook was called twice in a row, or before any read."""
    actions = [step.action for step in run.scenario.script]
    unread = {
        number
        for number, epoch in enumerate(" ".join(actions).split("epoch-end"))
        if not {"read", "past", "write"} & set(epoch.split())
    }
    failures = {epoch: [one for one in its if one.failure] for epoch, its in run.passes("reference").items()}
    for epoch, failed in failures.items():
        sound = [other for other, its in failures.items() if other < epoch and not its]
        if failed and sound and any(number < epoch for number in unread):
            problem = failed[0].failure or Failure("", "")
            text = f"batch {failed[0].index} raises {problem.text} {SITUATIONS['twice']}"
            evidence = {"script": [step.describe() for step in run.scenario.script]}
            return [Finding(text, evidence, run.scenario, problem.line_in(case.facts.file))]
    return []


def _judge(case: Case, run: History) -> list[Finding]:
    plain = next((loop for loop in case.runs("loop") if loop.scenario.sizes() == run.scenario.sizes()), None)
    if plain is None:
        return []
    # A legacy engine calls no hook before the first epoch: what fails there alone lacks the hook, not the batch.
    first = 0 if any(hook.epoch < 0 for hook in plain.hooks) else 1
    settled = [read for read in plain.reads if read.purpose == "epoch" and read.epoch >= first]
    readable = {read.index for read in settled if read.batch is not None}
    broken = {read.index for read in settled if read.failure is not None}
    # What a shuffle moves fails at other indices: in the plain loop too, whatever the hook did.
    usual = {read.failure.kind for read in settled if read.failure is not None}
    findings = []
    for purpose in SITUATIONS:
        finding = (
            _failing(run, plain, purpose, readable - broken, usual)
            or _length(case, run, plain, purpose)
            or _samples(case, run, plain, purpose)
        )
        if finding is not None:
            findings.append(finding)
    return findings


def _when(purpose: str, epoch: int) -> str:
    if epoch == 0 or purpose == "twice":
        return SITUATIONS[purpose]
    return "after an epoch that was read before the first on_epoch_end"


def _failing(
    run: History, plain: History, purpose: str, readable: set[int], usual: set[tuple[str, object]]
) -> Finding | None:
    measurable = not any(length.failure for length in plain.lengths)
    for length in run.lengths:
        if measurable and length.when == purpose and length.failure is not None:
            problem = length.failure
            text = f"len() raises {problem.type_name}: {problem.message} {_when(purpose, length.epoch)}"
            return Finding(text, {"epoch": length.epoch}, run.scenario, _frame(problem))
    failed: list[Read] = [
        read
        for read in run.reads
        if read.purpose == purpose and read.failure is not None and read.index in readable
        if read.failure.kind not in usual
    ]
    if not failed:
        return None
    read = failed[0]
    problem = read.failure or Failure("", "")
    text = f"batch {read.index} raises {problem.type_name}: {problem.message} {_when(purpose, read.epoch)}"
    evidence = {"batches that fail": sorted({one.index for one in failed}), "in the plain loop": "they can be read"}
    return Finding(text, evidence, run.scenario, _frame(problem))


def _frame(problem: Failure) -> Frame | None:
    return problem.frames[-1] if problem.frames else None


def _length(case: Case, run: History, plain: History, purpose: str) -> Finding | None:
    usual = {length.number for length in plain.lengths if length.number is not None}
    if case.contract.length == "per-epoch" or len(usual) != 1:
        return None
    for length in run.lengths:
        if length.when == purpose and length.number is not None and length.number not in usual:
            expected = next(iter(usual))
            text = f"the length is {length.number} {_when(purpose, length.epoch)}, and {expected} in the plain loop"
            return Finding(text, {"epoch": length.epoch, "plain loop": expected}, run.scenario)
    return None


def _samples(case: Case, run: History, plain: History, purpose: str) -> Finding | None:
    """An epoch that holds other samples than each epoch of the plain loop does."""
    if case.contract.epoch in ("per-epoch", "random") or not plain.reads_all:
        return None
    usual = account(case, plain)
    if isinstance(usual, Unidentified) or not usual.alike or len(usual.ledgers) < 2:
        return None
    for epoch, batches in _whole(run, purpose, len(usual.batches[0])).items():
        entry = ledger(epoch, batches, usual.identity, case.contract.padding)
        if entry is None:
            continue
        expected = Counter(usual.ledgers[0].counts)
        seen = Counter(entry.counts)
        if seen == expected or not _comparable(usual, seen):
            continue
        missing, extra = expected - seen, seen - expected
        if missing.total() == extra.total() and _always(case, run, usual, seen):
            continue
        text = (
            f"an epoch holds {entry.rows} samples {_when(purpose, epoch)} ({missing.total()} missing, {extra.total()} "
            f"too many), and {usual.ledgers[0].rows} in the plain loop"
        )
        evidence = {
            "epoch": epoch,
            "missing": missing.total(),
            "too many": extra.total(),
            "told apart by": usual.identity.evidence,
        }
        return Finding(text, evidence, run.scenario)
    return None


def _always(case: Case, run: History, usual: Account, seen: Counter[object]) -> bool:
    """Whether every epoch of the run holds these samples, however the hook was called.

    The loop had an instance of its own: one that orders its samples as it is built leaves out others each time.
    """
    passes = [_whole(run, purpose, len(usual.batches[0])) for purpose in SITUATIONS]
    entries = [
        ledger(epoch, batches, usual.identity, case.contract.padding)
        for whole in passes
        for epoch, batches in whole.items()
    ]
    return all(passes) and all(entry is not None and Counter(entry.counts) == seen for entry in entries)


def _comparable(usual: Account, seen: Counter[object]) -> bool:
    """Whether the samples are those of the loop: another instance of a fixed target may hold data drawn anew."""
    return usual.numbered or all(sample in usual.union for sample in seen)


def _whole(run: History, purpose: str, length: int) -> dict[int, Mapping[int, Batch]]:
    whole: dict[int, Mapping[int, Batch]] = {}
    for epoch, reads in run.passes(purpose).items():
        batches = {read.index: read.batch for read in reads if read.batch is not None and not read.is_none}
        if len(batches) == len(reads) == length:
            whole[epoch] = batches
    return whole
