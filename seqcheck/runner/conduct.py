"""One target driven from end to end: which runs are made, in which order, and what they leave for the checks."""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Final

from seqcheck.construction.explore import Explored
from seqcheck.construction.recipe import Recipe
from seqcheck.engines import autopsy
from seqcheck.engines.isolate import Isolation, Outcome
from seqcheck.engines.nursery import Ready
from seqcheck.model.check import Case, Check, Facts
from seqcheck.model.check import Outcome as CheckOutcome
from seqcheck.model.contract import Contract, FitUse
from seqcheck.model.history import History
from seqcheck.model.report import ENGINE
from seqcheck.model.scenario import (
    AS_DECLARED,
    EXPERIMENTS,
    FITS,
    KERAS_ENGINES,
    POOLS,
    SCRIPT,
    START_METHODS,
    TAKING,
    TALLYING,
    Scenario,
    select,
)
from seqcheck.model.search import Search
from seqcheck.model.tallied import worth_counting
from seqcheck.runner import errands, searching
from seqcheck.runner.counting import MEMORY, SHARE, cost_of, free_memory
from seqcheck.runner.finished_runs import FinishedRuns
from seqcheck.runner.imports import IMPORT_TIMEOUTS
from seqcheck.runner.slow_hooks import UNHOOKED, HookCost

ELSEWHERE: Final = ("mapping", "spawn")
"""What needs the interpreters that import while the other runs are made."""
PASSES: Final = 30
"""Whole passes over the Sequence that one core makes in a default run, roughly: what a selection is reckoned by."""
FASTEST_READ: Final = 0.0008
"""Seconds that describing, keeping and judging a batch takes at the least, however quick its read."""
KERAS_STEP: Final = 0.012
"""Seconds that Keras takes for a step of the witness beside the read, roughly: its window is reckoned by."""
EPOCHS: Final = {"loop": 3}
"""Epochs by engine; two elsewhere: enough for a reshuffle between them to reach the workers, or not."""
KERAS_PASSES: Final = {"fit": 4}
"""Passes by engine of the installed Keras, what is fitted once more included; two elsewhere."""
SEARCH_EXAMPLES: Final[Mapping[str, int]] = {"loop": 50, SCRIPT: 12}
SEARCH_SECONDS: Final = 10.0
"""For the search of one target at most, unless it is made in CI."""
MOST_SCRIPTED: Final = 6
"""The batches of a target of fixed size that scripts read."""
MOST_KEPT: Final = {"loop": 5_000_000}
"""Rows that are kept one by one, by engine, of all passes; each takes some 100 bytes a leaf until all is judged."""
KEPT_ELSEWHERE: Final = 2_000_000
"""Of any other engine: there are some twenty-five."""
FEWEST_KEPT: Final = 8
"""Batches that are kept, however many rows they have."""
PASSES_KEPT: Final = 6
"""Passes over the Sequence that the reading experiment keeps; no other run keeps more."""
FRESH: Final = ("spawn", "forkserver")
"""The start methods whose workers import everything anew where Keras itself starts them, for every epoch."""
PATIENCE: Final = 5.0
"""Seconds for which a run keeps its place among those that run at a time."""
LONGEST: Final = ("schedule", "fit", "validation")
"""What takes seconds: begun first, so that nothing is waited for at the end."""
LONG: Final = (*KERAS_ENGINES, *FITS)
"""What comes next: all else takes tenths of a second."""
CHEAP_TO_BUILD: Final = 1.0
"""Seconds; an instance that takes longer to build may be large, and is not built more often at a time."""


