"""A model that takes any batch and writes down, inside its steps, what reached them.

It learns nothing, so that no batch can fail it for a reason of its own. For a prediction it averages every row of the
first input, which names the row. Nothing is compiled into a graph, so that a step sees its batch as values. A step of
JAX is a function of the state, which it hands back as it was.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Final, Protocol

import numpy as np

from seqcheck.engines import installed
from seqcheck.model.arrival import REFUSED
from seqcheck.model.words import listing


class Reached(Protocol):
    """Whoever is told what reaches a step of the model."""

    def reached(self, data: Any) -> None:
        """A batch, as the step sees it."""


def model(generation: str, watch: Reached, validated: Reached | None = None) -> Any:
    """A compiled `Sequential` of one layer, whose input is the batch's own.

    `watch` is told what reaches its steps, and in its place `validated`, where it is given, what reaches that of tests.
    """
    keras: Any = installed.library(generation)
    kind = _KINDS[installed.backend(generation)](keras, watch, validated)
    made = kind([keras.layers.Dense(1)])
    made.build((None, 1))  # else Keras 3 takes a batch to build the model with
    made.compile(optimizer="sgd", run_eagerly=True)
    return made


def _inputs(data: Any) -> Any:
    return data[0] if isinstance(data, (tuple, list)) else data


def _on_tensorflow(keras: Any, watch: Reached, validated: Reached | None) -> Any:
    tensorflow: Any = importlib.import_module("tensorflow")

    def averages(inputs: Any) -> Any:
        leaves = tensorflow.nest.flatten(inputs)
        first = next(leaf for leaf in leaves if leaf is not None and leaf.dtype != tensorflow.string)
        if isinstance(first, tensorflow.SparseTensor):
            first = tensorflow.sparse.to_dense(first)
        if isinstance(first, tensorflow.RaggedTensor):
            means = [np.mean(np.asarray(getattr(row, "flat_values", row), np.float64)) for row in first]
            return tensorflow.constant(means, "float64", (len(means), 1))
        rows = tensorflow.reshape(tensorflow.cast(first, "float64"), (tensorflow.shape(first)[0], -1))
        return tensorflow.reduce_mean(rows, axis=1, keepdims=True)

    class Witness(keras.Sequential):  # type: ignore[misc]
        """Writes down what reaches its steps."""

        def train_step(self, data: Any) -> Any:
            watch.reached(data)
            return {"loss": 0.0}

        def test_step(self, data: Any) -> Any:
            (validated or watch).reached(data)
            return {"loss": 0.0}

        def predict_step(self, data: Any) -> Any:
            watch.reached(data)
            return averages(_inputs(data))

    return Witness


def _on_jax(keras: Any, watch: Reached, validated: Reached | None) -> Any:
    jax: Any = importlib.import_module("jax")
    compiled: Callable[[Any], Any] = jax.jit(lambda data: data)

    def passed(data: Any) -> Any:
        """The batch as it comes into a step that is compiled, as Keras compiles it where nobody says otherwise."""
        try:
            return compiled(data)
        except TypeError as error:
            kinds = {str(leaf.dtype) for leaf in keras.tree.flatten(data) if getattr(leaf, "dtype", None) is not None}
            raise TypeError(f"{REFUSED}: it has arrays of {listing(sorted(kinds))}") from error

    def averages(inputs: Any) -> Any:
        first = next(leaf for leaf in keras.tree.flatten(inputs) if leaf is not None)
        rows = np.asarray(first).astype(np.float64)
        return rows.reshape(len(rows), -1).mean(axis=1, keepdims=True)

    class Witness(keras.Sequential):  # type: ignore[misc]
        """Writes down what reaches its steps."""

        def train_step(self, state: Any, data: Any) -> Any:
            watch.reached(passed(data))
            return {"loss": 0.0}, state

        def test_step(self, state: Any, data: Any) -> Any:
            (validated or watch).reached(passed(data))
            return {"loss": 0.0}, state

        def predict_step(self, state: Any, data: Any) -> Any:
            _, unchanged = state
            data = passed(data)
            watch.reached(data)
            return averages(_inputs(data)), unchanged

    return Witness


_KINDS: Final = {"tensorflow": _on_tensorflow, "jax": _on_jax}
