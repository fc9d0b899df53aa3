"""Which Keras a module brings in: followed through the project's own files, and left open where a file decides it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqcheck.construction.imported import BroughtIn, brought_in


def project(folder: Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [str(folder), str(folder / "src")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import keras\n", ("keras",)),
        ("from keras.utils import PyDataset\n", ("keras",)),
        ("import tensorflow as tf\n", ("tensorflow",)),
        ("import tensorflow as tf\nclass S(tf.keras.utils.Sequence): pass\n", ("tensorflow:keras.utils",)),
        ("from tensorflow import keras\n", ("tensorflow:keras.utils",)),
        ("import tf_keras\nimport tensorflow\n", ("tf_keras", "tensorflow:keras.utils")),
        ("def read():\n    import keras\n", ("keras",)),
        ("import numpy\n", ()),
        ("import keras_cv\n", ()),
        ("import os, keras\nos.environ['KERAS_BACKEND'] = 'jax'\n", ()),
        ("import os, keras\nos.environ.setdefault('TF_USE_LEGACY_KERAS', '1')\n", ()),
        ("import os, keras\nos.environ |= {'KERAS_BACKEND': 'jax'}\n", ()),
        ("import os, keras\ndel os.environ['KERAS_BACKEND']\n", ()),
        ("import os, keras\nos.environ.pop('KERAS_BACKEND', None)\n", ()),
        ("import os, keras\nBACKEND = os.environ['KERAS_BACKEND']\nif os.environ['A'] == 'b': pass\n", ("keras",)),
        ("import keras\nthis is no Python\n", ()),
        ("try:\n    import keras\nexcept ImportError:\n    import tf_keras\n", ("keras",)),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import keras\n", ()),
    ],
)
def test_what_a_file_brings_in(tmp_path: Path, text: str, expected: tuple[str, ...]) -> None:
    assert brought_in("data", project(tmp_path, {"data": text})).libraries == expected


def test_the_projects_own_imports_are_followed(tmp_path: Path) -> None:
    path = project(
        tmp_path,
        {
            "src/mypkg/__init__": "",
            "src/mypkg/base": "import keras\n",
            "src/mypkg/sub/data": "from ..base import Base\n",
            "src/mypkg/other": "from . import base\n",
            "src/mypkg/third": "from mypkg.base import Base\nimport mypkg.third\n",
        },
    )
    for module in ("mypkg.sub.data", "mypkg.other", "mypkg.third"):
        assert brought_in(module, path).libraries == ("keras",)


def test_a_file_further_down_that_decides_leaves_it_open(tmp_path: Path) -> None:
    path = project(
        tmp_path,
        {
            "data": "from settings import SIZE\nimport keras\n",
            "settings": "import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\nSIZE = 4\n",
        },
    )
    assert brought_in("data", path) == BroughtIn()


def test_the_packages_own_file_is_imported_first(tmp_path: Path) -> None:
    own = "import os\nos.putenv('A', 'b')\n"
    path = project(tmp_path, {"mypkg/__init__": own, "mypkg/data": "import keras\n"})
    assert brought_in("mypkg.data", path) == BroughtIn()


def test_a_keras_of_the_project_s_own_is_not_shared(tmp_path: Path) -> None:
    path = project(tmp_path, {"data": "import keras\n", "keras/__init__": "VERSION = 1\n"})
    assert brought_in("data", path) == BroughtIn()


def test_what_lies_elsewhere_says_nothing(tmp_path: Path) -> None:
    assert brought_in("json", [str(tmp_path)]) == BroughtIn()
    assert brought_in("", [str(tmp_path)]) == BroughtIn()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("names = list(set(labels))", True),
        ("names = sorted(list(set(labels)))", True),
        ("names = sorted(set(labels), key=len)", True),
        ("names = sorted(set(labels))", False),
        ("count = len({label for label in labels})", False),
        ("if labels[0] in {'cat', 'dog'}: pass", False),
        ("names = frozenset(labels)", True),
        ("names = {label for label in labels}", True),
        ("names = {'cat', 'dog'}", True),
        ("names = old.union(new)", True),
        ("names = old.keys() - new.keys()", True),
        ("fold = hash(name) % 5", True),
        ("names = list(set.union(*rows))", True),
        ("names = {'cat': 0, 'dog': 1}", False),
        ("names = sorted(labels)", False),
        ("names = reset(labels)", False),
        ("self.set = labels", False),
    ],
)
def test_whether_anything_hangs_on_the_hash_of_a_text(tmp_path: Path, line: str, expected: bool) -> None:
    path = project(tmp_path, {"data": "import keras\nimport labels\n", "labels": f"def read(labels):\n    {line}\n"})
    assert brought_in("data", path) == BroughtIn(("keras",), expected)


def test_a_package_that_loads_lazily_is_followed_to_what_is_asked_of_it() -> None:
    assert brought_in("seqcheck.reference", [], "ArraySequence") == BroughtIn(("keras",), False)
    assert brought_in("seqcheck.reference", []) == BroughtIn()
