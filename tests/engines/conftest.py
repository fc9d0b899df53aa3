"""One bench for the whole package: its interpreters start once."""

from tests.residue import nothing_left
from tests.runs import bench

__all__ = ["bench", "nothing_left"]
