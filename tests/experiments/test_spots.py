"""Lines of the user's, told from those of libraries and ours."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest

from seqcheck.experiments import arguments
from seqcheck.experiments.spots import caller, spot_of
from seqcheck.model.libraries import is_library


@pytest.mark.parametrize(
    "file", [np.__file__, arguments.__file__, "<string>", sysconfig.get_path("stdlib") + "/random.py"]
)
def test_what_is_not_the_user_s(file: str) -> None:
    assert is_library(file)
    assert not is_library(__file__)


def test_a_frame_is_told_as_a_line() -> None:
    file, line, function, code = spot_of(sys._getframe())
    assert (Path(file).name, function) == ("test_spots.py", "test_a_frame_is_told_as_a_line")
    assert code.startswith("file, line, function, code = spot_of(")
    assert spot_of(sys._getframe(), line + 1)[1] == line + 1


def test_the_user_s_own_line_is_found_above_a_library_s() -> None:
    found = sorted([3], key=lambda _: caller(sys._getframe())[1])  # type: ignore[index]
    assert found == [3]
    assert caller(None) is None
