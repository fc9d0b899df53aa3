"""What a run leaves beside its exit code: files in a folder, and words where GitHub Actions looks for them.

Only the process that has all reports comes here, and what is meant for GitHub goes there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

from seqcheck.model.report import TargetReport
from seqcheck.reporting import github, json_report, markdown
from seqcheck.reporting.gate import Gate
from seqcheck.reporting.whole_file import write_whole

REPORT: Final = "seqcheck.json"
SUMMARY: Final = "summary.md"
PACKAGES: Final = "packages.txt"


def in_github(environment: Mapping[str, str]) -> bool:
    """Whether this is a step of GitHub Actions."""
    return environment.get("GITHUB_ACTIONS") == "true"


def root_of(environment: Mapping[str, str], rootdir: Path) -> Path:
    """The folder of the repository, from which files are named."""
    workspace = environment.get("GITHUB_WORKSPACE", "") if in_github(environment) else ""
    return Path(workspace).resolve() if workspace else rootdir


def write_folder(
    folder: Path, reports: Sequence[TargetReport], guarantees: Mapping[str, str], gate: Gate, root: Path
) -> None:
    """Leave the JSON report, a summary in Markdown, and the versions of everything that is installed.

    Raises:
        OSError: the folder cannot be written to.
    """
    json_report.write(folder / REPORT, reports, guarantees)
    write_whole(folder / SUMMARY, markdown.summary(reports, gate, root))
    write_whole(folder / PACKAGES, "".join(f"{line}\n" for line in _installed()))


def append_summary(environment: Mapping[str, str], reports: Sequence[TargetReport], gate: Gate, root: Path) -> None:
    """Put the summary where GitHub shows it beside the job; what other steps wrote there stays.

    Raises:
        OSError: the file cannot be written to.
    """
    file = environment.get("GITHUB_STEP_SUMMARY", "")
    if in_github(environment) and file:
        with Path(file).open("a", encoding="utf-8") as stream:
            stream.write(markdown.summary(reports, gate, root))


def annotated(environment: Mapping[str, str], reports: Sequence[TargetReport], gate: Gate, root: Path) -> list[str]:
    """The lines for the log of a step, none elsewhere."""
    return github.workflow_commands(reports, gate, root) if in_github(environment) else []


def _installed() -> Iterator[str]:
    found = {f"{distribution.metadata['Name']}=={distribution.version}" for distribution in metadata.distributions()}
    yield from sorted(found, key=str.lower)
