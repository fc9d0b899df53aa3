"""What ``--seqcheck-engine`` shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seqcheck.reporting import promises


def show(write: Callable[[str], object], tell: Callable[[str], object]) -> int:
    """Try the promises of every Keras that is installed and write them, an engine at a time; the exit status.

    `tell` takes one line a trial that begins. The status says whether anything was tried: what is broken is no fault
    of the user's.
    """
    from seqcheck.engines import installed
    from seqcheck.runner import promising  # what drives is only imported where something is to be driven

    generations = installed.found()
    if not generations:
        write("no Keras that is driven is installed: neither keras on TensorFlow or JAX nor tf_keras\n")
        return int(pytest.ExitCode.USAGE_ERROR)
    for generation in generations:
        tried = list(promising.try_all((generation,), lambda text: tell(f"{text}\n")))
        engine = next((one.engine for one in tried if one.engine != generation), generation)
        write(promises.table(engine, tried))
    return int(pytest.ExitCode.OK)
