"""Targets in, reports out.

A run is made once and its history serves every check. The runner waits for the runs, judges what came back, and never
imports the user's module.
"""

from __future__ import annotations

import shlex
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from seqcheck.checks import catalogue
from seqcheck.construction import config, options, plan, target
from seqcheck.construction.config import TargetConfig
from seqcheck.construction.explore import Explored
from seqcheck.construction.imported import brought_in
from seqcheck.construction.options import Options
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.resolve import Description, describe_type
from seqcheck.construction.target import TargetError, TargetSpec
from seqcheck.engines.isolate import Isolation
from seqcheck.engines.nursery import Ready
from seqcheck.model.check import Case, Facts
from seqcheck.model.contract import Contract, contract_as_data, contract_from
from seqcheck.model.history import Failure, Frame, History
from seqcheck.model.report import CLASS, Construction, TargetReport
from seqcheck.model.scenario import PLANNING, SCRIPT, START_METHODS, Scenario
from seqcheck.model.verdict import settle
from seqcheck.model.waiver import Waiver, over, unknown_check
from seqcheck.runner import errands, objects
from seqcheck.runner.conduct import ELSEWHERE, Conduct, engines_for, needed_by, with_causes
from seqcheck.runner.exploring import construct
from seqcheck.runner.judging import (
    Judged,
    cut_short,
    engine_notes,
    environment_of,
    judge_all,
    judge_unbuilt,
    open_questions,
    with_search,
)
from seqcheck.runner.replaying import Replayed
from seqcheck.schedule.text import Replayable

__all__ = ["ResolvedTarget", "Session", "Settings", "TargetError"]

HASH_SEEDS: Final = (2, 12)
"""Of the interpreters of spawned workers, which would draw theirs: these put many sets of two names in two orders."""
PLANNED: Final = History(Scenario(PLANNING))
UNHURRIED: Final = 1e6
"""Seconds for which somebody may sit at a debugger."""
IMPORT_TIMEOUTS: Final = 6
"""How many times the limit of a read the import of a module may take: TensorFlow's own takes 3 to 30 seconds."""


@dataclass(frozen=True)
class Settings:
    """What a session was asked for. Names in `select` and `allow` are check names; durations are in seconds."""

    select: tuple[str, ...] = ()
    allow: Mapping[str, Waiver] = field(default_factory=dict)
    workers: int = 2
    start_methods: tuple[str, ...] = START_METHODS
    timeout: float = 20.0
    """How long a part of a run may be silent before it counts as hung."""
    budget: float = 60.0
    """For one target, without the import of its module."""
    seed: int = 0

    def command(self, text: str) -> str:
        """The command line that drives a target with these settings."""
        usual = Settings()
        words = ["pytest", "--seqcheck", text]
        for name in ("workers", "timeout", "budget", "seed"):
            if getattr(self, name) != getattr(usual, name):
                words += [f"--seqcheck-{name}", f"{getattr(self, name):g}"]
        if self.start_methods != usual.start_methods:
            words += ["--seqcheck-start-methods", ",".join(self.start_methods)]
        return shlex.join(words)


@dataclass(frozen=True)
class ResolvedTarget:
    """A target that was found; instances can be pickled and sent to another process of the same machine."""

    text: str
    node: str
    spec: TargetSpec
    search_path: tuple[str, ...]
    description: Description
    options: Options
    origin: str = "command-line"


@dataclass(frozen=True)
class Job:
    """A target on its way through: everything about it but its instances. `started` and `deadline` are monotonic."""

    text: str
    node: str
    origin: str
    module: str
    search_path: tuple[str, ...]
    nursery: str
    parameters: tuple[str, ...]
    construction: Construction
    contract: Contract
    started: float
    deadline: float
    phases: Mapping[str, float]
    only: tuple[str, ...] = ()
    waivers: Mapping[str, Waiver | None] = field(default_factory=dict)
    place: Frame | None = None
    """Where the class or the factory stands."""


