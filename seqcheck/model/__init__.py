"""The words of seqcheck as data: scenarios, batches, histories, contracts, checks and verdicts.

Nothing here drives anything: this layer knows the standard library, numpy and xxhash, and no other layer.
"""
