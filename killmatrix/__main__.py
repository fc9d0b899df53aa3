"""`python -m killmatrix`."""

from __future__ import annotations

import sys

from killmatrix.campaign import main

if __name__ == "__main__":
    sys.exit(main())
