"""A run is shown line by line, a line that was interrupted where it went on."""

from __future__ import annotations

from types import CodeType

from seqcheck.schedule.interleaving import MOST_LINES, Line, lines, place_of_switch, rendered
from seqcheck.schedule.outcome import Outcome, Step
from seqcheck.schedule.text import Schedule, Setting

SOURCE = "def read(self, index):\n    self.index = index\n    return self.x[self.index]\n"
CODE = next(item for item in compile(SOURCE, "/users/data.py", "exec").co_consts if isinstance(item, CodeType))


def offset_of(line: int) -> int:
    return next(start for start, _, number in CODE.co_lines() if number == line)


def run(*steps: tuple[int, int, int], switches: tuple[tuple[int, int, int], ...] = ()) -> Outcome:
    """Steps are (thread, number, line)."""
    trace = tuple(Step(thread, number, CODE, offset_of(line)) for thread, number, line in steps)
    return Outcome((("returned", None),) * 2, Schedule(0, switches), (3, 3), trace=trace)


TORN = run((0, 1, 2), (0, 2, 3), (1, 1, 2), (1, 2, 3), (0, 3, 3), switches=((0, 2, 1),))


def test_a_line_before_which_a_thread_gave_way_comes_where_it_goes_on() -> None:
    assert [(line.thread, line.number) for line in lines(TORN)] == [(0, 2), (1, 2), (1, 3), (0, 3)]


def test_a_line_in_the_middle_of_which_it_gave_way_comes_twice() -> None:
    halved = run((0, 1, 3), (0, 2, 3), (1, 1, 2), (0, 3, 3), switches=((0, 2, 1),))
    assert lines(halved)[-1] == Line(0, "/users/data.py", 3, "read", again=True)
    assert [line.again for line in lines(halved)] == [False, False, True]


def test_the_text_names_threads_lines_switches_and_ends() -> None:
    text = rendered(TORN, Setting((0, 3)), {0: "y holds 3 in row 0, not 0"})
    assert [line.rstrip() for line in text] == [
        "  A  data.py:2 read",
        "  ---- thread B goes on ----",
        "  B  data.py:2 read",
        "  B  data.py:3 read",
        "  ---- thread A goes on ----",
        "  A  data.py:3 read",
        "  => thread A, batch 0: y holds 3 in row 0, not 0",
        "  => thread B, batch 3: as alone",
    ]


def test_of_a_long_run_the_lines_around_its_switches_are_shown() -> None:
    long = [(0, number, 2 + number % 2) for number in range(1, 400)]
    switched = run(*long, (1, 1, 2), (1, 2, 3), (0, 400, 2), switches=((0, 399, 1),))
    text = rendered(switched, Setting((0, 1)), {})
    assert len(text) < MOST_LINES
    assert text[0].strip() == "..."
    assert any("thread B goes on" in line for line in text)


def test_the_place_of_the_first_switch_is_told() -> None:
    assert place_of_switch(TORN) == Line(0, "/users/data.py", 3, "read")
    assert place_of_switch(run((0, 1, 2))) is None
