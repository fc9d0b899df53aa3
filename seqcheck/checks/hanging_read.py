"""A read, a hook, or the start of a worker does not come back.

What it detects:
    Nothing happened for the time limit while a batch was read, a hook was called or a worker made its copy. The finding
    shows the stack of every thread at that moment. A read that hangs in TensorFlow in forked workers only is advice: do
    not fork; so is a read past the length, which no engine makes.

Why it matters:
    No engine has a time limit of its own. Keras waits for the batch for ever, in a call that not even an interrupt
    ends.

Limits:
    A read that is merely slow looks the same: where other reads took more than a quarter of the limit, nothing is said,
    and `--seqcheck-timeout` raises it; nor where none was under way and the machine had too much else to do. Silence in
    forks that seqcheck alone makes is no fault of a Sequence that does not hang elsewhere. Hangs inside TensorFlow are
    not blamed on the Sequence, since processes are forked here. What workers of Keras itself read is not watched: a
    training of theirs that falls silent is told as the engine's.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 30, dtype="float32")[:, None]
            self.y = np.arange(30)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows, place = [], index * self.batch_size
            while len(rows) < self.batch_size:
                if place < len(self.x):
                    rows.append(place)
                place += 1
            return self.x[rows], self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 30, dtype="float32")[:, None]
            self.y = np.arange(30)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            first = index * self.batch_size
            rows = list(range(first, min(first + self.batch_size, len(self.x))))
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from seqcheck.model.check import Case, Check, Finding, Judgement, Severity, holds, inconclusive, violated
from seqcheck.model.history import BETWEEN, History, Timeout
from seqcheck.model.observation import PickleAttempt
from seqcheck.model.scenario import DRIVERS, EXPERIMENTS, KERAS_ENGINES, START_METHODS
from seqcheck.model.usage import weighed
from seqcheck.model.words import counted, listing

CHECK = Check(
    "hanging-read",
    clause="workers",
    needs=(*DRIVERS, "pickling"),
    options=("fit:workers", "fit:use_multiprocessing", "fit:start_method"),
    # A search that found how threads come to stand still says which locks they wait for; silence alone does not.
    explained_by={"unsafe-fork": ("fork",), "thread-race": ("threads",)},
)
SLOW = 0.25
"""Reads that take more than this share of the time limit cannot be told from one that hangs."""
INNERMOST = 6
"""Frames of a stack that say where a thread stands."""
CROWDED = 0.25
"""A process that waits for a processor for more than this share of a silence is held up by others."""
SENT = ("spawn", "forkserver")
HEAVY = 16 * 2**20
"""Bytes of a pickle that a busy machine may take long to send, in silence."""
FORKED = frozenset(("reference", "alone"))
"""What forks read that seqcheck makes beside an engine."""
IN_TENSORFLOW = re.compile(r"[/\\](tensorflow|_pywrap_tensorflow\w*)[/\\.]")


@dataclass(frozen=True)
class _Hang:
    """A run that fell silent, and what that says: a `finding`, or the reason why it proves nothing."""

    run: History
    timeout: Timeout
    reason: str = ""
    advice: str = ""


def judge(case: Case) -> Judgement:
    """Look at every run that fell silent."""
    hangs = [_weigh(case, run, timeout) for run in case.runs() for timeout in run.timeouts[:1]]
    proved = [hang for hang in hangs if not hang.reason]
    if proved:
        return violated(weighed([_finding(hang) for hang in proved], case.contract))
    unsettled = [hang for hang in hangs if hang.reason]
    if unsettled:
        return inconclusive(unsettled[0].reason)
    silent = [
        (run, note)
        for run in case.runs()
        for note in run.notes
        if note.kind == "skipped" and note.text.endswith(": hung")
    ]
    if silent:
        run, note = silent[0]
        return inconclusive(f"{run.engine}: {note.text}, though no engine that was driven hung")
    told = [
        f"{counted(sum(read.purpose == 'epoch' for read in run.reads), 'read')} in {run.engine}"
        for run in case.runs(*DRIVERS)
        if run.ending == "finished" and run.passes()
    ]
    return holds(f"came back: {listing(told)}") if told else inconclusive("no run read anything to its end")


def _weigh(case: Case, run: History, timeout: Timeout) -> _Hang:
    if timeout.during == "building the instance":
        return _Hang(run, timeout, reason=f"{run.engine}: the instance was not built within {timeout.seconds:g} s")
    slowest = max((read.end - read.start for other in case.runs() for read in other.reads), default=0.0)
    if slowest > SLOW * timeout.seconds:
        took = f"{run.engine} was silent for {timeout.seconds:g} s, but other reads took up to {slowest:.1f} s"
        return _Hang(run, timeout, reason=f"{took}: slow or hanging, a larger --seqcheck-timeout tells")
    if timeout.during == BETWEEN and timeout.waited > CROWDED * timeout.seconds:
        took = f"{run.engine} was silent for {timeout.seconds:g} s {timeout.during}"
        held_up = f"for {timeout.waited:.0f} of which a process of it waited for a processor"
        return _Hang(run, timeout, reason=f"{took}, {held_up}: a larger --seqcheck-timeout tells")
    if any(_in_tensorflow(stack) for stack in timeout.stacks):
        sound = [other.engine for other in case.runs("loop", "spawn", "forkserver") if _read_well(other, timeout)]
        if run.engine == "fork" and "loop" in sound and len(sound) > 1:
            return _Hang(run, timeout, advice=f"do not fork: it reads well in {listing(sound)}")
        reason = f"{run.engine} hangs inside TensorFlow, in a process that was forked: that is no fault of the Sequence"
        return _Hang(run, timeout, reason=reason)
    reading = [begun.purpose for begun in run.unfinished]
    if reading and all(purpose == "overrun" for purpose in reading):
        return _Hang(run, timeout, advice="no engine reads past the end, a plain `for` loop does")
    if run.engine in EXPERIMENTS or (reading and FORKED.issuperset(reading)):
        return _Hang(run, timeout, reason=f"{run.engine}: a fork that seqcheck made hung while {timeout.during}")
    if run.engine in START_METHODS and _isolation_hangs(case):
        reason = f"{run.engine} hangs as a plain fork does only with random streams isolated, which training never has"
        return _Hang(run, timeout, reason=reason)
    sent = max((seen.size for other in case.runs("pickling") for seen in other.observed(PickleAttempt)), default=0)
    if run.engine in SENT and sent >= HEAVY and not reading and not any(hook.begun for hook in run.hooks):
        reason = f"{run.engine} was silent for {timeout.seconds:g} s while {sent / 2**20:.0f} MiB were sent to workers"
        return _Hang(run, timeout, reason=f"{reason}: slow or hanging, a larger --seqcheck-timeout tells")
    if run.engine in KERAS_ENGINES and not reading and not any(hook.begun for hook in run.hooks):
        return _Hang(run, timeout, reason=f"{run.engine} hung while no code of the Sequence was under way")
    return _Hang(run, timeout)


def _isolation_hangs(case: Case) -> bool:
    """Whether forks hang with random streams isolated and read to the end without: two generators that are seeded alike
    never differ, and a Sequence may draw until they do."""
    for run in case.runs("reading"):
        hung = {
            purpose
            for purpose in ("forward", "plain-twice")
            if any(note.kind == "skipped" and re.match(rf"{purpose}\b.*: hung$", note.text) for note in run.notes)
        }
        if hung == {"forward"} and run.passes("plain-twice"):
            return True
    return False


def _in_tensorflow(stack: str) -> bool:
    """Whether a thread stands inside TensorFlow; stacks are written innermost frame first, threads set apart."""
    for thread in re.split(r"\n\s*\n|^(?=Thread |Current thread )", stack, flags=re.MULTILINE):
        frames = [line for line in thread.splitlines() if line.lstrip().startswith("File ")]
        if any(IN_TENSORFLOW.search(line) for line in frames[:INNERMOST]):
            return True
    return False


def _read_well(run: History, timeout: Timeout) -> bool:
    return any(
        read.purpose == "epoch" and (timeout.index is None or read.index == timeout.index) for read, _ in run.given()
    )


def _finding(hang: _Hang) -> Finding:
    run, timeout = hang.run, hang.timeout
    summary = f"{run.engine}: {timeout.during} did not come back within {timeout.seconds:g} s"
    evidence: dict[str, object] = {"engine": run.engine, "while": timeout.during, "seconds": timeout.seconds}
    if timeout.index is not None:
        evidence |= {"batch": timeout.index, "epoch": timeout.epoch}
    if hang.advice:
        summary += f"; {hang.advice}"
        evidence["advice"] = hang.advice
    return Finding(
        summary, evidence, run.scenario, stacks=timeout.stacks, severity=Severity.ADVICE if hang.advice else None
    )
