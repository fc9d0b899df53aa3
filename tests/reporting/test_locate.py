"""The line that is pointed to: at fault, of the method, of the class; and its file as the repository calls it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seqcheck.model.history import Frame
from seqcheck.model.report import CLASS
from seqcheck.reporting.locate import line_of, within
from tests.reporting.samples import LOST, REPORT

PLACES = {CLASS: Frame("data.py", 5, "MySequence"), "__len__": Frame("base.py", 9, "Base.__len__")}
HERE = replace(REPORT, places=PLACES)


def test_the_line_at_fault_goes_first_then_the_method_then_the_class() -> None:
    lost, overrun = REPORT.verdict("lost-samples"), REPORT.verdict("silent-overrun")
    assert lost is not None
    assert overrun is not None
    assert line_of(lost, HERE) == LOST.frame
    assert line_of(overrun, HERE) == PLACES["__len__"]
    assert line_of(replace(overrun, clause="fit"), HERE) == PLACES[CLASS]
    assert line_of(overrun, REPORT) is None


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("src/data.py", "src/data.py"),
        ("/repository/src/../src/data.py", "src/data.py"),
        ("/usr/lib/data.py", ""),
        ("../data.py", ""),
        ("", ""),
    ],
)
def test_a_file_is_called_as_the_repository_calls_it(file: str, expected: str) -> None:
    assert within(Frame(file, 3, "f"), Path("/repository")) == expected
