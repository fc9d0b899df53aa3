"""What experiments saw, one type a question."""

from __future__ import annotations

from dataclasses import dataclass

from seqcheck.model.batch import Batch


@dataclass(frozen=True)
class Observation:
    """The base of everything that an experiment writes into a history."""


@dataclass(frozen=True)
class Holding(Observation):
    """A container that the instance holds, as it stood before the first read.

    `path` is how a user would write it (``self.images``). `permutation` says that its values are 0 ... length−1 in some
    order. `rows` has the fingerprints of a NumPy array's rows, made as those of a batch's leaves, or () where it is no
    array or too large to be read.
    """

    path: str
    type_name: str
    length: int
    permutation: bool = False
    rows: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class PickleAttempt(Observation):
    """Whether the instance goes through pickle as a pool under spawn sends it.

    `stage` is ``dump``, ``load`` or ``done``; `size` in bytes. On failure `culprit` is the attribute path at fault
    (``self.pipe.steps[0][1]``), `what` what stands there (``lambda at data.py:12``), `error` the exception as text.
    `importable` says whether a fresh process finds the class by its name; `where` is that name. `heaviest` has the
    attributes that weigh most where the whole is large: (path, what stands there, bytes), the heaviest first.
    """

    stage: str
    size: int = 0
    culprit: str = ""
    what: str = ""
    error: str = ""
    importable: bool = True
    where: str = ""
    heaviest: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True)
class Twins(Observation):
    """Two workers that begin in one state (`first`, `second`) and a third whose generators were reseeded.

    Every entry is one fingerprint per row read, in order, of the leaf at `path`. `way` is ``fork``; ``levelled`` for
    forks in which Python's own generator, else seeded anew in each, was put in one state as well; or ``spawn`` for
    copies of one pickle, each in a process that has no other generator in common with the others.
    """

    path: str
    first: tuple[bytes, ...]
    second: tuple[bytes, ...]
    reseeded: tuple[bytes, ...]
    way: str = "fork"


@dataclass(frozen=True)
class Forked(Observation):
    """What a process that had read handed on to the workers that were forked from it.

    `shared` names the files whose position a worker moved for all of them, and `turns` counts how often another worker
    read in the middle of a read, right after that position had moved. `threads` are those that the reads had left
    running, besides the main one. `tensorflow` says that the reads had run TensorFlow: then nothing was forked.
    """

    shared: tuple[str, ...] = ()
    turns: int = 0
    threads: int = 0
    tensorflow: bool = False


@dataclass(frozen=True)
class Prediction(Observation):
    """What the engine's `predict` answered, one number a row, and what the reference batches ask for, in order.

    Both are the same fixed function of a row. `answered` is in the order of the answer; `asked` is in the order
    seq[0], seq[1], ... as a fork of the driver read them before.
    """

    answered: tuple[float, ...]
    asked: tuple[float, ...]


@dataclass(frozen=True)
class Validating(Observation):
    """Training with the Sequence as validation data came to its end.

    `trained` is the number of batches of a second instance in each epoch of that training, 0 where there was none and
    other data was trained on. `validation_freq` has the epochs, counted from 1, after which all of it was validated on;
    `validation_steps` is what a second `fit` was then told.
    """

    trained: int
    validation_freq: tuple[int, ...]
    validation_steps: int


@dataclass(frozen=True)
class Resumed(Observation):
    """One more epoch of `fit` on an instance that was trained on before.

    `stopped` is the `steps_per_epoch` of two fits between: a callback stopped one in the middle of its second epoch,
    and raised in the middle of the other's; 0 where there were none. `batches` has what was fetched for the epoch, by
    index, of which `steps` reached the training step. `ended` counts the calls of `on_epoch_end` before it, `before`
    those before each epoch of the first fit. `trouble` says what a read, a hook or fit raised since the first fit;
    `own`, that it was the Sequence's read or hook.
    """

    stopped: int
    batches: tuple[tuple[int, Batch], ...]
    steps: int
    ended: int
    before: tuple[tuple[int, int], ...]
    trouble: str = ""
    own: bool = False


@dataclass(frozen=True)
class Alone(Observation):
    """A whole epoch that a fork of the instance read by itself, once `on_epoch_end` had been called `ended` times.

    All epochs before were read whole as well. `trouble` says what a read or a hook raised in it.
    """

    ended: int
    batches: tuple[tuple[int, Batch], ...]
    trouble: str = ""


@dataclass(frozen=True)
class ByHand(Observation):
    """The batch at `index` handed to a `method` of a model by hand, such as ``train_on_batch``.

    `given` is the batch as it was read, `reached` what the step of the model saw of it.
    """

    method: str
    index: int
    given: Batch
    reached: Batch


