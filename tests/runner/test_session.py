"""A session on real targets: what is driven, what is shared, what is refused, and that nothing is left of it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from seqcheck.model.check import Outcome
from seqcheck.model.report import TargetReport
from seqcheck.model.scenario import Scenario, Step
from seqcheck.runner import Session, Settings, TargetError, conduct

HEAD = """
import os, sys, time
import numpy as np

class Rows:
    def __init__(self, batch_size=2):
        self.x, self.batch_size = np.arange(11.0), batch_size
        self.order, self.rng = np.arange(11), np.random.default_rng(5)
    def __len__(self):
        return -(-11 // self.batch_size)
    def __getitem__(self, index):
        rows = self.order[index * self.batch_size:(index + 1) * self.batch_size].copy()
        return self.x[rows], rows
    def on_epoch_end(self):
        self.rng.shuffle(self.order)
"""
MODULES = {
    "sound": HEAD,
    "two": "import costly\n" + HEAD,
    "three": "import costly\n" + HEAD,
    "costly": "open('imports.txt', 'a').write('once\\n')\n",
    "sleeper": HEAD + "class Sleeper(Rows):\n    def __getitem__(self, index):\n        time.sleep(3600)\n",
    "unbuilt": HEAD + "class Unbuilt(Rows):\n    def __init__(self, oracle):\n        raise ValueError(oracle)\n",
    "slow": HEAD + "class Slow(Rows):\n    def __init__(self):\n        time.sleep(3600)\n",
    "floor": """
import numpy as np
class Floor:
    def __init__(self, x, y, batch_size=4):
        self.x, self.y, self.batch_size = x, y, batch_size
    def __len__(self):
        return len(self.x) // self.batch_size
    def __getitem__(self, index):
        part = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return self.x[part], self.y[part]
""",
    "long": """
import numpy as np
class Long:
    samples = 60
    def __init__(self):
        self.order, self.rng = np.arange(self.samples), np.random.default_rng(5)
    def __len__(self):
        return 30
    def __getitem__(self, index):
        rows = self.order[index * 2:index * 2 + 2].copy()
        return rows[:, None] / 7, rows % 3
    def on_epoch_end(self):
        self.rng.shuffle(self.order)
class Rest(Long):
    samples = 61
""",
    "raising": "raise ValueError('no data here')\n",
    "exiting": "import sys\nprint('goodbye')\nsys.exit(7)\n",
    "endless": "while True: pass\n",
    "threaded": "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    + HEAD
    + "class Sleeper(Rows):\n    def __getitem__(self, index):\n        time.sleep(3600)\n",
}
FORK = Settings(start_methods=("fork",), timeout=15)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of a user's modules, which is the current one."""
    for name, text in MODULES.items():
        (tmp_path / f"{name}.py").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        yield tmp_path


@pytest.fixture
def open_session(folder: Path) -> Iterator[list[Session]]:
    """Sessions that are closed when the test is over, before it is looked at what is left."""
    opened: list[Session] = []
    yield opened
    for session in opened:
        session.close()


def drive(text: str, settings: Settings = FORK, only: tuple[str, ...] = ()) -> TargetReport:
    session = Session(settings, Path.cwd())
    try:
        return session.run(session.resolve([text])[0], only)
    finally:
        session.close()


def violated(report: TargetReport) -> set[str]:
    return {verdict.check for verdict in report.verdicts if verdict.outcome is Outcome.VIOLATED}


def test_a_sound_target_goes_through_every_engine_and_leaves_nothing(nothing_left: Path, folder: Path) -> None:
    report = drive("sound.Rows", Settings())
    assert not report.internal, report.internal[0]
    assert violated(report) == set()
    assert report.construction.ok
    pools = {"loop", "threads", "fork", "spawn", "forkserver"}
    assert pools | {"reading", "hooks", "pickling", "twins"} <= set(report.phases)
    assert not {"fit", "evaluate", "predict"} & set(report.phases)
    assert "sound" not in sys.modules
    assert report.verdict("worker-divergence").outcome is Outcome.HOLDS  # type: ignore[union-attr]
    assert sorted(path.suffix for path in folder.iterdir() if path.is_file()) == [".py"] * len(MODULES)
    assert report.cut == ()


def test_a_selection_drives_what_it_needs_and_no_more(folder: Path) -> None:
    report = drive("sound.Rows", Settings(timeout=15), only=("phantom-batch",))
    assert {"loop", "reading"} <= set(report.phases)
    assert not {"spawn", "forkserver", "twins", "pickling"} & set(report.phases)
    assert report.verdict("phantom-batch").outcome is Outcome.HOLDS  # type: ignore[union-attr]
    assert len(report.verdicts) == len(drive("sound.Rows", only=("phantom-batch",)).verdicts)


@pytest.mark.parametrize(("warm", "imports"), [((), 2), (("costly",), 1)])
def test_targets_may_share_an_import(folder: Path, warm: tuple[str, ...], imports: int) -> None:
    session = Session(FORK, folder, warm=warm)
    sys.path.insert(0, str(folder))
    try:
        for resolved in session.resolve(["two.Rows", "three.Rows"]):
            assert violated(session.run(resolved, ("phantom-batch",))) == set()
    finally:
        sys.path.remove(str(folder))
        session.close()
    assert (folder / "imports.txt").read_text().count("once") == imports


def test_sizes_are_searched_and_the_smallest_witness_is_shown_first(folder: Path) -> None:
    report = drive("floor.Floor", only=("dropped-remainder",))
    verdict = report.verdict("dropped-remainder")
    assert verdict is not None
    assert verdict.outcome is Outcome.VIOLATED
    assert "search" in report.phases
    smallest = verdict.findings[0].scenario
    assert smallest is not None
    assert (smallest.num_samples or 99) <= 5
    assert not list(folder.glob(".hypothesis"))


def test_a_target_that_hangs_is_driven_once_and_the_rest_says_why_not(nothing_left: Path, folder: Path) -> None:
    report = drive("sleeper.Sleeper", Settings(start_methods=("fork",), timeout=2))
    assert violated(report) == {"hanging-read"}
    assert "fork: the plain loop hangs already" in report.cut
    finding = report.verdict("hanging-read").findings[0]  # type: ignore[union-attr]
    assert "__getitem__" in str(finding)


def test_a_hang_that_threads_of_the_import_may_explain_is_no_fault(folder: Path) -> None:
    settings = Settings(start_methods=("forkserver",), timeout=2)
    report = drive("threaded.Sleeper", settings, only=("hanging-read",))
    assert "hanging-read" not in violated(report)
    assert any("leaves 1 threads running" in line for line in report.cut)


@pytest.mark.parametrize("name", ["unbuilt.Unbuilt", "slow.Slow"])
def test_what_cannot_be_built_is_inconclusive_everywhere(nothing_left: Path, folder: Path, name: str) -> None:
    report = drive(name, Settings(start_methods=("fork",), timeout=2, budget=20))
    assert not report.construction.ok
    assert report.construction.problem
    assert {verdict.outcome for verdict in report.verdicts} == {Outcome.INCONCLUSIVE}


def test_without_time_nothing_is_said_to_hold(folder: Path) -> None:
    report = drive("sound.Rows", Settings(start_methods=("fork",), budget=0.0))
    assert not {verdict.outcome for verdict in report.verdicts} & {Outcome.HOLDS, Outcome.VIOLATED}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sound.Row", "Rows"),
        ("soun.Rows", "soun"),
        ("raising.Rows", "ValueError: no data here"),
        ("exiting.Rows", "importing exiting raised SystemExit: 7; its last line of output: goodbye"),
        ("endless.Rows", "importing endless failed: the import did not come to an end"),
    ],
)
def test_a_target_that_is_none_is_refused_in_a_sentence(folder: Path, nothing_left: Path, text: str, said: str) -> None:
    with pytest.raises(TargetError) as refused:
        drive(text, Settings(start_methods=("fork",), timeout=0.5))
    assert said in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_a_supervisor_that_is_killed_ends_in_a_report(open_session: list[Session], folder: Path) -> None:
    session = Session(FORK, folder)
    open_session.append(session)
    (resolved,) = session.resolve(["sound.Rows"])
    os.kill(session.isolation._process.pid, signal.SIGKILL)
    session.isolation._process.wait()
    report = session.run(resolved)
    assert not {verdict.outcome for verdict in report.verdicts} & {Outcome.HOLDS, Outcome.VIOLATED}
    session.close()
    session.close()