def no_progress(_: str) -> None:
    """Say nothing."""


class Session:
    """Resolves and drives targets; owns the processes that do it, none of which starts before the first `resolve`."""

    def __init__(
        self,
        settings: Settings,
        rootdir: Path,
        progress: Callable[[str], None] = no_progress,
        warm: tuple[str, ...] = (),
    ) -> None:
        """`warm` names modules that every target imports anyway: many targets then share one import of them."""
        self.warm = warm
        self.settings = settings
        self.rootdir = rootdir
        self.progress = progress
        self._isolation: Isolation | None = None
        self._nurseries: dict[str, Future[Ready]] = {}
        self._imported: dict[TargetSpec, str] = {}
        self._count = 0
        self._shared: dict[str, tuple[str, ...]] = {}
        """By what a nursery imports for a target, what it shares with others."""
        self._kinds: dict[tuple[str, ...], int] = {}

    def resolve(self, texts: Sequence[str]) -> list[ResolvedTarget]:
        """Find the targets, each imported in a process of its own.

        Raises:
            TargetError: one cannot be used; one sentence says what to type instead.
        """
        located = [self._locate(target.parse(text)) for text in texts]
        self._share_imports(located)
        found = [(spec, path, self._import(spec, path)) for spec, path in located]
        return [self._resolve(spec, path, nursery) for spec, path, nursery in found]

    def _share_imports(self, located: Sequence[tuple[TargetSpec, tuple[str, ...]]]) -> None:
        """Note which targets bring in the same Keras: those share one import of it, as nobody's import would differ."""
        brought = {_entry(spec): brought_in(spec.module, path) for spec, path in located}
        often = Counter(brought.values())
        self._shared.update({entry: modules for entry, modules in brought.items() if modules and often[modules] > 1})

    def _locate(self, spec: TargetSpec) -> tuple[TargetSpec, tuple[str, ...]]:
        folders = tuple(dict.fromkeys((Path.cwd(), self.rootdir)))
        return target.locate(spec, *folders), target.search_path(spec, *folders)

    @property
    def isolation(self) -> Isolation:
        """The supervisor and all below it."""
        if self._isolation is None:
            self._isolation = Isolation()
        return self._isolation

    def _import(self, spec: TargetSpec, path: tuple[str, ...]) -> str:
        """Start the nurseries that import a target's module; the name of the first."""
        if spec not in self._imported:
            self._count += 1
            key = f"target-{self._count}"
            self._imported[spec] = key
            limit = self.settings.timeout * IMPORT_TIMEOUTS
            first = self._start(key, _entry(spec), path, limit)
            if self._count == 1 and "spawn" in self.settings.start_methods:
                self._spawned(key, _entry(spec), path)
            self._nurseries[key] = first
        return self._imported[spec]

    def _start(self, name: str, module: str, path: tuple[str, ...], limit: float, niceness: int = 0) -> Future[Ready]:
        parent = ""
        warm = self.warm or self._shared.get(module, ())
        number = name.rpartition("-spawn-")[2] if "-spawn-" in name else ""
        hash_seed = HASH_SEEDS[int(number) % len(HASH_SEEDS)] if number else None
        if warm:
            parent = f"warm-{self._kinds.setdefault(warm, len(self._kinds))}-{number or 'main'}"
            if parent not in self._nurseries:
                self._nurseries[parent] = self.isolation.nursery(parent, modules=warm, limit=limit, hash_seed=hash_seed)
            self._nurseries[parent].result()
        return self.isolation.nursery(
            name,
            parent=parent,
            search_path=path,
            modules=[module],
            preload=["seqcheck.runner.errands"],
            niceness=niceness,
            hash_seed=hash_seed,
            limit=limit,
        )

    def _spawned(self, key: str, module: str, path: tuple[str, ...]) -> dict[str, Future[Ready]]:
        """The nurseries of spawned workers, which import while the other runs are made; two at the most."""
        names = [f"{key}-spawn-{number}" for number in range(min(2, self.settings.workers))]
        limit = self.settings.timeout * IMPORT_TIMEOUTS
        for name in names:
            if name not in self._nurseries:
                self._nurseries[name] = self._start(name, module, path, limit, niceness=5)
        return {name: self._nurseries[name] for name in names}

    def _resolve(
        self, spec: TargetSpec, path: tuple[str, ...], nursery: str, declared: Mapping[str, Any] | None = None
    ) -> ResolvedTarget:
        self.progress(f"importing {spec.module}")
        ready = self._nurseries[nursery].result()
        if ready.failure is not None and ready.failure.is_exit:
            raise TargetError(f"{spec.text!r}: {_import_ended(spec, ready.failure, self.isolation.output(nursery))}")
        configured = self._configured(spec)
        defaults = config.read(self.rootdir).contract
        limit = self.settings.timeout * IMPORT_TIMEOUTS
        arguments = (spec, configured.factory)
        outcome = self.isolation.run(nursery, errands.describe, arguments, silence=limit, limit=limit).result()
        for record in outcome.records:
            if isinstance(record, errands.Refused):
                raise TargetError(record.text)
            if isinstance(record, Description):
                if configured == TargetConfig():
                    configured = self._configured(spec, record.dotted)
                configured = replace(configured, contract={**configured.contract, **(declared or {})})
                said = combined(record, configured, defaults)
                node = target.node(record.spec, record.file, record.class_name or record.name, self.rootdir)
                return ResolvedTarget(spec.text, node, spec, path, record, said)
        why = outcome.broken[-1].strip().splitlines()[-1] if outcome.broken else outcome.cause
        raise TargetError(f"{spec.text!r}: what it names could not be looked at: {why}")

    def _configured(self, spec: TargetSpec, *dotted: str) -> TargetConfig:
        """What pyproject.toml says of a target.

        Raises:
            TargetError: it cannot be read, or an option does not fit.
        """
        try:
            return config.target_options(self.rootdir, spec, *dotted)
        except ValueError as error:
            raise TargetError(str(error)) from None

    def run(self, resolved: ResolvedTarget, only: Collection[str] = ()) -> TargetReport:
        """Drive everything once and judge it; with `only`, just what these checks and their causes look at."""
        return self._with_instance(
            resolved, tuple(only or self.settings.select), lambda job, found: self._drive(job, found, found.recipe)
        )

    def repeat(self, resolved: ResolvedTarget, check: str, scenario: Scenario) -> TargetReport:
        """Make one run again and judge one check by it, without a waiver; all other checks have no verdict."""
        return self._with_instance(resolved, (check,), lambda job, found: self._repeat(job, found, check, scenario))

    def _with_instance(
        self, resolved: ResolvedTarget, only: tuple[str, ...], drive: Callable[[Job, Explored], TargetReport]
    ) -> TargetReport:
        started = time.monotonic()
        nursery = self._import(resolved.spec, resolved.search_path)
        ready = self._nurseries[nursery].result()
        self.progress(f"looking for a way to build {resolved.description.name}")
        deadline = time.monotonic() + self.settings.budget
        timeout = self.settings.timeout
        constructed = construct(self.isolation, nursery, resolved.description, resolved.options, timeout, deadline)
        job = Job(
            text=resolved.text,
            node=resolved.node,
            origin=resolved.origin,
            module=_entry(resolved.spec),
            search_path=resolved.search_path,
            nursery=nursery,
            parameters=tuple(item.name for item in resolved.description.parameters),
            construction=constructed.construction,
            contract=constructed.contract,
            started=started,
            deadline=deadline,
            phases={"import": round(ready.seconds, 2), "plan": constructed.seconds},
            only=only,
            waivers=resolved.options.waivers,
            place=Frame(resolved.description.file, resolved.description.line, resolved.description.name),
        )
        try:
            if constructed.explored is None:
                return self._unbuilt(job, f"nothing could be built: {constructed.construction.problem}")
            return drive(job, constructed.explored)
        finally:
            self._release(resolved.spec, nursery)

    def plan(self, resolved: ResolvedTarget) -> Construction:
        """How instances are built, or why none can be; nothing is driven."""
        nursery = self._import(resolved.spec, resolved.search_path)
        self._nurseries[nursery].result()
        self.progress(f"looking for a way to build {resolved.description.name}")
        deadline = time.monotonic() + self.settings.budget
        try:
            timeout = self.settings.timeout
            return construct(
                self.isolation, nursery, resolved.description, resolved.options, timeout, deadline
            ).construction
        finally:
            self._release(resolved.spec, nursery)

    def replay(self, resolved: ResolvedTarget, replayable: Replayable, terminal: str = "") -> Replayed:
        """Make one interleaving of threads again; with `terminal`, the device of a debugger, it may take its time."""
        nursery = self._import(resolved.spec, resolved.search_path)
        self._nurseries[nursery].result()
        timeout = self.settings.timeout
        deadline = time.monotonic() + self.settings.budget
        try:
            made = construct(self.isolation, nursery, resolved.description, resolved.options, timeout, deadline)
            if made.explored is None:
                return Replayed(problem=made.construction.problem)
            scenario = Scenario("schedule", workers=len(replayable.setting.indices), seed=self.settings.seed)
            arguments = (made.explored.recipe, replayable, scenario, made.explored.base, terminal)
            silence, limit = (UNHURRIED, UNHURRIED) if terminal else (timeout, self.settings.budget)
            outcome = self.isolation.run(nursery, errands.replay, arguments, silence=silence, limit=limit).result()
        finally:
            self._release(resolved.spec, nursery)
        replayed = [record for record in outcome.records if isinstance(record, Replayed)]
        why = outcome.broken[-1].strip().splitlines()[-1] if outcome.broken else f"the replay ended: {outcome.cause}"
        return replayed[0] if replayed else Replayed(problem=why)

    def _release(self, spec: TargetSpec, nursery: str) -> None:
        """End the processes that imported a target: each holds a TensorFlow, and the next target has its own."""
        self._imported.pop(spec, None)
        for name in [name for name in self._nurseries if name == nursery or name.startswith(f"{nursery}-spawn-")]:
            del self._nurseries[name]
            self.isolation.end_nursery(name)

    def check(self, target_object: object, declared: Mapping[str, Any]) -> TargetReport:
        """Judge a class, factory or instance of this process; `declared` are contract options.

        Raises:
            ContractError: an option is unknown or does not fit, or is a function that no other process finds.
            TargetError: pyproject.toml cannot be read, or an option in it does not fit.
            TypeError: the factory returns no Sequence; whatever else it raises.
        """
        declared = objects.by_name(declared, "check_sequence()")
        contract_from(declared, "check_sequence()")
        name = objects.name_of(target_object)
        if name:
            spec, path = target.parse(name), tuple(entry or str(Path.cwd()) for entry in sys.path)
            self._configured(spec)  # where that is wrong, it is to be mended, and no reason to look elsewhere
            try:
                resolved = self._resolve(spec, path, self._import(spec, path), declared)
            except TargetError:
                pass  # a child cannot import it under that name: then it must come from here
            else:
                if resolved.description.own_fault is None:  # else a child cannot import what this process has
                    return self.run(replace(resolved, origin="api", node=""))
        return self._check_here(objects.bring_here(target_object), declared)

    def _check_here(self, here: objects.Here, declared: Mapping[str, Any]) -> TargetReport:
        started = time.monotonic()
        kind = type(here.instance)
        path = tuple(entry or str(Path.cwd()) for entry in sys.path)
        about = describe_type(kind)
        contract = contract_from({**about.declared, **declared}, "check_sequence()")
        nursery, living = f"living-{len(self._nurseries)}", here.living
        limit = self.settings.timeout * IMPORT_TIMEOUTS
        if living.pickled is not None:
            self._nurseries[nursery] = self._start(nursery, here.module, path, limit)
            if self._nurseries[nursery].result().failure is not None:
                nursery, living = f"{nursery}-forked", errands.Living(None)
        if living.pickled is None and not here.trouble:
            self._nurseries[nursery] = self.isolation.nursery_here(nursery, here.instance)
            self._nurseries[nursery].result()
        job = Job(
            text=f"{kind.__module__}.{kind.__qualname__}",
            node="",
            origin="api",
            module=here.module if living.pickled is not None else "",
            search_path=path,
            nursery=nursery,
            parameters=(),
            construction=Construction(True, f"{kind.__qualname__}, made in the test process"),
            contract=contract,
            started=started,
            deadline=time.monotonic() + self.settings.budget,
            phases={},
            only=self.settings.select,
        )
        if here.trouble:
            return self._unbuilt(job, here.trouble)
        arguments = (living, contract)
        timeout = self.settings.timeout
        outcome = self.isolation.run(nursery, errands.examine, arguments, silence=timeout, limit=limit).result()
        known = [record for record in outcome.records if isinstance(record, Explored)]
        if not known:
            why = outcome.broken[-1].strip().splitlines()[-1] if outcome.broken else f"it {outcome.cause or 'ended'}"
            return self._unbuilt(job, f"the instance could not be taken into a child process: {why}")
        return self._drive(job, replace(known[-1], hung=outcome.cause == "silent"), living)

    def _repeat(self, job: Job, explored: Explored, check: str, scenario: Scenario) -> TargetReport:
        entry = catalogue()[check]
        conduct = self._conduct(job, explored, explored.recipe, elsewhere=scenario.engine in ELSEWHERE)
        case = Case(conduct.facts, job.contract, (*conduct.again(scenario), PLANNED))
        judged = judge_all({check: entry}, case)
        judged.internal += conduct.internal
        return replace(
            self._report(job, judged, conduct.phases), verdicts=settle({check: entry.check}, judged.judgements, {})
        )

    def _conduct(
        self, job: Job, explored: Explored, recipe: Recipe | errands.Living, *, elsewhere: bool = True
    ) -> Conduct:
        """What makes the runs of a target; `elsewhere` says whether interpreters of spawned workers are needed."""
        forked = isinstance(recipe, errands.Living) and recipe.pickled is None
        methods = tuple(name for name in self.settings.start_methods if name == "fork" or not forked)
        facts = Facts(
            name=job.text,
            class_name=explored.type_name,
            base=explored.base,
            origin=job.origin,
            file=explored.file,
            line=explored.line,
            parameters=job.parameters,
            sizes_vary=bool(explored.vary),
            start_methods=methods,
            nested_class=explored.nested_class,
            own_hooks=explored.own_hooks,
            maker=explored.recipe.kind,
            own_fault=explored.own_fault,
        )
        conduct = Conduct(
            isolation=self.isolation,
            nursery=job.nursery,
            explored=explored,
            recipe=recipe,
            facts=facts,
            contract=job.contract,
            workers=self.settings.workers,
            timeout=self.settings.timeout,
            deadline=job.deadline,
            seed=self.settings.seed,
            spawned=self._spawned(job.nursery, job.module, job.search_path) if elsewhere and "spawn" in methods else {},
            progress=lambda text: self.progress(f"{job.text}: {text}"),
            phases=dict(job.phases),
            threads_at_import=self._nurseries[job.nursery].result().threads,
        )
        if forked:
            conduct.parallel = 1  # forks of one instance share its open files: two runs at a time would meet in them
        return conduct

    def _drive(self, job: Job, explored: Explored, recipe: Recipe | errands.Living) -> TargetReport:
        entries = catalogue()
        conduct = self._conduct(job, explored, recipe)
        facts, methods = conduct.facts, conduct.facts.start_methods
        engines = engines_for(facts.base, methods, seeded=job.contract.declared("seed"))
        if job.contract.validation is None:
            engines = tuple(engine for engine in engines if engine != "splitting")
        checks = {name: entry.check for name, entry in entries.items()}
        if job.only:
            wanted = needed_by(job.only, checks)
            engines = tuple(engine for engine in engines if engine in wanted)
        histories = conduct.histories(engines)
        sought = with_causes(job.only or tuple(checks), checks)
        case = Case(facts, job.contract, (*histories, PLANNED))
        judged = judge_all(entries, case)
        waiting = open_questions(judged)
        search = conduct.search(
            histories,
            tuple(name for name in sought if {"loop", SCRIPT}.intersection(checks[name].needs) and name not in waiting),
        )
        if search is not None:
            judged = with_search(judged, entries, case, search)
        judged.internal += conduct.internal
        return replace(
            self._report(job, judged, conduct.phases),
            environment=environment_of(histories, methods),
            engine=engine_notes(histories),
            cut=cut_short(histories, search),
            places={
                **({CLASS: Frame(explored.file, explored.line, explored.type_name)} if explored.file else {}),
                **explored.places,
            },
            hurried=(search is not None and search.cut is not None)
            or any(history.ending == "not-run" for history in histories),
            search="" if search is None else f"{search.looked_at() or 'nothing'}, drawn by seed {search.seed}",
        )

    def _unbuilt(self, job: Job, why: str) -> TargetReport:
        facts = Facts(name=job.text, origin=job.origin, parameters=job.parameters, own_fault=job.construction.own_fault)
        judged = judge_unbuilt(catalogue(), Case(facts, job.contract, (PLANNED,)), why)
        return self._report(job, judged, job.phases)

    def _report(self, job: Job, judged: Judged, phases: Mapping[str, float]) -> TargetReport:
        checks = {name: entry.check for name, entry in catalogue().items() if name in judged.judgements}
        return TargetReport(
            target=job.text,
            node=job.node,
            construction=job.construction,
            verdicts=settle(checks, judged.judgements, over(self.settings.allow, job.waivers), job.only),
            contract=contract_as_data(job.contract),
            environment=environment_of((), self.settings.start_methods),
            phases=dict(phases),
            places={CLASS: job.place} if job.place is not None and job.place.file else {},
            internal=tuple(judged.internal),
            seconds=round(time.monotonic() - job.started, 2),
            command=self.settings.command(job.text),
        )

    def close(self) -> None:
        """Stop every process and remove every file; may be called again."""
        if self._isolation is not None:
            self._isolation.close()
            self._isolation = None
            self._nurseries.clear()
            self._imported.clear()


