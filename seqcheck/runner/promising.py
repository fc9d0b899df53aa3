"""Which promises the installed Keras keeps: each tried in a process of its own, ended when it falls silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from seqcheck.engines import installed
from seqcheck.engines.isolate import Isolation
from seqcheck.engines.promises import Tried, try_promise
from seqcheck.model.promise import PROMISES, Kept, Promise

SILENCE: Final = 15.0
"""Seconds without a step after which a training counts as hung; legacy Keras waits for 5 of its own."""
LIMIT: Final = 90.0
AT_A_TIME: Final = 2


def try_all(generations: tuple[str, ...], progress: Callable[[str], object]) -> Iterator[Kept]:
    """Try every promise on these, in the order of `PROMISES`; `progress` takes one line a trial that begins."""
    with Isolation() as isolation:
        for generation in generations:
            library = installed.package(generation)
            ready = isolation.nursery(generation, modules=[library], preload=["seqcheck.engines.promises"]).result()
            if ready.failure is not None:
                why = f"{generation} cannot be imported: {ready.failure.text}"
                yield from (Kept(promise, generation, why_not=why) for promise in PROMISES)
                continue

            def one(promise: Promise, generation: str = generation) -> Kept:
                progress(f"{generation}: {promise.words}")
                outcome = isolation.run(
                    generation, try_promise, (generation, promise.name), silence=SILENCE, limit=LIMIT
                ).result()
                tried = next((record for record in outcome.records if isinstance(record, Tried)), None)
                if tried is not None:
                    return Kept(promise, tried.engine, tried.what, lacking=tried.lacking)
                if outcome.cause == "silent":
                    return Kept(promise, generation, f"it hung: no step was made for {SILENCE:g} s")
                why = outcome.broken[-1].strip().splitlines()[-1] if outcome.broken else f"it ended: {outcome.cause}"
                return Kept(promise, generation, why_not=why)

            with ThreadPoolExecutor(AT_A_TIME) as pool:
                yield from pool.map(one, PROMISES)
            isolation.end_nursery(generation)