def test_progress_is_told_in_words(open_session: list[Session], folder: Path) -> None:
    said: list[str] = []
    session = Session(FORK, folder, said.append)
    open_session.append(session)
    session.run(session.resolve(["sound.Rows"])[0], ("phantom-batch",))
    assert said[0] == "importing sound"
    assert said[1] == "looking for a way to build Rows"
    assert any("runs made, the last one" in text for text in said)


def test_the_command_line_repeats_the_settings() -> None:
    assert Settings().command("mypkg.Rows") == "pytest --seqcheck mypkg.Rows"
    other = Settings(workers=3, seed=4, start_methods=("fork", "spawn"), timeout=7.5)
    assert other.command("mypkg.Rows(batch_size=4)") == (
        "pytest --seqcheck 'mypkg.Rows(batch_size=4)' --seqcheck-workers 3 --seqcheck-timeout 7.5 --seqcheck-seed 4 "
        "--seqcheck-start-methods fork,spawn"
    )


def test_a_target_has_allowances_of_its_own(folder: Path) -> None:
    table = '[tool.seqcheck.targets."floor.Floor"'
    (folder / "pyproject.toml").write_text(f"{table}.allow]\ndropped-remainder = 'as in the paper'\n")
    report = drive("floor.Floor", FORK, only=("dropped-remainder",))
    waived = report.verdict("dropped-remainder")
    assert waived is not None
    assert (waived.outcome, waived.reason) == (Outcome.WAIVED, "as in the paper")
    assert waived.findings
    (folder / "pyproject.toml").write_text(f"{table}]\nallow = {{dropped-remainders = 'x'}}\n")
    with pytest.raises(TargetError, match=r"allow: there is no check 'dropped-remainders'\. Did"):
        drive("floor.Floor")
    (folder / "pyproject.toml").write_text(f"{table}]\nrequired = ['lost-sample']\n")
    with pytest.raises(TargetError, match=r"required: there is no check 'lost-sample'\. Did you"):
        drive("floor.Floor")


