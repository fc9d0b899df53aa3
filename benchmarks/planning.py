"""How long seqcheck takes to find out how small published classes are built, beyond the import of their module.

    python benchmarks/planning.py [--repeats 5] [--only FolderSequence] [--json benchmarks/results/planning.json]

Run it where seqcheck is installed, and what the classes read with: opencv-python-headless, h5py, pandas, pillow.
Nothing
is said about any of the classes: data are made up for them until they can be read. All are planned in turn in
one go, each time by a fresh process of its own; the table shows the median seconds, their spread, and what the plan
costs beside the import. The aim is a median below 2 s. The figures are for people: no test asserts them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from seqcheck.runner import Session, Settings

ROOT: Final = Path(__file__).resolve().parent.parent
SUBJECTS: Final = {
    "BatchFeeder": "arrays",
    "NamedInputs": "several_inputs",
    "ImageFileSequence": "image_paths",
    "DataGenerator": "npy_ids",
    "FrameOfPaths": "frames",
    "LazyH5": "hdf5",
    "FolderSequence": "class_folders",
}
AIM: Final = 2.0
"""Seconds."""


@dataclass(frozen=True)
class Planned:
    """The seconds of one class, in the order in which they were measured; `plan` is the one that worked, if any did.

    `imports` begin with the processes that import the module and end when its class is found there.
    """

    name: str
    imports: list[float]
    plans: list[float]
    built: bool
    plan: str


def main() -> int:
    """Measure, print the table and write the figures; 1 where a class was not built."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5, help="how often each is planned (default 5)")
    parser.add_argument("--only", choices=SUBJECTS, action="append", help="plan this class only; repeatable")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks" / "results" / "planning.json")
    chosen = parser.parse_args()
    os.chdir(ROOT)
    found = [measure(name, chosen.repeats) for name in chosen.only or SUBJECTS]
    print(table(found))
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(report(found), indent=2) + "\n", encoding="utf-8")
    return 0 if all(item.built for item in found) else 1


def measure(name: str, repeats: int) -> Planned:
    """Plan one class `repeats` times, each in a session of its own, so that nothing is remembered."""
    imports, plans, built, plan = [], [], True, ""
    for _ in range(repeats):
        session = Session(Settings(start_methods=("fork",)), ROOT)  # no interpreters for spawned workers
        try:
            begun = time.perf_counter()
            target = session.resolve([f"fixtures.published_style.{SUBJECTS[name]}.{name}"])[0]
            resolved = time.perf_counter()
            construction = session.plan(target)
            planned = time.perf_counter()
        finally:
            session.close()
        imports.append(round(resolved - begun, 3))
        plans.append(round(planned - resolved, 3))
        built = built and construction.ok
        plan = construction.summary
    return Planned(name, imports, plans, built, plan)


def table(found: list[Planned]) -> str:
    """The medians and their spread, a line a class, and the median of all plans."""
    lines = [f"{'':20}{'import':>10}{'plan':>24}{'plan/import':>14}"]
    for item in found:
        imported, planned = statistics.median(item.imports), statistics.median(item.plans)
        spread = f"{planned:.2f} s ({min(item.plans):.2f}-{max(item.plans):.2f})"
        lines.append(f"{item.name:20}{imported:>8.2f} s{spread:>24}{planned / imported:>14.2f}")
        if not item.built:
            lines.append(f"  not built: {item.plan}")
    everything = statistics.median(seconds for item in found for seconds in item.plans)
    return "\n".join([*lines, f"median of all plans: {everything:.2f} s (aim: below {AIM:g} s)"])


def report(found: list[Planned]) -> dict[str, object]:
    """The figures as the JSON file holds them."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "median": statistics.median(seconds for item in found for seconds in item.plans),
        "classes": [asdict(item) for item in found],
    }


if __name__ == "__main__":
    sys.exit(main())
