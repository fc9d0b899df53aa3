"""Races found by controlled interleavings, beside threads that nobody controls and beside pytest-run-parallel.

    python benchmarks/races.py [--seeds 20] [--schedules 200000] [--replays 1000] [--json benchmarks/races.json]

All three read the classes of `fixtures/races/`, in one go and without Keras. For every faulty class: in how many of the
seeds its race is found, after how many milliseconds (median and worst), and how often its smallest schedule breaks the
batch when it is replayed. For the sound ones: how many schedules were run, and how many of them raised an alarm. Last
comes what one schedule of a `__getitem__` of ten lines costs beyond its two reads.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import json
import os
import platform
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from seqcheck.model.scenario import Truth  # noqa: E402
from seqcheck.runner.racing import subject_of  # noqa: E402
from seqcheck.schedule.explore import Limits, search, settings_for  # noqa: E402
from seqcheck.schedule.oracle import sketch  # noqa: E402
from seqcheck.schedule.policies import Priorities, RandomWalk, Replay, Serial  # noqa: E402
from seqcheck.schedule.stress import stress  # noqa: E402
from seqcheck.schedule.subject import Subject  # noqa: E402
from seqcheck.schedule.text import Setting, parse  # noqa: E402

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PARALLEL = """
import sys
sys.path.insert(0, {root!r})
import importlib
import pytest
from seqcheck.schedule.oracle import sketch

def load(target):
    module, _, name = target.rpartition(".")
    return getattr(importlib.import_module(module), name)

TARGETS = {targets!r}
SHARED = {{target: load(target)() for target in TARGETS}}
RIGHT = {{}}
for target in TARGETS:
    alone = load(target)()
    RIGHT[target] = [sketch(alone[index]) for index in range(8)]

@pytest.mark.parametrize("target", TARGETS)
def test_a_batch_is_what_it_is_alone(target, thread_index):
    for round in range(20):
        index = (thread_index + round) % 8
        assert sketch(SHARED[target][index]) == RIGHT[target][index]
