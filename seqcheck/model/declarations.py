"""Every option of the contract at every level: how it is written, and what the owner says by it.

A check names those that change it in `Check.options`: ``"epoch"`` for the option at all of its levels, or
``"epoch:random"`` for one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Declaration:
    """One option at one level; `level` is empty where it has but one. `written` is TOML, `says` a clause in words."""

    option: str
    level: str
    written: str
    says: str

    @property
    def key(self) -> str:
        """As `Check.options` names it: ``epoch:random``, ``seed``."""
        return f"{self.option}:{self.level}" if self.level else self.option


DECLARATIONS: Final = (
    Declaration(
        "epoch",
        "per-epoch",
        'epoch = "per-epoch"',
        "an epoch is chosen anew each time: a subset, an oversampled or a balanced one; which samples stand at an "
        "index, how inputs and targets belong together and what workers read stays promised",
    ),
    Declaration("epoch", "random", 'epoch = "random"', "each read chooses its samples, whatever index was asked for"),
    Declaration(
        "drop_remainder",
        "",
        "drop_remainder = true",
        'samples that fill no whole batch are left out; `"per-group"`: of each group; a number: as many as that',
    ),
    Declaration("shuffles", "true", "shuffles = true", "each epoch comes in a new order"),
    Declaration("shuffles", "false", "shuffles = false", "every epoch comes in the same order"),
    Declaration(
        "augments",
        "on",
        'augments = ["x"]',
        "these leaves are drawn at random in each read (`true`: all of them); which samples a batch holds stays "
        "promised",
    ),
    Declaration("augments", "false", "augments = false", "nothing is drawn at random in a read"),
    Declaration("batch_size", "number", "batch_size = 32", "the number of rows of a whole batch"),
    Declaration("batch_size", "variable", 'batch_size = "variable"', "batches have whatever number of rows"),
    Declaration(
        "varying_axes", "", "varying_axes = {x = [1]}", "these axes of a leaf (0 is the rows) differ in length"
    ),
    Declaration(
        "padding",
        "",
        "padding = 0",
        "this value stands for no data: it is stripped from the end of rows before they are compared, and rows of it "
        "alone are no samples",
    ),
    Declaration("length", "per-epoch", 'length = "per-epoch"', "epochs have different numbers of batches"),
    Declaration("length", "constant", 'length = "constant"', "all epochs have the same number of batches"),
    Declaration("num_samples", "", "num_samples = 1000", "how many samples the data has"),
    Declaration(
        "sample_id",
        "",
        'sample_id = "mypkg.data:ids_of_batch"',
        "a function from a batch to one id a row, by which samples are told apart",
    ),
    Declaration(
        "validation",
        "",
        'validation = "mypkg.data:make_validation"',
        "a function without arguments that makes the Sequence for validation",
    ),
    Declaration("seed", "", "seed = 7", "it was given this seed: another instance with it reads the same"),
    Declaration("infinite", "", "infinite = true", "it has no end, and so no epochs of its own"),
    Declaration(
        "fit",
        "workers",
        "fit = {workers = 4}",
        "how many workers training uses, and ours start; one reads without threads, 0 without processes too",
    ),
    Declaration(
        "fit",
        "use_multiprocessing",
        "fit = {use_multiprocessing = true}",
        "training reads in processes (`false`: in threads); what is wrong elsewhere becomes advice",
    ),
    Declaration(
        "fit",
        "start_method",
        'fit = {start_method = "spawn"}',
        "how these processes are started; what is wrong under another start method becomes advice",
    ),
    Declaration("fit", "max_queue_size", "fit = {max_queue_size = 10}", "how many batches wait to be trained on"),
    Declaration("fit", "steps_per_epoch", "fit = {steps_per_epoch = 100}", "how many batches training calls an epoch"),
    Declaration(
        "fit",
        "keras",
        'fit = {keras = "tf_keras"}',
        'which Keras training uses (`"keras"`: Keras 3); what only another one minds becomes advice',
    ),
    Declaration(
        "required", "", 'required = ["lost-samples"]', "these checks must hold: for them INCONCLUSIVE fails as well"
    ),
)


def meant_by(entries: Iterable[str]) -> Iterator[Declaration]:
    """The declarations that entries of `Check.options` name, in the order of `DECLARATIONS`."""
    named = set(entries)
    return (one for one in DECLARATIONS if one.option in named or one.key in named)
