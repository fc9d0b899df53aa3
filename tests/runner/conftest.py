"""What every test of the runner may ask for."""

from tests.residue import nothing_left

__all__ = ["nothing_left"]
