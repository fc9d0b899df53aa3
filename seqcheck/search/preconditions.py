"""Sizes that a target does not take: a precondition of its own, and no fault."""

from __future__ import annotations

from seqcheck.model.history import History


def refuses(history: History) -> bool:
    """Whether the target has nothing to give at these sizes: it cannot be built, or no read gives a single row.

    Windows need more rows than a window is long, pairs need two samples, a stratified split one of each class. Told so
    little data, some raise, some answer with a length of 0, and some count below 0. What has a fault instead of a
    precondition shows it at sizes at which other batches come through.
    """
    if history.ending == "not-built":
        return True
    batches = [read.batch for read in history.reads if read.purpose == "epoch" and read.batch is not None]
    return not any(leaf.row_count for batch in batches for leaf in batch.leaves)
