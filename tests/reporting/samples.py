"""Reports written by hand, one of each kind of verdict."""

from __future__ import annotations

from seqcheck.model.check import Check, Finding, Outcome, Severity
from seqcheck.model.history import Frame
from seqcheck.model.report import Construction, TargetReport
from seqcheck.model.scenario import Scenario
from seqcheck.model.verdict import Verdict
from seqcheck.reporting.words import Explanation

ERROR, ADVICE = Severity.ERROR, Severity.ADVICE
CHECKS = {
    check.name: check
    for check in (
        Check("phantom-batch", "length", ("loop",)),
        Check("silent-overrun", "length", ("loop",), severity=ADVICE),
        Check("lost-samples", "epoch", ("loop",)),
        Check("repeated-samples", "epoch", ("loop",)),
        Check("missing-reshuffle", "epoch end", ("loop",), guarantee="chance"),
        Check("worker-divergence", "workers", ("fork",)),
        Check("untrainable", "fit", ("fit",)),
    )
}
EXPLANATIONS = {
    name: Explanation(
        f"The defect {name} is there.", "It matters. " * 12, ("-     return 10 // 4", "+     return -(-10 // 4)")
    )
    for name in CHECKS
}
LOST = Finding(
    "3 of 40 samples are never delivered: 37, 38, 39",
    {
        "samples": [37, 38, 39],
        "batches": list(range(30)),
        "leaves": {"x": (4, 2), "y": (4,)},
        "expected": 40,
        "seen": 37,
        "share": 0.92500001,
        "epoch of the first": None,
        "in order": True,
    },
    Scenario("fork", workers=2, num_samples=40, batch_size=4),
    Frame("src/mypkg/data.py", 31, "__len__", "return len(self.x) // self.batch_size"),
    declare="drop_remainder = true",
)
HUNG = Finding(
    "reading batch 4 in epoch 1 hangs",
    {"workers": [0, 1]},
    Scenario("spawn", workers=2),
    stacks=("Thread 0x7f (most recent call first):\n" + "\n".join(f'  File "data.py", line {n}' for n in range(45)),),
)
VERDICTS = (
    Verdict("phantom-batch", "length", ERROR, Outcome.HOLDS, "3 epochs of 10 batches"),
    Verdict(
        "silent-overrun",
        "length",
        ADVICE,
        Outcome.VIOLATED,
        "index 10 returns data",
        (Finding("index 10 returns data"),),
    ),
    Verdict("lost-samples", "epoch", ERROR, Outcome.VIOLATED, LOST.summary, (LOST, HUNG)),
    Verdict(
        "repeated-samples", "epoch", ERROR, Outcome.INCONCLUSIVE, "nobody says how many", declare="num_samples = 40"
    ),
    Verdict("missing-reshuffle", "epoch end", ERROR, Outcome.NOT_APPLICABLE, "shuffle=False was passed"),
    Verdict(
        "worker-divergence",
        "workers",
        ERROR,
        Outcome.INCONCLUSIVE,
        "follows from lost-samples: x",
        follows_from="lost-samples",
    ),
    Verdict("untrainable", "fit", ERROR, Outcome.WAIVED, "known, #12", (Finding("a list stands in the batch"),)),
)
REPORT = TargetReport(
    target="mypkg.MySequence",
    node="src/mypkg/data.py::MySequence",
    construction=Construction(True, "MySequence(x=probe (40, 2), y=probe labels, batch_size=4)"),
    verdicts=VERDICTS,
    contract={"epoch": "once", "required": ()},
    environment={"keras": "3.15.0", "start_methods": ["fork"], "backend": None},
    engine=("Keras 3.15.0 fetched batch 0 once more before the first epoch",),
    phases={"import": 0.52, "loop": 0.1, "fork": 1.25},
    cut=("spawn: the budget of 60 s was used up",),
    seconds=14.23,
    command="pytest --seqcheck mypkg.MySequence",
)
UNBUILT = TargetReport(
    target="mypkg.MySequence",
    node="src/mypkg/data.py::MySequence",
    construction=Construction(
        False,
        "MySequence needs a folder",
        "MySequence(path) could not be built: path names no folder that exists.",
        (
            "MySequence(path='data'): FileNotFoundError: data",
            "MySequence(path=<temporary folder>): IndexError: \x1b[31mlist",
        ),
        '[tool.seqcheck.targets."mypkg.MySequence"]\nfactory = "mypkg.data:make"\n',
    ),
    verdicts=tuple(
        Verdict(n, c.clause, c.severity, Outcome.INCONCLUSIVE, "nothing was built") for n, c in CHECKS.items()
    ),
    command="pytest --seqcheck mypkg.MySequence",
)
