"""Sizes that a target does not take: a precondition of its own, and no fault."""

from __future__ import annotations

from seqcheck.model.history import History

READS = ("epoch", "reference")
"""The passes that read a whole epoch in some order."""


def refuses(history: History, most: int | None = None) -> bool:
    """Whether the target has nothing to give at these sizes: it cannot be built, or no read gives a single row.

    `most` is the largest number of samples of made-up data that was seen to fit the target: where there are more, a
    read that raises may do so because a value is beyond what the target was made for, such as a class.

    Windows need more rows than a window is long, pairs need two samples, a stratified split one of each class. Told so
    little data, some raise, some answer with a length of 0, and some count below 0. What has a fault instead of a
    precondition shows it at sizes at which other batches come through.
    """
    if history.ending == "not-built":
        return True
    failed = any(read.failure is not None for read in history.reads if read.purpose != "overrun")
    if failed and most is not None and (history.scenario.num_samples or 0) > most:
        return True
    batches = [read.batch for read in history.reads if read.purpose in READS and read.batch is not None]
    if history.scenario.script and not any(read.purpose in READS for read in history.reads):
        return False  # a script of nothing but hooks
    return not any(leaf.row_count for batch in batches for leaf in batch.leaves)
