"""The processes that have imported a target's module, and from which every run of it is forked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any, Final

from seqcheck.construction.imported import brought_in
from seqcheck.construction.target import TargetSpec
from seqcheck.engines.isolate import Isolation
from seqcheck.engines.nursery import Ready
from seqcheck.runner.job import Settings

HASH_SEEDS: Final = (2, 12)
"""Of the interpreters of spawned workers, which would draw theirs: these put many sets of two names in two orders."""
IMPORT_TIMEOUTS: Final = 6
"""How many times the limit of a read the import of a module may take: TensorFlow's own takes 3 to 30 seconds."""


class Imports:
    """Owns the supervisor and the nurseries below it, none of which starts before it is needed."""

    def __init__(self, settings: Settings, warm: tuple[str, ...]) -> None:
        """`warm` names modules that every target imports anyway: many targets then share one import of them."""
        self._settings = settings
        self._warm = warm
        self._isolation: Isolation | None = None
        self._nurseries: dict[str, Future[Ready]] = {}
        self._begun: dict[TargetSpec, str] = {}
        self._count = 0
        self._shared: dict[str, tuple[str, ...]] = {}
        """By what a nursery imports for a target, what it shares with others."""
        self._kinds: dict[tuple[str, ...], int] = {}

    @property
    def isolation(self) -> Isolation:
        """The supervisor and all below it."""
        if self._isolation is None:
            self._isolation = Isolation()
        return self._isolation

    @property
    def limit(self) -> float:
        """How many seconds an import may take."""
        return self._settings.timeout * IMPORT_TIMEOUTS

    def share(self, located: Sequence[tuple[TargetSpec, tuple[str, ...]]]) -> None:
        """Note which targets bring in the same Keras: those share one import of it, as nobody's import would differ."""
        brought = {entry_of(spec): brought_in(spec.module, path) for spec, path in located}
        often = Counter(brought.values())
        self._shared.update({entry: modules for entry, modules in brought.items() if modules and often[modules] > 1})

    def begin(self, spec: TargetSpec, path: tuple[str, ...]) -> str:
        """Start to import a target's module, unless that was done; the name of the nursery."""
        if spec not in self._begun:
            self._count += 1
            name = f"target-{self._count}"
            self._begun[spec] = name
            first = self._start(name, entry_of(spec), path)
            if self._count == 1 and "spawn" in self._settings.start_methods:
                self.spawned(name, entry_of(spec), path)
            self._nurseries[name] = first
        return self._begun[spec]

    def begin_living(self, module: str, path: tuple[str, ...]) -> str:
        """Start to import the module of an instance that lives in this process; the name of the nursery."""
        name = f"living-{len(self._nurseries)}"
        self._nurseries[name] = self._start(name, module, path)
        return name

    def fork_here(self, instance: Any) -> str:
        """Fork a nursery from this process, for an instance that no pickle takes; its name."""
        name = f"living-{len(self._nurseries)}-forked"
        self._nurseries[name] = self.isolation.nursery_here(name, instance)
        return name

    def spawned(self, nursery: str, module: str, path: tuple[str, ...]) -> dict[str, Future[Ready]]:
        """The nurseries of spawned workers, which import while the other runs are made; two at the most."""
        names = [f"{nursery}-spawn-{number}" for number in range(min(2, self._settings.workers or 2))]
        for name in names:
            if name not in self._nurseries:
                self._nurseries[name] = self._start(name, module, path, niceness=5)
        return {name: self._nurseries[name] for name in names}

    def ready(self, nursery: str) -> Ready:
        """What became of the import, once it is over."""
        return self._nurseries[nursery].result()

    def end(self, spec: TargetSpec, nursery: str) -> None:
        """End the processes that imported a target: each holds a TensorFlow, and the next target has its own."""
        self._begun.pop(spec, None)
        for name in [name for name in self._nurseries if name == nursery or name.startswith(f"{nursery}-spawn-")]:
            del self._nurseries[name]
            self.isolation.end_nursery(name)

    def close(self) -> None:
        """Stop every process and remove every file; may be called again."""
        if self._isolation is not None:
            self._isolation.close()
            self._isolation = None
            self._nurseries.clear()
            self._begun.clear()

    def _start(self, name: str, module: str, path: tuple[str, ...], niceness: int = 0) -> Future[Ready]:
        parent = ""
        warm = self._warm or self._shared.get(module, ())
        number = name.rpartition("-spawn-")[2] if "-spawn-" in name else ""
        hash_seed = HASH_SEEDS[int(number) % len(HASH_SEEDS)] if number else None
        if warm:
            parent = f"warm-{self._kinds.setdefault(warm, len(self._kinds))}-{number or 'main'}"
            if parent not in self._nurseries:
                self._nurseries[parent] = self.isolation.nursery(
                    parent, modules=warm, limit=self.limit, hash_seed=hash_seed
                )
            self._nurseries[parent].result()
        return self.isolation.nursery(
            name,
            parent=parent,
            search_path=path,
            modules=[module],
            preload=["seqcheck.runner.searching"],
            niceness=niceness,
            hash_seed=hash_seed,
            limit=self.limit,
        )


def entry_of(spec: TargetSpec) -> str:
    """What a nursery imports for a target, down to its attribute: packages that load lazily are loaded once then."""
    return f"{spec.module}:{spec.name}"
