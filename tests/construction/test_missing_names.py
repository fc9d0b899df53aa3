"""Names that are missing: the class's own mistake, or a bare machine."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from seqcheck.construction import missing_names
from seqcheck.construction.own_fault import own_fault

with contextlib.suppress(ImportError):
    import not_installed_here as optional  # type: ignore[import-not-found]


class PyDataset:
    @property
    def num_batches(self) -> int:
        return 3


PyDataset.__module__ = "keras.src.data"


class Counted(PyDataset):
    def assign(self) -> None:
        self.num_batches = 5  # type: ignore[misc]


class Own:
    @property
    def size(self) -> int:
        return 3

    def assign(self) -> None:
        self.size = 5  # type: ignore[misc]


def uses_optional() -> None:
    optional.load()


def sets_late() -> None:
    if not Own:
        late = 1
    print(late)


def uses_unset_global() -> None:
    print(set_elsewhere)


def set_it() -> None:
    global set_elsewhere
    set_elsewhere = 1


def uses_nothing() -> None:
    print(defined_nowhere)  # type: ignore[name-defined]  # noqa: F821


def imports_removed() -> None:
    from collections import Gone  # type: ignore[attr-defined]  # noqa: F401


def imports_bare() -> None:
    import not_installed_here  # noqa: F401


@pytest.mark.parametrize(
    ("code", "kind", "found"),
    [
        (uses_optional, "missing-import", ("not_installed_here",)),
        (uses_unset_global, "missing-name", ()),
        (uses_nothing, "missing-name", ("defined_nowhere",)),
        (imports_removed, "removed-name", ("collections.Gone",)),
        (imports_bare, "missing-import", ("not_installed_here",)),
        (Counted().assign, "shadowed-property", ("num_batches",)),
    ],
)
def test_what_is_missing_is_told_apart(code: Callable[[], None], kind: str, found: tuple[str, ...]) -> None:
    with pytest.raises((NameError, ImportError, AttributeError)) as caught:
        code()
    fault = own_fault(caught.value, None, "construct")
    assert fault is not None
    assert (fault.kind, fault.names) == (kind, found)


def test_a_property_of_the_user_s_own_is_nobody_else_s_fault() -> None:
    with pytest.raises(AttributeError) as caught:
        Own().assign()
    assert own_fault(caught.value, None, "construct") is None


@pytest.mark.parametrize(
    ("dotted", "removed"),
    [
        ("collections.Mapping", True),
        ("numpy.no_such_part", True),
        ("imp", True),
        ("not_installed_here", False),
        ("not_installed_here.part", False),
        ("tests.no_such_part", False),
    ],
)
def test_a_part_is_gone_only_from_a_package_that_is_there(dotted: str, removed: bool) -> None:
    assert missing_names.was_removed(dotted) is removed
