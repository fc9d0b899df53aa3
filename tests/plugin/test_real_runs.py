"""The main job from end to end, as a user meets it: real runs of plain Sequences, in a folder with nothing of ours."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import signal
import subprocess
import uuid
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from seqcheck.checks import catalogue
from tests.plugin.conftest import ROOT, Folder

pytestmark = pytest.mark.slow

DATA = """
import numpy as np


class Sound:
    def __init__(self, x, y, batch_size=4):
        self.x, self.y, self.batch_size = x, y, batch_size

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return self.x[rows].copy(), self.y[rows].copy()


class Floor(Sound):
    def __len__(self):
        return len(self.x) // self.batch_size


class NeedsFolder(Sound):
    def __init__(self, folder, rule, batch_size=4):
        x, y = (np.load(f"{folder}/{name}" + rule.casefold()) for name in "xy")
        super().__init__(x, y, batch_size)


def make_train():
    return Sound(np.arange(44.0).reshape(11, 4), np.arange(11))
"""
OWN_TESTS = """
import numpy as np

from seqcheck import parametrize_with_checks
from shop.data import Floor, Sound, make_train


def made(kind, folder):
    np.save(folder / "x.npy", np.arange(44.0).reshape(11, 4))
    return kind(np.load(folder / "x.npy"), np.arange(11))


def test_sound(seqcheck, tmp_path):
    report = seqcheck(lambda: made(Sound, tmp_path))
    assert report.verdict("lost-samples").outcome == "HOLDS"


def test_floor(seqcheck, tmp_path):
    seqcheck(lambda: made(Floor, tmp_path))


def test_declared_floor(seqcheck, tmp_path):
    seqcheck(lambda: made(Floor, tmp_path), drop_remainder=True)


@parametrize_with_checks(make_train)
def test_each(check):
    check()


@parametrize_with_checks(lambda: Floor(np.arange(44.0).reshape(11, 4), np.arange(11)))
def test_each_of_floor(check):
    check()
