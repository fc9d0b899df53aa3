"""The Sequence seeds the random generators that the whole process shares.

What it detects:
    A stage - the constructor, `len()`, a read, a hook - after which NumPy's or Python's own generator stands in one and
    the same state, wherever it had stood before: it was put there. TensorFlow's global seed is looked at as well. The
    finding names the generator, the stage, and the line where it can be told.

Why it matters:
    Every other random draw of the program repeats from there: dropout masks and initial weights that NumPy draws, the
    augmentation of another Sequence, a train/test split. A seed in `__getitem__` or `on_epoch_end` even gives every
    batch or every epoch the same "random" numbers.

Limits:
    Drawing from the shared generators is no seeding, nor is seeding them from the clock, or putting them back as they
    were. What a factory does while it builds the instance, and what happens while the module is imported, is not blamed
    on the class. PyTorch's generator is not looked at.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            np.random.seed(7)
            self.x, self.y, self.batch_size = x, y, batch_size
            self.order = np.random.permutation(len(x))

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.order = np.random.default_rng(7).permutation(len(x))

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from seqcheck.model.check import Case, Check, Finding, Judgement, Severity, holds, inconclusive, violated
from seqcheck.model.history import Frame, History
from seqcheck.model.observation import Making, Reseeding
from seqcheck.model.words import listing

CHECK = Check("global-reseed", clause="construction", needs=("making",), severity=Severity.ADVICE)


def judge(case: Case) -> Judgement:
    """Look at where the generators of the process stood after each stage."""
    looked = [(run, made) for run in case.runs("making") for made in run.observed(Making)]
    if not looked:
        return inconclusive(case.why_not("making"))
    found = [_finding(run, seen) for run, _ in looked for seen in _once_a_stage(run)]
    if found:
        return violated(found)
    stages = list(dict.fromkeys(stage for _, made in looked for stage in made.stages))
    if "reading" not in stages:
        return inconclusive("no batch could be read, so it is not known whether reading seeds a generator")
    if not all(made.compared for _, made in looked):
        return inconclusive(case.why_not("making"))
    left_out = "" if "construction" in stages else "; construction is the factory's"
    return holds(f"NumPy's and Python's generators after {listing(stages)}{left_out}")


def _once_a_stage(run: History) -> list[Reseeding]:
    """One of a generator and stage: every read that seeds it teaches the same."""
    first: dict[tuple[str, str], Reseeding] = {}
    for seen in run.observed(Reseeding):
        first.setdefault((seen.generator, seen.stage), seen)
    return list(first.values())


def _finding(run: History, seen: Reseeding) -> Finding:
    frame = Frame(*seen.spot) if seen.spot is not None else None
    where = f" ({frame.file.rpartition('/')[2]}:{frame.line}: {frame.code})" if frame is not None else ""
    stage = f"reading batch {seen.index}" if seen.index is not None else seen.stage
    summary = f"{seen.generator}'s generator stands in one and the same state after {stage}, whatever it was{where}"
    return Finding(summary, {"generator": seen.generator, "after": stage}, run.scenario, frame=frame)
