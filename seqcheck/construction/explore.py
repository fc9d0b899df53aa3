"""Which recipe works: they are tried in order until constructor, length and reads succeed.

It calls the user's code, so it runs in a child process, and says what it is about to do before it does it: what hangs
or dies leaves its trace in the last `Attempt`.
"""

from __future__ import annotations

import contextlib
import itertools
import operator
import os
import shutil
import statistics
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from seqcheck.construction import descriptors, listings, probe, writes
from seqcheck.construction.bases import ask_length
from seqcheck.construction.build import build
from seqcheck.construction.complaint import complaint_of
from seqcheck.construction.crossing import COMBINED, crossing, lengths_in, spread_targets
from seqcheck.construction.doubts import (
    ALL_ZERO,
    EMPTY,
    FEW_TAKEN,
    ONE_EACH,
    TAKEN_APART,
    as_tuples,
    beyond_classes,
    counts_by_guess,
    degenerate,
    doubt,
    enlarged,
    few_taken,
    is_found,
    more_of_each,
    only_labels,
    severally,
)
from seqcheck.construction.filings import LISTINGS
from seqcheck.construction.kept import chooses, none_found
from seqcheck.construction.known import Explored, known_of, own_hooks
from seqcheck.construction.mend import mend, of_classes
from seqcheck.construction.names import NAMED
from seqcheck.construction.options import Options
from seqcheck.construction.own_fault import fault, own_fault
from seqcheck.construction.paste import summary
from seqcheck.construction.plan import candidates, unfilled
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.refused import waits_for_callers
from seqcheck.construction.resolve import Description
from seqcheck.construction.textures import textured
from seqcheck.model.batch import most_rows
from seqcheck.model.own_fault import OwnFault
from seqcheck.model.scenario import Scenario

__all__ = ["Attempt", "Explored", "Unbuilt", "explore", "own_hooks", "salvage"]

MOST_READS: Final = 8
LISTED: Final = frozenset(LISTINGS)
"""How a class finds the files that there are: where it found none, nobody knows what it does with some."""
NEVER_MENDED: Final = (
    "removed-name", "refused-keyword", "missing-name", "missing-import", "unset-attribute", "shadowed-property",
)  # fmt: skip
NO_BATCH: Final = "len() is 0"
MOST_CANDIDATES: Final = 60
MOST_MENDINGS: Final = 6
"""How often one recipe is mended from what it failed with."""

Stage = Literal["construct", "length", "read", "hook"]


@dataclass(frozen=True)
class Unbuilt:
    """No recipe works. `unfilled` names the required parameters without a source, `tried` one line for each recipe.

    `own_fault` is set where the class itself is at fault, and no data would have helped.
    """

    unfilled: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    own_fault: OwnFault | None = None


@dataclass(frozen=True)
class Attempt:
    """One step with one recipe, recorded before it is made and again, with `ended`, when it came back.

    `number` counts the recipes from 0. `problem` is empty where the step succeeded. `known` is what the recipe has
    shown so far.
    """

    number: int
    recipe: Recipe
    stage: Stage
    index: int | None = None
    ended: bool = False
    problem: str = ""
    known: Explored | None = None


@dataclass
class _Trial:
    """How far one recipe came. `tier` 0 is the best: every read gave rows; from `_REFUSED` on it is of no use."""

    tier: int = 0
    failed_reads: int = 0
    problem: str = ""
    known: Explored | None = None
    several: bool = False
    own_fault: OwnFault | None = None
    error: BaseException | None = None
    """What failed first, for the plan to be mended from."""
    classes: int = 0
    """How many classes one-hot targets have, where made-up labels go beyond them."""
    batches: list[Any] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    rows: int | None = None
    listed: list[str] = field(default_factory=list)
    """The folders that it looked into so far."""

    @property
    def order(self) -> tuple[int, int]:
        return self.tier, self.failed_reads


_READS, _CHOSEN, _DEGENERATE, _CROSSED, _FAULTY, _EMPTY, _NO_LENGTH, _NO_DATA, _REFUSED = range(9)


