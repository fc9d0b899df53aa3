"""One bench for the whole package: its interpreters start once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seqcheck.engines import installed
from seqcheck.engines.isolate import Isolation
from tests.residue import nothing_left
from tests.runs import bench

__all__ = ["bench", "nothing_left", "trainer"]


@pytest.fixture(scope="module", params=["keras", "tf_keras"])
def trainer(request: pytest.FixtureRequest) -> Iterator[Isolation]:
    """An isolation in which one generation of Keras is imported."""
    if request.param not in installed.found():
        pytest.skip(f"no Keras of the generation {request.param} is installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TF_USE_LEGACY_KERAS", "1" if request.param == "tf_keras" else "0")
        with Isolation() as isolation:
            ready = isolation.nursery("main", modules=["tests.engines.trained"], preload=["tests.runs"])
            assert ready.result().failure is None
            yield isolation
