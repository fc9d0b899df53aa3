"""What was drawn on pictures is there under the key of each, and the code that is shown makes the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seqcheck.construction.materials import BoxLists, Labels, Material, RunLengths, World, changed

BY_ID = Labels(holder="by-id")


@pytest.mark.parametrize(
    ("material", "made"),
    [
        (RunLengths(), ["1 3 10 5", "1 3 10 5"]),
        (RunLengths(BY_ID), {"id_0000": "1 3 10 5", "id_0001": "1 3 10 5"}),
        (BoxLists(BY_ID), {"id_0000": [(2, 3, 11, 13)], "id_0001": [(2, 3, 11, 13)]}),
        (BoxLists(BY_ID, 6), {"id_0000": [(2, 3, 11, 13, 0, 0)], "id_0001": [(2, 3, 11, 13, 1, 1)]}),
    ],
)
def test_it_is_made_and_shown(material: Material, made: Any, tmp_path: Path) -> None:
    assert material.make(World(tmp_path, 2)) == made
    code = material.code()
    space: dict[str, Any] = {"num_samples": 2}
    exec("\n".join([*code.imports, *code.setup, f"made = {code.expression}"]), space)
    assert space["made"] == made
    assert material.words(2)


def test_the_keys_of_others_are_changed_with_them() -> None:
    by_path = Labels(holder="by-path")
    made = changed(RunLengths(BY_ID), lambda item: by_path if item == BY_ID else item)
    assert made == RunLengths(by_path)
