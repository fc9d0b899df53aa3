"""States of the process's generators, and who hears of a seed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from seqcheck.experiments import seeding


@pytest.fixture(autouse=True)
def random_state_kept() -> Iterator[None]:
    kept_numpy, kept_python = np.random.get_state(), random.getstate()
    yield
    np.random.set_state(kept_numpy)
    random.setstate(kept_python)


def after(number: int, *draws: object) -> dict[str, bytes]:
    seeding.put(number)
    for draw in draws:
        draw()  # type: ignore[operator]
    return seeding.states()


def test_draws_lead_from_different_states_to_different_ones() -> None:
    assert after(1) == after(1)
    one, other = (after(number, np.random.random, random.random) for number in (1, 2))
    assert all(one[name] != other[name] for name in ("NumPy", "Python"))


def test_a_seed_leads_from_different_states_to_one() -> None:
    one, other = (after(number, lambda: np.random.seed(7)) for number in (1, 2))
    assert one["NumPy"] == other["NumPy"]
    assert one["Python"] != other["Python"]


def test_a_seed_is_heard_with_the_line_that_gives_it(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import random, numpy as np\n"
        "from seqcheck.experiments import seeding\n"
        "seeding.watch_seeds(lambda generator, spot: print(generator, spot[1]))\n"
        "seeding.put(3)\n"
        "np.random.seed(1)\n"
        "random.seed(2)\n"
    )
    where = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    told = subprocess.run([sys.executable, program], env=where, capture_output=True, text=True, check=True)
    assert told.stdout.split("\n") == ["NumPy 5", "Python 6", ""]


@pytest.mark.keras
def test_a_seed_of_tensorflow_from_before_is_no_seed_of_the_sequence(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import tensorflow as tf\n"
        "from seqcheck.experiments import seeding\n"
        "tf.random.set_seed(7)\n"
        "states = [seeding.put(number) or seeding.states()['TensorFlow'] for number in (1, 2)]\n"
        "seeding.put(3), tf.random.set_seed(7)\n"
        "print(states[0] != states[1], seeding.tensorflow_seed())\n"
    )
    where = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    told = subprocess.run([sys.executable, program], env=where, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "True 7"
