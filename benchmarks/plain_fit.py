"""One plain training of ArraySequence by the installed Keras, in one way of reading: ``plain_fit.py fork``.

Its last line is the seconds that `fit` took, without the import of Keras and the making of the model.
"""

from __future__ import annotations

import multiprocessing
import sys
import time

import numpy as np

WORKERS = 2
EPOCHS = 2


def main(kind: str) -> None:
    import keras

    from seqcheck.reference import ArraySequence

    how = {"workers": 1 if kind == "loop" else WORKERS, "use_multiprocessing": kind not in ("loop", "threads")}
    if how["use_multiprocessing"]:
        multiprocessing.set_start_method(kind)
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    own = keras.__version__.startswith("3.")  # legacy Keras is told in fit
    x = np.random.default_rng(0).normal(size=(37, 4)).astype(np.float32)
    sequence = ArraySequence(x, x.sum(axis=1), batch_size=4, **(how if own else {}))
    begun = time.perf_counter()
    model.fit(sequence, epochs=EPOCHS, verbose=0, **({} if own else how))
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    main(*sys.argv[1:])