@dataclass(frozen=True)
class Residue(Observation):
    """What a run left behind when it was over: ``process``, ``thread`` or ``environment``, and its description."""

    kind: str
    what: str


Spot = tuple[str, int, str, str]
"""A line of the user's: file, number, function and code; the four fields of a `Frame`."""


@dataclass(frozen=True)
class Held(Observation):
    """So many batches were held at a time, over so many reads in a row, and described again before they were let go."""

    batches: int
    reads: int


@dataclass(frozen=True)
class Overwritten(Observation):
    """A batch that was held is no longer what it was.

    `paths` are the leaves that changed, `by` the index of the read that did it, `after` how many reads later that was.
    `count` says how many of the held batches changed. `spot` is the line that wrote into it, where it could be trapped.
    """

    index: int
    paths: tuple[str, ...]
    by: int
    after: int
    count: int
    spot: Spot | None = None


@dataclass(frozen=True)
class Exposed(Observation):
    """Two reads of one index return the leaf at `path` as the same memory, and it may be written to.

    `holders` are the arrays of the instance that this memory belongs to, as a user would write them. `reach` says whom
    a write would reach: ``later reads``, ``the file on disk``, or ``others``, where the memory is not proved to be this
    process's own.
    """

    index: int
    path: str
    holders: tuple[str, ...] = ()
    reach: str = "later reads"


@dataclass(frozen=True)
class Filled(Observation):
    """So many batches were read while fresh memory was filled with one pattern, and with another.

    `arrays` is the largest number of fresh arrays that one pass was handed. `alike` says that both patterns gave the
    same batches, so that no pass was repeated.
    """

    batches: int
    arrays: int
    alike: bool


@dataclass(frozen=True)
class Written(Observation):
    """Step `place` of a script wrote into the leaves of a batch that could be written to; `leaves` counts them."""

    place: int
    leaves: int


@dataclass(frozen=True)
class Making(Observation):
    """What was looked at while an instance was made and used for one epoch.

    `stages` are those that came to their end: ``construction`` (only where it is the class that was called, not a
    factory), ``len()``, ``reading``, ``on_epoch_begin()``, ``on_epoch_end()``. `handed` names the arguments whose
    content could be looked at again, `unseen` those that are too large. `compared` says that the instances which begin
    with other states of the generators came to their end, so that a `Reseeding` would have shown.
    """

    stages: tuple[str, ...]
    reads: int = 0
    handed: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    compared: bool = True


@dataclass(frozen=True)
class Mutation(Observation):
    """A container that the caller handed in has another content after `stage` than before it.

    `change` is ``order``, ``length`` or ``values``; `detail` says it in words.
    """

    name: str
    type_name: str
    stage: str
    change: str
    detail: str
    spot: Spot | None = None


@dataclass(frozen=True)
class Reseeding(Observation):
    """A generator of the process stood in one and the same state after `stage`, wherever it had stood before.

    `generator` is ``NumPy``, ``Python`` or ``TensorFlow``; `index` is set where the stage is a read.
    """

    generator: str
    stage: str
    index: int | None = None
    spot: Spot | None = None


@dataclass(frozen=True)
class Anatomy(Observation):
    """What the class is made of.

    `base` is the qualified name of the Keras base, empty where there is none. `left` are the attributes that the base's
    own constructor leaves on an instance, `missing` those of them that the instance lacks. `methods` counts the methods
    of the user's own that were compared with Keras's hooks, `attributes` the names that were compared with the base's.
    """

    base: str
    left: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    methods: int = 0
    attributes: int = 0
    spot: Spot | None = None
    """Where the constructor of the user's begins."""


@dataclass(frozen=True)
class Shadow(Observation):
    """Data, or a method, that stands where the base keeps something else.

    `kind` says what the base has there: ``method``, ``setting`` or ``number of batches``. `holds` describes what stands
    there now. `harmless_here` says that only another generation of Keras would trip over it.
    """

    name: str
    kind: str
    holds: str
    harmless_here: bool = False
    spot: Spot | None = None


@dataclass(frozen=True)
class NearHook(Observation):
    """A method that is called by nobody and has nearly the name of a hook that the class lacks."""

    name: str
    hook: str
    spot: Spot | None = None


@dataclass(frozen=True)
class Signature(Observation):
    """The constructor's own parameters as its source treats them; `unread` are those that it never looks at.

    `readable` is false where there is no source, or where it could reach its parameters unseen, as by `locals()`.
    `excused` are those that the docstring or a comment calls unused or deprecated.
    """

    parameters: tuple[str, ...]
    unread: tuple[str, ...] = ()
    readable: bool = True
    spot: Spot | None = None
    excused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Varied(Observation):
    """The passes `purposes` of ``parameters`` differ in this argument of the constructor's, and in nothing else.

    `classes` says of how many classes the argument holds labels, where it holds labels.
    """

    purposes: tuple[str, ...]
    parameter: str
    classes: int | None = None


