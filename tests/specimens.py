"""Sequences as users write them, without Keras: sound, faulty and hostile ones, for the engines to be tried on."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import itertools
import multiprocessing
import multiprocessing.util
import os
import random
import signal
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Listener
from pathlib import Path
from typing import Any

import numpy as np
from numpy import empty_like

CALLER = np.random.default_rng(99)
"""A module's own generator, as users keep one."""


class Rows:
    """Sound: `count` samples in batches of `size`, in an order drawn anew at every epoch's end."""

    def __init__(self, count: int = 11, size: int = 2) -> None:
        self.x = np.arange(count, dtype=np.float64)
        self.order = np.arange(count)
        self.size = size
        self.rng = np.random.default_rng(5)

    def __len__(self) -> int:
        return -(-len(self.x) // self.size)

    def __getitem__(self, index: int) -> Any:
        rows = self.order[index * self.size : (index + 1) * self.size]
        return self.x[rows], rows.copy()

    def on_epoch_begin(self) -> None:
        pass

    def on_epoch_end(self) -> None:
        self.rng.shuffle(self.order)


class Noisy(Rows):
    """Adds noise from every place where users keep a generator; which rows a batch holds stays as it is."""

    offsets = np.random.default_rng(3)

    def __init__(self) -> None:
        super().__init__()
        self.states = [np.random.RandomState(1)]
        kept = random.Random(2)
        self.draw = Draw(kept.random)

    def __getitem__(self, index: int) -> Any:
        x, rows = super().__getitem__(index)
        noise = np.random.random() + random.random() + self.states[0].random_sample() + self.draw.one()
        return x + noise + CALLER.random() + self.offsets.random(), rows


class Draw:
    """A third-party object around a bound method of a generator."""

    __slots__ = ("one",)

    def __init__(self, one: Any) -> None:
        self.one = one


class Elsewhere(Rows):
    """Moves to `folder` when it is made, and reads a file there by its bare name."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        os.chdir(folder)

    def __getitem__(self, index: int) -> Any:
        return np.load("here.npy") + index, super().__getitem__(index)[1]


class Tells(Rows):
    """Says who reads it: y has the process's name, identity and daemon flag as numbers, and the thread's number."""

    def __getitem__(self, index: int) -> Any:
        x, _ = super().__getitem__(index)
        process = multiprocessing.current_process()
        thread = threading.current_thread().name
        told = {
            "named": np.array([float("PoolWorker-" in process.name)] * len(x)),
            "suffix": np.array([float((process.name.rpartition("-")[2]) or -1)] * len(x))
            if "-" in process.name
            else np.full(len(x), -1.0),
            "identity": np.array([float((*process._identity, -1)[0])] * len(x)),
            "daemon": np.array([float(process.daemon)] * len(x)),
            "thread": np.array([float("".join(filter(str.isdigit, thread)) or -1)] * len(x)),
            "method": np.array([float(kind_of(process))] * len(x)),
        }
        return x, told


def kind_of(process: Any) -> int:
    """Which start method a process object belongs to."""
    return ["", "ForkProcess", "SpawnProcess", "ForkServerProcess"].index(
        type(process).__name__ if type(process).__name__ in ("ForkProcess", "SpawnProcess", "ForkServerProcess") else ""
    )


class Meet(Rows):
    """Workers' reads of batches 0 and 1 wait for each other: only two that read at the same time get past them."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = Path(folder)

    def __getitem__(self, index: int) -> Any:
        if index < 2 and (
            multiprocessing.parent_process() or threading.current_thread() is not threading.main_thread()
        ):
            (self.folder / f"{index}").touch()
            await_file(self.folder / f"{1 - index}")
        return super().__getitem__(index)

    def on_epoch_end(self) -> None:
        for path in self.folder.iterdir():
            path.unlink()


def await_file(path: Path, patience: float = 20.0) -> None:
    """Come back as soon as the file is there."""
    deadline = time.monotonic() + patience
    while not path.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"nobody made {path.name}")
        time.sleep(0.005)


