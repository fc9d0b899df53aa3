"""The recipe that works is found, what the Sequence does wrong is left to the checks, and what made-up data cannot
show is not held against it."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from seqcheck.construction.build import build
from seqcheck.construction.explore import Explored, Unbuilt, explore, salvage
from seqcheck.construction.options import combine
from seqcheck.construction.paste import summary
from seqcheck.model.contract import ContractError
from seqcheck.model.scenario import Scenario
from tests.construction.conftest import Project

SOUND = """
    import numpy as np

    class S:
        def __init__(self, x, y, batch_size, shuffle=True):
            self.x, self.y, self.batch_size = x, y, batch_size
            self.shuffle = shuffle
        def __len__(self): return -(-len(self.x) // self.batch_size)
        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""


def sub(project: Project, signature: str, getitem: str, length: str = "return 5", init: str = "pass") -> None:
    """A class written in four lines, over numpy."""
    project.write(
        "data.py",
        f"""
import numpy as np
class S:
    def __init__(self, {signature}):
        self.__dict__.update({{k: v for k, v in locals().items() if k != "self"}})
        {init}
    def __len__(self): {length}
    def __getitem__(self, index): {getitem}
""",
    )


@pytest.mark.parametrize(
    ("default", "target", "said"),
    [
        (False, "data.S", None),
        (True, "data.S", True),
        (False, "data.S(drop_last=True)", True),
        (True, "data.S(drop_last=False)", None),
    ],
)
def test_what_is_asked_to_leave_out_the_rest_says_so(
    project: Project, default: bool, target: str, said: bool | None
) -> None:
    project.write("data.py", SOUND.replace("shuffle=True", f"shuffle=True, drop_last={default}"))
    found = project.built(target)
    assert found.contract.drop_remainder is said
    assert not found.contract.declared("drop_remainder")


def test_a_plain_class_is_built_from_the_probe(project: Project) -> None:
    project.write("data.py", SOUND)
    found = project.built("data.S")
    assert summary(found.recipe) == "S(x=probe (37, 4), y=probe labels 0-36, batch_size=8)"
    assert (found.length, found.trouble, found.tried, found.type_name) == (5, "", (), "S")
    assert (found.batch_size, found.batch_size_source) == (8, "constructor")
    assert found.vary == ("num_samples", "batch_size", "shuffle")
    assert (found.shuffle_parameter, found.shuffle_default) == ("shuffle", True)
    assert found.contract.shuffles is True
    assert not found.contract.declared("shuffles")
    assert found.contract.drop_remainder is None
    assert found.seconds_read is not None
    assert pickle.loads(pickle.dumps(found)) == found


def test_attempts_are_recorded_before_and_after(project: Project) -> None:
    project.write("data.py", SOUND)
    project.built("data.S")
    stages = [(item.stage, item.index, item.ended) for item in project.attempts]
    assert stages[:5] == [
        ("construct", None, False),
        ("construct", None, True),
        ("length", None, False),
        ("length", None, True),
        ("read", 0, False),
    ]
    assert all(pickle.loads(pickle.dumps(item)) == item for item in project.attempts)


@pytest.mark.parametrize(
    ("signature", "init", "getitem", "line"),
    [
        # what is done to x or y asks for another shape
        ("x, y", "", "return x[:8].transpose(0, 3, 1, 2), y[:8]", "S(x=probe (37, 8, 8, 3), y=probe labels 0-36)"),
        ("x, y", "assert x.ndim == 1", "return x[:8], y[:8]", "S(x=probe (37,), y=probe labels 0-36)"),
        ("x, y", "", "return x[:8], y[:8, 0]", "S(x=probe (37, 4), y=probe one-hot labels (37, 37))"),
        # classes of which there are ten: batch 0 alone would not show it
        (
            "x, y",
            "",
            "return x[:8], np.eye(10)[y[index * 8 : index * 8 + 8]]",
            "S(x=probe (37, 4), y=probe labels 0-9, repeated)",
        ),
        # sizes that the constructor refuses
        ("x, batch_size=8", "assert len(x) % batch_size == 0", "return x[:8]", "S(x=probe (32, 4))"),
        ("x, batch_size=32", "assert batch_size == 32", "return x[:8]", "S(x=probe (133, 4))"),
    ],
)
def test_other_recipes_are_tried_where_the_first_does_not_fit(
    project: Project, signature: str, init: str, getitem: str, line: str
) -> None:
    own = "x, y = self.x, self.__dict__.get('y'); "
    sub(project, signature, own + getitem, init=init or "pass")
    found = project.built("data.S")
    assert (summary(found.recipe), found.trouble) == (line, "")


def test_a_size_that_hides_a_fault_is_not_chosen(project: Project) -> None:
    """A last batch that crashes must not be mended by a probe without one."""
    sub(project, "x, batch_size=8", "return self.x[np.arange(8) + 8 * index]")
    found = project.built("data.S")
    assert (found.recipe.num_samples, found.trouble) == (37, "")


def test_own_defaults_go_first_and_the_probe_helps_where_they_do_not_work(project: Project) -> None:
    sub(project, "x=None, batch_size=8", "return self.x[:8]", "return len(self.x) // 8")
    assert summary(project.built("data.S").recipe) == "S(x=probe (37, 4))"
    sub(project, "x=None, batch_size=8", "return np.zeros((8, 2))")
    found = project.built("data.S")
    assert (summary(found.recipe), found.vary) == ("S()", ())


@pytest.mark.parametrize(
    ("getitem", "length", "trouble"),
    [
        ("raise ValueError('boom')", "return 5", "[0] failed: ValueError: boom (data.py:"),
        ("return None", "return 5", "[0] is None"),
        ("return np.zeros((0, 3)), np.zeros(0)", "return 5", "[0] has no rows"),
        ("return np.zeros(3)", "return 0", "len() is 0"),
        ("return np.zeros(3)", "return 2.5", "len() is 2.5, which is no number of batches"),
        ("return np.zeros(3)", "return -1", "len() is -1"),
        ("return np.zeros(3)", "raise KeyError('n')", "len() failed: KeyError: 'n'"),
        ("raise SystemExit(3)", "return 5", "[0] failed: SystemExit: 3"),
    ],
)
def test_a_sequence_that_fails_by_itself_is_driven_all_the_same(
    project: Project, getitem: str, length: str, trouble: str
) -> None:
    sub(project, "batch_size=4", getitem, length)
    found = project.built("data.S")
    assert trouble in found.trouble
    assert trouble in found.tried[0]


@pytest.mark.parametrize(
    ("getitem", "built"),
    [
        ("return open(self.x[0]).read()", False),  # paths were meant
        ("return self.x['image']", False),  # a table was meant
        ("raise ValueError('x must hold paths')", False),
        ("return np.float_(missing)", True),
        ("return undefined_name", True),
        ("return self.z", True),
        ("return None", True),
        ("raise SystemExit", True),
        ("return self.x[:8] if index else 1 / 0", True),  # other batches of the same data can be read
    ],
)
def test_made_up_data_are_not_held_against_the_sequence(project: Project, getitem: str, built: bool) -> None:
    sub(project, "x, y, batch_size=8", getitem)
    found = project.explore("data.S")
    assert isinstance(found, Explored) == built
    if isinstance(found, Unbuilt):
        assert found.tried[0].startswith("S(x=probe (37, 4), y=probe labels 0-36): [0] failed: ")


def test_an_order_made_by_the_hook_alone_is_the_sequences_fault(project: Project) -> None:
    sub(project, "x, order=None", "return self.x[self.order[:8].astype(int)]", init="type(self).on_epoch_end = go")
    project.root.joinpath("data.py").write_text(
        project.root.joinpath("data.py").read_text() + "def go(self): self.order = np.arange(37)\n"
    )
    found = project.built("data.S")
    assert found.trouble.startswith("[0] failed: TypeError: 'NoneType' object is not subscriptable")
    assert ("hook", None, True) in [(item.stage, item.index, item.ended) for item in project.attempts]


def test_a_constructor_that_raises_is_not_built(project: Project) -> None:
    sub(project, "batch_size=8", "return 1", init="raise RuntimeError('no data here')")
    found = project.explore("data.S")
    assert isinstance(found, Unbuilt)
    assert "S(): RuntimeError: no data here (data.py:6: raise RuntimeError('no data here'))" in found.tried
    sub(project, "oracle, zebra", "return 1")
    assert project.explore("data.S") == Unbuilt(("oracle", "zebra"))


def test_a_factory_is_called_with_sizes_and_a_folder(project: Project, tmp_path: Path) -> None:
    project.write("data.py", SOUND)
    project.write(
        "make.py",
        """
        import numpy as np
        from data import S
        class Declared(S):
            __seqcheck__ = {"epoch": "per-epoch", "num_samples": 3}
        def make(tmp_path, num_samples=20, batch_size=4, augment=True, seed=None):
            (tmp_path / "x.npy").touch()
            made = Declared(np.arange(num_samples), np.arange(num_samples), batch_size)
            made.said = tmp_path, augment, seed
            return made
        def pair(): return make(), make()
        def nothing(): ...
        """,
    )
    found = project.built("make:make", epoch="once")
    assert (found.type_name, found.module, found.length) == ("Declared", "make", 5)
    assert (found.contract.epoch, found.contract.num_samples) == ("once", 3)
    instance, truth = build(found.recipe, Scenario("loop", num_samples=9, batch_size=2, seed=5), tmp_path)
    assert (len(instance.x), len(instance), truth.num_samples, truth.num_samples_source) == (9, 5, 9, "factory")
    assert instance.said[0].parent == tmp_path
    assert instance.said[1:] == (False, 5)
    other, _ = build(found.recipe, Scenario("twins"), tmp_path)
    assert other.said[0] != instance.said[0]
    assert other.said[1] is True
    for name, says in (("pair", "TypeError"), ("nothing", "nothing() returned None, which has no __getitem__ and no")):
        failed = project.explore(f"make:{name}")
        assert isinstance(failed, Unbuilt)
        assert says in failed.tried[0]


def test_a_factory_that_returns_several_is_told_so(project: Project) -> None:
    project.write("data.py", "def make(): return [1], [2]\n")
    found = project.explore("data:make")
    assert isinstance(found, Unbuilt)
    assert "make() returned an object of type tuple of 2 items, not one Sequence" in found.tried[0]


def test_what_is_known_of_the_data(project: Project, tmp_path: Path) -> None:
    project.write("data.py", SOUND)
    recipe = project.built("data.S").recipe
    instance, truth = build(recipe, Scenario("loop", num_samples=10, batch_size=3, shuffle=False), tmp_path)
    assert (len(instance.x), instance.batch_size, instance.shuffle) == (10, 3, False)
    assert (truth.num_samples, truth.num_samples_source, truth.probe) == (10, "probe", True)
    assert (truth.batch_size, truth.batch_size_source) == (3, "constructor")
    pinned = project.built("data.S(batch_size=5)").recipe
    assert build(pinned, Scenario("loop", batch_size=3), tmp_path)[0].batch_size == 5
    first, second = build(recipe, Scenario("loop"), tmp_path)[0], build(recipe, Scenario("loop"), tmp_path)[0]
    assert not np.shares_memory(first.x, second.x)


def test_labels_that_stand_for_classes_name_no_sample(project: Project, tmp_path: Path) -> None:
    sub(project, "x, y", "return self.x[index * 8 : index * 8 + 8], np.eye(10)[self.y[index * 8 : index * 8 + 8]]")
    truth = build(project.built("data.S").recipe, Scenario("loop"), tmp_path)[1]
    assert (truth.num_samples, truth.probe) == (37, False)


def test_more_samples_than_pinned_classes_make_labels_classes(project: Project, tmp_path: Path) -> None:
    """A scenario may ask for more samples than the call allows classes: that must not look like a fault."""
    rows = "slice(index * 8, index * 8 + 8)"
    length = "return -(-len(self.x) // 8)"
    sub(project, "x, y, n_classes", f"return self.x[{rows}], np.eye(self.n_classes)[self.y[{rows}]]", length)
    recipe = project.built("data.S(n_classes=40)").recipe
    for count, names in ((37, True), (55, False)):
        instance, truth = build(recipe, Scenario("loop", num_samples=count), tmp_path)
        assert (len([instance[index] for index in range(len(instance))]), truth.probe) == (-(-count // 8), names)


def test_windows_are_not_counted_as_samples(project: Project, tmp_path: Path) -> None:
    sub(project, "x, y, window=3", "return np.stack([self.x[i : i + 3] for i in range(8)]), self.y[3:11]")
    recipe = project.built("data.S").recipe
    assert recipe.several
    truth = build(recipe, Scenario("loop"), tmp_path)[1]
    assert (truth.num_samples, truth.probe) == (None, False)


def test_the_instance_itself_may_hold_the_batch_size(project: Project) -> None:
    sub(project, "width=3", "return np.zeros((6, 2))", init="self.bs = 6")
    found = project.built("data.S")
    assert (found.batch_size, found.batch_size_source) == (6, "attribute bs of the instance")


def test_an_endless_sequence_and_an_instance_of_the_module(project: Project) -> None:
    project.write(
        "data.py",
        "class S:\n    num_batches = property(lambda s: None)\n    def __getitem__(self, i): return [1]\nmade = S()\n",
    )
    for text in ("data.S", "data:made"):
        found = project.built(text)
        assert (found.length, found.endless, found.contract.infinite, found.trouble) == (None, True, True, "")
    assert summary(found.recipe) == "made"


def test_options_of_a_made_class_are_checked(project: Project) -> None:
    project.write(
        "data.py", SOUND + "\n    S.__seqcheck__ = {'epok': 1}\n    def make(): return S(np.ones(3), np.ones(3), 2)\n"
    )
    with pytest.raises(ContractError, match="epok"):
        project.explore("data:make")


def test_what_hung_is_skipped_or_driven(project: Project) -> None:
    """The trace of a child that hung says what stood; the next child goes on behind it."""
    project.write("data.py", SOUND)
    found = project.built("data.S")
    reading = next(item for item in project.attempts if item.stage == "read")
    before = project.attempts[: project.attempts.index(reading) + 1]
    known, number, line = salvage(before, "hung")
    assert known is not None
    assert (known.length, known.recipe, number) == (5, found.recipe, 0)
    assert known.trouble == line == "S(x=probe (37, 4), y=probe labels 0-36, batch_size=8): hung in [0]"
    known, number, line = salvage(project.attempts[:1], "SIGSEGV")
    assert (known, number) == (None, 0)
    assert line.endswith("batch_size=8): SIGSEGV while being built")
    assert salvage([], "hung") == (None, -1, "nothing was tried: hung")
    description = project.describe("data.S")
    again = explore(description, combine(description), lambda attempt: None, project.root, skip={0})
    assert isinstance(again, Explored)
    assert summary(again.recipe).startswith("S(x=probe (37, 8, 8, 3)")


def test_what_is_given_is_fresh_for_each_instance_and_can_be_looked_at(project: Project, tmp_path: Path) -> None:
    project.write(
        "sorts.py",
        """
        class Sorts:
            def __init__(self, names, size=2):
                names.sort()
                self.names, self.size = names, size
            def __len__(self): return 2
            def __getitem__(self, index): return self.names[index * 2 : index * 2 + 2]
        """,
    )
    found = project.built("sorts:Sorts", args={"names": ["b", "d", "a", "c"]})
    seen: list[object] = []
    for _ in range(2):
        build(found.recipe, Scenario("loop"), tmp_path, look=lambda given: seen.append(list(given["names"])))
    assert seen == [["b", "d", "a", "c"]] * 2


@pytest.mark.parametrize(("index", "stands"), [(0, False), (1, True)])
def test_what_hangs_over_made_up_files_is_not_driven_before_one_batch_was_read(
    project: Project, index: int, stands: bool
) -> None:
    sub(project, "paths", "return np.stack([np.load(p) for p in self.paths[:8]])")
    project.built("data.S")
    last = project.attempts[-1].number  # the plan that worked
    reading = next(item for item in project.attempts if (item.number, item.stage, item.index) == (last, "read", index))
    known, number, line = salvage(project.attempts[: project.attempts.index(reading) + 1], "hung")
    assert (known is not None, number) == (stands, last)
    assert line.endswith(f"hung in [{index}]")


def test_labels_that_are_spread_over_each_other_are_made_one_hot(project: Project) -> None:
    """Labels of one axis times one column of weights: every label is then combined with all others of its batch."""
    length = "return len(self.x) // self.batch_size"
    rows = "r = slice(index * self.batch_size, (index + 1) * self.batch_size)"
    weights = "w = np.ones((self.batch_size, 1))"
    sub(project, "x, y, batch_size", f"{rows}; {weights}; return self.x[r], self.y[r] * w", length)
    found = project.built("data.S")
    assert summary(found.recipe) == "S(x=probe (37, 4), y=probe one-hot labels (37, 37), batch_size=8)"
    assert found.trouble == ""
    assert "every row is combined with all others of its batch" in found.tried[0]


@pytest.mark.parametrize(
    ("target", "built"),
    [("np.eye(len(self.x[r]))", True), ("self.y[r] * np.ones((len(self.y[r]), 1, 1))", False)],
    ids=["each row told from the others", "targets of more axes than were made up"],
)
def test_rows_that_any_data_would_combine(project: Project, target: str, built: bool) -> None:
    rows = "r = slice(index * self.batch_size, (index + 1) * self.batch_size)"
    sub(project, "x, y, batch_size", f"{rows}; return self.x[r], {target}", "return -(-len(self.x) // self.batch_size)")
    found = project.explore("data.S")
    assert isinstance(found, Explored if built else Unbuilt)
    if isinstance(found, Explored):
        assert (found.trouble, found.length) == ("", 5)


def test_an_inner_axis_that_happens_to_be_as_long_as_a_batch_is_no_doubt(project: Project) -> None:
    sub(project, "images, batch_size", "return self.images[index * 8 : index * 8 + 8]", "return len(self.images) // 8")
    assert project.built("data.S").tried == ()
