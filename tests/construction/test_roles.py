"""What a parameter is for is told by its name, however its words are spelt and joined."""

from __future__ import annotations

import pytest

from seqcheck.construction.roles import is_seed, leaves_out_the_rest, role_of


@pytest.mark.parametrize("name", ["seed", "random_state", "randomSeed", "_seed"])
def test_a_seed(name: str) -> None:
    assert is_seed(name)


@pytest.mark.parametrize(
    "name",
    [
        "drop_remainder",
        "drop_last",
        "dropLast",
        "drop_last_batch",
        "skip_last_batch",
        "drop_partial",
        "discard_incomplete_batch",
        "drop_the_rest",
    ],
)
def test_what_leaves_out_the_rest(name: str) -> None:
    assert leaves_out_the_rest(name)


@pytest.mark.parametrize(
    "name", ["drop", "dropout", "drop_rate", "drop_first", "last", "skip_header", "keep_last", "drop_duplicates"]
)
def test_what_does_not(name: str) -> None:
    assert not leaves_out_the_rest(name)


@pytest.mark.parametrize(
    ("name", "role"),
    [("is_duplicate", "y"), ("has_lesion", "y"), ("is_training", ""), ("is_rgb", ""), ("is_shuffle", "shuffle")],
)
def test_what_is_asked_of_each_sample_is_its_label(name: str, role: str) -> None:
    assert role_of(name, "", factory=False) == role
    assert role_of(name, "bool", factory=False) == ("shuffle" if role == "shuffle" else "")


def test_labels_may_be_called_so_twice() -> None:
    assert role_of("y_labels", "", factory=False) == "y"
