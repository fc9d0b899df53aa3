"""A driver that drives nothing: what each target does is in its name.

It is copied as a conftest.py beside the runs under test. Every run and every close is written to ``log.txt`` with the
id of its process.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from seqcheck.checks import catalogue
from seqcheck.model.check import Finding, Outcome, Severity, holds, inconclusive, not_applicable, violated
from seqcheck.model.history import Frame
from seqcheck.model.report import Construction, TargetReport
from seqcheck.model.scenario import Scenario
from seqcheck.model.verdict import settle
from seqcheck.reporting.plain_test import Maker
from seqcheck.runner import TargetError

LOST = Finding(
    "3 of 40 samples are never delivered: 37, 38, 39",
    {"samples": [37, 38, 39], "expected": 40, "seen": 37},
    Scenario("fork", workers=2, num_samples=40),
    declare="drop_remainder = true",
)
HOSTILE = Finding("\x1b[2Jcleared\rgone \udc80 \u202eright to left", {"\x07bell": "\x9b31mred"})


@dataclass(frozen=True)
class Resolved:
    text: str
    node: str

    @property
    def declares_use(self):
        return "Used" in self.text


class StandIn:
    def __init__(self, settings, progress):
        self.allow = settings["allow"]
        self.progress = progress

    def resolve(self, texts):
        log("resolve")
        for text in texts:
            if not text.startswith("mypkg."):
                raise TargetError(f"{text!r}: there is no module {text.partition('.')[0]!r}. Did you mean 'mypkg'?")
        return [Resolved(text, f"src/mypkg/data.py::{text.partition('.')[2]}") for text in texts]

    def run(self, target, only=(), aside=None):
        log(f"run {target.text}")
        if only:
            log(f"only {' '.join(only)}")
        name = target.text.partition(".")[2]
        if name == "Broken":
            raise RuntimeError("the driver broke")
        if name == "Interrupted":
            raise KeyboardInterrupt
        # What the catalogue says of causes is none of this driver's business.
        checks = {name: replace(entry.check, explained_by={}) for name, entry in catalogue().items()}
        judged = {check: holds("3 epochs of 10 batches") for check in checks}
        built = Construction(True, f"{name}(x=probe (40, 4), batch_size=4)")
        if name == "Faulty":
            judged["lost-samples"] = violated([LOST])
            judged["silent-overrun"] = violated([Finding("index 10 returns data", severity=Severity.ADVICE)])
            judged["phantom-batch"] = inconclusive("nobody says how many samples there are", "num_samples = 40")
            judged["partial-batch"] = not_applicable("the Sequence has no batch size")
        if name == "Moving":
            lambda_ = Finding(
                "self.f: a lambda", ways=("spawn", "forkserver"), frame=Frame("src/mypkg/data.py", 7, "f")
            )
            judged["unpicklable"] = violated([lambda_])
            judged["worker-divergence"] = inconclusive("spawn: the time budget ran out")
        if name.startswith("Shared"):  # their classes have one base, and its fault
            judged["lost-samples"] = violated([LOST])
        if name == "Hostile":
            judged["lost-samples"] = violated([HOSTILE])
        if name == "Unbuilt":
            judged = {check: inconclusive("nothing could be built") for check in checks}
            built = Construction(False, "", "path: no such folder", ("MySequence(path='x')",), "path = ...")
        if name == "Unjudged":
            judged = {check: inconclusive("seqcheck failed: RecursionError") for check in checks}
        assert all(isinstance(item.outcome, Outcome) for item in judged.values())
        return TargetReport(
            target.text,
            target.node,
            built,
            settle(checks, judged, self.allow),
            environment={"keras": "3.15.0"},
            base="tf_keras" if name == "Moving" else "keras",
            phases={"loop": 0.25},
            seconds=1.5,
            command=f"pytest --seqcheck {target.text}",
            broken_use=("keras 9.0 loses samples",) if name == "UsedAndLost" else (),
            internal=("Traceback (most recent call last):\nRecursionError",) if name == "Unjudged" else (),
            unknown_use="nobody has measured keras 9.9" if name == "UsedSomehow" else "",
            contract={"fit": {"workers": 4}} if name.startswith("Used") else {},
            places={"__len__": Frame("src/mypkg/base.py", 3, "Base.__len__")} if name.startswith("Shared") else {},
        )

    def plan(self, target):
        return self.run(target).construction

    def repeat(self, target, check, scenario):
        log(f"repeat {target.text} {check} {scenario.describe()}")
        found = replace(LOST, scenario=scenario)
        judged = violated([found]) if check == "lost-samples" else holds("2 epochs of 10 batches")
        verdicts = settle({check: catalogue()[check].check}, {check: judged}, {})
        return replace(self.run(target), verdicts=verdicts)

    def maker(self, target, scenario):
        return Maker("import numpy as np\n\n\ndef make():\n    return [np.arange(37)]", samples=40)

    def close(self):
        log("close")


def log(line):
    with Path("log.txt").open("a") as stream:
        stream.write(f"{line} {os.getpid()}\n")


def pytest_seqcheck_driver(config: pytest.Config, settings, progress):
    assert config.rootpath
    return StandIn(settings, progress)
