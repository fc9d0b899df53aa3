"""The page of the engines is that of what was measured, and says of each promise how each engine fares."""

from __future__ import annotations

from pathlib import Path

from seqcheck.model.measured import MEASURED, Measured
from seqcheck.model.promise import PROMISES
from seqcheck.reporting.engine_page import engine_page

ROOT = Path(__file__).parents[2]


def test_the_page_in_docs_is_up_to_date() -> None:
    page = (ROOT / "docs" / "engines.md").read_text(encoding="utf-8")
    assert page == engine_page(MEASURED), "run `python -m seqcheck.pages docs/defects`"


def test_each_engine_has_a_column_and_what_it_lacks_is_not_applicable() -> None:
    page = engine_page(
        {
            "keras 9.1": {"generators": Measured("lacking", "gone"), "dead-worker": Measured("hangs", issue="k#1")},
            "keras 9.2": {"threads": Measured("broken", "lost")},
        }
    )
    rows = {line.split(" | ")[0].removeprefix("| "): line.split(" | ")[1:] for line in page.splitlines() if "|" in line}
    said = {promise.name: rows[promise.words] for promise in PROMISES}
    assert said["generators"] == ["not applicable: gone", "kept |"]
    assert said["dead-worker"] == ["**hangs** (k#1)", "kept |"]
    assert said["threads"] == ["kept", "**broken**: lost |"]
    assert "- each batch is trained on once an epoch with two threads (keras 9.2): workers=1." in page