class Undecided(Rows):
    """Draws from two generators until they differ, which two that are seeded alike never do."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = np.random.default_rng(1), np.random.default_rng(2)

    def __getitem__(self, index: int) -> Any:
        while self.one.integers(8) == self.other.integers(8):
            pass
        return super().__getitem__(index)


class Trap(Rows):
    """Springs at batch 3: what it then does is told by `how`."""

    def __init__(self, how: str, folder: str = "") -> None:
        super().__init__(count=12)
        self.how = how
        self.folder = Path(folder)

    def __getitem__(self, index: int) -> Any:
        if index == 3:
            sprung = getattr(self, self.how)()
            if sprung is not None:
                return sprung
        return super().__getitem__(index)

    def raises(self) -> None:
        raise ValueError("batch 3 is broken")

    def exits(self) -> None:
        sys.exit(4)

    def interrupts(self) -> None:
        raise KeyboardInterrupt

    def ends(self) -> None:
        os._exit(3)

    def kills_itself(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def opens_a_listener_and_dies(self) -> None:
        """As a manager does: the folder of its socket is removed at exit, and a killed process has none."""
        Listener(family="AF_UNIX")
        self.kills_itself()

    def segfaults(self) -> None:
        ctypes.string_at(0)

    def sleeps(self) -> None:
        time.sleep(3600)

    def spins(self) -> None:
        for _ in itertools.count():
            pass

    def waits_for_itself(self) -> None:
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()

    def ignores_sigterm(self) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(3600)

    def leaves_a_daemon(self) -> None:
        """A process of a session of its own, whose parent is gone at once; it says its number and stays."""
        child = os.fork()
        if not child:
            os.setsid()
            if not os.fork():
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                (self.folder / f"{os.getpid()}.daemon").touch()
                time.sleep(3600)
            os._exit(0)
        os.waitpid(child, 0)
        while not list(self.folder.glob("*.daemon")):
            time.sleep(0.005)

    def leaves_a_child_and_ends(self) -> None:
        """The child holds every pipe of its parent's open."""
        self.leaves_a_daemon()
        os._exit(3)

    def leaves_a_thread(self) -> None:
        threading.Thread(target=time.sleep, args=(3600,)).start()

    def clears_the_environment(self) -> None:
        os.environ.clear()

    def closes_what_is_open(self) -> None:
        """Every descriptor but the standard three; then its own file takes the numbers that have become free."""
        with contextlib.suppress(OSError):
            os.closerange(3, 512)
        for number in range(40):
            (self.folder / f"{number}.txt").write_text("mine")
            self.kept = [*getattr(self, "kept", []), (self.folder / f"{number}.txt").open("a")]

    def closes_stdout(self) -> None:
        sys.stdout.close()
        os.close(1)

    def shouts(self) -> None:
        for _ in range(40):
            os.write(1, b"\x1b[2J\x1b]0;title\x07" + b"x" * 100_000)

    def returns_none(self) -> Any:
        return _Nothing

    def cannot_travel(self) -> Any:
        return np.zeros(2), [lambda: None] * 2

    def raises_what_cannot_travel(self) -> None:
        raise Stuck("here", "there")

    def changes_on_the_way(self) -> Any:
        return np.arange(2.0).view(Fading), np.arange(2)


_Nothing = ()


