"""What one run of seqcheck leaves for the next one: words of the model, one object a file."""

from __future__ import annotations

import io
import os
import pickle
from pathlib import Path
from typing import Any, TypeVar

Kept = TypeVar("Kept")


def keep(file: Path, value: object) -> None:
    """Put an object aside, whole or not at all.

    Raises:
        OSError: the folder cannot be written to.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.write_bytes(pickle.dumps(value))
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def find(file: Path, kind: type[Kept]) -> Kept | None:
    """The object in a file; None where there is none that can be read, or one of another kind."""
    try:
        found = _Words(io.BytesIO(file.read_bytes())).load()
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError):
        return None
    return found if isinstance(found, kind) else None


class _Words(pickle.Unpickler):
    """Reads words of the model and nothing else: a folder that others can write to must not run their code."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("seqcheck.model.") or (module, name) == ("datetime", "date"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no word of the model")
