"""However a run ends, its history comes back and nothing of it is left: no process, no file, no environment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from seqcheck.engines import proctree
from seqcheck.engines.isolate import Isolation, Outcome
from seqcheck.engines.loop import KERAS_3
from seqcheck.engines.run import Run
from seqcheck.model.history import EngineNote, Failure, History
from seqcheck.model.scenario import Scenario
from tests.residue import await_that
from tests.runs import PATIENT, SHORT, Bench, drive, history_of

LOOP = Scenario("loop", epochs=1)
HOSTILE = {
    "raises": "finished",
    "exits": "finished",
    "interrupts": "finished",
    "ends": "died",
    "kills_itself": "died",
    "opens_a_listener_and_dies": "died",
    "segfaults": "died",
    "sleeps": "timed-out",
    "spins": "timed-out",
    "ignores_sigterm": "timed-out",
    "waits_for_itself": "timed-out",
    "leaves_a_daemon": "finished",
    "leaves_a_child_and_ends": "died",
    "leaves_a_thread": "finished",
    "clears_the_environment": "finished",
    "closes_what_is_open": "finished",
    "closes_stdout": "finished",
    "shouts": "finished",
}
"""What a read may do to its process, and how the run then ends."""


def say(text: str, run: Run) -> None:
    """A run that prints and notes its text."""
    print(text)
    run.record(EngineNote("version", text))


def note_environment(run: Run) -> None:
    """A run that notes what it has for an environment."""
    run.record(EngineNote("version", repr({name: os.environ.get(name) for name in ("CUDA_VISIBLE_DEVICES", "MINE")})))


def fail_of_itself(run: Run) -> None:
    """A run that fails outside the user's code."""
    raise LookupError("our own fault")


def start(isolation: Isolation, function: Any, *arguments: Any, nursery: str = "main") -> Future[Outcome]:
    return isolation.run(nursery, function, arguments, silence=PATIENT, limit=120)


def opened(**how: Any) -> Isolation:
    """An isolation whose first nursery is ready."""
    isolation = Isolation()
    ready = isolation.nursery("main", modules=["tests.specimens"], preload=["tests.runs"], **how).result()
    assert ready.failure is None, ready.failure
    return isolation


@pytest.fixture(scope="module")
def ended(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Outcome, Path]]:
    """Every hostile run, all at a time, each with a folder of its own."""
    folders = {how: tmp_path_factory.mktemp(how) for how in HOSTILE}
    runs = {
        how: bench.start("Trap", LOOP, {"how": how, "folder": str(folders[how])}, silence=3 * SHORT) for how in HOSTILE
    }
    return {how: (future.result(), folders[how]) for how, future in runs.items()}


@pytest.mark.parametrize("how", HOSTILE)
def test_whatever_a_read_does_its_run_has_a_history(ended: dict[str, tuple[Outcome, Path]], how: str) -> None:
    history = history_of(ended[how][0], LOOP)
    assert history.ending == HOSTILE[how]
    assert {0, 1, 2} <= {read.index for read in history.reads}
    if history.ending == "finished":
        assert {4, 5, 6, 7} <= {read.index for read in history.reads}
    else:
        assert [begun.index for begun in history.unfinished] == [3]


@pytest.mark.parametrize(
    ("how", "cause"),
    [("ends", "exit 3"), ("kills_itself", "SIGKILL"), ("segfaults", "SIGSEGV"), ("leaves_a_child_and_ends", "exit 3")],
)
def test_a_death_is_told_with_its_cause(ended: dict[str, tuple[Outcome, Path]], how: str, cause: str) -> None:
    death = history_of(ended[how][0], LOOP).deaths[0]
    assert (death.worker, death.cause, death.during) == (-1, cause, "reading batch 3 in epoch 0")


