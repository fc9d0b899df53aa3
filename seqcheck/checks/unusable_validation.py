"""As validation data the Sequence does not give the same samples again, or stops.

What it detects:
    The installed Keras runs `fit` on one instance with another as `validation_data`, with epochs between the
    validations (`validation_freq`), and once more with `validation_steps`. A validation that sees other samples than
    the instance gives by itself, or than the validation before, is found, and one in which a read raises that raises
    nowhere else.

Why it matters:
    A validation loss is compared with that of the epoch before, and `EarlyStopping` decides by it. Where instances
    share what they should own - a split drawn anew by each constructor, a list that stands as a default argument, a
    cache or an order on the class - validation is not on the data it was made for, and often on what is trained on.

Limits:
    Both instances are built alike, from the same data, with one worker; the one in training reads two batches an epoch.
    Which samples came is compared, not their order nor what is drawn at random.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, subset="training", batch_size=4, order=list(range(40))):
            super().__init__()
            self.x = np.linspace(0, 1, 40, dtype="float32")[:, None]
            self.y = np.arange(40)
            np.random.shuffle(order)
            self.order = order
            self.rows = slice(0, 32) if subset == "training" else slice(32, 40)
            self.batch_size = batch_size

        def __len__(self):
            return len(self.order[self.rows]) // self.batch_size

        def __getitem__(self, index):
            own = self.order[self.rows]
            rows = own[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, subset="training", batch_size=4, seed=0):
            super().__init__()
            self.x = np.linspace(0, 1, 40, dtype="float32")[:, None]
            self.y = np.arange(40)
            self.order = np.random.default_rng(seed).permutation(40)
            self.rows = slice(0, 32) if subset == "training" else slice(32, 40)
            self.batch_size = batch_size

        def __len__(self):
            return len(self.order[self.rows]) // self.batch_size

        def __getitem__(self, index):
            own = self.order[self.rows]
            rows = own[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping

from seqcheck.model import epochs_of_fit
from seqcheck.model.accounts import Account, gravest, whole_epochs_only
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.history import History, Read
from seqcheck.model.observation import Validating
from seqcheck.model.samples import Identity, Ledger, ledger, name_of
from seqcheck.model.scenario import VALIDATION
from seqcheck.model.words import counted, listing

CHECK = Check(
    "unusable-validation",
    clause="fit",
    needs=(VALIDATION,),
    options=(
        "epoch:per-epoch",
        "epoch:random",
        "augments:on",
        "infinite",
    ),
    explained_by={
        "non-integer-length": None,
        "unstable-length": None,
        "empty-epoch": None,
        "phantom-batch": None,
        "unsupported-structure": None,
        "mismatched-rows": None,
        "drifting-structure": None,
        "unportable-batch": None,
        "object-batch": None,
        "uninitialised-rows": None,
        "shared-buffer": None,
        "ignored-index": None,
        "unrepeatable-read": None,
        "drifting-data": None,
        "lost-samples": None,
        "repeated-samples": None,
        "foreign-samples": None,
        "mutated-arguments": None,
        "fragile-epoch-end": None,
        # Batches that are kept: those that an engine looks at before the hook stay in the order that was.
        "missing-reshuffle": None,
        "repeating-shuffle": None,
        "lost-worker-state": None,
        "swallowed-error": None,
        "untrainable": None,
        "unfaithful-training": None,
    },
)
NO_BASE = "the class inherits from neither keras.utils.PyDataset nor tf_keras.utils.Sequence"
PURPOSES = ("peek", "epoch", "steps", "train")
"""The reads of the engine; those of ``alone`` are a fork's."""
OF_FILES = ("OSError", "BlockingIOError", "PermissionError", "FileNotFoundError", "sqlite3.OperationalError")
"""What two instances over one file may come to, which two over files of their own do not."""
MOST_NAMED = 10