class Stuck(Exception):
    """It takes two arguments and pickles one."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)


class Fading(np.ndarray):
    """An array whose pickle is blank."""

    def __reduce__(self) -> Any:
        return np.zeros, (self.shape,)


class NoneAtThree(Rows):
    """Its fourth read returns nothing."""

    def __getitem__(self, index: int) -> Any:
        return None if index == 3 else super().__getitem__(index)


class BadHook(Rows):
    """The hook named raises at its call number `at`."""

    def __init__(self, hook: str = "on_epoch_end", at: int = 2) -> None:
        super().__init__()
        self.hook, self.at, self.calls = hook, at, 0

    def _call(self, name: str) -> None:
        self.calls += name == self.hook
        if name == self.hook and self.calls == self.at:
            raise RuntimeError(f"{name} is broken")

    def on_epoch_begin(self) -> None:
        self._call("on_epoch_begin")

    def on_epoch_end(self) -> None:
        self._call("on_epoch_end")


class Unbuildable:
    """Its constructor refuses, or exits."""

    def __init__(self, leave: bool = False) -> None:
        if leave:
            sys.exit(2)
        raise FileNotFoundError("no such folder")


class Length(Rows):
    """Its length is whatever was given."""

    def __init__(self, length: Any) -> None:
        super().__init__()
        self.length = length

    def __len__(self) -> Any:
        if isinstance(self.length, BaseException):
            raise self.length
        return self.length


class Endless(Rows):
    """Says, as Keras 3 lets it, that it has no end."""

    @property
    def num_batches(self) -> None:
        return None


class Heavy(Rows):
    """Cannot be pickled: `what` names the trouble, three attributes deep."""

    def __init__(self, what: str = "lambda") -> None:
        super().__init__()
        self.pipe = Pipe([("scale", 2.0), ("map", MADE[what]())])


class Pipe:
    """Steps by name, as a third-party pipeline holds them."""

    def __init__(self, steps: list[Any]) -> None:
        self.steps = steps


MADE: dict[str, Any] = {
    "lambda": lambda: lambda x: x,
    "lock": threading.Lock,
    "generator": lambda: (i for i in range(3)),
    "file": lambda: open(os.devnull),  # noqa: SIM115  # it is left open, as users leave it
    "module": lambda: sys,
}


class Synchronised(Rows):
    """Holds what a pool can send under spawn though pickle alone cannot: a lock, a counter and a queue."""

    def __init__(self) -> None:
        super().__init__()
        context = multiprocessing.get_context("spawn")
        self.lock, self.served, self.queue = context.Lock(), context.Value("i", 0), context.Queue()

    def __getitem__(self, index: int) -> Any:
        with self.lock:
            self.served.value += 1
        return super().__getitem__(index)


class Reborn(Rows):
    """Does something of its own when it is unpickled, told by `how`."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self.how == "raises":
            raise ValueError("cannot be revived")
        if self.how == "ends":
            os._exit(5)
        if self.how == "sleeps":
            time.sleep(3600)
        self.rng = np.random.default_rng()
        self.rng.shuffle(self.order)


class Internal:
    """Not a module's own name."""

    class Rows(Rows):
        """Found by its qualified name."""


def local() -> Rows:
    """An instance of a class that no other process can find."""

    class Hidden(Rows):
        pass

    return Hidden()


class Cumulative(Rows):
    """Ignores its index: a read returns the next rows, whatever was asked for."""

    def __init__(self) -> None:
        super().__init__(count=12)
        self.next = 0

    def __getitem__(self, index: int) -> Any:
        self.next = (self.next + 1) % len(self)
        return super().__getitem__(self.next)

    def on_epoch_end(self) -> None:
        pass


class GlobalNoise(Rows):
    """Adds noise by NumPy's own generator, which forked workers inherit."""

    def __getitem__(self, index: int) -> Any:
        x, rows = super().__getitem__(index)
        return x + np.random.random(len(x)), rows


class PythonNoise(Rows):
    """Adds noise by Python's own generator, which every fork seeds for itself."""

    def __getitem__(self, index: int) -> Any:
        x, rows = super().__getitem__(index)
        return x + random.random(), rows


class HangsAtOnce(Rows):
    """Its first read never ends."""

    def __getitem__(self, index: int) -> Any:
        time.sleep(3600)


class Ring(Rows):
    """Batches are made in `slots` buffers in turn; sound from twelve on, for Keras holds no more batches at a time."""

    def __init__(self, slots: int = 1, count: int = 60, size: int = 2) -> None:
        super().__init__(count, size)
        self.buffers = [np.zeros(size) for _ in range(slots)]
        self.reads = 0

    def __getitem__(self, index: int) -> Any:
        x, rows = super().__getitem__(index)
        buffer = self.buffers[self.reads % len(self.buffers)]
        self.reads += 1
        buffer[: len(x)] = x
        return buffer[: len(x)], rows