def explore(
    description: Description,
    options: Options,
    record: Callable[[Attempt], None],
    folder: Path,
    *,
    skip: Collection[int] = (),
    patience: float = 20.0,
) -> Explored | Unbuilt:
    """Try the recipes in order and say which one works best.

    The first whose constructor, length and reads succeed wins. Where none does, a Sequence that fails by itself is
    driven all the same, so that the checks say what is wrong with it; but where data were made up and reading them
    fails, the data may be wrong, and nothing was built. `skip` has the numbers of recipes that hung or died before;
    after `patience` seconds no further recipe is begun.

    Raises:
        TargetError: an argument that the signature does not take.
        ContractError: the instance's class has a ``__seqcheck__`` that does not fit.
    """
    started = time.monotonic()
    best: tuple[Recipe, _Trial] | None = None
    own: OwnFault | None = None
    tried: list[str] = []
    stood = False
    waiting = [_Candidate(recipe) for recipe in candidates(description, options)]
    seen = [item.recipe for item in waiting]
    number = -1
    while waiting:
        number += 1
        candidate = waiting.pop(0)
        recipe = candidate.recipe
        late = (time.monotonic() - started > patience or number >= MOST_CANDIDATES) and number > 0
        if number in skip or late or (recipe.last_resort and stood):
            continue
        trial = _try(number, recipe, description, options, record, folder)
        stood = stood or trial.tier < _REFUSED
        own = own or trial.own_fault
        if trial.problem:
            tried.append(f"{summary(recipe)}: {trial.problem}")
        elif candidate.cause is not None:
            trial.own_fault = _unusable_default(recipe, description, candidate.cause)
        if trial.tier < _NO_DATA and (best is None or trial.order < best[1].order):
            best = recipe, trial
        hopeless = trial.own_fault is not None and trial.own_fault.kind in NEVER_MENDED
        if trial.order == (_READS, 0) or hopeless:
            break
        mended = [item for item in _mended(candidate, trial, description) if item.recipe not in seen]
        seen += [item.recipe for item in mended]
        waiting[:0] = mended
    if best is None or best[1].known is None:
        return Unbuilt(unfilled(description, options), tuple(dict.fromkeys(tried)), own)
    recipe, trial = best
    return replace(
        trial.known or best[1].known,
        recipe=replace(recipe, several=trial.several),
        seconds_read=statistics.median(trial.seconds) if trial.seconds else None,
        rows=trial.rows,
        # Where rows of any kind are combined with each other, that is what the class is for.
        trouble=trial.problem if trial.tier not in (_READS, _CHOSEN, _CROSSED) else "",
        own_fault=trial.own_fault,
        tried=tuple(dict.fromkeys(tried)),
    )


@dataclass(frozen=True)
class _Candidate:
    """A recipe to try; `mendings` says how often it was mended, `cause` is the exception it was last mended from."""

    recipe: Recipe
    mendings: int = 0
    cause: BaseException | None = None


def _mended(candidate: _Candidate, trial: _Trial, description: Description) -> list[_Candidate]:
    """What to try next where a candidate failed: what its exception, or what its batches show, suggests."""
    if candidate.mendings >= MOST_MENDINGS or description.kind != "class":
        return []
    recipe, found = candidate.recipe, []
    if trial.tier == _DEGENERATE:
        found = [_Candidate(textured(recipe), candidate.mendings + 1)]
    elif trial.problem == ALL_ZERO:
        found = [_Candidate(textured(recipe), candidate.mendings + 1)]  # as flat pictures are once standardised
    elif trial.problem == EMPTY:
        found = [_Candidate(enlarged(recipe), candidate.mendings + 1)]
    elif trial.problem == TAKEN_APART:
        found = [_Candidate(as_tuples(recipe), candidate.mendings + 1)]
    elif trial.problem == NO_BATCH:
        others = [*none_found(recipe, description.clues), *more_of_each(recipe)]
        found = [_Candidate(item, candidate.mendings + 1) for item in others]
    elif trial.problem == FEW_TAKEN:
        found = [_Candidate(of_classes(recipe, 2), candidate.mendings + 1)]
    elif trial.problem == ONE_EACH:
        found = [_Candidate(severally(recipe), candidate.mendings + 1)]
    elif trial.classes:
        found = [_Candidate(of_classes(recipe, trial.classes), candidate.mendings + 1)]
    elif trial.error is not None and (trial.tier >= _NO_DATA or not recipe.guesses):
        made = mend(recipe, trial.error, description.parameters, description.clues)
        found = [_Candidate(item, candidate.mendings + 1, trial.error) for item in made]
    return [item for item in found if item.recipe != recipe]


def _unusable_default(recipe: Recipe, description: Description, cause: BaseException) -> OwnFault | None:
    """The defaults of None that had to be filled before anything could be read, though nobody has to give them."""
    # A parameter for data that is None by default is one that has to be given, however it is written.
    empty = {
        item.name
        for item in description.parameters
        if item.default == "None" and item.role == "" and not any(name.fullmatch(item.name) for name in NAMED)
    }
    names = tuple(item.name for item in recipe.arguments if item.source == "probe" and item.name in empty)
    return fault("default", "read", cause, names) if names and "NoneType" in str(cause) else None