"""
QUICK = ("--seqcheck-start-methods", "fork")
"""No interpreters are started that only spawned workers need."""
FLOOR = "src/shop/data.py::Floor"


def shop(folder: Path) -> Folder:
    made = Folder(folder)
    made.write("src/shop/__init__.py", "")
    made.write("src/shop/data.py", DATA)
    made.write("loose.py", DATA)
    made.write("tests/test_own.py", "def test_own():\n    pass\n")
    return made


@pytest.fixture
def user(tmp_path: Path) -> Folder:
    return shop(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, subprocess.CompletedProcess[str]]:
    """One run over everything that most of the tests below look at."""
    made = shop(tmp_path_factory.mktemp("shop"))
    reports = ("--seqcheck-json", "report.json", "--junitxml", "junit.xml", "-rs")
    return made, made.pytest("--seqcheck", "shop.data.Sound", "--seqcheck", "shop.data.Floor", *reports)


def counts(output: str) -> dict[str, int]:
    """The last line of pytest's output, as numbers."""
    return {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", output.splitlines()[-1])}


def test_a_violation_ends_with_one_and_nothing_but_the_catalogue_is_run(
    whole: tuple[Folder, subprocess.CompletedProcess[str]],
) -> None:
    _, result = whole
    assert result.returncode == pytest.ExitCode.TESTS_FAILED, result.stdout
    assert f"collected {2 * (len(catalogue()) + 1)} items" in result.stdout
    assert counts(result.stdout)["failed"] == 1
    assert "test_own" not in result.stdout
    assert result.stderr == ""


def test_the_words_are_the_sequences_own(whole: tuple[Folder, subprocess.CompletedProcess[str]]) -> None:
    _, result = whole
    assert "Floor::dropped-remainder ____" in result.stdout
    assert '[tool.seqcheck.targets."shop.data.Floor"]\ndrop_remainder = true\n' in result.stdout
    assert "Traceback" not in result.stdout
    assert "tensorflow" not in result.stdout.lower()


def test_every_engine_was_driven_and_nothing_is_left_open(
    whole: tuple[Folder, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = whole
    sound, _ = json.loads((folder.folder / "report.json").read_text())["targets"]
    assert {"loop", "threads", "fork", "spawn", "forkserver"} <= set(sound["phases"])
    assert (sound["totals"]["VIOLATED"], sound["totals"]["INCONCLUSIVE"]) == (0, 0), sound
    assert [check["name"] for check in sound["checks"]] == list(catalogue())


def test_the_report_keeps_to_its_schema(whole: tuple[Folder, subprocess.CompletedProcess[str]]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    folder, _ = whole
    schema = json.loads((ROOT / "docs/report.schema.json").read_text())
    jsonschema.validate(json.loads((folder.folder / "report.json").read_text()), schema)


def test_junit_has_one_case_an_item(whole: tuple[Folder, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = whole
    cases = list(ElementTree.parse(folder.folder / "junit.xml").iter("testcase"))
    assert len(cases) == 2 * (len(catalogue()) + 1)
    failed = [case for case in cases if case.find("failure") is not None]
    assert [case.get("name") for case in failed] == ["dropped-remainder"]
    message = failed[0].find("failure").get("message")  # type: ignore[union-attr]
    assert message is not None
    assert not message.startswith("Failed")


def test_the_line_that_shows_it_again_does_and_drives_only_what_it_needs(
    whole: tuple[Folder, subprocess.CompletedProcess[str]], user: Folder
) -> None:
    _, result = whole
    line = next(line for line in result.stdout.splitlines() if line.startswith("See it again: "))
    words = shlex.split(line.removeprefix("See it again: "))
    assert words[0] == "pytest"
    again = user.pytest(*words[1:], "--seqcheck-json", "again.json")
    assert again.returncode == pytest.ExitCode.TESTS_FAILED
    assert {word: number for word, number in counts(again.stdout).items() if word != "in"} == {"failed": 1}
    (target,) = json.loads((user.folder / "again.json").read_text())["targets"]
    assert "loop" in target["phases"]
    assert not {"fork", "spawn", "threads", "pickling"} & set(target["phases"])
    assert target["totals"]["NOT_SELECTED"] == len(catalogue()) - 1


def test_paths_add_the_users_tests_and_all_forms_of_a_target_are_driven_in_every_child(user: Folder) -> None:
    forms = (
        "shop.data.Sound",
        "shop.data:make_train",
        "src/shop/data.py::Floor",
        "shop.data.Sound(batch_size=3)",
        "loose.Sound",
    )
    named = [word for form in forms for word in ("--seqcheck", form)]
    select = ("--seqcheck-select", "crashing-worker", "--seqcheck-json", "report.json")
    result = user.pytest("tests", *named, *select)
    assert result.returncode == pytest.ExitCode.OK, result.stdout
    assert counts(result.stdout)["passed"] == 1 + 2 * len(forms)
    targets = json.loads((user.folder / "report.json").read_text())["targets"]
    assert [target["target"] for target in targets] == list(forms)
    assert all("spawn" in target["phases"] for target in targets)


def test_the_command_is_understood_from_a_folder_below(user: Folder) -> None:
    user.write("pyproject.toml", "[tool.pytest.ini_options]\n")
    listed = user.pytest("--seqcheck", "shop.data.Sound", "--co", "-q", folder="tests")
    assert "src/shop/data.py::Sound::lost-samples" in listed.stdout


def test_pytest_selects_stops_and_repeats(user: Folder) -> None:
    floor = ("--seqcheck", "shop.data.Floor", *QUICK)
    chosen = user.pytest(*floor, "-k", "dropped-remainder or empty-epoch", "-m", "seqcheck")
    assert {"failed": 1, "passed": 1, "deselected": len(catalogue()) - 1}.items() <= counts(chosen.stdout).items()
    again = user.pytest(*floor, "--lf", "-x")
    assert {"failed": 1}.items() <= counts(again.stdout).items()
    assert "passed" not in counts(again.stdout)


def test_a_waiver_is_strict(user: Folder) -> None:
    waiver = ("--seqcheck-allow", "dropped-remainder=see #12", "-k", "dropped-remainder", *QUICK)
    waived = user.pytest("--seqcheck", "shop.data.Floor", *waiver, "-rx")
    assert waived.returncode == pytest.ExitCode.OK
    assert "dropped-remainder is allowed: see #12" in waived.stdout
    kept = user.pytest("--seqcheck", "shop.data.Sound", *waiver)
    assert kept.returncode == pytest.ExitCode.TESTS_FAILED
    assert "dropped-remainder is allowed (see #12), but the check holds" in kept.stdout


def test_workers_of_xdist_share_targets_and_each_is_driven_once(user: Folder) -> None:
    if importlib.util.find_spec("xdist") is None:
        pytest.skip("pytest-xdist is not installed")
    named = ("--seqcheck", "shop.data.Sound", "--seqcheck", "shop.data.Floor")
    run = (*named, *QUICK, "-n", "2", "--seqcheck-json", "report.json")
    result = user.pytest(*run, plugins=["xdist", "xdist.looponfail"])
    assert result.returncode == pytest.ExitCode.TESTS_FAILED, result.stdout
    assert counts(result.stdout)["failed"] == 1
    targets = json.loads((user.folder / "report.json").read_text())["targets"]
    assert [target["target"] for target in targets] == ["shop.data.Sound", "shop.data.Floor"]
    assert all(target["totals"]["NOT_SELECTED"] == 0 for target in targets)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("shop.data.Soun", "Did you mean 'Sound'?"),
        ("shp.data.Sound", "Did you mean 'shop'?"),
        ("src/shop/dat.py::Sound", "Did you mean 'data.py'?"),
        ("shop.data.Sound(batch_size=n)", "n is no literal"),
        ("shop.data.Sound(batchsize=4)", "Did you mean 'batch_size'?"),
        ("broken.Sound", "RuntimeError: no data folder was configured (broken.py:2: raise RuntimeError("),
        ("leaving.Sound", "importing leaving raised SystemExit: usage: leaving.py DATA"),
        ("endless.Sound", "the import did not come to an end"),
    ],
)
def test_what_is_no_target_is_a_usage_error_of_one_line(user: Folder, target: str, message: str) -> None:
    user.write("broken.py", '\nraise RuntimeError("no data folder was configured")\n')
    user.write("leaving.py", 'raise SystemExit("usage: leaving.py DATA")\n')
    user.write("endless.py", "while True:\n    pass\n")
    result = user.pytest("--seqcheck", target, "--seqcheck-timeout", "0.2" if "endless" in target else "20")
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stdout


def test_what_cannot_be_built_says_what_to_paste_and_that_works(user: Folder) -> None:
    needs = ("--seqcheck", "shop.data.NeedsFolder", "-k", "construction", *QUICK)
    result = user.pytest(*needs)
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "NeedsFolder cannot be built: nothing says what rule should be" in result.stdout
    text = result.stdout.partition("To build it, paste:\n")[2].partition("See it again")[0]
    pasted = "\n".join(line.removeprefix("  ") for line in text.splitlines())
    arguments, factory = re.split(r"^# or, where they will not, a factory\n", pasted, flags=re.MULTILINE)
    toml, file, python = re.split(r"^# (\S+\.py)\n", factory, flags=re.MULTILINE)

    np.save(user.folder / "x.npy", np.ones((9, 2)))
    np.save(user.folder / "y.npy", np.arange(9))
    said = {"folder": repr(str(user.folder)), "rule": "'.NPY'"}
    assert "args = { rule = ... }" in arguments
    assert all(f"{name}=..." in python for name in said)
    for name, value in said.items():
        python = python.replace(f"{name}=...", f"{name}={value}")
    # A folder could be made up; whoever has one says so in the same place.
    user.write("pyproject.toml", arguments.replace("rule = ...", f"folder = {said['folder']}, rule = {said['rule']}"))
    assert user.pytest(*needs).returncode == pytest.ExitCode.OK
    user.write("pyproject.toml", toml)
    user.write(file, python)
    built = user.pytest(*needs)
    assert built.returncode == pytest.ExitCode.OK, built.stdout


def test_the_users_own_tests_fail_with_the_same_words(user: Folder) -> None:
    user.write("conftest.py", "import sys\nsys.path.insert(0, 'src')\n")
    user.write("tests/test_own.py", OWN_TESTS)
    result = user.pytest("tests", *QUICK, "-rA")
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    failed = re.findall(r"^FAILED (\S+)", result.stdout, re.MULTILINE)
    each = "tests/test_own.py::test_each_of_floor[dropped-remainder]"
    assert sorted(failed) == [
        "tests/test_own.py::test_each_of_floor[dropped-remainder]",
        "tests/test_own.py::test_floor",
    ]
    assert "declare it as a keyword argument of the call: drop_remainder=True" in result.stdout
    assert "See it again: pytest tests/test_own.py::test_floor\n" in result.stdout
    assert f"See it again: pytest '{each}'\n" in result.stdout
    assert "PASSED tests/test_own.py::test_each[lost-samples]" in result.stdout


def test_a_run_that_takes_long_says_what_it_does(user: Folder) -> None:
    user.write("lengthy.py", f"import time\ntime.sleep(5.5)\n{DATA}")
    result = user.pytest("--seqcheck", "lengthy.Sound", "--co", "-q", "-v", *QUICK)
    assert re.search(r"^seqcheck, after \d+ s: importing lengthy$", result.stdout, re.MULTILINE)


def test_an_interrupt_ends_everything_at_once(user: Folder) -> None:
    """The Sequence tells through a pipe that it is being read, and hangs; then Ctrl-C comes, as a terminal sends it."""
    pipe = user.folder / "reading"
    os.mkfifo(pipe)
    hang = f"open({str(pipe)!r}, 'w').close()\n        while True: pass"
    user.write("hangs.py", DATA.replace("rows = slice", f"{hang}\n        rows = slice", 1))
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        user.command("--seqcheck", "hangs.Sound(batch_size=2)", *QUICK),
        cwd=user.folder,
        env=user.environment() | {"SEQCHECK_TEST_MARK": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # Whoever started these tests in the background may have had their shell ignore it for all that they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with pipe.open():  # blocks until somebody reads a batch
        os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, output
    assert "KeyboardInterrupt" in output
    assert "Traceback" not in output
    assert "seqcheck/engines" not in output
    assert [pid for pid in marked(mark) if pid != process.pid] == []


def marked(mark: str) -> list[int]:
    """Every process whose environment has the mark."""
    found: list[int] = []
    for folder in Path("/proc").iterdir() if Path("/proc/self/environ").exists() else ():
        try:
            if folder.name.isdigit() and mark.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it ended meanwhile, or is another user's
            continue
    return found
