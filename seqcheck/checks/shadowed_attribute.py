"""The Sequence puts data where its Keras base keeps a method or a setting.

What it detects:
    An `on_epoch_end` or `on_epoch_begin` that is no longer callable; a `workers` that is no number; on Keras 3 a
    `num_batches` that is assigned, or defined as a plain method, though the base has a property of that name. Setting
    `self.workers = 4` is what the base offers it for, and no fault.

Why it matters:
    Keras calls the hooks and asks for these settings by their names. It stops with "'NoneType' object is not callable"
    at the end of the first epoch, or the constructor with "property 'num_batches' has no setter".

Limits:
    A `num_batches` that only Keras 3 would trip over is advice on tf_keras. Names of the user's own base classes are
    not looked at.

Example:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4, on_epoch_end=None):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.on_epoch_end = on_epoch_end

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4, on_epoch_end=None):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.at_epoch_end = on_epoch_end

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            if self.at_epoch_end is not None:
                self.at_epoch_end()
"""

from __future__ import annotations

from seqcheck.model.check import (
    Case,
    Check,
    Finding,
    Judgement,
    Severity,
    holds,
    inconclusive,
    not_applicable,
    violated,
)
from seqcheck.model.history import Frame, History
from seqcheck.model.observation import Anatomy, Shadow
from seqcheck.model.own_fault import OwnFault
from seqcheck.model.words import counted

CHECK = Check("shadowed-attribute", clause="construction", needs=("making", "planning"))
HARM = {
    "method": "Keras calls it",
    "setting": "Keras compares it with a number",
    "number of batches": "Keras 3 reads the number of batches there",
}


def judge(case: Case) -> Judgement:
    """Look at what stands in the place of the base's own; at the constructor's failure where nothing could be built."""
    fault = case.facts.own_fault
    if fault is not None and fault.kind == "shadowed-property":
        return violated([_refused(fault)])
    looked = [(run, seen) for run in case.runs("making") for seen in run.observed(Anatomy)]
    if not looked:
        return inconclusive(case.why_not("making"))
    found = [_finding(run, shadow) for run, _ in looked for shadow in run.observed(Shadow)]
    if found:
        return violated(sorted(found, key=lambda finding: finding.severity is Severity.ADVICE))
    if not looked[0][1].base:
        return not_applicable("the class has no Keras base")
    return holds(f"{counted(looked[0][1].attributes, 'name')} of {looked[0][1].base.rpartition('.')[2]}")


def _refused(fault: OwnFault) -> Finding:
    name = fault.names[0] if fault.names else "an attribute"
    summary = f"self.{name} cannot be assigned: the Keras base has a property of that name ({fault.message})"
    evidence = {"attribute": name, "error": f"{fault.exception}: {fault.message}"}
    return Finding(summary, evidence, frame=fault.frame)


def _finding(run: History, shadow: Shadow) -> Finding:
    other = "; this Keras does not, but Keras 3 would" if shadow.harmless_here else ""
    summary = f"{shadow.name} is {shadow.holds}, where the base has a {shadow.kind}: {HARM[shadow.kind]}{other}"
    evidence = {"attribute": shadow.name, "holds": shadow.holds, "the base has a": shadow.kind}
    frame = Frame(*shadow.spot) if shadow.spot is not None else None
    severity, ways = (Severity.ADVICE, ("keras",)) if shadow.harmless_here else (None, ())
    return Finding(summary, evidence, run.scenario, frame=frame, severity=severity, ways=ways)