"""


@dataclass
class Faulty:
    """One faulty class. Times are in milliseconds."""

    name: str
    race: str
    found: int
    seeds: int
    median: float
    worst: float
    schedules: int
    replayed: int
    replays: int
    stress: bool
    parallel: bool | None


@dataclass
class Sound:
    """One sound class."""

    name: str
    schedules: int
    alarms: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--schedules", type=int, default=200_000, help="run over all sound classes together")
    parser.add_argument("--replays", type=int, default=1000, help="of all smallest schedules together")
    parser.add_argument("--stress", type=float, default=1.0, help="seconds a class")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    cases = tomllib.loads((ROOT / "fixtures/races/expected.toml").read_text(encoding="utf-8"))["case"]
    faulty = [case for case in cases if case["race"]]
    sound = [case for case in cases if not case["race"]]
    parallel = run_parallel([case["target"] for case in faulty])
    rows = []
    for case in faulty:
        rows.append(hunt(case, chosen.seeds, -(-chosen.replays // len(faulty)), chosen.stress, parallel))
        print(line(rows[-1]), flush=True)
    quiet = []
    for case in sound:
        quiet.append(leave_alone(case, -(-chosen.schedules // len(sound))))
        print(f"{quiet[-1].name:24}{quiet[-1].schedules:>8} schedules{quiet[-1].alarms:>4} alarms", flush=True)
    cost = overhead()
    print(summary(rows, quiet, cost))
    if chosen.json:
        document = {
            "python": platform.python_version(),
            "platform": platform.platform(),
            "faulty": [asdict(row) for row in rows],
            "sound": [asdict(row) for row in quiet],
            "milliseconds_a_schedule": cost,
            "load": os.getloadavg()[0],
        }
        chosen.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


@contextlib.contextmanager
def subject(kind: Any) -> Iterator[Subject]:
    with subject_of(lambda: (kind(), Truth()), kind(), 8, (False, False)) as made:
        if isinstance(made, str):
            raise RuntimeError(made)
        yield made[0]


def load(target: str) -> Any:
    module, _, name = target.rpartition(".")
    return getattr(importlib.import_module(module), name)


def hunt(case: dict[str, str], seeds: int, replays: int, seconds: float, parallel: set[str] | None) -> Faulty:
    """Search with every seed, each on a search of its own; then replay the smallest schedule of the first."""
    kind = load(case["target"])
    times, tried, right, again = [], [], 0, 0
    generator = case["race"] == "shared generator"  # where it goes on, after it found one, for races of the data
    for seed in range(seeds):
        with subject(kind) as made:
            walks, bounded = (3, 0) if generator else (75, 2)
            found = search(made, Limits(seconds=10.0, seed=seed, walks=walks, bounded=bounded)).found
            of_this_kind = [item for item in found if item.kind == case["race"]]
            if of_this_kind:
                right += 1
                times.append(of_this_kind[0].seconds * 1000)
                tried.append(of_this_kind[0].after)
            if seed == 0 and of_this_kind:
                replayable = parse(str(of_this_kind[0].replayable))
                for _ in range(replays):
                    policy = Replay(replayable.schedule)
                    outcome = made.run(replayable.setting, policy, isolated=replayable.isolated)
                    again += bool(outcome.trouble) or not of_this_kind[0].reference.explains(outcome)
    return Faulty(
        kind.__name__,
        case["race"],
        right,
        seeds,
        statistics.median(times) if times else float("nan"),
        max(times, default=float("nan")),
        max(tried, default=0),
        again,
        replays,
        by_chance(kind, seconds),
        None if parallel is None else case["target"] in parallel,
    )


def by_chance(kind: Any, seconds: float) -> bool:
    """Whether threads that nobody controls come upon it; in a fork, since they may wait, or run, for ever."""
    pid = os.fork()
    if not pid:
        alone = kind()
        expected = {index: sketch(alone[index]) for index in range(8)}
        found = stress(kind, expected, sketch, seconds)
        os._exit(1 if found.torn or found.hung else 0)
    deadline = time.monotonic() + seconds + 30
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return bool(status)
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return True


def run_parallel(targets: list[str]) -> set[str] | None:
    """The targets whose test pytest-run-parallel fails; None where it is not installed.

    Each in a process of its own: one that waits for ever is ended, and counts as found.
    """
    if importlib.util.find_spec("pytest_run_parallel") is None:
        return None
    failed = set()
    with tempfile.TemporaryDirectory() as folder:
        for number, target in enumerate(targets):
            test = Path(folder) / f"test_{number}.py"
            test.write_text(PARALLEL.format(root=str(ROOT), targets=[target]), encoding="utf-8")
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "--parallel-threads=8",
                str(test),
            ]
            try:
                done = subprocess.run(command, cwd=folder, capture_output=True, timeout=30, check=False)
            except subprocess.TimeoutExpired:
                failed.add(target)
            else:
                failed |= {target} if done.returncode == 1 else set()
    return failed


def leave_alone(case: dict[str, str], schedules: int) -> Sound:
    """Run so many schedules of a sound class, each held against the serial orders."""
    kind = load(case["target"])
    alarms = ran = 0
    draw = random.Random(1)
    with subject(kind) as made:
        search(made, Limits(seconds=5.0, walks=1, bounded=0))  # learns what is drawn, and how long a read is
        isolated = made.draws
        settings = settings_for(8)
        known = {setting: made.reference(setting, isolated=isolated) for setting in settings}
        while ran < schedules:
            setting = settings[ran % len(settings)]
            policy = (RandomWalk(draw, 0.5), Priorities(draw, 3, 60), RandomWalk(draw, 0.1))[ran // len(settings) % 3]
            outcome = made.run(setting, policy, isolated=isolated)
            alarms += outcome.trouble in ("deadlock", "livelock") or (
                not outcome.trouble and not outcome.outside and not known[setting].explains(outcome)
            )
            ran += 1
    return Sound(kind.__name__, ran, alarms)


class TenLines:
    """A read of ten lines, as many are."""

    def __init__(self) -> None:
        self.x = np.arange(64, dtype="float32").reshape(32, 2)
        self.y = np.arange(32)
        self.order = np.arange(32)
        self.size = 4

    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> Any:
        low = index * self.size
        high = min(low + self.size, len(self.order))
        rows = self.order[low:high]
        x = self.x[rows]
        y = self.y[rows]
        mean = x.mean(axis=0)
        x = x - mean
        if index % 2:
            x = x[:, ::-1]
        return x, y


def overhead(schedules: int = 300) -> float:
    """Milliseconds that a schedule costs beyond making the instance and its two reads, by the processor."""
    with subject(TenLines) as made:
        setting = Setting((0, 1))
        made.reference(setting, isolated=False)
        made.run(setting, Serial((0, 1)), isolated=False)
        draw = random.Random(0)
        began = time.process_time()
        for _ in range(schedules):
            made.run(setting, RandomWalk(draw, 0.1), isolated=False)
        controlled = time.process_time() - began
    began = time.process_time()
    for _ in range(schedules):
        instance = TenLines()
        instance[0], instance[1]
    return (controlled - (time.process_time() - began)) / schedules * 1000


def line(row: Faulty) -> str:
    others = "stress " + ("yes" if row.stress else "no ")
    others += "" if row.parallel is None else "  run-parallel " + ("yes" if row.parallel else "no ")
    return (
        f"{row.name:24}{row.race:18}{row.found:>3} of {row.seeds}{row.median:>8.0f} ms{row.worst:>8.0f} ms at worst"
        f"{row.schedules:>6} schedules  replayed {row.replayed} of {row.replays}  {others}"
    )


def summary(rows: list[Faulty], quiet: list[Sound], cost: float) -> str:
    lines = [
        "",
        f"found in every seed: {sum(row.found == row.seeds for row in rows)} of {len(rows)} races, median "
        f"{statistics.median(row.median for row in rows):.0f} ms, worst {max(row.worst for row in rows):.0f} ms",
        f"replayed: {sum(row.replayed for row in rows)} of {sum(row.replays for row in rows)}",
        f"false alarms: {sum(row.alarms for row in quiet)} in {sum(row.schedules for row in quiet):,} schedules of "
        f"{len(quiet)} sound classes",
        f"one second of threads without control finds {sum(row.stress for row in rows)} of {len(rows)}",
    ]
    if all(row.parallel is not None for row in rows):
        lines.append(f"pytest-run-parallel finds {sum(bool(row.parallel) for row in rows)} of {len(rows)}")
    lines.append(f"a schedule of ten lines costs {cost:.2f} ms beyond its reads")
    lines.append(f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
