"""The Sequence changes a list, array or table that its caller handed in.

What it detects:
    The content of every list, dict, set, array and DataFrame among the constructor's arguments is fingerprinted before
    the constructor runs, and again after it, after one epoch of reads, and after `on_epoch_end`. The finding names the
    argument, the stage, what changed (order, length or values), and the line that changes it where it can be told.

Why it matters:
    The caller still holds the same object. A second Sequence over it divides by 255 once more, labels that were kept
    beside a shuffled list belong to other samples, and a validation split that was cut before holds training rows.

Limits:
    What a factory hands on is out of sight; name the class itself to have it looked at. Arrays of more than 64 MB and
    objects of classes other than containers, arrays and pandas tables are not compared.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            x -= np.min(x)
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x - np.min(x), y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.history import Frame, History
from seqcheck.model.observation import Making, Mutation
from seqcheck.model.words import listing

CHECK = Check("mutated-arguments", clause="construction", needs=("making",), explained_by={"drifting-data": None})
STAGES = {
    "construction": "by the constructor",
    "len()": "by len()",
    "reading": "while batches are read",
    "on_epoch_begin()": "by on_epoch_begin()",
    "on_epoch_end()": "by on_epoch_end()",
}


def judge(case: Case) -> Judgement:
    """Look at what became of each argument."""
    if case.facts.maker != "class":
        return not_applicable(
            f"the instance comes from {_source(case)}: what its constructor was handed is out of sight"
        )
    looked = [(run, made) for run in case.runs("making") for made in run.observed(Making)]
    if not looked:
        return inconclusive(case.why_not("making"))
    found = [_finding(run, seen) for run, _ in looked for seen in run.observed(Mutation)]
    if found:
        return violated(found)
    names = sorted({name for _, made in looked for name in made.handed})
    unseen = sorted({name for _, made in looked for name in made.unseen})
    if unseen:
        return inconclusive(f"{listing(unseen)} {'is' if len(unseen) == 1 else 'are'} too large to be compared")
    if not names:
        return not_applicable("no list, array, dict or table is handed to the constructor")
    stages = {stage for _, made in looked for stage in made.stages}
    if "reading" not in stages:
        return inconclusive("no batch could be read, so it is not known what reading does to the arguments")
    return holds(
        f"{listing(names)} compared after construction, {max(made.reads for _, made in looked)} reads and hooks"
    )


def _source(case: Case) -> str:
    return "a factory" if case.facts.maker == "factory" else "elsewhere"


def _finding(run: History, seen: Mutation) -> Finding:
    frame = Frame(*seen.spot) if seen.spot is not None else None
    where = f" ({frame.file.rpartition('/')[2]}:{frame.line}: {frame.code})" if frame is not None else ""
    summary = f"the caller's {seen.type_name} {seen.name} is changed {STAGES[seen.stage]}: {seen.detail}{where}"
    evidence = {"argument": seen.name, "changed": seen.change, "after": seen.stage, "how": seen.detail}
    return Finding(summary, evidence, run.scenario, frame=frame)
