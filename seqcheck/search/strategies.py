"""Scenarios as hypothesis draws them."""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from seqcheck.model.scenario import Scenario

SIZES = ("num_samples", "batch_size", "shuffle")


@st.composite
def scenarios(
    draw: st.DrawFn,
    *,
    vary: Collection[str] = SIZES,
    batch_size: int | None = None,
    max_batches: int = 6,
    max_batch_size: int = 8,
    max_samples: int | None = None,
) -> Scenario:
    """Scenarios for the `loop` engine: sizes as full batches plus a tail, shuffling, seed, epochs, order of reads.

    Sizes drawn this way meet the ones that matter: divisible, a tail of one, fewer samples than one batch. They shrink
    towards one sample in a batch of one.

    Args:
        vary: which of ``num_samples``, ``batch_size`` and ``shuffle`` the target takes; the others stay None.
        batch_size: the batch size that a target which does not take one has, in samples.
        max_batches: the most full batches.
        max_batch_size: the largest batch, in samples.
        max_samples: the most samples, where data of another size might not fit the target.
    """
    size = draw(st.integers(1, max_batch_size), label="batch size") if "batch_size" in vary else batch_size
    nominal = size or 1
    most = max_samples or (max_batches + 1) * nominal
    full = draw(st.integers(0, min(max_batches, most // nominal)), label="full batches")
    least = 0 if full else 1
    tail = draw(st.integers(least, max(least, min(nominal - 1, most - full * nominal))), label="tail")
    samples = full * nominal + tail
    batches = full + bool(tail)
    script = draw(st.permutations(range(batches)), label="order of reads") if draw(st.booleans()) else ()
    return Scenario(
        engine="loop",
        epochs=draw(st.integers(1, 3), label="epochs"),
        num_samples=samples if "num_samples" in vary else None,
        batch_size=size if "batch_size" in vary else None,
        shuffle=draw(st.booleans(), label="shuffle") if "shuffle" in vary else None,
        seed=draw(st.integers(0, 3), label="seed"),
        script=tuple(script),
    )


def strategy(vary: Collection[str], batch_size: int | None, max_samples: int | None) -> SearchStrategy[Scenario]:
    """The scenarios of one target."""
    return scenarios(vary=vary, batch_size=batch_size, max_samples=max_samples)
