"""How long a default run of seqcheck takes beside a hand-written test of the same Sequence.

    python benchmarks/run.py [--repeats 5] [--only ArraySequence] [--json benchmarks/results/latest.json]

Run it where seqcheck is installed. Both run in turn, in fresh processes, in one go on one machine; the table shows the
median wall time of each and their ratio. The hand-written test asks far less: the import, one epoch by two threads, two
forked and two spawned workers, each row exactly once, `on_epoch_end`, and one `fit`. The figures are for people: no
test asserts them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
SUBJECTS: Final = {
    "ArraySequence": "test_array_sequence.py",
    "ImageSequence": "test_image_sequence.py",
    "NpySequence": "test_npy_sequence.py",
}
PACKAGES: Final = ("seqcheck", "keras", "tensorflow", "numpy", "pytest")


@dataclass(frozen=True)
class Pair:
    """The wall times of one Sequence, in seconds, in the order in which they were measured."""

    name: str
    handwritten: list[float]
    seqcheck: list[float]
    failed: list[str]

    @property
    def ratio(self) -> float:
        """How many times the hand-written test's median the default run's median is."""
        return statistics.median(self.seqcheck) / statistics.median(self.handwritten)


def main() -> int:
    """Measure, print the table and write the figures; 1 where a run failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5, help="how often each is run (default 5)")
    parser.add_argument("--only", choices=SUBJECTS, action="append", help="measure this Sequence only; repeatable")
    parser.add_argument("--json", type=Path, default=HERE / "results" / "latest.json", help="where the figures go")
    chosen = parser.parse_args()
    pairs = [measure(name, chosen.repeats) for name in chosen.only or SUBJECTS]
    print(table(pairs))
    for pair in pairs:
        for what in pair.failed:
            print(f"{pair.name}: {what}")
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(report(pairs), indent=2) + "\n", encoding="utf-8")
    return 1 if any(pair.failed for pair in pairs) else 0


def measure(name: str, repeats: int) -> Pair:
    """Run both in turn `repeats` times; who goes first changes every time."""
    commands = {
        "handwritten": [str(HERE / "handwritten" / SUBJECTS[name])],
        "seqcheck": ["--seqcheck", f"seqcheck.reference.{name}"],
    }
    times: dict[str, list[float]] = {kind: [] for kind in commands}
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as empty:
        for turn in range(repeats):
            for kind in sorted(commands, reverse=bool(turn % 2)):
                command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *commands[kind]]
                environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
                environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users have it; without, both compile all anew
                begun = time.perf_counter()
                run = subprocess.run(command, cwd=empty, env=environment, capture_output=True, text=True, check=False)
                times[kind].append(round(time.perf_counter() - begun, 3))
                if run.returncode:
                    last = (run.stdout + run.stderr).strip().splitlines()[-1:]
                    failed.append(f"{kind} ended with {run.returncode}: {' '.join(last)}")
    return Pair(name, times["handwritten"], times["seqcheck"], failed)


def table(pairs: list[Pair]) -> str:
    """The medians, their spread and their ratio, a line a Sequence."""
    lines = [f"{'':16}{'hand-written':>24}{'seqcheck':>24}{'ratio':>8}"]
    for pair in pairs:
        columns = [
            f"{statistics.median(times):.2f} s ({min(times):.2f}-{max(times):.2f})"
            for times in (pair.handwritten, pair.seqcheck)
        ]
        lines.append(f"{pair.name:16}{columns[0]:>24}{columns[1]:>24}{pair.ratio:>8.2f}")
    return "\n".join(lines)


def report(pairs: list[Pair]) -> dict[str, object]:
    """The figures as the JSON file holds them."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "versions": {name: _version(name) for name in PACKAGES},
        "pairs": [{**asdict(pair), "ratio": round(pair.ratio, 3)} for pair in pairs],
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except ModuleNotFoundError:  # importlib.metadata.PackageNotFoundError is one
        return None


if __name__ == "__main__":
    sys.exit(main())
