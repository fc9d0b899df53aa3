"""Deterministic interleaving of real threads through `seq[i]`: exploring, judging, minimising, replaying, showing."""
