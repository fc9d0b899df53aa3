"""The base is read off names, whichever Keras the class comes from and without importing one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from seqcheck.construction.bases import ask_length, base_of, flavour, is_legacy, is_sequence, missing


def base(module: str, name: str) -> type:
    def refuse(*_: object) -> None:
        raise NotImplementedError

    return type(name, (), {"__module__": module, "__getitem__": refuse, "__len__": refuse})


@pytest.mark.parametrize(
    ("module", "name", "expected", "legacy"),
    [
        ("keras.src.trainers.data_adapters.py_dataset_adapter", "PyDataset", "keras", False),
        ("keras.src.utils.data_utils", "Sequence", "tf_keras", True),
        ("keras.utils.data_utils", "Sequence", "tf_keras", True),
        ("tf_keras.src.utils.data_utils", "Sequence", "tf_keras", True),
        ("mypkg.keras", "Sequence", None, False),
        ("torch.utils.data", "Dataset", None, False),
        ("keras.src.models", "Model", None, False),
    ],
)
def test_the_flavour_of_a_base(module: str, name: str, expected: str | None, legacy: bool) -> None:
    parent = base(module, name)
    kind = type("Mine", (type("Between", (parent,), {}),), {})
    assert flavour(kind) == flavour(kind()) == expected
    assert is_legacy(kind()) is legacy
    assert (base_of(kind) is parent) == (expected is not None)


def test_what_only_raises_in_the_base_is_missing() -> None:
    parent = base("tf_keras.src.utils.data_utils", "Sequence")
    assert missing(type("Mine", (parent,), {})) == ("__getitem__", "__len__")
    whole = type("Mine", (parent,), {"__getitem__": lambda self, index: 1, "__len__": lambda self: 7})
    assert missing(whole) == ()
    assert is_sequence(whole)
    assert ask_length(whole()) == 7
    endless = type("Mine", (parent,), {"__getitem__": lambda self, index: 1, "num_batches": None})
    assert missing(endless) == ("__len__",)
    numbered = type("Mine", (parent,), {"__getitem__": whole.__getitem__, "num_batches": property(lambda self: None)})
    assert missing(numbered) == ()
    assert ask_length(numbered()) is None
    assert not is_sequence(dict)


def test_a_sequence_of_keras_own_reads() -> None:
    parent = base("keras.src.trainers.data_adapters.py_dataset_adapter", "PyDataset")
    iterator = type("Iterator", (parent,), {"__module__": "keras.src.legacy.preprocessing.image"})
    assert missing(iterator) == ("__getitem__", "__len__")
    methods = {"__getitem__": lambda self, index: 1, "__len__": lambda self: 7, "__module__": iterator.__module__}
    assert is_sequence(type("Iterator", (parent,), methods))
    assert is_sequence(type("Mine", (type("Iterator", (parent,), methods),), {}))


def test_the_real_bases_are_known_by_those_names() -> None:
    code = (
        "import sys; from importlib import import_module\n"
        "from seqcheck.construction.bases import flavour, is_legacy, missing\n"
        "for name, attribute in (('keras.utils', 'PyDataset'), ('tf_keras.utils', 'Sequence')):\n"
        "    kind = type('Mine', (getattr(import_module(name), attribute),), {})\n"
        "    print(flavour(kind), is_legacy(kind), missing(kind))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    if ran.returncode and "ModuleNotFoundError" in ran.stderr:
        pytest.skip("both Keras 3 and tf_keras are needed")
    assert ran.stdout.splitlines() == [
        "keras False ('__getitem__', '__len__')",
        "tf_keras True ('__getitem__', '__len__')",
    ]
