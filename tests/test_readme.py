"""What the README shows can be typed and pasted, and gives what it says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from seqcheck.checks import catalogue
from seqcheck.construction.config import read as read_config
from seqcheck.model.check import Outcome
from seqcheck.model.contract import OPTIONS
from tests.plugin.conftest import ROOT, Folder

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    ROOT / "README.md",
    *(ROOT / ".github").rglob("*.yml"),
    ROOT / ".pre-commit-hooks.yaml",
    *(ROOT / "docs").glob("*.md"),
]
OWN = """
import numpy as np


def make_data(folder):
    return np.arange(36.0).reshape(9, 4)


class MySequence:
    def __init__(self, data):
        self.data = data

    def __len__(self):
        return len(self.data) // 4

    def __getitem__(self, index):
        return self.data[index * 4 : index * 4 + 4]


def make_train():
    return MySequence(make_data(None))
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def structure(output: str) -> Iterator[str]:
    """The lines of pytest's output without what differs from machine to machine: versions, times, samples, dots."""
    kept = iter(output.splitlines())
    for line in kept:
        if re.match(
            r"platform |rootdir: |plugins: |seqcheck, after |  seconds |  left out   search: cut", line
        ) or not line.strip("= "):
            continue
        line = re.sub(r"\d+(, \d+)*", "N", line)
        line = re.sub(r"^(\S+\.py) [.sFx]*( +\[.*\])?$", r"\1", line)
        line = re.sub(r"^\[.*%\]$|^[.sFx]+ +\[.*\]$", "", line)
        line = re.sub(r"^(FAILED \S+) - .*", r"\1", line)
        if line.startswith(("=", "_")):
            line = re.sub(r"=+|_{2,}", "=", line)
            line = re.sub(r" in N.*", " in N =", line)
        if line:
            yield re.sub(r", in N.*", ", in N", line)


def once(lines: Iterator[str]) -> list[str]:
    """Each line where it stands first: a line of progress makes pytest name the file again."""
    return list(dict.fromkeys(lines))


@pytest.mark.keras
@pytest.mark.slow
def test_the_terminal_says_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # However busy the machine is, the search is not cut before it is over.
    monkeypatch.setenv("CI", "1")
    user = Folder(tmp_path)
    enough = " --seqcheck-budget 600"
    source = next(block for block in blocks("python") if block.startswith("# mypkg.py\n"))
    user.write("mypkg.py", source)
    (shown,) = blocks("console")
    command, _, output = shown.partition("\n")
    assert command.startswith("$ pytest ")
    result = user.pytest(*shlex.split(command + enough)[2:])
    assert result.returncode == pytest.ExitCode.TESTS_FAILED, result.stdout
    assert once(structure(result.stdout.replace(enough, ""))) == once(structure(output))


@pytest.mark.keras
@pytest.mark.slow
def test_the_first_command_passes(tmp_path: Path) -> None:
    command = blocks("sh")[0].strip().split(" && ")[-1]
    words = shlex.split(command)
    assert words[0] == ".venv/bin/pytest"
    # Other tests run beside this one: what a busy machine makes slow is not cut off here.
    result = Folder(tmp_path).pytest(*words[1:], "--seqcheck-budget", "600")
    assert result.returncode == pytest.ExitCode.OK, result.stdout
    assert not re.search(r"violated|inconclusive", result.stdout)


@pytest.mark.slow
def test_the_tests_to_paste_run_and_the_second_tells_each_check_apart(tmp_path: Path) -> None:
    user = Folder(tmp_path)
    pasted = [block for block in blocks("python") if "def test_train" in block]
    for number, block in enumerate(pasted):
        user.write(f"test_{number}.py", OWN + block)
    result = user.pytest("--seqcheck-start-methods", "fork", "-v")
    assert result.returncode == pytest.ExitCode.OK, result.stdout
    assert "test_0.py::test_train PASSED" in result.stdout
    assert "test_1.py::test_train[lost-samples] PASSED" in result.stdout
    items = re.findall(r"^test_1\.py::test_train\[\S+\] [A-Z]+", result.stdout, re.MULTILINE)
    assert len(items) == len(catalogue()) + 1


@pytest.mark.slow
def test_the_script_to_paste_prints_the_report(tmp_path: Path) -> None:
    user = Folder(tmp_path)
    (script,) = [block for block in blocks("python") if "report_text" in block]
    user.write("script.py", OWN + script)
    result = user.python("script.py")
    assert result.returncode == 0, result.stderr
    assert "checks hold" in result.stdout


SOUND = """
import numpy as np


class MySequence:
    def __init__(self, x, y, batch_size, shuffle):
        self.x, self.y, self.batch_size = x, y, batch_size
        self.indexes = np.random.permutation(len(x)) if shuffle else np.arange(len(x))

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __getitem__(self, index):
        rows = self.indexes[index * self.batch_size : (index + 1) * self.batch_size]
        return self.x[rows] / 255, self.y[rows]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "says"),
    [
        (SOUND, "1 passed"),
        (SOUND.replace("-(-len(self.x) // self.batch_size)", "len(self.x) // self.batch_size"), "num_samples=1"),
        (SOUND.replace("self.y[rows]", "self.y[np.sort(rows)]"), "num_samples="),
    ],
    ids=["sound", "drops-the-tail", "mispaired"],
)
def test_the_property_test_to_paste_passes_a_sound_sequence_and_fails_a_faulty_one(
    tmp_path: Path, code: str, says: str
) -> None:
    user = Folder(tmp_path)
    user.write("mypkg.py", code)
    (pasted,) = [block for block in blocks("python") if "seqcheck_probe" in block]
    user.write("test_mypkg.py", pasted)
    # Hypothesis reads all modules that are not installed, seqcheck's own among them here, and times that as a draw.
    user.write(
        "conftest.py",
        "import hypothesis\n"
        "unhurried = [hypothesis.HealthCheck.too_slow]\n"
        'hypothesis.settings.register_profile("unhurried", suppress_health_check=unhurried, deadline=None)\n'
        'hypothesis.settings.load_profile("unhurried")\n',
    )
    result = user.pytest("test_mypkg.py", "-p", "no:cacheprovider")
    assert says in result.stdout, result.stdout
    assert (result.returncode == pytest.ExitCode.OK) is (code == SOUND)


def test_the_configurations_to_paste_are_read(tmp_path: Path) -> None:
    for block in blocks("toml"):
        (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
        config = read_config(tmp_path)
        named = {*(config.required or ()), *(name for target in config.targets.values() for name in target.allow)}
        assert config.targets
        assert named <= set(catalogue())


def test_every_option_is_named_and_none_that_does_not_exist(tmp_path: Path) -> None:
    offered = set(re.findall(r"--seqcheck[a-z-]*", Folder(tmp_path).pytest("--help").stdout))
    assert offered <= set(re.findall(r"--seqcheck[a-z-]*", README))
    for document in DOCUMENTS:
        named = set(re.findall(r"--seqcheck[a-z-]*", document.read_text(encoding="utf-8")))
        assert named - {"--seqcheck-"} <= offered, document


def test_the_tables_have_every_option_of_the_contract_and_every_verdict() -> None:
    contract = README.partition("## Declaring the contract")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?`) \|", contract, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(OPTIONS)
    verdicts = README.partition("## What the verdicts mean")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", verdicts, re.MULTILINE) == [outcome.value for outcome in Outcome]
