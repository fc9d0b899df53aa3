"""`python -m seqcheck.pages` writes every page and removes those of checks that are gone."""

from __future__ import annotations

from seqcheck.checks import catalogue
from seqcheck.pages import write


def test_pages_are_written_and_stale_ones_removed(tmp_path):
    directory = tmp_path / "docs" / "defects"
    directory.mkdir(parents=True)
    (directory / "gone-check.md").write_text("old")
    write(directory)
    assert {path.stem for path in directory.iterdir()} == {"README", *catalogue()}
