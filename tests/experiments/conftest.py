"""One bench for the whole package: its interpreters start once."""

from tests.runs import bench

__all__ = ["bench"]
