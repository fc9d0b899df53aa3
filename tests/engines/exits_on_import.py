"""A user's module that exits."""

import sys

print("about to fail")
sys.exit(7)
