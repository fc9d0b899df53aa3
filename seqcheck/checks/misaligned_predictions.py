"""Predictions do not stand in the order of the batches.

What it detects:
    What `predict` of the installed Keras answers, with a model whose answer is a known function of each row, is not
    what the rows of `seq[0]`, `seq[1]`, ... ask for, in that order: rows change places, or there are more or fewer.

Why it matters:
    Predictions are matched with names, labels or files by their place. One that reads in another order than it is asked
    in gives every row the answer of another, and every metric that is computed from them is noise.

Limits:
    A Sequence that shuffles predicts in the order of its own epoch, which is nobody's fault: it is not judged. Rows
    with equal means cannot be told apart. Content drawn at random is no misplacement.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"shuffles": False}

        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            np.random.default_rng().shuffle(rows)
            return self.x[rows], self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"shuffles": False}

        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from seqcheck.model.accounts import gravest
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.comparison import ask_for_augments, batches_of, settled_leaves, shuffles
from seqcheck.model.history import History
from seqcheck.model.observation import Prediction
from seqcheck.model.samples import unweighted
from seqcheck.model.words import counted

CHECK = Check(
    "misaligned-predictions",
    clause="fit",
    needs=("predict",),
    options=("shuffles", "augments:on"),
    explained_by={
        "uninitialised-rows": None,
        "drifting-data": None,
        "ignored-index": None,
        "unstable-length": None,
        "phantom-batch": None,
        "partial-batch": None,
        "swallowed-error": None,
        "worker-divergence": None,
        "unsupported-structure": None,
    },
)
NO_BASE = "the class inherits from neither keras.utils.PyDataset nor tf_keras.utils.Sequence"
TOLERANCE = 1e-4
"""Relative to the number, and to a hundredth of the largest: single precision, with rows that nearly cancel out."""
FEWEST_DISTINCT = 32
"""Different numbers whose rearrangement is no accident of random content."""


def judge(case: Case) -> Judgement:
    """Hold the answers against what the batches ask for."""
    if case.facts.base is None:
        return not_applicable(NO_BASE)
    if shuffles(case):
        return not_applicable("the Sequence shuffles: its predictions follow the order of the epoch that was read")
    judgements = [_judge(case, run) for run in case.runs("predict")]
    return gravest(judgements or [inconclusive(case.why_not("predict"))])


def _judge(case: Case, run: History) -> Judgement:
    predictions = run.observed(Prediction)
    if not predictions or not predictions[0].asked:
        notes = [note.text for note in run.notes if note.kind in ("error", "skipped")]
        return inconclusive(notes[0] if notes else "there is no answer of predict beside what its batches ask for")
    answered, asked = predictions[0].answered, predictions[0].asked
    no_samples = _no_samples(run)
    apart = [row for row in _apart(answered, asked) if row not in no_samples]
    if len(answered) == len(asked) and not apart:
        distinct = len({round(number, 9) for number in asked})
        if distinct < 2 and len(asked) > 1:
            return inconclusive("every row asks for the same answer, so their order cannot be seen")
        return holds(f"{counted(len(asked), 'prediction')} in the order of the batches, {distinct} of them different")
    if not _given_otherwise(run):
        return inconclusive(
            "the answers are not those expected, though predict was given the batches that it asked for"
        )
    if len(answered) != len(asked):
        return violated([_length_finding(run, answered, asked)])
    settled = settled_leaves(case)
    reference = batches_of(run.passes("reference").get(0, ()))
    first = next((path for batch in reference.values() if (path := batch.first_input)), "x")
    # Random content can put whole numbers in the place of others; not as many, each exactly once.
    rearranged = _permuted(answered, asked) and len(set(asked)) >= FEWEST_DISTINCT
    if not rearranged and (settled is None or first not in settled):
        reason = f"{first} changes when it is read again, so its predictions do too"
        return inconclusive(reason, ask_for_augments([first]))
    return violated([_order_finding(run, answered, asked, apart)])


def _no_samples(run: History) -> set[int]:
    """The rows of sample weight 0, counted over the reference batches in order: what is predicted for them is free."""
    found: set[int] = set()
    before = 0
    for _, batch in sorted(batches_of(run.passes("reference").get(0, ())).items()):
        found |= {before + row for row in unweighted(batch)}
        before += batch.rows or 0
    return found


def _given_otherwise(run: History) -> bool:
    """Whether `predict` was given other batches than a fork of the same state read; true where nobody recorded."""
    reference, given = (batches_of(run.passes(purpose).get(0, ())) for purpose in ("reference", "epoch"))
    if not given or given.keys() != reference.keys():
        return not given
    return any(batch.digest != given[index].digest for index, batch in reference.items())


def _tolerance(number: float, asked: Sequence[float]) -> float:
    largest = max((abs(other) for other in asked if math.isfinite(other)), default=0.0)
    return TOLERANCE * max(abs(number), largest / 100)


def _permuted(answered: Sequence[float], asked: Sequence[float]) -> bool:
    return len(answered) == len(asked) and not _apart(sorted(answered), sorted(asked))


def _apart(answered: Sequence[float], asked: Sequence[float]) -> list[int]:
    """The rows whose answer is not the one asked for."""
    finite = max((abs(other) for other in asked if math.isfinite(other)), default=0.0)
    rows = []
    for row, (one, other) in enumerate(zip(answered, asked, strict=False)):
        close = math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE * finite / 100)
        if not close and not (math.isnan(one) and math.isnan(other)):
            rows.append(row)
    return rows


def _length_finding(run: History, answered: Sequence[float], asked: Sequence[float]) -> Finding:
    summary = f"predict gave {counted(len(answered), 'answer')} for {counted(len(asked), 'row')}"
    return Finding(summary, {"answers": len(answered), "rows": len(asked)}, run.scenario)


def _order_finding(run: History, answered: Sequence[float], asked: Sequence[float], apart: list[int]) -> Finding:
    row = apart[0]
    home = next((k for k, other in enumerate(asked) if abs(other - answered[row]) <= _tolerance(other, asked)), None)
    permuted = _permuted(answered, asked)
    how = "the answers are those asked for in another order" if permuted else "the answers are not those asked for"
    belongs = f", the answer of row {home}" if home is not None else ""
    summary = f"{how}: row {row} is given {answered[row]:.6g}{belongs}, instead of {asked[row]:.6g}"
    evidence = {
        "rows misplaced": f"{len(apart)} of {len(asked)}",
        "first misplaced row": row,
        "its answer belongs to row": home,
        "answered": [answered[k] for k in apart[:10]],
        "asked for": [asked[k] for k in apart[:10]],
        "a permutation": permuted,
    }
    return Finding(summary, evidence, run.scenario)