def judge(case: Case) -> Judgement:
    """Look at how validations ended, then at which samples each of them saw."""
    if case.facts.base is None:
        return not_applicable(NO_BASE)
    if case.contract.infinite:
        return not_applicable("the Sequence is declared infinite: a validation on it would not end")
    judgements = [_judge(case, run) for run in case.runs(VALIDATION)]
    return gravest(judgements or [inconclusive(case.why_not(VALIDATION))])


def _judge(case: Case, run: History) -> Judgement:
    stopped = _stopped(case, run)
    if stopped is not None:
        return stopped
    done = run.observed(Validating)
    if not done:
        skipped = [note.text for note in run.notes if note.kind == "skipped"]
        return inconclusive(skipped[0] if skipped else f"training with validation data did not end: {run.ending}")
    seen = run.whole_passes("epoch")
    alone = run.whole_passes("alone")
    validations = len(done[0].validation_freq)
    for number in range(validations):
        missing = "by validation" if number not in seen else "by a fork alone" if number not in alone else ""
        if missing:
            return inconclusive(f"the batches of validation {number} were not read whole {missing}")
        arrived = sum(item.epoch == number for item in run.deliveries)
        if arrived != len(seen[number]):
            return inconclusive(
                f"{arrived} of {counted(len(seen[number]), 'batch')} of validation {number} reached the test step, "
                f"though all of them were fetched; {epochs_of_fit.unexplained(case)}"
            )
    if case.contract.epoch in ("per-epoch", "random"):
        return holds(f'{_looked_at(run, done[0])}; epoch = "{case.contract.epoch}": their samples are not compared')
    plain = next((loop for loop in case.runs("loop") if loop.scenario.sizes() == run.scenario.sizes()), None)
    if plain is None:
        return inconclusive("which samples an epoch has was not looked at by itself")
    if not run.reads_all:
        return inconclusive("only a selection of the batches was validated on, so that samples cannot be counted")
    known = whole_epochs_only(case, plain)
    if isinstance(known, Judgement):
        return known
    by_themselves = _ledgers(case, alone, known.identity)
    validated = _ledgers(case, seen, known.identity)
    if by_themselves is None or validated is None:
        return inconclusive("the leaves of a batch disagree on the number of rows, so rows are no samples")
    if not known.alike:
        return _of_the_same_data(run, done[0], known, by_themselves, validated)
    for number in range(validations):
        if by_themselves[number].counts != by_themselves[0].counts:
            return violated([_finding(run, number, by_themselves[0], by_themselves[number], done[0], alone=True)])
        if validated[number].counts != by_themselves[0].counts:
            return violated([_finding(run, number, by_themselves[0], validated[number], done[0], alone=False)])
    return holds(
        f"{_looked_at(run, done[0])}: the same {counted(validated[0].rows, 'sample')} each, told apart by "
        f"{known.identity.evidence}"
    )


def _of_the_same_data(
    run: History, done: Validating, known: Account, alone: Mapping[int, Ledger], validated: Mapping[int, Ledger]
) -> Judgement:
    """What can be said where each epoch leaves out others, as one does that shuffles and drops a remainder."""
    everything = known.union.union(*(entry.counts for entry in alone.values()))
    usual = [*known.ledgers, *alone.values()]
    most = max((count for entry in usual for count in entry.counts.values()), default=0)
    for number, entry in validated.items():
        familiar = entry.counts.keys() <= everything and max(entry.counts.values(), default=0) <= most
        if not familiar or entry.rows not in {other.rows for other in usual}:
            return inconclusive(
                f"validation {number} has other samples than its epochs, but these do not agree by themselves either"
            )
    return holds(
        f"{_looked_at(run, done)}: {counted(validated[0].rows, 'sample')} each, of those that its epochs have, which "
        "are not all of them the same"
    )


def _looked_at(run: History, done: Validating) -> str:
    beside = "a second instance" if done.trained else "other data"
    return (
        f"{counted(len(done.validation_freq), 'validation')} of {counted(len(run.expected_indices(0)), 'batch')} after "
        f"epochs {listing(done.validation_freq)} of training on {beside}"
    )