@dataclass
class Conduct:
    """The runs of one target. Every duration is in seconds; `deadline` is on the monotonic clock."""

    isolation: Isolation
    nursery: str
    explored: Explored
    recipe: Recipe | errands.Living
    facts: Facts
    contract: Contract
    workers: int
    timeout: float
    deadline: float
    seed: int
    uses: Mapping[str, FitUse] = field(default_factory=dict)
    """By engine, how `fit` is tried with workers."""
    least_threads: int = 1
    """Threads at the least, whatever `workers` says: a single process may be a pool, a single thread races nobody."""
    spawned: dict[str, Future[Ready]] = field(default_factory=dict)
    """The nurseries of spawned workers, which import while the other runs are made."""
    parallel: int = (os.cpu_count() or 2) + 1
    """Runs at a time, each with an instance of its own."""
    progress: Callable[[str], None] = lambda _: None
    threads_at_import: int = 0
    """Threads that importing the module left running; no fork has them, and every run is made in one."""
    phases: dict[str, float] = field(default_factory=dict)
    hook: HookCost = field(default_factory=HookCost)
    """What a call of `on_epoch_end` takes, timed before the first run."""
    finished: FinishedRuns = field(default_factory=FinishedRuns)
    """What an interrupted session has made already."""
    left_out: list[str] = field(default_factory=list)
    """What was not even begun, one sentence each."""
    internal: list[str] = field(default_factory=list)

    def histories(self, engines: Sequence[str]) -> list[History]:
        """Make the runs of these engines and experiments, as many at a time as `parallel` says."""
        self._time_hook()
        places = threading.Semaphore(self.hook.parallel(self.parallel))
        made: dict[str, History] = {}
        threads = []
        # The longest first; what needs other interpreters last, since these are still importing.
        order = sorted(engines, key=lambda engine: (engine in ELSEWHERE, engine not in LONGEST, engine not in LONG))
        if self.hook.slow:
            order = self.hook.order(order)

        def one(scenario: Scenario) -> None:
            known = self.finished.find(scenario)
            if known is None:
                if scenario.engine in ELSEWHERE:
                    self._await_spawn()
                known = self._run(scenario, places)
                self.finished.keep(known)
            made[scenario.engine] = known
            self.progress(f"{len(made)} of {len(order)} runs made, the last one {scenario.engine}")

        if self.explored.hung and "loop" in order:
            # Building it showed a hang: where the loop hangs too, every other run would, each for the whole time limit.
            order.remove("loop")
            one(self.scenario("loop"))
            if made["loop"].timeouts:
                note = "the plain loop hangs already"
                made.update({name: History(self.scenario(name), ending="not-run", note=note) for name in order})
                order = []
        for engine in order:
            thread = threading.Thread(target=one, args=(self.scenario(engine),), name=f"seqcheck-{engine}", daemon=True)
            threads.append(thread)
            thread.start()
        for thread in threads:
            thread.join()
        return [made[engine] for engine in engines if engine in made]

    def _time_hook(self) -> None:
        """Call the hook once on an instance of its own, which nothing else is done with."""
        limit = min(self.timeout, self.deadline - time.monotonic())
        if "on_epoch_end" not in self.facts.own_hooks or limit <= 0:
            return
        outcome = self.isolation.run(
            self.nursery, errands.time_hook, (self.recipe, self.scenario("loop")), silence=limit, limit=limit
        ).result()
        told = [record for record in outcome.records if isinstance(record, errands.Hooked)]
        self.hook = HookCost(told[-1].seconds if told else 0.0)
        if told and told[-1].writes:
            self.parallel = 1  # as where reading writes

    def again(self, scenario: Scenario) -> list[History]:
        """One run made as it was told, in a fresh process, and beside it what tells which leaves are drawn."""
        self._time_hook()
        places = threading.Semaphore(1)
        if scenario.engine in ELSEWHERE:
            self._await_spawn()
        background = [] if scenario.engine == "reading" else [self._run(self.scenario("reading"), places)]
        if scenario.engine != SCRIPT and not (scenario.engine == "loop" and scenario.order):
            return [self._run(scenario, places), *background]
        quest = self._quest(background, ())
        limit = max(1.0, self.deadline - time.monotonic())
        outcome = self.isolation.run(
            self.nursery, searching.witness, (quest, scenario), silence=self.timeout, limit=limit
        ).result()
        self.internal += outcome.broken
        seen = [record.history for record in outcome.records if isinstance(record, searching.Witnessed)]
        return [*seen, *background]

    def taking(self) -> History | None:
        """The run whose argument notes what is taken out of it; None where nothing was made up that could."""
        if not isinstance(self.recipe, Recipe) or not self.recipe.guesses:
            return None
        return self._run(self.scenario(TAKING), threading.Semaphore(1))

    def tallying(self, histories: Sequence[History]) -> History | None:
        """The run that counts all batches; None where the loop has read them all, or there is no time to.

        What a batch takes is known from the loop, which keeps it besides. A run that was made before an interruption is
        not made again.
        """
        loop = next((run for run in histories if run.engine == "loop" and not run.reads_all), None)
        length = self.explored.length
        if loop is None or not length or self.contract.infinite:
            return None
        told = worth_counting(Case(self.facts, self.contract, tuple(histories)), loop)
        if not told:
            return None
        plain = Scenario(TALLYING, shuffle=self._passed_shuffle(), seed=self.seed, unhooked=loop.scenario.unhooked)
        scenario = replace(plain, counted=told)
        known = self.finished.find(scenario)
        if known is not None:
            return known
        cost = cost_of(loop, length, scenario.epochs, len(told))
        seconds, left, free = cost.seconds + 3 * self.hook.seconds, self.deadline - time.monotonic(), free_memory()
        if seconds > SHARE * left or cost.bytes > MEMORY * free:
            needed = f"it takes {seconds:.0f} s and {cost.bytes / 1e9:.1f} GB"
            there = f"{max(left, 0):.0f} s and {free / 1e9:.1f} GB"
            self.left_out.append(f"counting all {length} batches: {needed}, too much of the {there} that are left")
            return None
        known = self._run(scenario, threading.Semaphore(1))
        self.finished.keep(known)
        return known

    def scenario(self, engine: str) -> Scenario:
        """What one engine is asked to do; every engine but the cheap loop reads the same selection of indices."""
        length = self.explored.length or 0
        cost = max(self.explored.seconds_read or 0.0, FASTEST_READ)
        left = max(5.0, self.deadline - time.monotonic())
        most = max(4, int(left / 2 / (PASSES * cost)))
        if engine == "loop":
            most = max(most, int(left / 4 / (EPOCHS["loop"] * cost)))
        passes = EPOCHS.get(engine, PASSES_KEPT) * (self.explored.rows or 1)
        most = min(most, max(FEWEST_KEPT, MOST_KEPT.get(engine, KEPT_ELSEWHERE) // passes))
        if engine in (*KERAS_ENGINES, *FITS):
            most = max(4, min(most, int(left / 4 / (KERAS_PASSES.get(engine, 2) * (cost + KERAS_STEP)))))
        return Scenario(
            engine=engine,
            epochs=self._epochs(engine),
            workers=self._workers(engine),
            shuffle=self._passed_shuffle(),
            seed=self.seed,
            indices=select(length, most),
            unhooked=self.hook.slow and engine in UNHOOKED,
        )

    def _epochs(self, engine: str) -> int:
        """One more on tf_keras, which calls no hook before the first: as many orders are the hook's."""
        return EPOCHS[engine] + (self.facts.base == "tf_keras") if engine in EPOCHS else 2

    def _workers(self, engine: str) -> int:
        if engine in ("threads", "schedule"):
            return max(self.workers, self.least_threads)
        use = self.uses.get(engine, self.contract.fit)
        if use != self.contract.fit:
            return use.workers or self.workers
        return self.workers if engine in (*POOLS, "dealing", AS_DECLARED) else 1

    def silence(self, scenario: Scenario) -> float:
        """Seconds without a sign of life after which a run is taken for hung."""
        silence = self.hook.silence(self.timeout)
        if self.uses.get(scenario.engine, FitUse()).start_method in FRESH:
            silence += IMPORT_TIMEOUTS * self.timeout  # their workers are not ours to hear of
        return silence

    def _passed_shuffle(self) -> bool | None:
        """What the plan passes for `shuffle`, not what the class has for a default."""
        given = self.explored.recipe.taking("shuffle")
        return given.value if given is not None and given.pinned and isinstance(given.value, bool) else None

    def _await_spawn(self) -> None:
        for future in self.spawned.values():
            future.result()

    def _run(self, scenario: Scenario, places: threading.Semaphore) -> History:
        pools = {"main": self.nursery}
        if scenario.engine == "spawn":
            broken = [failure for future in self.spawned.values() if (failure := future.result().failure) is not None]
            if broken:
                note = f"a fresh interpreter failed to import: {broken[0].message}"
                return History(scenario, ending="not-run", note=note)
        if scenario.engine in ELSEWHERE:
            ready = [name for name, future in self.spawned.items() if future.result().failure is None]
            pools |= {f"spawn-{number}": name for number, name in enumerate(ready)}
        contract = replace(self.contract, fit=self.uses.get(scenario.engine, self.contract.fit))
        arguments = (self.recipe, scenario, self.facts.base, contract)
        places.acquire()
        try:
            limit = self.deadline - time.monotonic()
            why_not = "the time budget ran out" if limit <= 0 else self.hook.too_long(scenario.engine, limit)
            if why_not:
                return History(scenario, ending="not-run", note=why_not)
            started = time.monotonic()
            future = self.isolation.run(
                self.nursery, errands.drive, arguments, silence=self.silence(scenario), limit=limit, pools=pools
            )
            if self.parallel > 1 and self.explored.seconds_build < CHEAP_TO_BUILD and not self.hook.slow:
                with contextlib.suppress(TimeoutError, concurrent.futures.TimeoutError):
                    future.result(timeout=PATIENCE)
            else:
                future.result()
        finally:
            places.release()  # whoever takes longer waits for something, and shall not keep the others waiting
        outcome = future.result()
        self.phases[scenario.engine] = round(time.monotonic() - started, 2)
        return self._history(scenario, outcome)

    def _history(self, scenario: Scenario, outcome: Outcome) -> History:
        self.internal += outcome.broken
        history = autopsy.history_of(scenario, outcome, self.silence(scenario))
        if self.threads_at_import and history.timeouts and scenario.engine != "fork":
            # The user's own loop has those threads: that it hangs without them is no fault that training would meet.
            why = f"importing the module leaves {self.threads_at_import} threads running, which no fork of it has"
            return History(scenario, ending="not-run", note=why)
        conclude = errands.CONCLUSIONS.get(scenario.engine)
        if conclude is None:
            return history
        concluded = tuple(conclude(history))
        kinds = {type(item) for item in concluded}
        kept = tuple(item for item in history.observations if type(item) not in kinds)
        return replace(history, observations=(*kept, *concluded))

    def search(self, histories: Sequence[History], names: tuple[str, ...]) -> Search | None:
        """Search over sizes where the target's vary, and over scripts; None where the search came to nothing."""
        limit = self.deadline - time.monotonic()
        forked = isinstance(self.recipe, errands.Living) and self.recipe.pickled is None
        if forked or not names or (not self.explored.vary and not self.explored.length):
            return None
        if self.hook.slow:
            self.left_out.append(f"search: on_epoch_end takes {self.hook.seconds:.1f} s, and every scenario calls it")
            return None
        known = self.finished.find_search(names, self.seed)
        if known is not None or limit <= 1:
            return known
        quest = self._quest([history for history in histories if history.engine == "reading"], names)
        # Where nobody waits for it, time shall not decide what is found.
        seconds = limit * 0.5 if in_ci() else min(limit * 0.5, SEARCH_SECONDS)
        if self.parallel == 1:
            seconds /= 2  # one half after the other
        started = time.monotonic()
        searches = []
        for engine in (*(("loop",) if self.explored.vary else ()), SCRIPT):
            arguments = (quest, engine, seconds, SEARCH_EXAMPLES[engine])
            searches.append(
                self.isolation.run(self.nursery, searching.search, arguments, silence=self.timeout, limit=limit)
            )
            if self.parallel == 1:
                searches[-1].result()
        outcomes = [search.result() for search in searches]
        told = [record for one in outcomes for record in one.records if isinstance(record, searching.Searched)]
        searched = searching.merged(told)
        unsteady = self._unsteady(quest, searched)
        self.phases["search"] = round(time.monotonic() - started, 2)
        self.internal += [trace for one in outcomes for trace in one.broken]
        if not told:
            return None
        search = Search(
            smallest={name: run for name, run in searched.smallest.items() if name not in unsteady},
            sound=searched.sound,
            unsteady={name: searched.smallest[name].scenario for name in unsteady},
            scenarios=searched.scenarios,
            scripts=searched.scripts,
            seed=self.seed,
            cut=seconds if searched.cut else None,
        )
        self.finished.keep_search(names, search)
        return search

    def _quest(self, background: Sequence[History], names: tuple[str, ...]) -> searching.Quest:
        return searching.Quest(
            recipe=self.recipe,
            vary=self.explored.vary,
            batch_size=self.explored.batch_size,
            length=min(self.explored.length or 1, MOST_SCRIPTED),
            made_up=self.explored.recipe.num_samples if self.explored.recipe.brings_data else None,
            case=Case(self.facts, self.contract, tuple(background)),
            names=names,
            seed=self.seed,
        )

    def _unsteady(self, quest: searching.Quest, searched: searching.Searched) -> tuple[str, ...]:
        """The checks whose smallest scenario does not violate them again in a process that has run no other."""
        limit = self.deadline - time.monotonic()
        if limit <= 0:
            return ()
        again = {
            name: self.isolation.run(
                self.nursery, searching.repeat, (quest, name, run.scenario), silence=self.timeout, limit=limit
            )
            for name, run in searched.smallest.items()
        }
        said = [record for future in again.values() for record in future.result().records]
        return tuple(
            record.check
            for record in said
            if isinstance(record, searching.Repeated) and record.outcome is not CheckOutcome.VIOLATED
        )


def in_ci() -> bool:
    """Whether this is a run of a continuous integration: most of them say so by the variable ``CI``."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def needed_by(names: Collection[str], checks: Mapping[str, Check], uses: Collection[str] = ()) -> set[str]:
    """The engines and experiments that these names need, with what tells samples apart and what may explain them."""
    needed = {"loop", "reading"} | {engine for name in with_causes(names, checks) for engine in checks[name].needs}
    if ENGINE not in names:
        return needed
    # What fit does with workers is held against our own of the same kind.
    return needed | {"fit"} | ({*uses, *POOLS} if uses else set())


def with_causes(names: Collection[str], checks: Mapping[str, Check]) -> list[str]:
    """Those of these names that are checks, and the checks that may explain them, and so on."""
    closure = [name for name in names if name in checks]
    for name in closure:
        closure += [cause for cause in checks[name].explained_by if cause in checks and cause not in closure]
    return closure


def engines_for(
    base: str | None, start_methods: Sequence[str], contract: Contract, uses: Collection[str] = ()
) -> tuple[str, ...]:
    """Every engine and experiment of a run of everything; `uses` are those by which `fit` is tried with workers."""
    pools = tuple(engine for engine in POOLS if engine not in START_METHODS or engine in start_methods)
    left_out = {"dealing": not contract.declared("seed"), "splitting": contract.validation is None}
    experiments = tuple(name for name in EXPERIMENTS if not left_out.get(name))
    return ("loop", *pools, *experiments, *(KERAS_ENGINES if base else ()), *uses)
