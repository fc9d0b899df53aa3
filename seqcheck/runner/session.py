"""Targets in, reports out.

A run is made once and its history serves every check. The runner waits for the runs, judges what came back, and never
imports the user's module.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from seqcheck.checks import catalogue
from seqcheck.construction import config, options, paste, plan, target, textures
from seqcheck.construction.config import TargetConfig
from seqcheck.construction.explore import Explored
from seqcheck.construction.options import Options
from seqcheck.construction.recipe import Recipe
from seqcheck.construction.resolve import Description, describe_type
from seqcheck.construction.target import TargetError, TargetSpec
from seqcheck.engines.isolate import Isolation
from seqcheck.model.check import Case, Facts
from seqcheck.model.contract import contract_as_data, contract_from, layered
from seqcheck.model.history import Failure, Frame, History
from seqcheck.model.report import CLASS, Construction, TargetReport
from seqcheck.model.scenario import PLANNING, SCRIPT, TALLYING, Scenario
from seqcheck.model.verdict import settle
from seqcheck.model.waiver import over, unknown_check
from seqcheck.reporting.plain_test import Maker
from seqcheck.runner import errands, objects
from seqcheck.runner.conduct import ELSEWHERE, Conduct, engines_for, needed_by, with_causes
from seqcheck.runner.exploring import construct
from seqcheck.runner.finished_runs import FinishedRuns
from seqcheck.runner.imports import Imports, entry_of
from seqcheck.runner.job import Job, ResolvedTarget, Settings
from seqcheck.runner.judging import (
    Judged,
    cut_short,
    engines_said,
    environment_of,
    judge_all,
    judge_unbuilt,
    open_questions,
    uncounted_in,
    with_search,
)
from seqcheck.runner.replaying import Replayed
from seqcheck.runner.uses import uses_of
from seqcheck.schedule.text import Replayable

__all__ = ["ResolvedTarget", "Session", "Settings", "TargetError"]

PLANNED: Final = History(Scenario(PLANNING))
UNHURRIED: Final = 1e6
"""Seconds for which somebody may sit at a debugger."""


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
        self.settings = settings
        self.rootdir = rootdir
        self.progress = progress
        self.imports = Imports(settings, warm)

    @property
    def isolation(self) -> Isolation:
        """The supervisor and all below it."""
        return self.imports.isolation

    def resolve(self, texts: Sequence[str]) -> list[ResolvedTarget]:
        """Find the targets, each imported in a process of its own.

        Raises:
            TargetError: one cannot be used; one sentence says what to type instead.
        """
        located = [self._locate(target.parse(text)) for text in texts]
        self.imports.share(located)
        found = [(spec, path, self.imports.begin(spec, path)) for spec, path in located]
        return [self._resolve(spec, path, nursery) for spec, path, nursery in found]

    def _locate(self, spec: TargetSpec) -> tuple[TargetSpec, tuple[str, ...]]:
        folders = tuple(dict.fromkeys((Path.cwd(), self.rootdir)))
        return target.locate(spec, *folders), target.search_path(spec, *folders)

    def _resolve(
        self, spec: TargetSpec, path: tuple[str, ...], nursery: str, declared: Mapping[str, Any] | None = None
    ) -> ResolvedTarget:
        self.progress(f"importing {spec.module}")
        ready = self.imports.ready(nursery)
        if ready.failure is not None and ready.failure.is_exit:
            raise TargetError(f"{spec.text!r}: {_import_ended(spec, ready.failure, self.isolation.output(nursery))}")
        configured = self._configured(spec)
        defaults = config.read(self.rootdir).contract
        limit = self.imports.limit
        arguments = (spec, configured.factory)
        outcome = self.isolation.run(nursery, errands.describe, arguments, silence=limit, limit=limit).result()
        for record in outcome.records:
            if isinstance(record, errands.Refused):
                raise TargetError(record.text)
            if isinstance(record, Description):
                if configured == TargetConfig():
                    configured = self._configured(spec, record.dotted)
                configured = replace(configured, contract=layered(configured.contract, declared or {}))
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

    def run(self, resolved: ResolvedTarget, only: Collection[str] = (), aside: Path | None = None) -> TargetReport:
        """Drive everything once and judge it; with `only`, just what these checks and their causes look at.

        Runs that came to their end are kept in the folder `aside`, and what stands there is not made again.
        """
        return self._with_instance(
            resolved,
            tuple(only or self.settings.select),
            lambda job, found: self._drive(replace(job, aside=aside), found, found.recipe),
        )

    def repeat(self, resolved: ResolvedTarget, check: str, scenario: Scenario) -> TargetReport:
        """Make one run again and judge one check by it, without a waiver; all other checks have no verdict."""
        return self._with_instance(resolved, (check,), lambda job, found: self._repeat(job, found, check, scenario))

    def _with_instance(
        self, resolved: ResolvedTarget, only: tuple[str, ...], drive: Callable[[Job, Explored], TargetReport]
    ) -> TargetReport:
        started = time.monotonic()
        nursery = self.imports.begin(resolved.spec, resolved.search_path)
        ready = self.imports.ready(nursery)
        self.progress(f"looking for a way to build {resolved.description.name}")
        deadline = time.monotonic() + self.settings.budget
        timeout = self.settings.timeout
        constructed = construct(self.isolation, nursery, resolved.description, resolved.options, timeout, deadline)
        job = Job(
            text=resolved.text,
            node=resolved.node,
            origin=resolved.origin,
            module=entry_of(resolved.spec),
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
            self.imports.end(resolved.spec, nursery)

    def plan(self, resolved: ResolvedTarget) -> Construction:
        """How instances are built, or why none can be; nothing is driven."""
        nursery = self.imports.begin(resolved.spec, resolved.search_path)
        self.imports.ready(nursery)
        self.progress(f"looking for a way to build {resolved.description.name}")
        deadline = time.monotonic() + self.settings.budget
        try:
            timeout = self.settings.timeout
            return construct(
                self.isolation, nursery, resolved.description, resolved.options, timeout, deadline
            ).construction
        finally:
            self.imports.end(resolved.spec, nursery)

    def maker(self, resolved: ResolvedTarget, scenario: Scenario) -> Maker | str:
        """How the instances of a run are made, as code without seqcheck; a sentence where nothing can be built."""
        spec, path = resolved.spec, resolved.search_path
        nursery = self.imports.begin(spec, path)
        self.imports.ready(nursery)
        deadline = time.monotonic() + self.settings.budget
        try:
            timeout = self.settings.timeout
            made = construct(self.isolation, nursery, resolved.description, resolved.options, timeout, deadline)
        finally:
            self.imports.end(spec, nursery)
        if made.explored is None:
            return f"nothing can be built: {made.construction.problem}"
        recipe = paste.pinned(textures.suited(made.explored.recipe, scenario), scenario)
        if recipe.kind == "instance":
            return "the target is an object that exists once, and no class or factory makes it"
        code = paste.factory_for(resolved.description.spec, recipe)
        top = resolved.description.spec.module.partition(".")[0]
        below = [entry for entry in path if Path(entry, top).is_dir() or Path(entry, f"{top}.py").is_file()]
        size = scenario.batch_size or made.contract.batch_size or made.explored.batch_size
        return Maker(
            code,
            needs_folder="def make(tmp_path" in code,
            path=below[0] if below else "",
            samples=made.contract.num_samples
            or (recipe.num_samples if recipe.brings_data or recipe.sizes_vary else None),
            batch_size=size if isinstance(size, int) else None,
            base=made.explored.base or "",
        )

    def replay(self, resolved: ResolvedTarget, replayable: Replayable, terminal: str = "") -> Replayed:
        """Make one interleaving of threads again; with `terminal`, the device of a debugger, it may take its time."""
        nursery = self.imports.begin(resolved.spec, resolved.search_path)
        self.imports.ready(nursery)
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
            self.imports.end(resolved.spec, nursery)
        replayed = [record for record in outcome.records if isinstance(record, Replayed)]
        why = outcome.broken[-1].strip().splitlines()[-1] if outcome.broken else f"the replay ended: {outcome.cause}"
        return replayed[0] if replayed else Replayed(problem=why)

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
                resolved = self._resolve(spec, path, self.imports.begin(spec, path), declared)
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
        contract = contract_from(layered(about.declared, declared), "check_sequence()")
        nursery, living = "", here.living
        if living.pickled is not None:
            nursery = self.imports.begin_living(here.module, path)
            if self.imports.ready(nursery).failure is not None:
                living = errands.Living(None)
        if living.pickled is None and not here.trouble:
            nursery = self.imports.fork_here(here.instance)
            self.imports.ready(nursery)
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
        arguments, timeout, limit = (living, contract), self.settings.timeout, self.imports.limit
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
        spawning = elsewhere and "spawn" in methods
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
            uses=uses_of(explored.base, methods, job.contract, explored.own_use, at_leisure=job.aside is not None),
            workers=self.settings.workers_for(job.contract),
            least_threads=1 if self.settings.workers is not None else 2,
            timeout=self.settings.timeout,
            deadline=job.deadline,
            seed=self.settings.seed,
            spawned=self.imports.spawned(job.nursery, job.module, job.search_path) if spawning else {},
            progress=lambda text: self.progress(f"{job.text}: {text}"),
            phases=dict(job.phases),
            threads_at_import=self.imports.ready(job.nursery).threads,
        )
        if not isinstance(recipe, errands.Living):
            conduct.finished = FinishedRuns(job.aside, repr(recipe))
        if forked or explored.writes:
            # Forks of one instance share its open files, and all instances what they write: two runs at a time would
            # meet there.
            conduct.parallel = 1
        return conduct

    def _drive(self, job: Job, explored: Explored, recipe: Recipe | errands.Living) -> TargetReport:
        entries = catalogue()
        conduct = self._conduct(job, explored, recipe)
        facts, methods = conduct.facts, conduct.facts.start_methods
        engines = engines_for(facts.base, methods, job.contract, conduct.uses)
        checks = {name: entry.check for name, entry in entries.items()}
        if job.only:
            wanted = needed_by(job.only, checks, conduct.uses)
            engines = tuple(engine for engine in engines if engine in wanted)
        histories = conduct.histories(engines)
        sought = with_causes(job.only or tuple(checks), checks)
        tallying = conduct.tallying(histories) if any(TALLYING in checks[name].needs for name in sought) else None
        case = Case(facts, job.contract, (*histories, *filter(None, [tallying]), PLANNED))
        judged = judge_all(entries, case)
        waiting = open_questions(judged)
        search = conduct.search(
            histories,
            tuple(name for name in sought if {"loop", SCRIPT}.intersection(checks[name].needs) and name not in waiting),
        )
        if search is not None:
            judged = with_search(judged, entries, case, search)
        uncounted = [name for name in uncounted_in(judged, entries) if name in sought]
        taking = conduct.taking() if uncounted else None
        if taking is not None:
            noted = replace(case, histories=(*case.histories, taking))
            judged = judged.updated(judge_all({name: entries[name] for name in uncounted}, noted))
        judged.internal += conduct.internal
        engines_say = engines_said(case)
        return replace(
            self._report(job, judged, conduct.phases),
            base=facts.base or "",
            environment=environment_of(histories, methods),
            engine=engines_say.told,
            broken_use=engines_say.broken,
            unknown_use=engines_say.unknown,
            cut=(*cut_short(histories, search), *conduct.left_out, *conduct.finished.told()),
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
        self.imports.close()


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