def salvage(attempts: Iterable[Attempt], cause: str) -> tuple[Explored | None, int, str]:
    """What can be said after the exploring child hung or died: (what stands, the recipe to skip, a line on it).

    A Sequence that stood and then hung or died in its length or in a read is driven all the same: the checks say what
    is wrong with it. `cause` is ``hung`` or ``SIGSEGV``. The number is −1 where nothing had been begun.
    """
    begun = list(attempts)
    if not begun:
        return None, -1, f"nothing was tried: {cause}"
    last = begun[-1]
    doing = {
        "construct": "while being built",
        "length": "in len()",
        "read": f"in [{last.index}]",
        "hook": "in on_epoch_end()",
    }[last.stage]
    line = f"{summary(last.recipe)}: {cause} {doing}"
    # Whoever waits for a file that made-up data do not have hangs for their sake, until one batch of them was read.
    doubtful = is_found(last.recipe) and not (last.stage == "read" and last.index)
    stands = last.known is not None and not doubtful
    known = replace(last.known, trouble=line, hung=cause.startswith("hung")) if stands and last.known else None
    return known, last.number, line


def _try(
    number: int,
    recipe: Recipe,
    description: Description,
    options: Options,
    record: Callable[[Attempt], None],
    folder: Path,
) -> _Trial:
    trial = _Trial()
    home = os.getcwd()
    guard = descriptors.guarded() if recipe.guesses else contextlib.nullcontext()
    try:
        with guard, writes.noted(folder) as written, listings.noted() as trial.listed:
            _follow(trial, number, recipe, description, options, record, folder)
        if trial.known is not None and written:
            trial.known = replace(trial.known, writes=written[0])
    finally:
        os.chdir(home)  # a recipe may have been built inside its data
        for world in folder.glob("world-*"):
            shutil.rmtree(world, ignore_errors=True)
    trial.batches.clear()
    return trial


def _follow(
    trial: _Trial,
    number: int,
    recipe: Recipe,
    description: Description,
    options: Options,
    record: Callable[[Attempt], None],
    folder: Path,
) -> None:
    """Build by the recipe and read, as far as it goes."""

    def step(stage: Stage, do: Callable[[], Any], index: int | None = None) -> Any:
        record(Attempt(number, recipe, stage, index, known=trial.known))
        begun = time.monotonic()
        problem: BaseException | None = None
        value: Any = None
        try:
            value = do()
        except BaseException as error:  # SystemExit and KeyboardInterrupt are answers of the user's code, too
            problem = error
        seconds = time.monotonic() - begun
        said = "" if problem is None else complaint_of(problem)
        record(Attempt(number, recipe, stage, index, True, said, trial.known))
        return value, problem, said, seconds

    def instance_of() -> Any:
        return build(recipe, Scenario("loop"), folder)

    made, error, said, seconds = step("construct", instance_of)
    if error is not None:
        trial.tier, trial.problem, trial.error = _REFUSED, said, error
        trial.own_fault = own_fault(error, None, "construct")
        return
    instance, truth = made
    trial.known = known_of(recipe, description, options, instance, seconds)
    trial.known = replace(trial.known, batch_size=truth.batch_size, batch_size_source=truth.batch_size_source)
    value, error, said, _ = step("length", lambda: ask_length(instance))
    if error is not None:
        trial.problem, trial.error = f"len() failed: {said}", error
        trial.own_fault = own_fault(error, instance, "length")
        # What takes any number of arguments was given none.
        guessed = recipe.guesses or any(item.kind == "*" for item in description.parameters)
        doubtful = guessed and trial.own_fault is None
        trial.tier = _NO_DATA if doubtful or waits_for_callers(error) else _NO_LENGTH
        return
    length = _usable(value)
    endless = value is None
    contract = trial.known.contract.infer(infinite=True) if endless else trial.known.contract
    trial.known = replace(trial.known, length=length, endless=endless, contract=contract)
    if length == 0:
        # Of arrays there were enough; of files, the class may have looked elsewhere, and of tables at other rows.
        looked = recipe.files or chooses(recipe) or (LISTED & description.clues.kinds and not _found_own(recipe, trial))
        trial.tier, trial.problem = _NO_DATA if looked else _EMPTY, NO_BATCH
        return
    if length is None and not endless:
        trial.tier, trial.problem = _NO_LENGTH, f"len() is {value!r:.60}, which is no number of batches"
    _read(trial, recipe, instance, step)
    if recipe.guesses and trial.order == (_READS, 0) and (suspects := crossing(trial.batches)):
        other = _of_another_size(recipe, trial, folder, step)
        crossed = suspects & crossing(other)
        if crossed:
            wrong = spread_targets(trial.batches[0], crossed)
            trial.tier, trial.problem = _NO_DATA if wrong else _CROSSED, COMBINED


