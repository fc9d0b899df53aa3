"""What may vary in one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

START_METHODS: Final = ("fork", "spawn", "forkserver")
POOLS: Final = ("threads", *START_METHODS)
"""Our own drivers with workers."""
DRIVERS: Final = ("loop", *POOLS)
"""Our own drivers of Keras's protocol."""
VALIDATION: Final = "validation"
"""`fit` with the Sequence as validation data, `Scenario.epochs` times."""
AS_DECLARED: Final = "declared-fit"
"""`fit` with the workers that the owner declares or the instance asks for; made only where there are some."""
BY_WORKERS: Final = tuple(f"fit-by-{way}" for way in POOLS)
"""`fit` with two workers of each kind; made in nightly runs, where nothing is declared."""
FITS: Final = (AS_DECLARED, *BY_WORKERS)
"""`fit` with workers of the engine's own."""
KERAS_ENGINES: Final = ("fit", "evaluate", "predict", VALIDATION)
"""The installed Keras itself, through its public API."""
EXPERIMENTS: Final = (
    "reading", "hooks", "pickling", "twins", "holding", "filling", "drifting", "leaving", "lasting",
    "forking", "making", "rebuilding", "dealing", "parameters", "mapping", "schedule", "splitting",
)  # fmt: skip
"""Runs made for one question that plain driving cannot answer."""
SCRIPT: Final = "script"
"""The experiment that the search alone makes: operations on one instance, in an order that was drawn."""
TAKING: Final = "taking"
"""The plain loop once more, with an argument that notes what is taken out of it; made where nothing else tells samples
apart."""
TALLYING: Final = "tallying"
"""The plain loop over two whole epochs of which no batch is kept; made where the loop reads a selection."""
LOOPS: Final = {TAKING: "loop, noting what each read takes", TALLYING: "loop over all batches, none of them kept"}
"""Other runs of the plain loop, in words."""

Action = Literal["read", "len", "past", "epoch-end", "pickle", "copy", "write"]


@dataclass(frozen=True)
class Step:
    """One operation of a script.

    ``read`` reads batch `index` (left out where the Sequence is shorter), ``past`` reads `index` batches behind the
    last, ``write`` reads batch `index` and writes into what came. ``len`` asks for the length, ``epoch-end`` calls
    `on_epoch_end`; after ``pickle`` and ``copy`` the script goes on with the copy.
    """

    action: Action
    index: int = 0

    def describe(self) -> str:
        """The step as a user would write it: ``seq[3]``, ``len(seq)``, ``seq.on_epoch_end()``."""
        return {
            "read": f"seq[{self.index}]",
            "len": "len(seq)",
            "past": f"seq[len(seq){f' + {self.index}' if self.index else ''}]",
            "epoch-end": "seq.on_epoch_end()",
            "pickle": "seq = pickle.loads(pickle.dumps(seq))",
            "copy": "seq = copy.copy(seq)",
            "write": f"a write into seq[{self.index}]",
        }[self.action]


PLANNING: Final = "planning"
"""The engine of the history that stands for looking for a way to build an instance; it is there even where none is."""


