"""Which base class the reference Sequences have: the one of the Keras that is installed.

With Keras 3 it is `keras.utils.PyDataset`, by the name `keras.utils.Sequence` that Keras 2 has too. Where only tf_keras
is installed, or the environment says ``TF_USE_LEGACY_KERAS=1`` (the variable by which TensorFlow itself chooses
tf_keras), it is `tf_keras.utils.Sequence`. The choice is made once a process, at the first import; child processes
inherit the variable and so choose alike. A class that you copy needs no such choice: name the base that you use.
"""

from __future__ import annotations

import importlib.util
import os
from typing import Any, Final

import numpy.typing as npt

Array = npt.NDArray[Any]

LEGACY: Final = os.environ.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True")
"""Whether the environment asks for tf_keras."""

if LEGACY or importlib.util.find_spec("keras") is None:
    from tf_keras.utils import Sequence
else:
    from keras.utils import Sequence

__all__ = ["LEGACY", "Array", "Sequence"]