@pytest.mark.parametrize("how", [how for how, ending in HOSTILE.items() if ending == "timed-out"])
def test_a_hang_is_told_with_its_stack(ended: dict[str, tuple[Outcome, Path]], how: str) -> None:
    timeout = history_of(ended[how][0], LOOP).timeouts[0]
    assert timeout.during == "reading batch 3 in epoch 0"
    assert f"in {how}" in timeout.stacks[0]
    assert "in __getitem__" in timeout.stacks[0]


def test_a_segfault_leaves_its_stack(ended: dict[str, tuple[Outcome, Path]]) -> None:
    assert "in segfaults" in ended["segfaults"][0].stacks[0]


def test_a_daemon_is_gone_when_the_run_that_left_it_is_over(ended: dict[str, tuple[Outcome, Path]]) -> None:
    daemon = next(ended["leaves_a_daemon"][1].glob("*.daemon"))
    assert not proctree.alive(int(daemon.stem))


def test_no_record_goes_into_a_file_of_the_user_s(ended: dict[str, tuple[Outcome, Path]]) -> None:
    texts = {path.name: path.read_bytes() for path in ended["closes_what_is_open"][1].glob("*.txt")}
    assert len(texts) == 40
    assert set(texts.values()) == {b"mine"}


def test_the_end_of_what_was_printed_is_kept(ended: dict[str, tuple[Outcome, Path]]) -> None:
    assert ended["shouts"][0].output.endswith("xxx")
    assert len(ended["shouts"][0].output) <= 4000


def crowd_one_processor(_: Run) -> None:
    """Four processes that want one processor, and record nothing."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.fork()
    os.fork()
    while True:
        pass


def test_how_long_a_silent_run_waited_for_a_processor_is_told(
    bench: Bench, ended: dict[str, tuple[Outcome, Path]]
) -> None:
    crowded = bench.isolation.run("main", crowd_one_processor, (), silence=SHORT, limit=60).result()
    assert crowded.cause == "silent"
    assert crowded.waited > SHORT / 3
    assert ended["sleeps"][0].waited < SHORT / 3


def test_nothing_is_left_however_runs_end(
    nothing_left: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened() as isolation:
        home = isolation._directory
        assert home.parent == nothing_left
        scenario = Scenario("fork", workers=2, epochs=1)
        runs = [
            isolation.run(
                "main",
                drive,
                ("tests.specimens:Trap", {"how": how, "folder": str(tmp_path)}, scenario, KERAS_3),
                silence=SHORT,
                limit=60,
            )
            for how in (
                "ignores_sigterm",
                "opens_a_listener_and_dies",
                "leaves_a_child_and_ends",
                "clears_the_environment",
                "shouts",
                "raises",
            )
        ]
        for run in runs:
            run.result()
        assert not list(home.glob("run-*"))
    assert not home.exists()
    assert capfd.readouterr() == ("", "")


def test_runs_under_way_end_with_the_isolation(nothing_left: Path, tmp_path: Path) -> None:
    with opened() as isolation:
        trap = ("tests.specimens:Trap", {"how": "leaves_a_daemon", "folder": str(tmp_path)}, LOOP, KERAS_3)
        sleeper = ("tests.specimens:Trap", {"how": "ignores_sigterm"}, LOOP, KERAS_3)
        futures = [start(isolation, drive, *trap), start(isolation, drive, *sleeper)]
        assert await_that(lambda: bool(list(tmp_path.glob("*.daemon"))))
    assert futures[1].result().cause == "no nursery"
    assert isolation.run("main", say, ("late",), silence=1, limit=1).result().cause == "no nursery"
    isolation.close()


def test_a_supervisor_that_is_killed_keeps_nobody_waiting(nothing_left: Path, ours: Callable[[], set[int]]) -> None:
    isolation = opened()
    assert isolation.nursery("busy", modules=["tests.engines.endless_thread"]).result(timeout=60).failure is None
    hanging = start(isolation, drive, "tests.specimens:Trap", {"how": "sleeps"}, LOOP, KERAS_3)
    assert await_that(lambda: bool(list((isolation._directory / "run-1").glob("*.log"))))
    importing = isolation.nursery("other", modules=["tests.engines.endless_import"])
    os.kill(isolation._process.pid, signal.SIGKILL)
    assert hanging.result(timeout=60).broken == ("the supervising process was ended from outside",)
    failure = importing.result(timeout=60).failure
    assert failure is not None
    assert failure.type_name == "seqcheck.SupervisorEnded"
    # And so it is for whatever is asked for later.
    assert start(isolation, say, "late").result(timeout=60).broken
    assert isolation.nursery("third").result(timeout=60).failure == failure
    assert isolation.nursery_here("fourth", object()).result(timeout=60).failure == failure
    isolation.close()
    assert await_that(lambda: not ours())


@pytest.fixture
def ours() -> Callable[[], set[int]]:
    """The processes below this one that were not there when the test began."""
    before = proctree.descendants([os.getpid()])
    return lambda: proctree.descendants([os.getpid()]) - before


CLIENT = """
import sys
from seqcheck.engines.isolate import Isolation
from seqcheck.engines.loop import KERAS_3
from seqcheck.model.scenario import Scenario
from tests.runs import drive