def _found_own(recipe: Recipe, trial: _Trial) -> bool:
    """Whether the class found something where it looked by itself, though nothing was made up."""
    return not recipe.guesses and listings.any_filled(list(trial.listed))


def _of_another_size(recipe: Recipe, trial: _Trial, folder: Path, step: Callable[..., Any]) -> list[Any]:
    """Batches of other sizes than the first, of an instance of its own where all were alike; none where none can be."""
    if len(lengths_in(trial.batches, slice(1))) > 1:
        return trial.batches
    if "batch_size" not in recipe.varies:
        return []
    taken = lengths_in(trial.batches, slice(None))
    size = next(number for number in itertools.count(2) if number not in taken)
    made, error, _, _ = step("construct", lambda: build(recipe, Scenario("loop", batch_size=size), folder))
    if error is not None:
        return []
    batch, error, _, _ = step("read", lambda: made[0][0], 0)
    same = error is None and lengths_in([batch], slice(1)) == lengths_in(trial.batches, slice(1))
    return [] if error is not None or same else [batch]


def _read(trial: _Trial, recipe: Recipe, instance: Any, step: Callable[..., Any]) -> None:
    """Read batch 0; of made-up data also others, because a label or shape that does not fit may show only later."""
    assert trial.known is not None
    length = trial.known.length
    indices = [0]
    if recipe.guesses:
        indices = list(range(MOST_READS if length is None else min(length, MOST_READS)))
        if length is not None and length > MOST_READS:
            indices[-1] = length - 1
    first_fails = own = False
    mixed = 0
    for index in indices:
        batch, error, said, seconds = step("read", lambda index=index: instance[index], index)
        problem = f"[{index}] failed: {said}" if error is not None else _emptiness(batch, index)
        if not problem:
            trial.seconds.append(seconds)
            trial.batches.append(batch)
            trial.rows = trial.rows if trial.rows is not None else most_rows(batch)
            mixed += recipe.guesses and probe.mixes_samples(batch, recipe.num_samples or 0)
            mixed += only_labels(recipe) and probe.names_samples_apart(batch)
            continue
        trial.failed_reads += 1
        trial.error = trial.error or error
        first_fails = first_fails or index == 0
        fault = None if error is None else own_fault(error, instance, "read")
        trial.own_fault = trial.own_fault or fault
        own = own or error is None or fault is not None
        trial.problem = trial.problem or problem
    trial.several = mixed > 0 or counts_by_guess(recipe)
    if first_fails:
        # Where another batch of the same data can be read, or no data would do, it is not the data's fault.
        # Of what files hold, names say less than of arrays: a batch may be had that looks into none of them.
        read = bool(trial.seconds) and not recipe.files
        faulty = not recipe.guesses or own or read or _reads_after_hook(instance, step)
        faulty = faulty and not waits_for_callers(trial.error)
        trial.tier = max(trial.tier, _FAULTY) if faulty else _NO_DATA
    elif recipe.guesses and (doubtful := doubt(recipe, trial.batches)):
        trial.tier, trial.problem = _NO_DATA, doubtful
        trial.classes = beyond_classes(recipe, trial.batches)
    elif recipe.guesses and few_taken(recipe, trial.batches):
        trial.tier, trial.problem = max(trial.tier, _CHOSEN), FEW_TAKEN
    elif recipe.guesses and degenerate(trial.batches) and textured(recipe) != recipe:
        trial.tier, trial.problem = max(trial.tier, _DEGENERATE), "the batch holds NaN where made-up pictures are flat"


def _reads_after_hook(instance: Any, step: Callable[..., Any]) -> bool:
    """Whether batch 0 can be read once `on_epoch_end` was called, as Keras 3 calls it before the first epoch."""
    hook = getattr(instance, "on_epoch_end", None)
    if not callable(hook) or step("hook", hook)[1] is not None:
        return False
    batch, error, _, _ = step("read", lambda: instance[0], 0)
    return error is None and not _emptiness(batch, 0)


def _emptiness(batch: Any, index: int) -> str:
    if batch is None:
        return f"[{index}] is None"
    leaf = batch
    for _ in range(8):
        if isinstance(leaf, Mapping) and leaf:
            leaf = next(iter(leaf.values()))
        elif isinstance(leaf, (tuple, list)) and leaf and not isinstance(leaf[0], (int, float, str, np.generic)):
            leaf = leaf[0]
        else:
            break
    try:
        return f"[{index}] has no rows" if len(leaf) == 0 else ""
    except Exception:  # a scalar or a foreign object: whether it is a batch is for the checks to say
        return ""


def _usable(value: Any) -> int | None:
    try:
        number = operator.index(value)
    except Exception:  # __index__ may be the user's own
        return None
    return number if 0 <= number < 2**63 else None
