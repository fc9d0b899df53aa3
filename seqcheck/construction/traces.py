"""What a piece of source makes of a value: which parameter it comes from, through which steps, into which texts."""

from __future__ import annotations

from dataclasses import dataclass, field

LONGEST = 6
"""Steps that are followed; what goes deeper says nothing of a constructor's arguments."""
CELLS = (" ", ",", ";", "\t", "|", ", ")
"""What stands between the cells of a line; other texts part names."""


@dataclass(frozen=True)
class Trace:
    """A value that comes from a parameter, or (root ``file 2``) out of the file that is opened there.

    Each step is ``[]`` for an element, ``.name`` for a literal key or column, ``@name`` for an attribute, which may be
    a column, ``$name`` for the column that a parameter names, or ``#1`` for a place in an element. ``cells`` are the
    parts of a line, ``text`` is what is made of a text in other ways.
    """

    root: str
    steps: tuple[str, ...] = ()

    def then(self, step: str) -> Trace:
        """One step on; an element of an element is taken for one of the same rows in another order."""
        if step == "[]" and self.steps[-1:] == ("[]",):
            return self
        return Trace(self.root, (*self.steps, step)) if len(self.steps) < LONGEST else self


@dataclass(frozen=True)
class Text:
    """A text that is put together: each part a literal, a trace, or None for what is not known."""

    parts: tuple[str | Trace | None, ...]

    def plus(self, *others: str | Trace | Text | None) -> Text:
        """The texts one behind the other, neighbouring literals joined."""
        joined: list[str | Trace | None] = list(self.parts)
        for other in others:
            for part in other.parts if isinstance(other, Text) else (other,):
                if isinstance(part, str) and joined and isinstance(joined[-1], str):
                    joined[-1] += part
                elif part != "":
                    joined.append(part)
        return Text(tuple(joined[:8]))


@dataclass(frozen=True)
class Row:
    """One of several tuples of which each was put together alike: what stands in each of its places."""

    parts: tuple[tuple[Trace | Text | Row, ...], ...]


Value = Trace | Text | Row


@dataclass(frozen=True)
class Use:
    """Something that is done with a value. `kind` is one of

    ``call``, ``method`` and ``attribute`` (`detail` is the name), ``given`` (a method is: `detail` is its name and
    with how many arguments), ``parted`` (what a method gives back is taken apart: its name and those of the parts),
    ``lookup`` (it is looked into by the value whose trace is `by`), ``fancy`` (it is looked into by an array of
    places), ``number`` (it is reckoned with), ``compare`` (with the literal `detail`), ``truth``, ``optional`` (it
    may be None), ``length``, ``classes`` (it is made one-hot), ``size`` (it is a shape), ``batched`` (it is divided
    by the batch size), ``batches`` (it is the length of the Sequence), ``key`` (it was found under a literal key),
    ``column`` (it names one: by default that which `detail` says), ``kept`` (rows of a table are kept by a column:
    `detail` is ``==`` or ``!=`` and the literal that it is compared with, or stands before what the parameter `by`
    holds), ``framed`` (a table is made of it), ``groups`` (they are parted into groups by it), ``mapped`` (it is
    looked up in a table that the source writes out; `detail` has its keys), ``dates`` (days or moments are made of
    it), ``headless`` (a table in a file has no line of names; `detail` has those that it is given, a line each),
    ``dtype`` (a file holds numbers of the type `detail` and nothing else), ``stacked`` (a column whose cells are
    arrays is made one array), ``padded`` (its elements are lists of any length), ``texts`` (they are texts, for a
    tokenizer), ``divisor`` (something is divided by it), ``axis`` (its column in the place `detail` is taken, as
    only an array's can be), ``rest`` (all columns from the place `detail` on are taken), ``listed`` (the place of
    `by` in it is asked for), ``default`` (where it is not there the literal `detail` is taken), ``split`` (by the
    text `detail`), ``replace`` (one text by another; `detail` has both, a line each), ``endswith`` or
    ``startswith``, ``item`` (one of its elements is taken), and ``part`` (several are, by bounds that are
    reckoned).
    """

    trace: Trace
    kind: str
    detail: str = ""
    by: Trace | None = None


@dataclass(frozen=True)
class Opening:
    """A file or folder that is opened. `number` names it in traces; `path` is how its path is put together.

    `kind` is a format of `Content`, ``csv``, ``lines``, ``folder`` (it is listed), ``tree`` (walked), ``glob``, or
    ``file`` where only opening it is known.
    """

    number: int
    kind: str
    path: Text


@dataclass(frozen=True)
class Clues:
    """What the source of a class says of its constructor's arguments; empty where there is no source."""

    uses: frozenset[Use] = frozenset()
    openings: tuple[Opening, ...] = ()
    classes: tuple[int, ...] = ()
    """The literal numbers of classes to which labels are made one-hot."""
    reads: frozenset[str] = field(default_factory=frozenset)
    """The names of the parameters that are used at all."""
    kinds: frozenset[str] = field(default_factory=frozenset)
    """The kinds of all openings, also of those whose path is not known."""
    docs: str = ""
    """The docstrings of the class and of its constructor."""
    modules: frozenset[str] = field(default_factory=frozenset)
    """The modules that its own module has imported, by their own names."""

    def of(self, root: str, *kinds: str) -> list[Use]:
        """The uses of these kinds of values that come from one root; all kinds where none is given."""
        return [use for use in self.uses if use.trace.root == root and (not kinds or use.kind in kinds)]