class Views(Rows):
    """Sound: overlapping windows of the stored data, as views of it; `kept` are the same with a copy in a cache."""

    def __init__(self, how: str = "views") -> None:
        super().__init__(24, 1)
        self.how = how
        self.cache: dict[int, Any] = {}
        self.frozen = self.x.copy()
        self.frozen.flags.writeable = False

    def __getitem__(self, index: int) -> Any:
        if self.how == "copies":
            self.cache.setdefault(index, self.x[index : index + 4].copy())
            return self.cache[index].copy(), np.arange(4)
        if self.how == "kept":
            self.cache.setdefault(index, self.x[index : index + 4].copy())
            return self.cache[index], np.arange(4)
        return (self.frozen if self.how == "frozen" else self.x)[index : index + 4], np.arange(4)


class Lazy(Rows):
    """Sound, if strange: a batch is made when it is looked at, anew each time."""

    def __getitem__(self, index: int) -> Any:
        return OnDemand(), super().__getitem__(index)[1]


class OnDemand:
    """Another array whenever one is asked for."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array([time.perf_counter_ns()])


class SharedDict(Rows):
    """Every batch is the same dict, filled anew."""

    def __init__(self) -> None:
        super().__init__()
        self.batch: dict[str, Any] = {}

    def __getitem__(self, index: int) -> Any:
        self.batch["x"], self.batch["rows"] = super().__getitem__(index)
        return self.batch


class Unwritten(Rows):
    """Batches are made with `np.empty`; `skipped` are the samples that are never put in, `how` as told there."""

    def __init__(self, skipped: tuple[int, ...] = (), how: str = "empty") -> None:
        super().__init__(12, 3)
        self.skipped = skipped
        self.how = how

    def __getitem__(self, index: int) -> Any:
        x, rows = super().__getitem__(index)
        batch = empty_like(x) if self.how == "by name" else np.empty(len(x))
        for place, row in enumerate(rows):
            if row not in self.skipped:
                batch[place] = x[place]
        if self.how == "drawn":
            batch += np.random.default_rng().normal(size=len(x))
        if self.how == "weighted":
            return batch, rows, np.array([float(row not in self.skipped) for row in rows])
        texts = np.empty(len(x), dtype="U3")
        flags = np.empty(len(x), dtype=bool)
        texts[:], flags[:] = "abc", True
        return batch, rows, flags


class Scripted(Rows):
    """Breaks when it is used in an unusual order, told by `how`; sound where that is empty."""

    def __init__(self, how: str = "") -> None:
        super().__init__()
        self.how = how
        self.served: list[int] = []
        self.file: Any = None

    def __getstate__(self) -> dict[str, Any]:
        order = np.arange(len(self.order))[::-1] if self.how == "forgets-its-order" else self.order
        return {**self.__dict__, "order": order}

    def __len__(self) -> int:
        return super().__len__() - (self.how == "shorter-after-a-read" and bool(self.served))

    def __getitem__(self, index: int) -> Any:
        again, count = index in self.served, len(self.served)
        self.served.append(index)
        if self.how == "opens-at-a-read":
            self.file = self.file or open(os.devnull)  # noqa: SIM115  # it is left open, as users leave it
        if self.how == "serves-once" and again:
            index = (index + 1) % super().__len__()
        return super().__getitem__(count % super().__len__() if self.how == "counts-reads" else index)

    def on_epoch_end(self) -> None:
        if self.how == "two-hooks" and not self.served and self.file == 1:
            raise RuntimeError("there was no epoch")
        self.file = 1 if self.how == "two-hooks" else self.file
        self.served = []
        super().on_epoch_end()


class Configured:
    """Does to its surroundings whatever `how` names, at the stage that is part of the name."""

    def __init__(self, paths: Any = (), how: str = "", batch_size: int = 4, shuffle: bool = False) -> None:
        self.paths, self.how, self.shuffle = paths, how, shuffle
        self.size = 4 if how == "fixed size" else batch_size
        self.order = np.arange(26)
        if how == "sorts when made":
            paths.sort()
        if how == "seeds when made":
            np.random.seed(7)
        if how == "seeds from the clock":
            np.random.seed(int(time.time()))
        if how == "refuses large batches" and batch_size > 8:
            raise ValueError("no batch may have more than 8 rows")
        if how == "puts back":
            kept = random.getstate()
            random.seed(7)
            random.setstate(kept)

    def __len__(self) -> int:
        return -(-26 // self.size)

    def __getitem__(self, index: int) -> Any:
        if self.how == "empties when read":
            self.paths.pop()
        if self.how == "seeds when read":
            random.seed(index)
        rows = self.order[index * self.size : (index + 1) * self.size]
        return rows.astype(np.float64)[:, None], rows

    def on_epoch_end(self) -> None:
        if self.how == "turns at the end":
            self.paths.reverse()
        if self.shuffle or self.how == "always shuffles":
            np.random.shuffle(self.order)


class Remainders(Configured):
    """Drops the remainder where it is asked to, or not even then."""

    def __init__(self, how: str = "", drop_remainder: bool = False) -> None:
        super().__init__(how=how)
        self.dropping = drop_remainder and how != "keeps it"

    def __len__(self) -> int:
        return 26 // self.size if self.dropping else super().__len__()


AT_IMPORT = random.sample(range(26), 26)
"""Another order in each interpreter, whatever its hash seed."""


class Mapped(Configured):
    """Finds its samples in an order that is the machine's, the interpreter's, or its own."""

    def __init__(self, how: str = "", folder: str = "") -> None:
        super().__init__()
        names = [f"name {number}" for number in range(26)]
        if how == "in a set":
            names = list(set(names))
        if how == "as drawn at import":
            names = [names[number] for number in AT_IMPORT]
        if how == "as listed":
            names = os.listdir(folder)
        if how == "as walked":
            names = [name for _, _, files in os.walk(folder) for name in files]
        if how == "as globbed":
            names = [path.name for path in Path(folder).glob("*")]
        if how == "sorted":
            names = sorted(set(os.listdir(folder)))
        if how == "by entropy":
            names = random.SystemRandom().sample(names, 26)
        self.order = np.array([int(name.split()[1]) for name in names])


@functools.lru_cache(maxsize=16)
def kept_rows(first: int) -> Any:
    """Rows that are loaded once."""
    return np.random.default_rng(first).normal(size=(3, 2))


class Slotted:
    """Holds rows without a dict of its own."""

    __slots__ = ("rows",)

    def __init__(self, rows: Any) -> None:
        self.rows = rows


class Drifts(Rows):
    """Changes its data while it is read, or at an epoch's end; or only seems to."""

    def __init__(self, how: str) -> None:
        super().__init__(24, 3)
        self.how = how
        self.x = np.random.default_rng(8).normal(size=(24, 2))
        self.scale = np.ones(1)
        self.done = np.zeros(24, bool)
        self.made = np.zeros((24, 2))
        self.slotted = Slotted(self.x.copy())
        self.epoch = 0
        self.at = 0

    def __getitem__(self, index: int) -> Any:
        rows = slice(index * 3, index * 3 + 3)
        view = self.x[rows]
        if self.how == "scaled":
            view *= 0.5
        elif self.how == "noisy":
            view += np.random.normal(size=view.shape)
        elif self.how == "flipped" and np.random.random() < 0.5:
            view[:] = view[:, ::-1].copy()
        elif self.how == "slotted":
            view = self.slotted.rows[rows]
            view *= 0.5
        elif self.how == "slotted once":
            view = self.slotted.rows[rows]
            view -= view.mean()
        elif self.how == "rebound":
            self.x = self.x * 0.5
            view = self.x[rows]
        elif self.how == "reckoned":
            self.scale *= 0.9
            view = view * self.scale
        elif self.how == "once":
            view -= view.mean()
        elif self.how == "cached":
            if not self.done[rows].all():
                self.made[rows] = view + np.random.normal(size=view.shape)
                self.done[rows] = True
            view = self.made[rows]
        elif self.how == "cursor":
            self.at += 1
            self.done[self.at % 24] = True
            view = self.x[(np.arange(3) + self.at) % 24]
        elif self.how == "shuffled":
            np.random.shuffle(self.x)
            view = self.x[rows]
        elif self.how == "kept":
            view = kept_rows(index)
            view *= 0.5
        elif self.how == "entropy":
            view = view + np.random.default_rng().normal(size=view.shape)
            self.scale *= 2
        return view.copy(), np.arange(24)[rows]

    def on_epoch_end(self) -> None:
        self.epoch += 1
        if self.how == "hook":
            self.x += np.random.normal(size=self.x.shape) * 0.01
        elif self.how == "anew":
            self.x[:] = np.random.default_rng(self.epoch).normal(size=self.x.shape)
        elif self.how == "order":
            np.random.shuffle(self.x)
        elif self.how == "weights":
            self.scale *= 0.5
        elif self.how == "counts":
            self.done = self.done + np.arange(24) % 3


