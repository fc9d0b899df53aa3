"""What is kept comes back as it was, or not at all; nothing that stands in its place is run."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from seqcheck.model.history import Death, History
from seqcheck.model.report import Construction, TargetReport
from seqcheck.model.scenario import Scenario
from seqcheck.reporting import kept_file

RUN = History(Scenario("fork", workers=2), deaths=(Death(1, "SIGKILL", "reading batch 3", 3, 0),))


def test_it_comes_back_as_it_was_and_nothing_stands_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "night" / "fork.run"
    kept_file.keep(file, RUN)
    assert kept_file.find(file, History) == RUN
    assert list(file.parent.iterdir()) == [file]


def test_one_of_another_kind_is_none(tmp_path: Path) -> None:
    kept_file.keep(tmp_path / "one", TargetReport("mypkg.Rows", "data.py::Rows", Construction(True, "")))
    assert kept_file.find(tmp_path / "one", History) is None
    assert kept_file.find(tmp_path / "none", History) is None


def test_what_no_word_of_the_model_is_is_not_run(tmp_path: Path) -> None:
    class Hostile:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "made"),)

    file = tmp_path / "fork.run"
    kept_file.keep(file, RUN)
    for content in (pickle.dumps(Hostile()), b"", pickle.dumps("no run"), file.read_bytes()[:-9]):
        file.write_bytes(content)
        assert kept_file.find(file, History) is None
    assert not (tmp_path / "made").exists()


def test_a_folder_that_cannot_be_written_to_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "night").write_text("a file")
    with pytest.raises(OSError, match="night"):
        kept_file.keep(tmp_path / "night" / "fork.run", RUN)