def _ledgers(case: Case, passes: Mapping[int, Mapping[int, Batch]], identity: Identity) -> dict[int, Ledger] | None:
    found = {}
    for number, batches in passes.items():
        entry = ledger(number, batches, identity, case.contract.padding)
        if entry is None:
            return None
        found[number] = entry
    return found


def _stopped(case: Case, run: History) -> Judgement | None:
    """What is said where the Sequence, or what was fed with it, raised; None where nothing did."""
    hook = next((hook for hook in run.hooks if hook.failure is not None), None)
    if hook is not None and hook.failure is not None:
        return inconclusive(f"validation ended because {hook.name} raised {hook.failure.text}")
    failed = next((read for read in run.reads if read.failure is not None), None)
    if failed is not None and failed.failure is not None:
        said = f"batch {failed.index} raised {failed.failure.text}"
        if failed.failure.type_name in OF_FILES or "lock" in failed.failure.message.lower():
            return inconclusive(f"{said}: two instances over one file may be more than it was made for")
        elsewhere = [other for other in case.runs() if any(read.failure is not None for read in _below(other))]
        if any(other is not run for other in elsewhere):
            return inconclusive(f"{said}, as it does where nothing is validated")
        return violated([_raised(case, run, failed)])
    error = next((note for note in run.notes if note.kind == "error"), None)
    if error is not None:
        return inconclusive(f"{error.text}: {error.failure.text[:300]}" if error.failure else error.text)
    return None


def _below(run: History) -> list[Read]:
    return [read for read in run.reads if read.purpose != "overrun"]


def _raised(case: Case, run: History, failed: Read) -> Finding:
    failure = failed.failure
    assert failure is not None
    where = {
        "alone": f"when it is read for validation {failed.epoch} in a process of its own",
        "train": f"of the instance in training, in epoch {failed.epoch}, while another one is validated on",
    }.get(failed.purpose, f"in validation {failed.epoch}, beside another instance in training")
    evidence = {"error": failure.text, "batch": failed.index, "validation": failed.epoch, "read for": failed.purpose}
    summary = f"batch {failed.index} raises {failure.text} {where}"
    return Finding(summary, evidence, run.scenario, failure.line_in(case.facts.file))


def _finding(run: History, number: int, expected: Ledger, seen: Ledger, done: Validating, *, alone: bool) -> Finding:
    ours, theirs = Counter(expected.counts), Counter(seen.counts)
    left_out, new = list((ours - theirs).elements()), list((theirs - ours).elements())
    if alone:
        than = "than validation 0, though nothing else was done with the instance"
    else:
        than = "than the same instance gave before " + (
            "another one was built and trained on" if done.trained else "training began"
        )
    parts = [f"{_named(left_out)} missing"] * bool(left_out) + [f"{_named(new)} new"] * bool(new)
    evidence = {
        "validation": number,
        "samples expected": expected.rows,
        "samples seen": seen.rows,
        "missing": [name_of(one) for one in sorted(left_out, key=_rank)[:MOST_NAMED]],
        "came instead": [name_of(one) for one in sorted(new, key=_rank)[:MOST_NAMED]],
        "batches": len(run.expected_indices(0)),
        "trained on beside": counted(done.trained, "batch") + " an epoch" if done.trained else "other data",
    }
    return Finding(f"validation {number} sees other samples {than}: {listing(parts)}", evidence, run.scenario)


def _named(samples: list[Hashable]) -> str:
    verb = "is" if len(samples) == 1 else "are"
    shown = [name_of(one) for one in sorted(samples, key=_rank)[:3]]
    more = f" and {len(samples) - 3} more" if len(samples) > 3 else ""
    return f"{', '.join(shown) if more else listing(shown)}{more} {verb}"


def _rank(sample: Hashable) -> tuple[bool, str]:
    return isinstance(sample, bytes), name_of(sample).zfill(12)