class OnDisk(Rows):
    """Data in a memory-mapped file, opened in `mode`; a read writes into it where it may."""

    def __init__(self, folder: str, mode: Any) -> None:
        super().__init__(12, 3)
        file = Path(folder) / "x.npy"
        if not file.exists():
            np.save(file, np.arange(12.0))
        self.x = np.load(file, mmap_mode=mode)

    def __getitem__(self, index: int) -> Any:
        view = self.x[index * 3 : index * 3 + 3]
        if view.flags.writeable:
            view *= 0.5
        return np.array(view), np.arange(3)


class Remembers(Rows):
    """Reads leave something behind, told by `how`, that the end of an epoch may go on with."""

    def __init__(self, how: str = "") -> None:
        super().__init__(12, 3)
        self.how = how
        self.reads = 0
        self.shared = multiprocessing.Value("i", 0)
        self.cache: dict[int, Any] = {}

    def __getitem__(self, index: int) -> Any:
        self.reads += 1
        with self.shared.get_lock():
            self.shared.value += 1
        if self.how == "cached noise":
            self.cache.setdefault(index, self.x[index * 3 : index * 3 + 3] + np.random.normal(size=3))
            return self.cache[index], np.arange(index * 3, index * 3 + 3)
        if self.how == "cached":
            return self.cache.setdefault(index, self.x[index * 3 : index * 3 + 3]), np.arange(3)
        x, rows = super().__getitem__(index)
        return (x + np.random.default_rng().normal() if self.how == "entropy" else x), rows

    def on_epoch_end(self) -> None:
        super().on_epoch_end()
        counted = {"counted": self.reads, "shared": self.shared.value}.get(self.how, 0)
        self.order = np.roll(np.arange(12), counted) if counted else self.order