@dataclass(frozen=True)
class Scenario:
    """One run: how an instance is made and driven.

    `engine` is one of `DRIVERS`, `KERAS_ENGINES`, `FITS` or `EXPERIMENTS`, or `SCRIPT`, `TAKING`, `TALLYING` or
    `PLANNING`. Sizes are None where the target fixes them. `indices` is the stated selection of batch indices, or None
    where every batch is read. `order` has the indices that each epoch reads first (empty: 0, 1, 2, ...), `script` the
    operations of a `SCRIPT` run; both are drawn by the search. With `unhooked` no hook is called before the first
    epoch, as it takes long. `counted` has the leaves that a `TALLYING` run counts (empty: every leaf, and all of them
    together).
    """

    engine: str
    epochs: int = 2
    workers: int = 1
    num_samples: int | None = None
    batch_size: int | None = None
    shuffle: bool | None = None
    seed: int = 0
    indices: tuple[int, ...] | None = None
    order: tuple[int, ...] = ()
    script: tuple[Step, ...] = ()
    unhooked: bool = False
    counted: tuple[str, ...] = ()

    def reads(self, length: int) -> tuple[int, ...] | range:
        """The indices of one epoch of `length` batches, in the order in which this scenario reads them."""
        chosen = range(length) if self.indices is None else [index for index in self.indices if index < length]
        if not self.order:
            return chosen if isinstance(chosen, range) else tuple(chosen)
        wanted = [index for index in self.order if index in chosen]
        return tuple(dict.fromkeys([*wanted, *chosen]))

    def sizes(self) -> dict[str, int | bool]:
        """The keyword arguments that a factory or probe is built with, by contract name; those not set are left out."""
        chosen = {"num_samples": self.num_samples, "batch_size": self.batch_size, "shuffle": self.shuffle}
        return {name: value for name, value in chosen.items() if value is not None}

    def describe(self) -> str:
        """The scenario in words, as findings print it: ``40 samples, batch size 8, fork with 2 workers``."""
        parts = self._sizes_in_words()
        if self.shuffle is not None:
            parts.append("shuffled" if self.shuffle else "not shuffled")
        workers = f" with {self.workers} workers" if self.engine in POOLS else ""
        parts.append(LOOPS.get(self.engine, f"{self.engine}{workers}"))
        if self.unhooked:
            parts.append("before any hook")
        if self.order:
            parts.append(f"batches read in the order {', '.join(map(str, self.order))}")
        said = ", ".join(parts)
        return f"{said}: {'; '.join(step.describe() for step in self.script)}" if self.script else said

    def briefly(self) -> str:
        """What was drawn, as the heading of a finding: ``40 samples, batch size 8``; empty where nothing was."""
        return ", ".join([*self._sizes_in_words(), *(["shuffled"] if self.shuffle else [])])

    def _sizes_in_words(self) -> list[str]:
        parts = []
        if self.num_samples is not None:
            parts.append(f"{self.num_samples} sample{'' if self.num_samples == 1 else 's'}")
        if self.batch_size is not None:
            parts.append(f"batch size {self.batch_size}")
        return parts


def select(length: int, most: int) -> tuple[int, ...] | None:
    """The indices to read of a Sequence of `length` batches when at most `most` may be read: first, last, between.

    None means that all are read. The choice depends on nothing but its arguments, so that every engine reads alike.
    """
    if length <= most:
        return None
    if most < 3:
        return tuple(sorted({0, length - 1}))[:most]
    edge = max(1, most // 3)
    between = most - 2 * edge
    step = (length - 2 * edge) / (between + 1)
    middle = {edge + round(step * (k + 1)) for k in range(between)}
    chosen = {*range(edge), *middle, *range(length - edge, length)}
    return tuple(sorted(index for index in chosen if 0 <= index < length))


@dataclass(frozen=True)
class Truth:
    """What is known beforehand about the data that one run drives; None where nobody knows.

    `probe` says that label k belongs to sample k and row k of every array encodes k, `encoded` that the rows do so
    whatever the labels are, and `classes` that label k is k modulo that number. Each source says who claims the figure:
    ``probe``, ``factory``, ``contract`` or ``constructor``. `made_up` says that the data, or some of it, was made for
    the run: its values say nothing of the Sequence. `seed` is the one that was passed. `files` has the sample of each
    made-up file, by its absolute path. `noted` names the argument whose entries are noted as they are taken. `pictured`
    says that some of what was made up may be pictures, which write samples otherwise than arrays do.
    """

    num_samples: int | None = None
    num_samples_source: str = ""
    batch_size: int | None = None
    batch_size_source: str = ""
    probe: bool = False
    encoded: bool = False
    classes: int | None = None
    made_up: bool = False
    seed: int | None = None
    files: dict[str, int] = field(default_factory=dict)
    noted: str = ""
    pictured: bool = True
    extra: dict[str, str] = field(default_factory=dict)
