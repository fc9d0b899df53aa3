"""What experiments saw, one type a question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Observation:
    """The base of everything that an experiment writes into a history."""


@dataclass(frozen=True)
class Holding(Observation):
    """A container that the instance holds, as it stood before the first read.

    `path` is how a user would write it (``self.images``). `permutation` says that its values are 0 ... length−1 in some
    order. `rows` has the fingerprints of a NumPy array's rows, made as those of a batch's leaves, or () where it is no
    array or too large to be read.
    """

    path: str
    type_name: str
    length: int
    permutation: bool = False
    rows: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class PickleAttempt(Observation):
    """Whether the instance goes through pickle as a pool under spawn sends it.

    `stage` is ``dump``, ``load`` or ``done``; `size` in bytes. On failure `culprit` is the attribute path at fault
    (``self.pipe.steps[0][1]``), `what` what stands there (``lambda at data.py:12``), `error` the exception as text.
    `importable` says whether a fresh process finds the class by its name; `where` is that name.
    """

    stage: str
    size: int = 0
    culprit: str = ""
    what: str = ""
    error: str = ""
    importable: bool = True
    where: str = ""


@dataclass(frozen=True)
class Twins(Observation):
    """Two forks of one state (`first`, `second`) and a third whose generators were reseeded, each reading alike.

    Every entry is one fingerprint per row read, in order, of the leaf at `path`.
    """

    path: str
    first: tuple[bytes, ...]
    second: tuple[bytes, ...]
    reseeded: tuple[bytes, ...]


@dataclass(frozen=True)
class Prediction(Observation):
    """What the engine's `predict` answered, one number a row, and what the reference batches ask for, in order.

    Both are the same fixed function of a row. `answered` is in the order of the answer; `asked` is in the order
    seq[0], seq[1], ... as a fork of the driver read them before.
    """

    answered: tuple[float, ...]
    asked: tuple[float, ...]


@dataclass(frozen=True)
class Residue(Observation):
    """What a run left behind when it was over: ``process``, ``thread`` or ``environment``, and its description."""

    kind: str
    what: str
