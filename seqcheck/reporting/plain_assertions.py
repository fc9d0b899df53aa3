"""What a plain test asserts in place of each check: functions to stand beside it, and the body of the test.

The text of a body is filled by `str.format` with what is known of the finding; see `plain_test`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

CALL: Final = """
def call(sequence, hook):
    if hasattr(sequence, hook):
        getattr(sequence, hook)()
"""
EPOCHS: Final = """
def epochs(sequence, count):
    \"\"\"All batches of some epochs, with the hooks that Keras calls around them.\"\"\"
    if FIRST_HOOK:
        call(sequence, "on_epoch_end")
    read = []
    for _ in range(count):
        if FIRST_HOOK:
            call(sequence, "on_epoch_begin")
        read.append([sequence[index] for index in range(len(sequence))])
        call(sequence, "on_epoch_end")
    return read
"""
LEAVES: Final = """
def leaves(batch, path=""):
    \"\"\"The arrays of a batch, each with the name of its place.\"\"\"
    if isinstance(batch, dict):
        return [leaf for key in batch for leaf in leaves(batch[key], f"{path}[{key!r}]")]
    if isinstance(batch, tuple) or (isinstance(batch, list) and not all(np.isscalar(part) for part in batch)):
        top = ("x", "y", "sample_weight") if not path and 1 <= len(batch) <= 3 else ()
        names = [*top[: len(batch)], *(f"{path}[{place}]" for place in range(len(top[: len(batch)]), len(batch)))]
        return [leaf for part, name in zip(batch, names) for leaf in leaves(part, name)]
    return [(path or "x", np.array(batch))]
"""
ROWS: Final = """
def rows(batch):
    \"\"\"Each sample of a batch: the bytes of all that belongs to it.\"\"\"
    arrays = [array for _, array in leaves(batch)]
    return [b"|".join(array[row].tobytes() for array in arrays) for row in range(len(arrays[0]))]
"""
SAME: Final = """
def same(one, other, only=None):
    \"\"\"Whether two batches hold the same, or what they have in one place.\"\"\"
    ours, theirs = ([leaf for leaf in leaves(batch) if only in (None, leaf[0])] for batch in (one, other))
    return [path for path, _ in ours] == [path for path, _ in theirs] and all(
        a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
        for (_, a), (_, b) in zip(ours, theirs)
    )
"""
SEEDED: Final = """
def seeded(number):
    random.seed(number)
    np.random.seed(number)
"""
WORKERS: Final = """
SEQUENCE = None


def take(sequence):
    global SEQUENCE
    SEQUENCE = sequence


def read(index):
    seeded(index)
    batch = SEQUENCE[index]
    time.sleep(0.02)  # else one worker may read them all
    return batch


def read_by_workers(sequence, method, workers):
    \"\"\"One epoch as the workers of a pool read it; a worker that hangs or dies ends in a TimeoutError.\"\"\"
    with multiprocessing.get_context(method).Pool(workers, initializer=take, initargs=(sequence,)) as pool:
        return pool.map_async(read, range(len(sequence)), chunksize=1).get(timeout=SECONDS)
"""
DRAWN: Final = """
SEQUENCE = None


def take(sequence):
    global SEQUENCE
    SEQUENCE = sequence


def draw(count):
    return [SEQUENCE[index % len(SEQUENCE)] for index in range(count)]


def drawn_by_a_worker(sequence, method, count):
    with multiprocessing.get_context(method).Pool(1, initializer=take, initargs=(sequence,)) as pool:
        return pool.apply_async(draw, (count,)).get(timeout=SECONDS)
"""
MODEL: Final = """
class TakesAnything(keras.Sequential):
    \"\"\"A model without an opinion on its data: what stops its training is the data itself.\"\"\"

    def train_step(self, data):
        return {"loss": 0.0}


def model():
    made = TakesAnything([keras.layers.Dense(1)])
    made.build((None, 1))
    made.compile(optimizer="sgd", run_eagerly=True)
    return made
"""


@dataclass(frozen=True)
class Assertion:
    """The body of a test and what it needs: functions beside it, and whole import statements.

    `needs` names what must be known of the finding, or it cannot be written so.
    """

    body: str
    beside: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


NUMPY: Final = ("import numpy as np",)
READ: Final = (CALL, EPOCHS, LEAVES, ROWS)
POOLED: Final = (CALL, LEAVES, SAME, SEEDED, WORKERS)
POOL_IMPORTS: Final = (*NUMPY, "import multiprocessing", "import random", "import time")

COMPLETE: Final = Assertion(
    """
    for number, batches in enumerate(epochs(build(), {epochs})):
        seen = {{row for batch in batches for row in rows(batch)}}
        assert len(seen) >= {samples}, f"{{{samples} - len(seen)}} of {samples} samples never came in epoch {{number}}"
