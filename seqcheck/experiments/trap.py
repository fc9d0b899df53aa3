"""Which line writes into an array? The array is made read-only, and NumPy stops whoever writes."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from typing import Any

from seqcheck.experiments.storage import arrays_of, chain, is_private, overlap
from seqcheck.model.batch import Array
from seqcheck.model.libraries import is_library
from seqcheck.model.observation import Spot


def writer_of(instance: Any, arrays: Iterable[Array], action: Callable[[], object]) -> Spot | None:
    """The line of the user's that `action` stops at once it may not write into these arrays; None where it does not.

    Nothing is written, but the arrays stay read-only: to be asked in a fork. Only memory that is proved private is
    looked at, and what the instance holds of it is made read-only as well.
    """
    wanted = [array for array in arrays if is_private(array)]
    if not wanted:
        return None
    held = [one.array for one in arrays_of(instance)]
    for array in [*wanted, *(one for one in held if any(overlap(one, other) for other in wanted))]:
        for one in chain(array):
            one.flags.writeable = False
    try:
        action()
    except Exception as error:
        lines = traceback.extract_tb(error.__traceback__)
        own = [line for line in lines if not is_library(line.filename)]
        if own and "read-only" in str(error):
            return own[-1].filename, own[-1].lineno or 0, own[-1].name, own[-1].line or ""
    return None
