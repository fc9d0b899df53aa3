"""A Sequence that is written for Keras 3 becomes the same one on tf_keras."""

from __future__ import annotations

import pytest

from killmatrix.translation import translated

BATCHES = """import keras


class Batches(keras.utils.PyDataset):
    def __init__(self, x, **kwargs):
        {call}
        self.x = x


class Named(Batches):
    def __init__(self, **kwargs):
        super().__init__(x="größer", **kwargs)
"""


@pytest.mark.parametrize(
    "call",
    [
        "super().__init__(**kwargs)",
        "super().__init__(workers=2, use_multiprocessing=True)",
        "super().__init__(\n            workers=2,\n        )",
    ],
)
def test_the_base_is_that_of_tf_keras_and_its_constructor_takes_nothing(call):
    expected = BATCHES.format(call="super().__init__()").replace("keras.utils.PyDataset", "tf_keras.utils.Sequence")
    assert translated(BATCHES.format(call=call)) == expected.replace("import keras", "import tf_keras")


def test_a_module_for_tf_keras_stays_as_it_is():
    made = translated(BATCHES.format(call="super().__init__(**kwargs)"))
    assert translated(made) == made


def test_several_calls_on_one_line_are_all_found():
    source = (
        "class Batches(keras.utils.Sequence):\n    def __init__(self): super().__init__(ä=1); super().__init__(b=2)\n"
    )
    assert "super().__init__(); super().__init__()\n" in translated(source)


def test_a_base_that_is_called_by_its_name_takes_nothing_either():
    source = "class Batches(Rows):\n    def __init__(self):\n        keras.utils.PyDataset.__init__(self, workers=1)\n"
    assert "        tf_keras.utils.Sequence.__init__(self)\n" in translated(source)
