"""Keras cannot feed the Sequence to a training step.

What it detects:
    The installed Keras, running `fit` with a model that takes any batch, stops with an error of its own data adapters:
    they refuse a batch's structure, types, shapes or the length. As advice: `train_on_batch`, `test_on_batch` or
    `predict_on_batch` refuse the first batch, or hand other values of it to their step, although `fit` takes it.

Why it matters:
    No training begins, or it ends in the middle of an epoch at the first batch that differs from the first two, with a
    message that speaks of generators and signatures.

Limits:
    An error of a model's loss or shapes is no error of the data: the model that is fitted here has no opinion on
    targets, and errors of any model are left out. What the Sequence itself raises is judged by other checks.

Example:
    import keras
    import numpy as np


    class OnDemand:
        def __init__(self, data, rows):
            self.data, self.rows = data, rows

        def __array__(self, dtype=None, copy=None):
            return np.asarray(self.data[self.rows], dtype)


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return OnDemand(self.x, rows), self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

import re

from seqcheck.model import handed
from seqcheck.model.arrival import REFUSED
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.history import EngineNote, Failure, History
from seqcheck.model.words import counted

CHECK = Check(
    "untrainable",
    clause="fit",
    needs=("fit",),
    explained_by={
        "non-integer-length": None,
        "unstable-length": None,
        "empty-epoch": None,
        "phantom-batch": None,
        "unsupported-structure": None,
        "mismatched-rows": None,
        "drifting-structure": None,
        "unportable-batch": None,
        "object-batch": None,
        "swallowed-error": None,
    },
)
NO_BASE = "the class inherits from neither keras.utils.PyDataset nor tf_keras.utils.Sequence"
ADAPTERS = re.compile(r"data_adapter|py_dataset_adapter|from_generator_op|script_ops")
"""Files of Keras, and of the part of TensorFlow that it feeds through, which turn batches into tensors."""
OUR_MODEL = re.compile(r"seqcheck[/\\]engines[/\\]")
COMPLAINTS = (
    "generator yielded an element",
    "must return a tuple",
    "unrecognized data type",
    "failed to convert",
    "has length 0",
    "unsupported object type",
    "data cardinality",
    "output_signature",
    "did not match the expected structure",
    "invalid dtype",
    "numpy data type",
    "numpy type",
    "be at least rank 1",
    "must have the same rank",
    "expected input data to be non-empty",
    "object has no attribute 'shape'",
    "object has no attribute 'dtype'",
)
"""What they say, lower case and without backquotes, where TensorFlow's runtime raises it from far away."""


def judge(case: Case) -> Judgement:
    """Look at how `fit` ended."""
    if case.facts.base is None:
        return not_applicable(NO_BASE)
    runs = case.runs("fit")
    findings = []
    reason = ""
    for run in runs:
        note = next((note for note in run.notes if note.kind == "error"), None)
        if note is None:
            continue
        if note.failure is not None and _of_the_adapters(note.failure) and not _raised_itself(run):
            findings.append(_finding(run, note, note.failure))
        else:
            reason = reason or _why_not(run, note)
    if findings:
        return violated(findings)
    by_hand = [finding for run in runs for finding in handed.findings(run, _of_the_adapters)]
    if by_hand and not reason:
        return violated(by_hand)
    skipped = [note.text for run in runs for note in run.notes if note.kind == "skipped"]
    trained = [run for run in runs if run.ending == "finished" and run.deliveries]
    if reason or not trained:
        unfinished = next((run for run in runs if run.ending != "finished"), None)
        ended = (
            f"fit did not come to its end: {unfinished.ending}" if unfinished else "no batch reached a training step"
        )
        return inconclusive(reason or (skipped[0] if skipped else ended))
    epochs = {item.epoch for run in trained for item in run.deliveries}
    count = sum(len(run.deliveries) for run in trained)
    return holds(
        f"{counted(count, 'batch')} of {counted(len(epochs), 'epoch')} reached a training step{version(trained)}"
        f"{''.join(map(handed.said, trained[:1]))}"
    )


def version(runs: list[History]) -> str:
    """`` of keras 3.15.1``, with a leading space, where a run says it."""
    said = [note.text for run in runs for note in run.notes if note.kind == "version" and "keras" in note.text]
    return f" of {said[0]}" if said else ""


def _of_the_adapters(failure: Failure) -> bool:
    """Whether an error comes from what turns batches into tensors, and not from a step of the model."""
    if failure.message.startswith(REFUSED):
        return True
    ours = any(OUR_MODEL.search(frame.file) for frame in failure.frames)
    message = failure.message.replace("`", "").lower()
    said = any(complaint in message for complaint in COMPLAINTS)
    from_there = any(ADAPTERS.search(frame.file) for frame in failure.frames) or bool(ADAPTERS.search(message))
    return not ours and (said or from_there)


def _raised_itself(run: History) -> bool:
    """Whether a read or a hook of the Sequence raised: then `fit` ended for that."""
    return any(read.failure is not None for read in run.reads) or any(hook.failure is not None for hook in run.hooks)


def _why_not(run: History, note: EngineNote) -> str:
    failed = next((read for read in run.reads if read.failure is not None), None)
    if failed is not None and failed.failure is not None:
        return f"fit ended because batch {failed.index} raised {failed.failure.text}"
    hook = next((hook for hook in run.hooks if hook.failure is not None), None)
    if hook is not None and hook.failure is not None:
        return f"fit ended because {hook.name} raised {hook.failure.text}"
    said = note.failure.text if note.failure is not None else note.text
    return f"fit ended with an error that does not come from Keras's data adapters: {said}"


def _finding(run: History, note: EngineNote, failure: Failure) -> Finding:
    last = [line.strip() for line in failure.message.splitlines() if line.strip()]
    # TensorFlow repeats its message around a traceback; the line that says what was refused is the telling one.
    telling = next((line for line in last if any(c in line.replace("`", "").lower() for c in COMPLAINTS)), "")
    said = telling or (last[0] if last else failure.type_name)
    evidence = {
        "engine": version([run]).removeprefix(" of ") or "fit",
        "error": failure.type_name,
        "message": failure.message[:600],
        "batches trained before": len(run.deliveries),
        "structures read": sorted({batch.structure for _, batch in run.given()}),
    }
    return Finding(f"{note.text}: {said[:300]}", evidence, run.scenario)