@dataclass(frozen=True)
class Conditions(Observation):
    """Under which conditions one pass of ``mapping`` was made.

    `text_hash` is the hash of one and the same text, which tells two hash seeds apart. `listed` counts the directory
    listings that gave two names or more, all of them in sorted order, or, where `reversed`, in the opposite one.
    """

    purpose: str
    text_hash: int
    listed: int
    reversed: bool = False


@dataclass(frozen=True)
class DriftLooked(Observation):
    """Batches were read four times each, and hooks called twice, to see whether stored data changes.

    `indices` were read, while the instance held so many `arrays`; `hooks` says whether the hooks came to their end.
    `why_not` says why nothing was read. `unlike` is the first batch that came otherwise when it was read again under
    the same random streams, in the leaves at `paths`, though no stored array tells why; -1 where none did.
    """

    indices: tuple[int, ...]
    arrays: int
    hooks: bool
    why_not: str = ""
    unlike: int = -1
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drift(Observation):
    """A read (or `hook`) changes stored `arrays`, and what is read later is made of what it left.

    Of a read `index` and `paths` say where it shows. `of_data` says that batches hold rows of these arrays, not only
    what is reckoned with them. `means` has (array, mean before, mean after); `spot` is the line that writes.
    """

    index: int
    paths: tuple[str, ...]
    arrays: tuple[str, ...]
    hook: str = ""
    of_data: bool = False
    means: tuple[tuple[str, float, float], ...] = ()
    spot: Spot | None = None


@dataclass(frozen=True)
class SettingTried:
    """Reads at the same time, and what was tried of them.

    Every schedule with up to `complete` switches by choice was tried; −1: not all of any number. `why_not` says why
    nothing was tried, or why what was tried proves nothing.
    """

    setting: str
    interleavings: int
    complete: int = -1
    why_not: str = ""


@dataclass(frozen=True)
class Interleavings(Observation):
    """What a search for thread races looked at.

    `uncompared` names the leaves that are not the same when the same reads are made again in the same order. `noise`
    says that batches depend on which thread draws first from a generator, and on nothing else. `outside` counts the
    interleavings in which a thread waited for something that could not be controlled, `doubtful` those that broke a
    batch and did not break it again. `started` counts threads that the class itself starts, and how often such a
    thread let one go on. `stressed` counts reads by
    threads that nobody controls, `torn` those of them that gave another batch. `trouble` says what ended the search
    before its time, `cut` that its time ran out.
    """

    settings: tuple[SettingTried, ...] = ()
    uncompared: tuple[str, ...] = ()
    noise: bool = False
    outside: int = 0
    doubtful: int = 0
    started: int = 0
    stressed: int = 0
    torn: int = 0
    trouble: str = ""
    cut: bool = False
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """How many interleavings were tried."""
        return sum(item.interleavings for item in self.settings)


@dataclass(frozen=True)
class Race(Observation):
    """An interleaving of threads after which a batch is not what any serial order of the reads gives.

    `kind` is ``data race``, ``deadlock``, ``livelock`` or ``shared generator`` (only what is drawn differs).
    `schedule` is the text by which it can be replayed, empty where it was seen without control. `what` says what
    became of the batch `index`, in words; `path`, `rows`, `expected` and `seen` are as of a difference between
    batches. `lines` show the interleaving. `hidden` says that no build with the GIL can make it. `file`, `line`,
    `function` and `code` are where the first switch came.
    """

    kind: str
    setting: str
    schedule: str
    index: int
    what: str
    path: str = ""
    rows: tuple[int, ...] = ()
    expected: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    switches: int = 0
    hidden: bool = False
    after: int = 0
    file: str = ""
    line: int = 0
    function: str = ""
    code: str = ""


@dataclass(frozen=True)
class Resources(Observation):
    """What a process held after each round of one `stage`, of so many `calls` each.

    A stage is of ``reads``, of ``hooks`` or of ``epochs``: a read and the hooks.

    `counts` has one series each for descriptors, threads, child processes and bytes known to Python; −1 stands where
    the platform does not tell. `settled` has the last counts once threads and processes had time to end. `delivered`
    is the number of bytes of the batches of one round.
    """

    stage: str
    counts: tuple[tuple[int, ...], ...]
    settled: tuple[int, ...]
    calls: int
    delivered: int = 0
