"""What a class fails at by itself, whatever data it is given: kept apart from "cannot be constructed"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seqcheck.model.history import Frame

Kind = Literal[
    "removed-name",
    "refused-keyword",
    "missing-name",
    "missing-import",
    "missing-attribute",
    "unset-attribute",
    "shadowed-property",
    "default",
    "unfinished",
]


@dataclass(frozen=True)
class OwnFault:
    """A failure that no data would have mended.

    `kind` is ``removed-name`` (a module or a library's type no longer has it: `names` holds ``numpy.int``),
    ``refused-keyword`` (a library's function, or the class's own, does not take it: ``skimage.io.imread(as_grey=)``),
    ``missing-name`` (defined nowhere), ``missing-import`` (of a package that is not installed), ``missing-attribute``
    (of the instance itself, or of a module of the user's), ``unset-attribute`` (of the instance while it is built,
    which nothing in its source sets), ``shadowed-property`` (assigned to, though the Keras base has it without a
    setter),
    ``default`` (`names` are the parameters whose own defaults it fails on), or ``unfinished`` (NotImplementedError and
    the like). `stage` is ``import`` (of the module), ``construct``, ``length`` or ``read``. `frame` is the line of the
    user's own that failed.
    """

    kind: Kind
    stage: str
    exception: str
    message: str
    names: tuple[str, ...] = ()
    frame: Frame | None = None
