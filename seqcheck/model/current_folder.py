"""The current folder of a process in which the user's code has run: it may have been removed."""

from __future__ import annotations

import os


def current_folder() -> str:
    """Its path; empty where there is no such folder any more."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def return_to(folder: str) -> None:
    """Make it the current one again; where it was gone when it was asked for, stay."""
    if folder and current_folder() != folder:
        os.chdir(folder)
