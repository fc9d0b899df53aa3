"""Reading samples off made-up data whose values were scaled on their way: pictures divided by 255, arrays normalised.

Row k of an array holds k + 0.5 (whole numbers: k) everywhere, a picture of sample k is flat and has the level k + 1. A
flat row stays flat when it is resized, cropped, flipped or scaled channel by channel, and the mean of such a row is
then one and the same linear function of k. Which function that is, is known for the scalings in common use. Any other
is known once the rows are as many evenly spaced numbers as there are samples: then their order says which is which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from seqcheck.model.batch import Leaf

FIRST: Final = {"rows": 0.5, "levels": 1.0, "whole numbers": 0.0}
"""What stands for sample 0, by how samples are written."""
_TORCH = tuple(zip((0.485, 0.456, 0.406), (0.229, 0.224, 0.225), strict=True))
SCALINGS: Final = (
    ("unchanged", 1.0, 0.0),
    ("divided by 255", 1 / 255, 0.0),
    ("divided by 256", 1 / 256, 0.0),
    ("scaled to -1 ... 1", 1 / 127.5, -1.0),
    ("scaled by 128 to -1 ... 1", 1 / 128, -1.0),
    ("less the means of ImageNet", 1.0, -(103.939 + 116.779 + 123.68) / 3),
    ("standardised as ImageNet", sum(1 / (255 * s) for _, s in _TORCH) / 3, -sum(m / s for m, s in _TORCH) / 3),
)
"""The scalings in common use: (words, slope, offset) of the mean of a row."""
TOLERANCE: Final = 0.02
"""How far a number may stand from a sample's, in steps from one sample to the next: float16 is as coarse as that."""
FEWEST_RANKED: Final = 4
"""Fewer numbers than these are evenly spaced too easily."""


@dataclass(frozen=True)
class Scale:
    """Sample k has the mean ``first + k * step``. `words` say how that is known."""

    first: float
    step: float
    words: str

    def sample(self, value: float, num_samples: int) -> int | None:
        """The sample that a row with this mean holds; None where it holds none."""
        place = (value - self.first) / self.step
        nearest = round(place) if abs(place) < 2**31 else -1
        return nearest if abs(place - nearest) <= TOLERANCE and 0 <= nearest < num_samples else None


def scale_of(leaves: Collection[Leaf], num_samples: int, *, pictured: bool = True) -> Scale | None:
    """How the rows of one leaf, batch by batch, tell their samples; None where that is not established.

    Where nothing was made up as pictures (`pictured`), no levels are looked for.

    Every row must be flat and hold a sample, but for rows that are blank: left at zero, or at what zero is scaled to.
    A part that reads well proves nothing, since data less their own mean read like other samples.
    """
    rows = [leaf for leaf in leaves if leaf.row_count]
    if not rows or not all(leaf.flat and leaf.values is not None and leaf.inner_shape for leaf in rows):
        return None
    values = [value for leaf in rows for value in leaf.values or ()]
    if not np.isfinite(values).all():
        return None
    # A picture of zeros is no sample; among vectors of whole numbers it is the first.
    written = [name for name in FIRST if name != "whole numbers" or len(rows[0].inner_shape) == 1]
    written = [name for name in written if pictured or name != "levels"]
    for blanks in (False, True):
        for scale, blank in _known(written):
            near = scale.step * TOLERANCE
            held = [value for value in values if not blanks or (value != 0 and abs(value - blank) > near)]
            read = [scale.sample(value, num_samples) for value in held]
            if len(held) * 2 > len(values) and None not in read and len(set(read)) >= min(num_samples, FEWEST_RANKED):
                # Numbers from 0 to n - 1 may be n samples less some number, or all but the last one beside a blank row.
                either = blanks and len(held) < len(values) and _by_rank(values, num_samples) is not None
                return None if either else scale
    return _by_rank(values, num_samples)


def samples_of(leaf: Leaf, num_samples: int) -> tuple[int, ...] | None:
    """The samples in the rows of one leaf, where every common scaling that gives samples gives the same ones."""
    if not leaf.row_count or not leaf.flat or not leaf.inner_shape or not any(leaf.values or ()):
        return None
    found = set()
    for scale, _ in _known(("rows", "levels")):
        read = [scale.sample(value, num_samples) for value in leaf.values or ()]
        if None not in read:
            found.add(tuple(one for one in read if one is not None))
    return found.pop() if len(found) == 1 else None


def _known(written: Iterable[str]) -> Iterator[tuple[Scale, float]]:
    """Every scaling of each of these ways in which samples are written, and what it makes of zero."""
    for words, slope, offset in SCALINGS:
        for name in written:
            yield Scale(FIRST[name] * slope + offset, slope, words), offset


def _by_rank(values: Collection[float], num_samples: int) -> Scale | None:
    ordered = np.sort(np.asarray(values))
    step = (ordered[-1] - ordered[0]) / max(1, num_samples - 1)
    if num_samples < FEWEST_RANKED or step <= 0:
        return None
    scale = Scale(float(ordered[0]), float(step), "scaled, and told apart by their order")
    read = {scale.sample(value, num_samples) for value in values}
    return scale if len(read) == num_samples and None not in read else None