def test_one_run_is_made_again_alone(open_session: list[Session]) -> None:
    session = Session(FORK, Path.cwd())
    open_session.append(session)
    (floor,) = session.resolve(["floor.Floor"])
    sizes = Scenario("loop", epochs=2, num_samples=9, batch_size=4)
    report = session.repeat(floor, "dropped-remainder", sizes)
    (verdict,) = report.verdicts
    assert verdict.outcome is Outcome.VIOLATED
    assert {finding.scenario for finding in verdict.findings} == {sizes}
    assert set(report.phases) == {"import", "plan", "loop", "reading"}
    even = session.repeat(floor, "dropped-remainder", replace(sizes, num_samples=8))
    assert even.verdicts[0].outcome is not Outcome.VIOLATED
    script = Scenario(
        "script", num_samples=9, batch_size=4, script=(Step("read", 1), Step("epoch-end"), Step("read", 0))
    )
    assert session.repeat(floor, "phantom-batch", script).verdicts[0].check == "phantom-batch"


def test_what_was_made_before_an_interruption_is_not_made_again(
    open_session: list[Session], folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    night = tmp_path_factory.mktemp("night")
    reports = []
    for _ in range(2):
        session = Session(FORK, folder)
        open_session.append(session)
        reports.append(session.run(session.resolve(["sound.Rows"])[0], ("lost-samples", "worker-divergence"), night))
        for file in night.glob("threads-*.run"):
            file.unlink()  # as if this one had not come to its end
    first, second = reports
    assert [(one.check, one.outcome) for one in first.verdicts] == [(one.check, one.outcome) for one in second.verdicts]
    assert not first.cut
    assert {"loop", "fork", "threads"} <= set(first.phases)
    assert {"loop", "fork", "threads", "search"} & set(second.phases) == {"threads"}
    assert "search" in first.phases
    (told,) = second.cut
    assert told.startswith("made in a session before this one, which was interrupted: ")
    assert "fork" in told
    assert "threads" not in told


def test_what_the_loop_cannot_keep_is_counted(
    open_session: list[Session], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(conduct.MOST_KEPT, "loop", 3 * 2 * 10)  # ten batches
    session = Session(FORK, folder)
    open_session.append(session)
    counting = ("lost-samples", "repeated-samples", "dropped-remainder", "phantom-batch")
    sound, rest = (session.run(one, counting) for one in session.resolve(["long.Long", "long.Rest"]))
    assert {one.check: one.outcome for one in sound.verdicts if one.check in counting} == dict.fromkeys(
        counting, Outcome.HOLDS
    )
    assert "tallying" in sound.phases
    verdict = rest.verdict("dropped-remainder")
    assert verdict is not None
    assert verdict.outcome is Outcome.VIOLATED
    (finding,) = verdict.findings
    assert finding.summary == "1 sample of 61 never came in epoch 0: 30 batches of 2 make 60"
    assert finding.scenario is not None
    again = session.repeat(session.resolve(["long.Rest"])[0], "dropped-remainder", finding.scenario)
    assert again.verdicts[0].outcome is Outcome.VIOLATED