class Slotless:
    """Something that weak references can be made to."""


class Leaks(Rows):
    """Takes something with every read, or every epoch's end, told by `how`."""

    def __init__(self, how: str = "") -> None:
        super().__init__(12, 3)
        self.how = how
        self.kept: list[Any] = []
        self.files: dict[int, Any] = {}
        self.reads = 0

    def __getitem__(self, index: int) -> Any:
        x, rows = super().__getitem__(index)
        if self.how == "descriptors":
            os.open(os.devnull, os.O_RDONLY)
        elif self.how == "threads":
            threading.Thread(target=threading.Event().wait, daemon=True).start()
        elif self.how in ("dropped", "kept thread") and not self.kept:
            self.kept.append(threading.Thread(target=threading.Event().wait, daemon=True))
            self.kept[0].start()
        elif self.how == "brief threads":
            threading.Thread(target=time.sleep, args=(0.3,), daemon=True).start()
        elif self.how == "processes":
            self.kept.append(subprocess.Popen(["sleep", "30"]))
        elif self.how == "memory":
            self.kept.append(np.ones(100))
        elif self.how == "weak references":
            self.kept += [weakref.ref(Slotless()) for _ in range(40)]
        elif self.how == "log":
            self.kept.append(index)
        elif self.how == "names":
            # The interpreter keeps some thousand names that it was asked for.
            self.reads += 1
            x = x + sum(getattr(type(self), f"{'_' * self.reads}{mark}", 0) for mark in range(60))
        elif self.how == "lazy" and index not in self.files:
            self.files[index] = open(os.devnull)  # noqa: SIM115  # kept open, as a lazy handle is
        return (np.tile(x[:, None], 30) if self.how in ("memory", "log") else x), rows

    def on_epoch_end(self) -> None:
        if self.how == "hook":
            os.open(os.devnull, os.O_RDONLY)
        elif self.how == "dropped":
            self.kept.clear()


class Unreadable(Rows):
    """No batch of it can be read."""

    def __getitem__(self, index: int) -> Any:
        raise OSError(f"there is no file of batch {index}")


