"""What a failure quotes of a page; and `python -m seqcheck.pages`, which writes every page and removes stale ones."""

from __future__ import annotations

import pytest

from seqcheck.checks import catalogue
from seqcheck.model.page import Page
from seqcheck.pages import MOST_LINES, explanation, mending, write


def test_pages_are_written_and_stale_ones_removed(tmp_path):
    directory = tmp_path / "docs" / "defects"
    directory.mkdir(parents=True)
    (directory / "gone-check.md").write_text("old")
    write(directory)
    assert {path.stem for path in directory.iterdir()} == {"README", *catalogue()}


def page(example: str, instead: str) -> Page:
    return Page("A defect.", "detects", "why", "limits", example, instead)


def test_mending_is_what_differs_with_its_place() -> None:
    faulty = "import keras\n\n\nclass Data:\n    def __len__(self):\n        return 10 // 4\n"
    mended = "import keras\n\n\nclass Data:\n    def __len__(self):\n        return math.ceil(10 / 4)\n"
    assert mending(page(faulty, mended)) == (
        "  def __len__(self):",
        "-     return 10 // 4",
        "+     return math.ceil(10 / 4)",
    )


def test_long_mendings_are_cut_and_say_so() -> None:
    shown = mending(page("x\n", "".join(f"line {number}\n" for number in range(40))))
    assert len(shown) == MOST_LINES
    assert shown[-1] == "... (28 more lines on the page)"


@pytest.mark.parametrize("name", catalogue())
def test_every_check_says_why_it_matters_and_how_to_mend_it(name: str) -> None:
    said = explanation(name)
    assert said.defect
    assert said.matters
    assert any(line.startswith(("+", "-")) for line in said.mend)
