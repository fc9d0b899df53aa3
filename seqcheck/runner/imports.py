"""The processes that have imported a target's module, and from which every run of it is forked."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
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
NICENESS: Final = 5
"""Of the interpreters of spawned workers: whatever else is under way comes first."""


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
        self._alone: set[str] = set()
        """Those of which no other target brings in the same: their own processes share it."""
        self._kinds: dict[tuple[str, ...], int] = {}
        self._spawns = "spawn" in settings.start_methods

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
        """Note what the processes of these targets import alike: Keras, which nobody's own import would change."""
        brought = {entry_of(spec): brought_in(spec.module, path, spec.name) for spec, path in located}
        often = Counter(one.libraries for one in brought.values())
        for entry, one in brought.items():
            alone = often[one.libraries] < 2
            self._alone.discard(entry)
            if one.libraries and not alone:
                self._shared[entry] = one.libraries
            elif one.libraries and self._spawns and not one.hashes:  # three interpreters order a set in more ways
                self._shared[entry] = one.libraries
                self._alone.add(entry)

    def begin(self, spec: TargetSpec, path: tuple[str, ...]) -> str:
        """Start to import a target's module, unless that was done; the name of the nursery."""
        if spec not in self._begun:
            self._count += 1
            name = f"target-{self._count}"
            self._begun[spec] = name
            self._nurseries[name] = self._start(name, entry_of(spec), path)
            if self._count == 1 and self._spawns:
                self.spawned(name, entry_of(spec), path)
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
        names = [f"{nursery}-spawn-{number}" for number in range(min(len(HASH_SEEDS), self._settings.workers or 2))]
        for number, name in enumerate(names):
            if name not in self._nurseries:
                self._nurseries[name] = self._start(name, module, path, number)
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

    def _start(self, name: str, module: str, path: tuple[str, ...], number: int | None = None) -> Future[Ready]:
        """Begin an import as soon as what it is forked from is there; with a `number` it is a spawned worker's."""
        parent = self._parent(module, number)
        begin = functools.partial(
            self.isolation.nursery,
            name,
            parent=parent,
            search_path=path,
            modules=[module],
            preload=["seqcheck.runner.searching"],
            niceness=NICENESS if number is not None and parent in ("", self._main(module)) else 0,
            hash_seed=None if number is None else HASH_SEEDS[number],
            limit=self.limit,
        )
        if not parent:
            return begin()
        return after(self._nurseries[parent], name, begin, counted=self._by_itself(module))

    def _parent(self, module: str, number: int | None) -> str:
        """The nursery that imports what others import as well, begun by now; nothing for a fresh interpreter."""
        warm = self._warm or self._shared.get(module, ())
        if not warm or (number == 0 and self._by_itself(module)):
            return ""
        name, seed, niceness = self._main(module), HASH_SEEDS[1] if self._by_itself(module) else None, 0
        if number is not None and not self._by_itself(module):
            name, seed, niceness = f"{self._main(module)}-{number}", HASH_SEEDS[number], NICENESS
        if name not in self._nurseries:
            self._nurseries[name] = self.isolation.nursery(
                name, modules=warm, limit=self.limit, niceness=niceness, hash_seed=seed
            )
        return name

    def _main(self, module: str) -> str:
        """The name of what all but spawned workers are forked from that bring in the same as this module."""
        warm = self._warm or self._shared.get(module, ())
        return f"warm-{self._kinds.setdefault(warm, len(self._kinds))}"

    def _by_itself(self, module: str) -> bool:
        """Whether only the processes of one target share an import: the second spawned worker is among them."""
        return module in self._alone and not self._warm


def after(first: Future[Ready], name: str, begin: Callable[[], Future[Ready]], *, counted: bool) -> Future[Ready]:
    """What `begin` promises, begun once `first` has come true; where that ended instead, so has this.

    `counted` says whether the seconds of the first are told among those of the other.
    """
    promised: Future[Ready] = Future()

    def go_on(done: Future[Ready]) -> None:
        failure = done.result().failure
        if failure is not None and failure.is_exit:
            promised.set_result(Ready(name, 0.0, failure))
        else:
            begin().add_done_callback(finish)

    def finish(done: Future[Ready]) -> None:
        ready, before = done.result(), first.result().seconds if counted else 0.0
        promised.set_result(replace(ready, seconds=ready.seconds + before))

    first.add_done_callback(go_on)
    return promised


def entry_of(spec: TargetSpec) -> str:
    """What a nursery imports for a target, down to its attribute: packages that load lazily are loaded once then."""
    return f"{spec.module}:{spec.name}"