class Seeded(Rows):
    """Takes a seed, and draws its order from it or not, told by `how`."""

    def __init__(self, how: str, seed: int = 3) -> None:
        super().__init__(40, 4)
        self.how = how
        self.rng = np.random.default_rng(None if how == "entropy" else seed)
        if how == "reseeds":
            np.random.seed(seed)
        draw = np.random if how in ("process", "reseeds") else self.rng
        self.order = draw.permutation(40)

    def __getitem__(self, index: int) -> Any:
        x, rows = super().__getitem__(index)
        if self.how == "drawn":
            return x + self.rng.normal(), rows
        if self.how == "python":
            return x + random.random(), rows
        return (x + np.random.default_rng().normal() if self.how == "noise" else x), rows

    def on_epoch_end(self) -> None:
        if self.how == "hook":
            random.shuffle(self.order)
        elif self.how in ("process", "reseeds"):
            np.random.shuffle(self.order)
        else:
            self.rng.shuffle(self.order)


class Forks(Rows):
    """Opens, starts or locks something at its first read that a fork has only half of, or minds the fork: `how`."""

    def __init__(self, folder: str, how: str) -> None:
        super().__init__(24, 3)
        self.file = Path(folder) / "rows.bin"
        self.file.write_bytes(np.repeat(np.arange(24.0), 16).tobytes())
        np.savez(Path(folder) / "rows.npz", **{f"r{row}": np.full(16, float(row)) for row in range(24)})
        self.how = how
        self.handle: Any = None
        self.process = 0
        self.lock = multiprocessing.Lock()
        self.thread_lock = threading.Lock()
        if how == "at once":
            self.open()
        if how == "after fork":
            multiprocessing.util.register_after_fork(self, Forks.open)

    def open(self) -> None:
        """As a user opens it, once."""
        self.process = os.getpid()
        if self.how == "threads":
            self.handle = ThreadPoolExecutor(1)
        elif self.how == "archive":
            self.handle = np.load(self.file.with_name("rows.npz"))
        elif self.how == "mapped":
            self.handle = np.memmap(self.file, mode="r")
        elif self.how == "dies":
            self.handle = self.x
        elif self.how not in ("", "worker"):
            self.handle = self.file.open("rb")

    def row(self, row: int) -> float:
        """One number, as it stands in the file."""
        if self.how == "archive":
            return float(self.handle[f"r{row}"][0])
        if self.how == "mapped":
            return float(np.frombuffer(self.handle[row * 128 : row * 128 + 8])[0])
        if self.how == "at its place":
            return float(np.frombuffer(os.pread(self.handle.fileno(), 8, row * 128))[0])
        at, data = self.handle.seek(row * 128), self.handle.read(128)  # in one line: users write it so
        assert at == row * 128
        return float(np.frombuffer(data)[0])

    def __getitem__(self, index: int) -> Any:
        if self.handle is None or (self.how == "each process" and self.process != os.getpid()):
            self.open()
        if self.how == "dies" and self.process != os.getpid():
            os.abort()
        rows = self.order[index * 3 : index * 3 + 3]
        if self.how == "worker" and multiprocessing.parent_process() is not None:
            rows = rows[::-1] // 2
        if self.how in ("", "dies", "worker"):
            return self.x[rows], rows.copy()
        if self.how == "threads":
            return self.handle.submit(lambda: self.x[rows]).result(), rows.copy()
        with self.lock if self.how == "locked" else self.thread_lock:
            return np.array([self.row(row) for row in rows]), rows.copy()


class Draws(Rows):
    """Adds noise from one generator: its own, or one that a pickle does not carry, told by `how`."""

    shared = np.random.default_rng(8)

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how
        self.draw: Any = np.random.default_rng(4) if how in ("kept", "dropped") else None

    def __getitem__(self, index: int) -> Any:
        x, rows = super().__getitem__(index)
        if self.draw is None and self.how in ("dropped", "each worker"):
            number = multiprocessing.current_process()._identity
            self.draw = np.random.default_rng(number if self.how == "each worker" else None)
        named = {"global": np.random.mtrand._rand, "module": CALLER, "class": self.shared}
        draw = named.get(self.how, self.draw)
        return x + draw.normal(size=len(x)), rows

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "draw": None if self.how == "dropped" else self.draw}
