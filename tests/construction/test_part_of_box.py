"""The numbers of a box are told by their names: corners in pixels, middles and sides as parts of the picture's."""

from __future__ import annotations

import pytest

from seqcheck.construction.part_of_box import part_of_box


@pytest.mark.parametrize(
    ("names", "value"),
    [
        (("xmin", "x_min", "left", "y1"), 2),
        (("xmax", "y2", "bottom"), 11),
        (("width", "h", "x_center", "center_y", "cx", "centre"), 0.5),
        (("category", "name", "score", "wide"), None),
    ],
)
def test_what_a_name_tells_of_a_box(names: tuple[str, ...], value: object) -> None:
    made = [part_of_box(name) for name in names]
    assert [None if item is None else item.value for item in made] == [value] * len(names)
