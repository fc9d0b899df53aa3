"""A module that says how often garbage shall be collected, and notes how often it was before."""

import gc

BEFORE = gc.get_threshold()
gc.set_threshold(50_000, 20, 30)
