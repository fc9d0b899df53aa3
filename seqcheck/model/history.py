"""The immutable record of one run.

Processes append events to logs of their own while they drive; `assemble` sorts what survived into a `History`. Times
are seconds of the system-wide monotonic clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeVar

from seqcheck.model.batch import Batch
from seqcheck.model.observation import Observation
from seqcheck.model.scenario import Scenario, Truth


@dataclass(frozen=True)
class Frame:
    """One line of a traceback or stack."""

    file: str
    line: int
    function: str
    code: str = ""


@dataclass(frozen=True)
class Failure:
    """An exception, as data. `frames` are outermost first; `type_name` is qualified unless it is a builtin."""

    type_name: str
    message: str
    frames: tuple[Frame, ...] = ()
    is_exit: bool = False
    """Not an Exception: SystemExit, KeyboardInterrupt."""
    travels: bool = True
    """False where the exception cannot be pickled and unpickled, as it must be to leave a worker."""

    @property
    def text(self) -> str:
        """``ValueError: broken``, or the type alone where there is no message."""
        return f"{self.type_name}: {self.message}".rstrip(": ")

    @property
    def kind(self) -> tuple[str, object]:
        """What failures have in common whose messages name other values: the type and the line, or the message."""
        line = self.frames[-1] if self.frames else None
        return self.type_name, (line.file, line.line) if line else self.message

    def line_in(self, file: str) -> Frame | None:
        """The innermost line in the target's own `file`, or the outermost line of all where none is."""
        own = [frame for frame in self.frames if file and frame.file.endswith(file)]
        return own[-1] if own else next(iter(self.frames), None)


@dataclass(frozen=True)
class Length:
    """One `len()` of the Sequence.

    `number` is None where it was no usable integer; `when` is ``start``, ``epoch``, ``end`` or the name of a pass.
    """

    epoch: int
    when: str
    number: int | None
    value: str
    type_name: str
    failure: Failure | None = None


@dataclass(frozen=True)
class ReadBegun:
    """A read that was asked for; it stays in `History.unfinished` where no `Read` follows."""

    epoch: int
    index: int
    purpose: str
    process: int
    thread: int
    worker: int
    start: float


@dataclass(frozen=True)
class Read:
    """One `seq[index]`, in the process and thread where it ran.

    `purpose` is ``epoch`` (the pass being driven), ``reference`` (the same epoch read in order by a fork of the
    driver, taken before its workers began), ``overrun`` (an index at or past the length), or, in experiments, the name
    of the pass. `worker` counts from 0; the driver itself is −1. `place` counts the reads of one pass from 0.
    Exactly one of `batch` and `failure` is set.
    """

    epoch: int
    index: int
    purpose: str
    process: int
    thread: int
    worker: int
    start: float
    end: float
    batch: Batch | None
    failure: Failure | None = None
    place: int = 0
    is_none: bool = False
    """The read returned None, nothing else."""


@dataclass(frozen=True)
class Delivery:
    """A batch as it reached the consumer: our driver's end of the pipe, or the training step of a real engine.

    `index` is None where the engine does not say which read it was. `failure` is set where the batch could not travel.
    """

    epoch: int
    place: int
    index: int | None
    batch: Batch | None
    failure: Failure | None = None


@dataclass(frozen=True)
class Hook:
    """One call of `on_epoch_begin` or `on_epoch_end`; epoch −1 stands before the first."""

    epoch: int
    name: str
    failure: Failure | None = None
    begun: bool = False
    """The call was begun and never came back: it hung, or its process died."""


@dataclass(frozen=True)
class Death:
    """A process that ended during the run though nobody asked it to.

    `worker` is −1 for the driver. `cause` is ``exit 3`` or ``SIGSEGV``; `during` says what was under way, such as
    ``reading batch 4 in epoch 1``.
    """

    worker: int
    cause: str
    during: str
    index: int | None = None
    epoch: int | None = None


BETWEEN: Final = "between two reads"
"""Where a run was of whose Sequence nothing was under way."""


@dataclass(frozen=True)
class Timeout:
    """Nothing happened for `seconds`; `stacks` has the Python stack of every thread of the run, one text a process.

    For `waited` of them one of its processes stood ready and had no processor: the machine had too much to do.
    """

    seconds: float
    during: str
    stacks: tuple[str, ...] = ()
    index: int | None = None
    epoch: int | None = None
    waited: float = 0.0


@dataclass(frozen=True)
class Built:
    """The instance stood (or, with `failure`, could not be built) after `seconds`."""

    seconds: float
    type_name: str = ""
    failure: Failure | None = None
    truth: Truth | None = None


@dataclass(frozen=True)
class EngineNote:
    """What a driver or engine says of itself.

    `kind` is ``version``, ``error`` (the engine stopped), ``skipped``, ``engine`` (a fault of the engine's own),
    ``use`` (one by which the declared use trains on other data), ``use-reshuffled`` (one where `on_epoch_end`
    reshuffles), ``use-unknown`` (why it cannot be said), ``by-hand`` (the method of a model that refused a batch),
    ``stacks`` (where a fork that hung stood), or a sign of life while nothing else can be recorded: ``searching``,
    ``hung`` (a child is being ended).
    """

    kind: str
    text: str
    failure: Failure | None = None


@dataclass(frozen=True)
class Finished:
    """The driver came to its end."""

    seconds: float


Event = Length | ReadBegun | Read | Delivery | Hook | Death | Timeout | Built | EngineNote | Finished | Observation

