"""What one fork of an experiment tells the next step of it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable

# Under names of our own: the user's module may put another function into `pickle`.
from pickle import dumps, loads
from typing import IO, Any

from seqcheck.model.driving import Driving


def answer(driving: Driving, purpose: str, step: Callable[[], Any], fork: Callable[..., bool] | None = None) -> Any:
    """What `step` returns when it is done in a fork; None where that hung, died, or lost its way of telling.

    `fork` is how it is forked where that is not `Driving.fork`; it is called with `purpose` and ``step=``.
    """
    with tempfile.TemporaryFile() as file:
        if not (fork or driving.fork)(purpose, step=lambda: _tell(file, step())):
            return None
        file.seek(0)
        data = file.read()
    with contextlib.suppress(Exception):  # the user's code may have closed the file, or written into it
        return loads(data)
    return None


def _tell(file: IO[bytes], told: Any) -> None:
    with contextlib.suppress(OSError, ValueError):
        file.write(dumps(told))
        file.flush()
