"""Parameters are read as data, Keras's own are left out, and names say what they take."""

from __future__ import annotations

from typing import Any

import pytest

from seqcheck.construction.roles import role_of
from seqcheck.construction.signature import parameters_of


def keras_base() -> type:
    def init(self: object, workers: int = 1, max_queue_size: int = 10) -> None: ...

    return type("PyDataset", (), {"__module__": "keras.src.x", "__init__": init})


def names(kind: Any) -> list[str]:
    return [item.name for item in parameters_of(kind)]


def test_the_parameters_of_the_keras_base_are_not_the_users() -> None:
    parent = keras_base()
    assert names(type("Mine", (parent,), {})) == []

    class Handing(parent):  # type: ignore[misc, valid-type]
        def __init__(self, x: Any, **kwargs: Any) -> None: ...

    assert names(Handing) == ["x", "kwargs"]

    class Further(Handing):
        def __init__(self, *args: Any, extra: int = 1, **kwargs: Any) -> None: ...

    assert [(item.name, item.forwarded) for item in parameters_of(Further) if item.kind not in ("*", "**")] == [
        ("extra", False),
        ("x", True),
    ]


def test_hostile_defaults_and_signatures() -> None:
    class Loud:
        def __repr__(self) -> str:
            raise ValueError

    def make(n: int = 3, loud: Any = Loud(), long: Any = "x" * 1000, number: float = 0.5) -> None: ...  # noqa: B008

    found = {item.name: item for item in parameters_of(make)}
    assert (found["n"].default, found["n"].value, found["n"].plain, found["n"].annotation) == ("3", 3, True, "int")
    assert (found["loud"].default, found["loud"].plain) == ("<Loud>", False)
    assert len(found["long"].default or "") == 200
    assert parameters_of(dict.fromkeys) == parameters_of(dict.fromkeys)
    assert names(type("Plain", (), {})) == []


@pytest.mark.parametrize(
    ("name", "annotation", "role"),
    [
        ("x", "", "x"),
        ("X_train", "np.ndarray", "x"),
        ("x_set", "", "x"),
        ("data", "", "x"),
        ("features", "npt.ArrayLike", "x"),
        ("images", "", "x"),
        ("x1", "", "x"),
        ("y", "", "y"),
        ("labels", "Sequence[int]", "y"),
        ("Y_set", "", "y"),
        ("targets", "", "y"),
        ("batchSize", "int", "batch_size"),
        ("bs", "", "batch_size"),
        ("is_shuffle", "bool", "shuffle"),
        ("num_classes", "int", "num_classes"),
        ("data", "pd.DataFrame", ""),
        ("images", "list[str]", ""),
        ("data", "str | os.PathLike[str]", ""),
        ("labels", "dict[str, int]", ""),
        ("x_paths", "", ""),
        ("image_dir", "", ""),
        ("list_IDs", "", ""),
        ("seed", "", ""),
        ("n", "", ""),
        ("width", "", ""),
    ],
)
def test_roles_of_a_constructors_parameters(name: str, annotation: str, role: str) -> None:
    assert role_of(name, annotation, factory=False) == role


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("n", "num_samples"),
        ("num_samples", "num_samples"),
        ("samples", "num_samples"),
        ("batch_size", "batch_size"),
        ("shuffle", "shuffle"),
        ("augment", "augment"),
        ("seed", "seed"),
        ("tmp_path", "tmp_path"),
        ("x", ""),
        ("split", ""),
    ],
)
def test_roles_of_a_factorys_parameters(name: str, role: str) -> None:
    assert role_of(name, "", factory=True) == role