Ending = Literal["finished", "died", "timed-out", "not-built", "not-run", "seqcheck-failed"]


@dataclass(frozen=True)
class History:
    """All that is known of one run. Reads are in the order of their start."""

    scenario: Scenario
    truth: Truth = field(default_factory=Truth)
    ending: Ending = "finished"
    note: str = ""
    """Why it did not run, or what failed in seqcheck itself."""
    built: Built | None = None
    lengths: tuple[Length, ...] = ()
    reads: tuple[Read, ...] = ()
    unfinished: tuple[ReadBegun, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    hooks: tuple[Hook, ...] = ()
    deaths: tuple[Death, ...] = ()
    timeouts: tuple[Timeout, ...] = ()
    notes: tuple[EngineNote, ...] = ()
    observations: tuple[Observation, ...] = ()
    seconds: float = 0.0

    @property
    def engine(self) -> str:
        """The engine or experiment that made this history."""
        return self.scenario.engine

    @property
    def length(self) -> int | None:
        """The first usable length that the Sequence gave."""
        return next((length.number for length in self.lengths if length.number is not None), None)

    def length_of(self, epoch: int) -> int | None:
        """The length as last asked in `epoch`, or the first one given."""
        said = [length.number for length in self.lengths if length.epoch == epoch and length.number is not None]
        return said[-1] if said else self.length

    def passes(self, purpose: str = "epoch") -> dict[int, tuple[Read, ...]]:
        """The reads of one purpose by epoch, in the order of their start."""
        found: dict[int, list[Read]] = {}
        for read in self.reads:
            if read.purpose == purpose:
                found.setdefault(read.epoch, []).append(read)
        return {epoch: tuple(reads) for epoch, reads in sorted(found.items())}

    def given(self, *purposes: str) -> tuple[tuple[Read, Batch], ...]:
        """The reads that gave a batch, with it: those of the named purposes, or all but reads past the length."""
        return tuple(
            (read, read.batch)
            for read in self.reads
            if read.batch is not None
            and not read.is_none
            and (read.purpose in purposes if purposes else read.purpose != "overrun")
        )

    def expected_indices(self, epoch: int) -> tuple[int, ...]:
        """The indices that a whole pass over `epoch` reads: the stated selection, or all below the length."""
        if self.scenario.indices is not None:
            return self.scenario.indices
        return tuple(range(self.length_of(epoch) or 0))

    def whole_passes(self, purpose: str = "epoch") -> dict[int, dict[int, Batch]]:
        """Passes in which every expected index was read once and every read gave a batch: epoch → index → batch."""
        whole: dict[int, dict[int, Batch]] = {}
        for epoch, reads in self.passes(purpose).items():
            batches = {read.index: read.batch for read in reads if read.batch is not None and not read.is_none}
            expected = self.expected_indices(epoch)
            if len(reads) == len(batches) == len(expected) and set(batches) == set(expected):
                whole[epoch] = {index: batches[index] for index in sorted(batches)}
        return whole

    @property
    def reads_all(self) -> bool:
        """Whether the run reads every batch, not a stated selection."""
        return self.scenario.indices is None

    def observed(self, kind: type[ObservationT]) -> tuple[ObservationT, ...]:
        """The observations of one kind."""
        return tuple(item for item in self.observations if isinstance(item, kind))


ObservationT = TypeVar("ObservationT", bound=Observation)


def assemble(
    scenario: Scenario,
    events: Iterable[Event],
    *,
    truth: Truth | None = None,
    ending: Ending = "finished",
    note: str = "",
) -> History:
    """Sort events, as the logs of all processes hold them, into a history.

    A `ReadBegun` or `Hook(begun=True)` is dropped where its end is recorded too. Without a `Finished` event an
    `ending` of ``finished`` becomes ``died``.
    """
    events = list(events)
    by_kind: dict[type, list[Event]] = {}
    for event in events:
        by_kind.setdefault(type(event), []).append(event)

    def of(kind: type[EventT]) -> list[EventT]:
        return by_kind.get(kind, [])  # type: ignore[return-value]  # the key is the type of the values

    reads = sorted(of(Read), key=lambda read: (read.start, read.end))
    ended = {(read.process, read.thread, read.start) for read in reads}
    unfinished = [begun for begun in of(ReadBegun) if (begun.process, begun.thread, begun.start) not in ended]
    finished = of(Finished)
    if ending == "finished" and not finished:
        ending = "died"
    built = of(Built)
    if built and built[0].failure is not None:
        ending = "not-built"
    return History(
        scenario=scenario,
        truth=truth or (built[0].truth if built else None) or Truth(),
        ending=ending,
        note=note,
        built=built[0] if built else None,
        lengths=tuple(of(Length)),
        reads=tuple(reads),
        unfinished=tuple(unfinished),
        deliveries=tuple(of(Delivery)),
        hooks=tuple(_settle_hooks(of(Hook))),
        deaths=tuple(of(Death)),
        timeouts=tuple(of(Timeout)),
        notes=tuple(of(EngineNote)),
        observations=tuple(event for event in events if isinstance(event, Observation)),
        seconds=finished[-1].seconds if finished else 0.0,
    )


EventT = TypeVar("EventT", bound=Event)


def _settle_hooks(hooks: list[Hook]) -> list[Hook]:
    """Drop each begun call whose end is recorded too; they are logged in pairs by one process."""
    settled: list[Hook] = []
    for hook in hooks:
        if not hook.begun and settled and settled[-1] == replace(hook, begun=True, failure=None):
            settled.pop()
        settled.append(hook)
    return settled
