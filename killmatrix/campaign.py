"""`python -m killmatrix`: drive what was not yet driven as it is, and write the ledger and the page.

Specimens are driven with the whole catalogue; with ``--soon`` with the checks that they name, and the page says so.
``--all`` drives everything again, ``--only TEXT`` what has the text in its name or is about that check, ``--hand``
leaves the mechanical mutants out; ``--tf-keras`` drives those by hand on tf_keras; ``--jobs N`` drives N at a time;
``--page`` drives nothing. It prints what the matrix does not prove, and ends with 1 where that is anything.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from killmatrix import ledger, legacy, mechanical, specimens
from killmatrix.driving import Driven, Drivers, standing_in
from killmatrix.ledger import LEDGERS, Entry
from killmatrix.matrix import Row, broken_on_legacy, broken_rules
from killmatrix.page import OnLegacy, page
from killmatrix.specimens import ROOT, Specimen
from seqcheck.checks import catalogue

PAGE: Final = ROOT / "docs/kill-matrix.md"
KNOWN: Final[dict[str, str]] = {}
"""Sound specimens of which a false alarm is known, by name, and which."""
UNPROVED: Final[dict[str, str]] = {}
"""Checks that break a rule of the matrix, and why; a check that is proved may not stand here."""


def every_specimen(generation: str = "keras") -> list[Specimen]:
    """All of the matrix: by hand, of the pages, mechanical; on ``tf_keras`` the last ones are left out."""
    by_hand = [*specimens.by_hand(), *specimens.of_pages()]
    return legacy.on_tf_keras(by_hand) if generation == "tf_keras" else [*by_hand, *mechanical.mechanical()]


def lay_out(folder: Path, generation: str = "keras") -> None:
    """Write what lies in no file of the project to packages below `folder`."""
    if generation == "tf_keras":
        legacy.lay_out(folder)
        return
    specimens.lay_out(folder)
    mechanical.lay_out(folder)


def drive_all(
    chosen: Sequence[Specimen], jobs: int, *, whole: bool, generation: str = "keras"
) -> Iterator[tuple[Specimen, Driven]]:
    """Drive specimens, so many at a time; they come as they are done."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack, ThreadPoolExecutor(jobs) as pool:
        lay_out(Path(folder), generation)
        stack.enter_context(standing_in(Path(folder)))
        idle: SimpleQueue[Drivers] = SimpleQueue()
        for _ in range(jobs):
            idle.put(stack.enter_context(closing(Drivers(generation))))

        def drive(specimen: Specimen) -> tuple[Specimen, Driven]:
            driver = idle.get()
            try:
                return specimen, driver.drive(specimen, whole=whole)
            finally:
                idle.put(driver)

        for future in as_completed([pool.submit(drive, specimen) for specimen in chosen]):
            yield future.result()


def rows_of(known: Sequence[Specimen], entries: dict[str, Entry]) -> list[Row]:
    """The specimens that were driven as they are, with what was seen of each."""
    seen = [item for item in known if item.name in entries and entries[item.name].is_of(item)]
    return [Row(item, entries[item.name].driven, entries[item.name].whole) for item in seen]


def problems(every: Sequence[Specimen], entries: dict[str, Entry]) -> list[str]:
    """The rules that are broken, one sentence each, but for checks that are known to be unproved."""
    checks = [item.check for item in catalogue().values()]
    waiting = ledger.waiting(every, entries)
    undriven = {item.name for item in waiting}
    excused = {name: why for name, why in mechanical.excused().items() if name not in undriven}
    broken = broken_rules(rows_of(every, entries), checks, excused, KNOWN, waiting)
    unproved = {name for name in UNPROVED if any(_is_about(name, text) for text in broken)}
    proved = [f"{name} is said to be unproved, and is proved" for name in UNPROVED if name not in unproved]
    return [text for text in broken if not any(_is_about(name, text) for name in unproved)] + proved


def problems_on_legacy(every: Sequence[Specimen], entries: dict[str, Entry]) -> list[str]:
    """What is not proved on tf_keras, one sentence each."""
    waiting = ledger.waiting(every, entries)
    broken = broken_on_legacy(rows_of(every, entries), legacy.no_fault(), waiting)
    return broken + [f"{item.name} was never driven on tf_keras as it is" for item in waiting]


def _is_about(check: str, text: str) -> bool:
    return text.startswith((f"{check} ", f"{check}:"))


def text_of_page() -> str:
    """What docs/kill-matrix.md has to say, by the ledgers."""
    every, entries = every_specimen(), ledger.read()
    checks = [item.check for item in catalogue().values()]
    waiting = ledger.waiting(every, entries)
    undriven = [item.name for item in waiting]
    mutants = [item.name for item in waiting if item.kind == "mechanical"]
    old, seen = every_specimen("tf_keras"), ledger.read(LEDGERS["tf_keras"])
    on_legacy = OnLegacy(rows_of(old, seen), seen, legacy.no_fault(), ledger.waiting(old, seen))
    rows = rows_of(every, entries)
    return page(rows, checks, entries, mechanical.excused(), KNOWN, undriven, UNPROVED, mutants, on_legacy)


def main() -> int:
    """The command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m killmatrix", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--all", action="store_true", help="drive everything again")
    parser.add_argument("--only", default="", help="drive what has this text in its name, or is about this check")
    parser.add_argument("--hand", action="store_true", help="leave the mechanical mutants out")
    parser.add_argument("--soon", action="store_true", help="drive with no more than the checks that a specimen names")
    parser.add_argument("--tf-keras", action="store_true", help="drive on tf_keras what was written by hand")
    parser.add_argument("--jobs", type=int, default=1, help="how many to drive at a time")
    parser.add_argument("--page", action="store_true", help="drive nothing, write the page anew")
    parser.add_argument("--state", action="store_true", help="print the state of seqcheck and end")
    asked = parser.parse_args()
    if asked.state:
        print(ledger.state_of_seqcheck())
        return 0
    generation = "tf_keras" if asked.tf_keras else "keras"
    file = LEDGERS[generation]
    every, entries = every_specimen(generation), ledger.read(file)
    names = {item.name for item in every}
    entries = {name: entry for name, entry in entries.items() if name in names}
    whole = not asked.soon
    chosen = every if asked.all else ledger.waiting(every, entries, whole=whole)
    if asked.page:
        chosen = []
    if asked.only:
        chosen = [item for item in chosen if asked.only in item.name or asked.only in item.checks]
    if asked.hand:
        chosen = [item for item in chosen if item.kind != "mechanical"]
    driving = drive_all(chosen, asked.jobs, whole=whole, generation=generation)
    for number, (specimen, driven) in enumerate(driving, 1):
        state = ledger.state_of_seqcheck(), ledger.versions(generation)
        entries[specimen.name] = Entry(specimen.digest, *state, whole, driven)
        ledger.write(entries, file)
        row = Row(specimen, driven)
        said = ", ".join(driven.violated) or "nothing"
        good = row.caught if specimen.faulty else not row.alarms
        print(f"{number}/{len(chosen)} {'ok ' if good else 'BAD'} {specimen.name}: {said}", flush=True)
    PAGE.write_text(text_of_page(), encoding="utf-8")
    if generation == "tf_keras":
        broken = problems_on_legacy(every, entries)
    else:
        broken = problems(every, entries)
        left = [item.name for item in ledger.waiting(every, entries)]
        if left:
            broken.append(f"{len(left)} were never driven as they are: {', '.join(left[:5])}{' ...' * (len(left) > 5)}")
    print(*broken, sep="\n")
    return 1 if broken else 0