def _entry(spec: TargetSpec) -> str:
    """What a nursery imports for a target, down to its attribute: packages that load lazily are loaded once then."""
    return f"{spec.module}:{spec.name}"


def combined(description: Description, configured: TargetConfig, defaults: Mapping[str, Any]) -> Options:
    """What the configuration and the class itself say of a target.

    Raises:
        TargetError: an option is unknown or does not fit, or an argument is none that the target takes.
    """
    try:
        said = options.combine(description, configured.arguments, configured.contract, configured.where, defaults)
        plan.unfilled(description, said)
    except ValueError as error:
        raise TargetError(str(error)) from None
    for names, what in ((said.contract.required, "required"), (configured.allow, "allow")):
        wrong = unknown_check(names, catalogue())
        if wrong:
            raise TargetError(f"{configured.where}: {what}: {wrong}")
    return replace(said, waivers=configured.allow)


def _import_ended(spec: TargetSpec, failure: Failure, output: str) -> str:
    """One sentence on a module whose import exits or does not come back."""
    last = output.strip().splitlines()[-1:] if output else []
    said = f"; its last line of output: {last[0][:200]}" if last else ""
    what = failure.message.splitlines()[0] if failure.message else failure.type_name
    if failure.type_name == "seqcheck.ImportEnded":
        return f"importing {spec.module} failed: {what}{said}"
    return f"importing {spec.module} raised {failure.type_name}: {what}{said}"