""",
    READ,
    NUMPY,
    ("samples",),
)
IN_WORKERS: Final = Assertion(
    """
    sequence = build()
    for index in {before}:
        sequence[index]
    if FIRST_HOOK:
        call(sequence, "on_epoch_end")
    for epoch in range({epochs}):
        if FIRST_HOOK:
            call(sequence, "on_epoch_begin")
        seen = read_by_workers(sequence, "{method}", {workers})
        for index, batch in enumerate(seen):
            seeded(index)
            assert same(sequence[index], batch, {leaf!r}), f"batch {{index}} of epoch {{epoch}} is another in a worker"
        call(sequence, "on_epoch_end")
""",
    POOLED,
    POOL_IMPORTS,
    ("method",),
)
FIT: Final = Assertion(
    """
    model().fit(build(), epochs=2, verbose=0, shuffle=False)
""",
    (MODEL,),
    (),
    ("keras",),
)
PICKLED: Final = Assertion(
    """
    pickle.loads(pickle.dumps(build()))
""",
    (),
    ("import pickle",),
)
FORMS: Final = """
    forms = {{
        tuple((path, array.dtype, array.ndim) for path, array in leaves(batch))
        for batches in epochs(build(), {epochs})
        for batch in batches
    }}
    assert len(forms) == 1, f"batches have {{len(forms)}} forms: {{forms}}"
"""
LENGTHS: Final = """
    sequence = build()
    if FIRST_HOOK:
        call(sequence, "on_epoch_end")
    lengths = []
    for _ in range({epochs}):
        if FIRST_HOOK:
            call(sequence, "on_epoch_begin")
        lengths.append(len(sequence))
        for index in range(lengths[-1]):
            sequence[index]
            lengths.append(len(sequence))
        call(sequence, "on_epoch_end")
    assert len(set(lengths)) == 1, f"the length is {{sorted(set(lengths))}}"
"""
ORDERS: Final = """
    orders = [tuple(row for batch in batches for row in rows(batch)) for batches in epochs(build(), {epochs})]
"""
STEPS: Final = Assertion(
    """
    sequence, plain = build(), build()
    if FIRST_HOOK:
        call(sequence, "on_epoch_end")
        call(plain, "on_epoch_end")
    expected = in_order(plain)
{steps}
""",
    (
        CALL,
        LEAVES,
        SAME,
        SEEDED,
        """
def read(sequence, index):
    seeded(index)
    return sequence[index]


def in_order(sequence):
    return [copy.deepcopy(read(sequence, index)) for index in range(len(sequence))]
""",
    ),
    (*NUMPY, "import copy", "import pickle", "import random"),
    ("steps",),
)
"""What a search drew, step by step, against the same epochs of another instance read in order."""

ASSERTIONS: Final[Mapping[str, Assertion]] = {
    "lost-samples": COMPLETE,
    "dropped-remainder": COMPLETE,
    "repeated-samples": Assertion(
        """
    for number, batches in enumerate(epochs(build(), {epochs})):
        every = [row for batch in batches for row in rows(batch)]
        assert len(every) == len(set(every)), f"{{len(every) - len(set(every))}} samples come again in epoch {{number}}"
""",
        READ,
        NUMPY,
    ),
    "phantom-batch": Assertion(
        """
    for batches in epochs(build(), {epochs}):
        assert all(rows(batch) for batch in batches), "a batch below the length is empty"
""",
        READ,
        NUMPY,
    ),
    "empty-epoch": Assertion('\n    assert len(build()) > 0, "there is no batch"\n'),
    "non-integer-length": Assertion(
        """
    sequence = build()
    assert operator.index(type(sequence).__len__(sequence)) >= 0
""",
        (),
        ("import operator",),
    ),
    "unstable-length": Assertion(LENGTHS, (CALL,)),
    "mismatched-rows": Assertion(
        """
    for batches in epochs(build(), {epochs}):
        for index, batch in enumerate(batches):
            sizes = {{path: len(array) for path, array in leaves(batch)}}
            assert len(set(sizes.values())) == 1, f"batch {{index}} has {{sizes}} rows"
""",
        (CALL, EPOCHS, LEAVES),
        NUMPY,
    ),
    "partial-batch": Assertion(
        """
    for batches in epochs(build(), {epochs}):
        sizes = [len(rows(batch)) for batch in batches]
        assert set(sizes[:-1]) <= {{{batch_size}}}, f"batches have {{sizes}} rows"
        assert sizes[-1] <= {batch_size}, f"batches have {{sizes}} rows"
""",
        READ,
        NUMPY,
        ("batch_size",),
    ),
    "drifting-structure": Assertion(FORMS, (CALL, EPOCHS, LEAVES), NUMPY),
    "object-batch": Assertion(
        """
    for batches in epochs(build(), {epochs}):
        for index, batch in enumerate(batches):
            objects = [path for path, array in leaves(batch) if array.dtype == object]
            assert not objects, f"{{objects}} of batch {{index}} hold objects"
