"""The summary in Markdown: the table adds up, what is red is named with its line, and words stay words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from seqcheck.model.check import Finding, Outcome
from seqcheck.model.verdict import Verdict
from seqcheck.reporting.gate import Gate
from seqcheck.reporting.markdown import COLUMNS, summary
from tests.reporting.samples import CHECKS, ERROR, REPORT, UNBUILT

ROOT = Path("/repository")


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split(" | ")]


def test_every_verdict_stands_in_one_column() -> None:
    lines = summary([REPORT], Gate(), ROOT).splitlines()
    assert tuple(cells(lines[2])) == COLUMNS
    numbers = [int(cell) for cell in cells(lines[4])[1:-1]]
    assert dict(zip(COLUMNS[1:-1], numbers, strict=True)) == {
        "holds": 1,
        "fails": 1,
        "advice": 1,
        "waived or known": 1,
        "open": 2,
        "not applicable": 1,
        "not run": 0,
    }
    assert sum(numbers) == len(CHECKS)


def test_what_is_red_comes_first_with_its_line_and_how_to_see_it_again() -> None:
    text = summary([REPORT], Gate(), ROOT)
    red = text.index("- **lost-samples** at <code>src/mypkg/data.py:31</code>: 3 of 40 samples are never delivered")
    again = text.index(
        "  - <code>pytest --seqcheck mypkg.MySequence src/mypkg/data.py::MySequence::lost-samples</code>"
    )
    advice = text.index("- silent-overrun (advice): index 10 returns data")
    waived = text.index("- untrainable (waived or known): a list stands in the batch (known, \\#12)")
    assert red < again < advice < waived
    assert "- to settle what is open, declare <code>num_samples = 40</code>" in text


def test_a_target_that_was_not_built_fails_once() -> None:
    lines = summary([UNBUILT], Gate(("inconclusive",)), ROOT).splitlines()
    assert cells(lines[4])[1:4] == ["0", "1", "0"]
    assert "- **construction**: MySequence(path) could not be built: path names no folder that exists." in lines


def test_what_is_shared_is_named_once() -> None:
    item = "src/mypkg/data.py::Other::lost-samples"
    verdicts = tuple(
        replace(verdict, same_as=item) if verdict.check == "lost-samples" else verdict for verdict in REPORT.verdicts
    )
    text = summary([replace(REPORT, verdicts=verdicts)], Gate(), ROOT)
    assert f"- lost-samples: the same cause as <code>{item}</code>" in text
    assert "- one cause of lost-samples: src/mypkg/data.py::Other, src/mypkg/data.py::MySequence" in text


def test_words_from_outside_stay_words() -> None:
    hostile = Finding("<img src=x> | **bold** `code` [a](b)\n# heading \x1b[2J")
    verdict = Verdict("lost-samples", "epoch", ERROR, Outcome.VIOLATED, "x", (hostile,))
    report = replace(REPORT, verdicts=(verdict,), node="a|b`c<d>.py::S")
    text = summary([report], Gate(), ROOT)
    assert "<code>a&#124;b&#96;c&lt;d&gt;.py::S</code>" in text
    assert r"&lt;img src=x&gt; \| \*\*bold\*\* \`code\` \[a\](b)\\n\# heading \\x1b\[2J" in text
