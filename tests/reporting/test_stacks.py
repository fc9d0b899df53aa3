"""Stacks on a terminal: the user's frames stay, those that only lead to them go."""

from __future__ import annotations

import threading

from seqcheck.reporting.stacks import OURS, without_ours

WAITING = f'''Thread 0x1 (most recent call first):
  File "{threading.__file__}", line 1119 in join
  File "{OURS}/engines/pools.py", line 102 in _threads
  File "<string>", line 1 in <module>'''
READING = f'''Current thread 0x2 (most recent call first):
  File "{threading.__file__}", line 320 in wait
  File "/home/me/data.py", line 11 in __getitem__
  File "{OURS}/engines/reading.py", line 124 in attempt
  File "{OURS}/engines/loop.py", line 47 in drive'''
OWN = f'''Thread 0x3 (most recent call first):
  File "/home/me/data.py", line 30 in prefetch
  File "{threading.__file__}", line 982 in run'''


def test_a_stack_ends_where_seqcheck_called() -> None:
    assert without_ours(READING).splitlines() == READING.splitlines()[:3]


def test_threads_that_wait_for_the_users_code_are_left_out() -> None:
    assert without_ours(WAITING) == ""
    shown = without_ours(f"{WAITING}\n\n{READING}\n\n{OWN}")
    assert shown.splitlines() == [*READING.splitlines()[:3], *OWN.splitlines()]


def test_a_reference_sequence_is_judged_like_one_of_the_users() -> None:
    frame = f'  File "{OURS}/reference/arrays.py", line 60 in __getitem__'
    stack = f'Thread 0x4 (most recent call first):\n{frame}\n  File "{OURS}/engines/loop.py", line 47 in drive'
    assert without_ours(stack).splitlines()[1:] == [frame]


def test_what_is_no_stack_stays() -> None:
    assert without_ours("the process ended before it could tell") == "the process ended before it could tell"
