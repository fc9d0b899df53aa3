"""What the fit clause costs beside plain trainings, one for each way of reading that it covers.

    python benchmarks/fitting.py [--repeats 3] [--json benchmarks/results/fitting.json]

The clause is a run of seqcheck with its five checks alone, and what they need. Beside it stands a plain `fit` of two
epochs, as a user would write it, in a loop, by two threads, and by two processes of each start method: no process can
have two of these. All are fresh processes, in turn, in one go on one machine. The ratio of the medians of their wall
times is the figure; beside it stands the same without what is spent on importing Keras. The aim is 2 at the most.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
CLAUSE: Final = (
    "untrainable",
    "unfaithful-training",
    "misaligned-predictions",
    "worker-dependent-training",
    "unusable-validation",
)
KINDS: Final = ("loop", "threads", "fork", "spawn", "forkserver")
TARGET: Final = "seqcheck.reference.ArraySequence"


def timed(command: list[str], folder: str) -> tuple[float, str]:
    """Wall seconds of a fresh process, and what it printed.

    Raises:
        RuntimeError: it failed.
    """
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users have it; without, both compile all anew
    begun = time.perf_counter()
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {run.returncode}: {run.stdout[-2000:]}{run.stderr[-2000:]}")
    return seconds, run.stdout


def clause(folder: str) -> tuple[float, float]:
    """Wall seconds of the clause, whole and without the import of its module."""
    selected = ",".join(CLAUSE)
    options = ["-q", "-p", "seqcheck.pytest_plugin", "-p", "no:cacheprovider", "--seqcheck-json", "report.json"]
    command = [sys.executable, "-m", "pytest", *options, "--seqcheck", TARGET, "--seqcheck-select", selected]
    whole, _ = timed(command, folder)
    (report,) = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))["targets"]
    return whole, report["seconds"] - report["phases"].get("import", 0.0)


def plain(kind: str, folder: str) -> tuple[float, float]:
    """Wall seconds of one plain training, whole and of its `fit` alone."""
    whole, printed = timed([sys.executable, str(HERE / "plain_fit.py"), kind], folder)
    return whole, float(printed.split()[-1])


def measure(repeats: int) -> dict[str, list[tuple[float, float]]]:
    """The times of the clause, and of each plain training by its way of reading."""
    times: dict[str, list[tuple[float, float]]] = {kind: [] for kind in ("clause", *KINDS)}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(repeats):
            times["clause"].append(clause(folder))
            for kind in KINDS:
                times[kind].append(plain(kind, folder))
    return times


def table(times: dict[str, list[tuple[float, float]]]) -> str:
    """The medians, a line each, and the two ratios."""
    medians = {
        kind: [statistics.median(pair[part] for pair in pairs) for part in (0, 1)] for kind, pairs in times.items()
    }
    lines = [f"{TARGET:36}{'whole':>10}{'without import':>18}"]
    lines += [f"  {kind:34}{whole:>8.2f} s{own:>16.2f} s" for kind, (whole, own) in medians.items()]
    ratios = [medians["clause"][part] / sum(medians[kind][part] for kind in KINDS) for part in (0, 1)]
    return "\n".join([*lines, f"  {'clause / plain trainings':34}{ratios[0]:>8.2f}{ratios[1]:>18.2f}"])


def main() -> None:
    """Measure, print the table and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="how often each is run (default 3)")
    parser.add_argument("--json", type=Path, help="where the figures go")
    chosen = parser.parse_args()
    measured = measure(chosen.repeats)
    print(table(measured))
    if chosen.json is not None:
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