isolation = Isolation()
isolation.nursery("main", modules=["tests.specimens"], preload=["tests.runs"]).result()
isolation.nursery("endless", modules=["tests.engines.endless_import"])
isolation.nursery_here("here", object()).result()
scenario = Scenario("fork", workers=2)
arguments = ("tests.specimens:Trap", {"how": "leaves_a_daemon", "folder": sys.argv[1]}, scenario, KERAS_3)
isolation.run("main", drive, arguments, silence=600, limit=600)
arguments = ("tests.specimens:Trap", {"how": "ignores_sigterm"}, scenario, KERAS_3)
isolation.run("main", drive, arguments, silence=600, limit=600).result()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_client_that_is_killed_leaves_nothing(
    nothing_left: Path, tmp_path: Path, ours: Callable[[], set[int]], number: int
) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    client = subprocess.Popen([sys.executable, "-c", CLIENT, str(tmp_path)], env=environment)
    assert await_that(lambda: bool(list(tmp_path.glob("*.daemon"))))
    assert len(ours()) > 4
    os.kill(client.pid, number)
    client.wait()
    assert await_that(lambda: not ours())
    assert await_that(lambda: not list(nothing_left.iterdir()))


IMPORTS = {
    "raises_on_import": ("builtins.ValueError", "no data here"),
    "exits_on_import": ("SystemExit", "7"),
    "ends_on_import": ("seqcheck.ImportEnded", "the process ended with exit 9"),
    "garbles_on_import": (
        "seqcheck.ImportEnded",
        "it closed the channel that it reports through, or wrote into it",
    ),
    "endless_import": ("seqcheck.ImportEnded", f"the import did not come to an end within {SHORT:g} s"),
}


@pytest.mark.parametrize("parent", ["", "main"], ids=["fresh", "forked"])
@pytest.mark.parametrize("module", IMPORTS)
def test_a_module_that_fails_on_import_is_an_answer(bench: Bench, module: str, parent: str) -> None:
    name = f"of-{module}-{parent}"
    limit = SHORT if module == "endless_import" else PATIENT
    ready = bench.isolation.nursery(name, modules=[f"tests.engines.{module}"], limit=limit, parent=parent).result()
    kind, message = IMPORTS[module]
    assert ready.failure is not None
    assert ready.failure.type_name == kind.removeprefix("builtins.")
    assert ready.failure.message == message
    outcome = start(bench.isolation, say, "never", nursery=name).result()
    assert outcome.cause == ("no nursery" if kind == "seqcheck.ImportEnded" else "")
    assert "about to fail" in bench.isolation.output(name)


def test_a_nursery_counts_the_threads_that_its_import_left(bench: Bench) -> None:
    assert bench.isolation.nursery("threaded", modules=["tests.engines.threaded_import"]).result().threads == 1