""",
        (CALL, EPOCHS, LEAVES),
        NUMPY,
    ),
    "non-finite-values": Assertion(
        """
    for batches in epochs(build(), {epochs}):
        for index, batch in enumerate(batches):
            bad = [path for path, array in leaves(batch) if array.dtype.kind in "fc" and not np.isfinite(array).all()]
            assert not bad, f"{{bad}} of batch {{index}} hold values that are not finite"
""",
        (CALL, EPOCHS, LEAVES),
        NUMPY,
    ),
    "shared-buffer": Assertion(
        """
    sequence = build()
    held, kept = [], []
    for index in range(min(len(sequence), 12)):
        held.append(sequence[index])
        kept.append(copy.deepcopy(held[-1]))
    for index, (batch, before) in enumerate(zip(held, kept)):
        assert same(batch, before), f"batch {{index}} changed while later ones were read"
""",
        (LEAVES, SAME),
        (*NUMPY, "import copy"),
    ),
    "unrepeatable-read": Assertion(
        """
    sequence = build()
    for index in range(len(sequence)):
        seeded(index)
        first = copy.deepcopy(sequence[index])
        seeded(index)
        assert same(first, sequence[index]), f"batch {{index}} is another when it is read again"
""",
        (LEAVES, SAME, SEEDED),
        (*NUMPY, "import copy", "import random"),
    ),
    "ignored-index": Assertion(
        """
    def read(order):
        seeded(0)
        sequence = build()
        batches = {{}}
        for index in order(range(len(sequence))):
            seeded(index)
            batches[index] = copy.deepcopy(sequence[index])
        return batches

    forward, backward = read(list), read(reversed)
    for index in forward:
        assert same(forward[index], backward[index]), f"batch {{index}} depends on the order of reads"
""",
        (LEAVES, SAME, SEEDED),
        (*NUMPY, "import copy", "import random"),
    ),
    "missing-reshuffle": Assertion(
        ORDERS + '    assert len(set(orders)) > 1, "every epoch comes in the same order"\n', READ, NUMPY
    ),
    "unwanted-reshuffle": Assertion(
        ORDERS + '    assert len(set(orders)) == 1, "epochs come in different orders"\n', READ, NUMPY
    ),
    "repeating-shuffle": Assertion(
        ORDERS + '    assert len(set(orders)) == len(orders), "an order comes again"\n', READ, NUMPY
    ),
    "fragile-epoch-end": Assertion(
        """
    def samples(sequence):
        return {{row for index in range(len(sequence)) for row in rows(sequence[index])}}

    expected = samples(build())
    sequence = build()
    for _ in range(3):
        call(sequence, "on_epoch_end")
        call(sequence, "on_epoch_end")
        assert samples(sequence) == expected, "on_epoch_end twice in a row changes which samples there are"
""",
        (CALL, LEAVES, ROWS),
        NUMPY,
    ),
    "unpicklable": PICKLED,
    "unimportable-class": PICKLED,
    "lossy-pickle": Assertion(
        """
    sequence = build()
    other = pickle.loads(pickle.dumps(sequence))
    assert len(other) == len(sequence)
    for index in range(len(sequence)):
        seeded(index)
        expected = copy.deepcopy(sequence[index])
        seeded(index)
        assert same(expected, other[index], {leaf!r}), f"batch {{index}} of an unpickled copy is another"
""",
        (LEAVES, SAME, SEEDED),
        (*NUMPY, "import copy", "import pickle", "import random"),
    ),
    "worker-divergence": IN_WORKERS,
    "stale-shuffle": IN_WORKERS,
    "crashing-worker": IN_WORKERS,
    "unsafe-fork": IN_WORKERS,
    "cloned-randomness": Assertion(
        """
    sequence = build()
    if FIRST_HOOK:
        call(sequence, "on_epoch_end")
    first, second = (drawn_by_a_worker(sequence, "{method}", 32) for _ in range(2))
    alike = sum(same(one, other, {leaf!r}) for one, other in zip(first, second))
    assert alike < len(first), f"two workers drew the same in all of {{alike}} reads"
""",
        (CALL, LEAVES, SAME, DRAWN),
        (*NUMPY, "import multiprocessing"),
        ("method",),
    ),
    "swallowed-error": Assertion(
        """
    sequence = build()
    for index in range(len(sequence)):
        try:
            batch = sequence[index]
        except Exception as error:
            pickle.loads(pickle.dumps(error))  # else a pool waits for it for ever
        else:
            assert batch is not None, f"batch {{index}} is None"
""",
        (),
        ("import pickle",),
    ),
    "untrainable": FIT,
    "unportable-batch": FIT,
}
"""By check. What is not among them compares runs that a plain test cannot make."""
