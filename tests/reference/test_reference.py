"""What every reference Sequence promises: each sample once, reproducible orders, fresh arrays, sound copies.

They run on the base class that the environment chooses; CI runs them a second time with TF_USE_LEGACY_KERAS=1.
"""

from __future__ import annotations

import pickle
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

pytestmark = pytest.mark.keras


def test_reads_every_sample_once_in_every_epoch(make, rows):
    sequence = make()
    expected = Counter(rows(make(shuffle=False)))
    assert len(expected) == 22
    for _ in range(3):
        assert Counter(rows(sequence)) == expected
        sequence.on_epoch_end()


@pytest.mark.parametrize(("drop_remainder", "sizes"), [(False, [4, 4, 4, 4, 4, 2]), (True, [4, 4, 4, 4, 4])])
def test_the_last_batch_holds_the_rest_unless_it_is_to_be_dropped(make, drop_remainder, sizes):
    sequence = make(drop_remainder=drop_remainder)
    assert [[len(leaf) for leaf in sequence[index]] for index in range(len(sequence))] == [[n, n] for n in sizes]


def test_each_epoch_has_an_order_of_its_own_that_the_seed_decides(make, rows):
    def epochs(seed: int) -> list[list[bytes]]:
        sequence = make(seed=seed)
        read = []
        for _ in range(3):
            read.append(rows(sequence))
            sequence.on_epoch_end()
        return read

    first, second, third = epochs(0)
    assert first != second != third != first
    assert epochs(0) == [first, second, third]
    assert epochs(1) != [first, second, third]


def test_reading_neither_depends_on_the_global_generators_nor_moves_them(make, rows):
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    once = rows(make())
    assert (np.random.get_state()[1] == before).all()
    np.random.seed(2)
    assert rows(make()) == once


def test_without_shuffle_the_order_stays(make, rows):
    sequence = make(shuffle=False)
    once = rows(sequence)
    sequence.on_epoch_end()
    assert rows(sequence) == once


def test_writing_into_a_batch_changes_no_later_read(make, rows):
    sequence = make()
    once = rows(sequence)
    for leaf in sequence[0]:
        leaf[...] = 0
    assert rows(sequence) == once


def test_a_copy_through_pickle_reads_the_same_epochs(make, rows):
    sequence = make()
    sequence.on_epoch_end()
    copy = pickle.loads(pickle.dumps(sequence))
    assert rows(copy) == rows(sequence)
    copy.on_epoch_end()
    sequence.on_epoch_end()
    assert rows(copy) == rows(sequence)


def test_threads_that_read_at_a_time_get_what_one_thread_gets(make, rows):
    sequence = make()
    expected = rows(sequence)
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for epoch in [pool.map(sequence.__getitem__, range(len(sequence))) for _ in range(8)]:
                assert [x.tobytes() + y.tobytes() for batch in epoch for x, y in zip(*batch, strict=True)] == expected
    finally:
        sys.setswitchinterval(switch)


@pytest.mark.parametrize("index", [6, 7, -1])
def test_there_is_nothing_at_or_beyond_the_length(make, index):
    with pytest.raises(IndexError, match=f"no batch {index} among 6"):
        make()[index]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"batch_size": 0}, "at least 1, not 0"), ({"batch_size": 23, "drop_remainder": True}, "no batch of 23")],
)
def test_what_makes_no_batch_is_refused(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)


def test_the_base_class_is_the_one_the_environment_asks_for(make):
    from seqcheck.reference.base import LEGACY

    bases = {base.__module__.split(".")[0] for base in type(make()).__mro__}
    assert ("tf_keras" in bases) is LEGACY
    assert ("keras" in bases) is not LEGACY