def test_a_module_that_patches_pickle_is_driven_all_the_same(bench: Bench) -> None:
    ready = bench.isolation.nursery("patched", modules=["tests.engines.patches_on_import"]).result()
    assert ready.failure is None
    outcome = start(bench.isolation, say, "all is well", nursery="patched").result()
    assert [record.text for record in outcome.records if isinstance(record, EngineNote)] == ["all is well"]


def test_a_search_path_is_the_user_s_own(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "only_here.py").write_text("VALUE = 1")
    ready = bench.isolation.nursery("elsewhere", search_path=[str(tmp_path)], modules=["only_here"]).result()
    assert ready.failure is None


def test_a_nursery_forked_from_another_needs_no_import(bench: Bench) -> None:
    ready = bench.isolation.nursery("forked", parent="main", modules=["tests.specimens"]).result()
    assert ready.failure is None
    assert start(bench.isolation, say, "hello", nursery="forked").result().cause == ""
    orphan = bench.isolation.nursery("orphan", parent="nobody").result().failure
    assert orphan is not None
    assert orphan.message == "the process to fork it from is gone: nobody"


def test_an_instance_that_lives_here_is_driven_in_forks_of_this_process(nothing_left: Path) -> None:
    here = [lambda: 41]
    with Isolation() as isolation:
        assert isolation.nursery_here("here", here).result().failure is None
        outcome = start(isolation, note_instance, nursery="here").result()
    assert [record.text for record in outcome.records if isinstance(record, EngineNote)] == ["41"]
    assert here[0]() == 41


def note_instance(run: Run) -> None:
    from seqcheck.engines import nursery

    run.record(EngineNote("version", str(nursery.instance[0]())))
    nursery.instance[0] = None


def test_records_and_output_of_a_run_come_back(bench: Bench) -> None:
    outcome = start(bench.isolation, say, "all is well").result()
    assert [record.text for record in outcome.records if isinstance(record, EngineNote)] == ["all is well"]
    assert outcome.output == "all is well"
    assert (outcome.cause, outcome.stacks, outcome.broken) == ("", (), ())


def test_children_see_no_gpu_and_this_process_keeps_its_own(
    monkeypatch: pytest.MonkeyPatch, nothing_left: Path
) -> None:
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setenv("MINE", "yes")
    with opened() as isolation:
        outcome = start(isolation, note_environment).result()
    monkeypatch.setenv("TMPDIR", str(nothing_left))
    monkeypatch.delenv("MINE")
    assert "{'CUDA_VISIBLE_DEVICES': '-1', 'MINE': 'yes'}" in [
        getattr(record, "text", "") for record in outcome.records
    ]
    assert "CUDA_VISIBLE_DEVICES" not in os.environ


def test_a_failure_of_our_own_is_not_the_user_s(bench: Bench) -> None:
    from seqcheck.engines import autopsy

    outcome = start(bench.isolation, fail_of_itself).result()
    assert "LookupError: our own fault" in outcome.broken[0]
    history = autopsy.history_of(LOOP, outcome, 1)
    assert (history.ending, history.note) == ("seqcheck-failed", "seqcheck failed: LookupError: our own fault")


def test_a_run_that_takes_more_than_its_limit_is_cut(bench: Bench) -> None:
    history: History = bench.history("Trap", LOOP, {"how": "sleeps"}, limit=SHORT)
    assert (history.ending, history.note) == ("not-run", "the time budget ran out")
    assert history.timeouts == ()


def test_a_long_temporary_directory_leaves_room_for_sockets(
    nothing_left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = nothing_left / ("d" * 80)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with opened() as isolation:
        assert start(isolation, say, "hello").result().cause == ""
        home = isolation._directory
    assert not home.exists()
    assert list(deep.iterdir()) == []
    deep.rmdir()


def test_failures_are_data(bench: Bench) -> None:
    failure = bench.history("Trap", LOOP, {"how": "raises"}).reads[3].failure
    assert isinstance(failure, Failure)
    assert failure.text == "ValueError: batch 3 is broken"
