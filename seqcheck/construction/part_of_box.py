"""The numbers under names of their own that tell where an object lies in a picture."""

from __future__ import annotations

import re
from typing import Final

from seqcheck.construction.materials import Repeated
from seqcheck.construction.materials.annotations import CORNERS

_FIRST: Final = re.compile(r"(x|y)_?(min|1|0)|left|top", re.I)
_SECOND: Final = re.compile(r"(x|y)_?(max|2)|right|bottom", re.I)
_MIDDLE: Final = re.compile(r"w|h|width|height|((x|y)_?)?cent(er|re)(_?(x|y))?|c(x|y)|x|y", re.I)


def part_of_box(name: str) -> Repeated | None:
    """A corner in pixels, or the middle or a side as a part of the picture's; None where the name tells of neither."""
    if _FIRST.fullmatch(name):
        return Repeated(CORNERS[0])
    if _SECOND.fullmatch(name):
        return Repeated(CORNERS[2])
    return Repeated(0.5) if _MIDDLE.fullmatch(name) else None
