"""Scenarios as hypothesis draws them."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from seqcheck.model.scenario import SCRIPT, Scenario, Step

SIZES = ("num_samples", "batch_size", "shuffle")
LARGE = (16, 32, 50)
"""Batch sizes that are drawn beside the small ones."""
MOST_SAMPLES = 300


@st.composite
def scenarios(
    draw: st.DrawFn,
    *,
    vary: Collection[str] = SIZES,
    batch_size: int | None = None,
    max_batches: int = 24,
    max_batch_size: int = 50,
    max_samples: int = MOST_SAMPLES,
) -> Scenario:
    """Scenarios for the `loop` engine: sizes as full batches plus a tail, shuffling, seed, epochs, order of reads.

    Sizes drawn this way meet the ones that matter: divisible, a tail of one, fewer samples than one batch. They shrink
    towards one sample in a batch of one.

    Args:
        vary: which of ``num_samples``, ``batch_size`` and ``shuffle`` the target takes; the others stay None.
        batch_size: the batch size that a target which does not take one has, in samples.
        max_batches: the most full batches; seldom more than six.
        max_batch_size: the largest batch, in samples; mostly at most eight.
        max_samples: the most samples.
    """
    sizes = [size for size in (*range(1, 9), *LARGE) if size <= max_batch_size]
    size = draw(st.sampled_from(sizes), label="batch size") if "batch_size" in vary else batch_size
    nominal = size or 1
    # Every draw is made in every case, so that no size is the simpler one for having fewer of them.
    times = draw(st.sampled_from((1, 1, 1, 1, 2, 4)), label="times")
    full = min(draw(st.integers(0, 6), label="full batches") * times, max_batches, max_samples // nominal)
    least = 0 if full else 1
    tail = draw(st.integers(least, max(least, min(nominal - 1, max_samples - full * nominal))), label="tail")
    batches = full + bool(tail)
    order = draw(st.permutations(range(batches)), label="order of reads") if draw(st.booleans()) else ()
    return Scenario(
        engine="loop",
        epochs=draw(st.integers(1, 3), label="epochs"),
        num_samples=full * nominal + tail if "num_samples" in vary else None,
        batch_size=size if "batch_size" in vary else None,
        shuffle=draw(st.booleans(), label="shuffle") if "shuffle" in vary else None,
        seed=draw(st.integers(0, 3), label="seed"),
        order=tuple(order),
    )


@st.composite
def scripts(
    draw: st.DrawFn,
    *,
    vary: Collection[str] = SIZES,
    batch_size: int | None = None,
    length: int = 4,
    max_samples: int = MOST_SAMPLES,
    write: bool = False,
) -> Scenario:
    """Scenarios with operations on one instance: reads, `len`, reads past the end, epoch ends, copies.

    Args:
        vary: as in `scenarios`.
        batch_size: as in `scenarios`.
        length: the number of batches of a target whose size is fixed.
        max_samples: the most samples.
        write: whether scripts may end with a write into a batch and further reads; only for data made for the run.
    """
    size = draw(st.integers(1, 4), label="batch size") if "batch_size" in vary else batch_size
    nominal = size or 1
    batches = length
    samples = None
    if "num_samples" in vary:
        full = draw(st.integers(0, max(0, min(4, max_samples // nominal))), label="full batches")
        least = 0 if full else 1
        tail = draw(st.integers(least, max(least, min(nominal - 1, max_samples - full * nominal))), label="tail")
        samples, batches = full * nominal + tail, full + bool(tail)
    index = st.integers(0, max(0, min(batches, 20) - 1))
    reads = st.builds(Step, st.just("read"), index)
    others = st.sampled_from([Step(action) for action in ("epoch-end", "pickle", "len", "copy", "past")])
    steps = draw(st.lists(reads | others | reads, min_size=1, max_size=8), label="script")
    if write and draw(st.integers(0, 3), label="write into a batch") == 3:
        steps += [Step("write", draw(index)), *draw(st.lists(reads, min_size=1, max_size=3))]
    return Scenario(
        engine=SCRIPT,
        epochs=1 + _ends(steps),
        num_samples=samples,
        batch_size=size if "batch_size" in vary else None,
        shuffle=draw(st.booleans(), label="shuffle") if "shuffle" in vary else None,
        seed=draw(st.integers(0, 3), label="seed"),
        script=tuple(steps),
    )


def shorter(scenario: Scenario) -> Iterator[Scenario]:
    """Smaller scripts to try in place of one: single steps, pairs, one step less, lower indices, smaller sizes."""
    steps = scenario.script
    fewer = {kept: None for count in (1, 2) for kept in itertools.combinations(steps, count) if count < len(steps)}
    for place in range(len(steps)):
        fewer[steps[:place] + steps[place + 1 :]] = None
    yield from (replace(scenario, script=kept, epochs=1 + _ends(kept)) for kept in fewer if kept)
    if any(step.action == "copy" for step in steps):
        yield replace(scenario, script=tuple(Step("pickle") if step.action == "copy" else step for step in steps))
    for place, step in enumerate(steps):
        for index in range(step.index):
            yield replace(scenario, script=(*steps[:place], replace(step, index=index), *steps[place + 1 :]))
    if scenario.seed or scenario.shuffle:
        yield replace(scenario, seed=0, shuffle=None if scenario.shuffle is None else False)
    for samples in range(1, scenario.num_samples or 0):
        yield replace(scenario, num_samples=samples)
    for size in range(1, scenario.batch_size or 0):
        yield replace(scenario, batch_size=size)


def _ends(steps: Iterable[Step]) -> int:
    return sum(step.action == "epoch-end" for step in steps)


def strategy(vary: Collection[str], batch_size: int | None, max_samples: int | None) -> SearchStrategy[Scenario]:
    """The scenarios of one target."""
    return scenarios(vary=vary, batch_size=batch_size, max_samples=max_samples or MOST_SAMPLES)
