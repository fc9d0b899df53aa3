"""How does a class stand to its Keras base: what does it share names with, and what did its constructor leave out?"""

from __future__ import annotations

import ast
import difflib
import inspect
import linecache
import re
import sys
import types
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from seqcheck.model.kinds import is_a
from seqcheck.model.libraries import is_library, loaded_modules
from seqcheck.model.observation import Anatomy, NearHook, Observation, Shadow, Signature, Spot

HOOKS: Final = {"keras": ("on_epoch_end", "on_epoch_begin"), "tf_keras": ("on_epoch_end",)}
"""What engines call between epochs, by generation; a class without a base is driven as by Keras 3."""
ALIASES: Final = {
    "on_epoch_end": (
        "onepochsend", "onepochends", "onepochended", "onepochfinish", "onepochfinished", "onepochfinishes",
        "onepochstop", "onepochcomplete", "onepochcompleted", "onepochdone", "ontrainepochend", "onendepoch",
        "onendofepoch", "onepochsends", "onendepochs", "onepochover",
    ),
    "on_epoch_begin": (
        "onepochstart", "onepochstarts", "onepochstarted", "onepochbegins", "onepochsbegin", "onepochbeginning",
        "ontrainepochbegin", "ontrainepochstart", "onbeginepoch", "onstartepoch", "onepochbegan",
    ),
}  # fmt: skip
"""Other names that people give these hooks, or that other libraries do, in lower case and without underscores."""
HIDDEN_READS: Final = frozenset(["locals", "vars", "eval", "exec", "globals", "inspect", "currentframe", "getframe"])
"""Names with whose help a constructor may reach its parameters unseen."""
EXCUSED: Final = re.compile(
    r"unused|(?<!type: )ignored?\b|not used|deprecat|compatib|reserved|noqa|legacy", re.IGNORECASE
)
"""Words by which an author says that a parameter is not looked at."""


def look_at(instance: Any) -> Iterator[Observation]:
    """An `Anatomy`, a `Signature`, every `Shadow` and every `NearHook`. Of the user's, only properties are asked."""
    kind = type(instance)
    root = _root(kind)
    left = _left_by(root)
    missing = tuple(name for name in left if not _has(instance, name))
    methods = _own_methods(kind)
    names = _names_in_base(root)
    yield Anatomy(
        base=f"{root.__module__}.{root.__qualname__}" if root else "",
        left=left,
        missing=missing,
        methods=len(methods),
        attributes=len(names),
        spot=_constructor_spot(kind),
    )
    yield _signature(kind)
    if root is not None:
        yield from _shadows(instance, root, names)
    yield from _near_hooks(kind, root, methods)


def _package(kind: type) -> str:
    return (kind.__module__ or "").partition(".")[0]


def _root(kind: type) -> type | None:
    """The class of Keras's own that all others of Keras in the line descend from."""
    return next((ancestor for ancestor in reversed(kind.__mro__) if _package(ancestor) in HOOKS), None)


def _own_classes(kind: type) -> list[type]:
    return [ancestor for ancestor in kind.__mro__ if ancestor is not object and _package(ancestor) not in HOOKS]


def _left_by(root: type | None) -> tuple[str, ...]:
    """The attributes that the constructor of the base leaves on an instance of nothing but the base."""
    if root is None or "__init__" not in vars(root):
        return ()
    bare = type("Bare", (root,), {"__getitem__": _nothing, "__len__": _nothing})
    try:
        return tuple(getattr(bare(), "__dict__", ()))
    except TypeError:  # this base's constructor wants arguments: what it would leave is not known
        return ()


def _nothing(*_: Any) -> None:
    """In place of the methods that a Sequence must have."""


def _has(instance: Any, name: str) -> bool:
    return inspect.getattr_static(instance, name, instance) is not instance


# What stands in the place of the base's own --------------------------------------------------------------------------


def _names_in_base(root: type | None) -> tuple[str, ...]:
    return tuple(name for name in vars(root) if not name.startswith("_")) if root is not None else ()


def _shadows(instance: Any, root: type, names: tuple[str, ...]) -> Iterator[Shadow]:
    kind = type(instance)
    for name in names:
        kept = vars(root)[name]
        if is_a(kept, types.FunctionType):
            found = _standing(instance, name)
            if found is not kept and not is_a(found, property) and not callable(_value(instance, name)):
                yield Shadow(name, "method", _described(found), spot=_place_of(kind, name))
        elif is_a(kept, property) and name == "workers":
            # Keras asks whether it is more than 1; that a number stands there is what the setter is for.
            value = _value(instance, name)
            if not is_a(value, (bool, int, float, np.number, np.bool_)):
                yield Shadow(name, "setting", _described(value), spot=_place_of(kind, name))
        elif is_a(kept, property) and isinstance(_standing(instance, name), types.FunctionType):
            yield Shadow(name, "number of batches", "a method", spot=_place_of(kind, name))
    if _package(root) == "tf_keras":
        found = _standing(instance, "num_batches")
        if found is not None and not is_a(found, property):
            own = "a method" if is_a(found, types.FunctionType) else _described(found)
            yield Shadow("num_batches", "number of batches", own, True, _place_of(kind, "num_batches"))


def _standing(instance: Any, name: str) -> Any:
    """What stands under a name, as it stands there: no property is asked."""
    return inspect.getattr_static(instance, name, None)


def _value(instance: Any, name: str) -> Any:
    try:
        return getattr(instance, name)
    except Exception:  # a descriptor of the user's may raise anything: what it would give is not known
        return len


def _described(value: Any) -> str:
    if value is None or is_a(value, (bool, int, float, str)):
        return repr(value)[:60]
    return f"an object of type {type(value).__qualname__}"


def _place_of(kind: type, name: str) -> Spot | None:
    """Where the user's source binds `self.<name>`, or `<name>` in the body of a class."""
    for owner in _own_classes(kind):
        tree = _source(owner)
        for node in ast.walk(tree) if tree is not None else ():
            stored = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == name
            bound = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name
            defined = isinstance(node, ast.FunctionDef) and node.name == name
            if stored or bound or defined:
                return _spot(owner, node.lineno, owner.__qualname__)  # type: ignore[attr-defined]  # these have one
    return None


# Hooks that nobody calls ----------------------------------------------------------------------------------------------


def _own_methods(kind: type) -> dict[str, types.FunctionType]:
    """The plain methods of the user's that can be called with nothing but the instance, as Keras would call a hook."""
    found: dict[str, types.FunctionType] = {}
    for owner in _own_classes(kind):
        for name, value in vars(owner).items():
            if is_a(value, types.FunctionType) and name not in found and _takes_nothing(value):
                found[name] = value
    return found


def _takes_nothing(function: types.FunctionType) -> bool:
    try:
        inspect.signature(function).bind(None)
    except (TypeError, ValueError):
        return False
    return True


def _near_hooks(kind: type, root: type | None, methods: dict[str, types.FunctionType]) -> Iterator[NearHook]:
    generation = _package(root) if root is not None else "keras"
    own = {name for owner in _own_classes(kind) for name in vars(owner)}
    for hook in HOOKS[generation]:
        if hook in own:
            continue
        for name, function in methods.items():
            if _resembles(name, hook) and not _is_mentioned(kind, name):
                code = function.__code__
                yield NearHook(name, hook, _spot(kind, code.co_firstlineno, name, code.co_filename))


def _resembles(name: str, hook: str) -> bool:
    """Whether a name can only be meant for the hook: the same letters, a known alias, or one slip of the keys."""
    plain, meant = (re.sub("_", "", text).lower() for text in (name, hook))
    if plain == meant or plain in ALIASES[hook]:
        return True
    return abs(len(plain) - len(meant)) <= 1 and _slips(plain, meant) == 1


def _slips(one: str, other: str) -> int:
    """How many letters were left out, added, exchanged, or swapped with their neighbour."""
    steps = [
        step for step in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if step[0] != "equal"
    ]
    swapped = sorted(one) == sorted(other) and sum(a != b for a, b in zip(one, other, strict=False)) == 2
    if swapped:
        return 1
    return sum(max(step[2] - step[1], step[4] - step[3]) for step in steps)


def _is_mentioned(kind: type, name: str) -> bool:
    """Whether anything but its own definition names it, in a module of the user's or of a base: then it may be called.

    Without the text of a base's module nobody knows; that counts as mentioned.
    """
    word, definition = re.compile(rf"\b{re.escape(name)}\b"), re.compile(rf"\bdef\s+{re.escape(name)}\b")
    own = {owner.__module__ for owner in _own_classes(kind)}
    for module_name, _, file in loaded_modules():
        if not file.endswith(".py"):
            if module_name in own:
                return True
        elif module_name in own or not is_library(file):
            text = "".join(linecache.getlines(file))
            if (module_name in own and not text) or len(word.findall(text)) > len(definition.findall(text)):
                return True
    return not own <= sys.modules.keys()


# Parameters that are never read ---------------------------------------------------------------------------------------


def _signature(kind: type) -> Signature:
    """What the source of the class's constructor does with its parameters."""
    owner = next((owner for owner in _own_classes(kind) if "__init__" in vars(owner)), None)
    found = None if owner is None else _definition(owner, "__init__")
    if owner is None or found is None:
        return Signature((), readable=owner is None and not _own_classes_make(kind))
    arguments = found.args
    names = [item.arg for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)][1:]
    spot = _spot(owner, found.lineno, "__init__")
    excused = tuple(name for name in names if _is_excused(owner, found, name))
    used = {node.id for node in ast.walk(found) if isinstance(node, ast.Name)}
    hidden = bool(HIDDEN_READS & (used | {node.attr for node in ast.walk(found) if isinstance(node, ast.Attribute)}))
    if hidden or found.decorator_list or _own_classes_make(kind) or _is_stub(found):
        return Signature(tuple(names), readable=False, spot=spot, excused=excused)
    loaded = {node.id for node in ast.walk(found) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)}
    unread = tuple(name for name in names if name not in {*loaded, *excused} and not name.startswith("_"))
    return Signature(tuple(names), unread, spot=spot, excused=excused)


def _own_classes_make(kind: type) -> bool:
    """Whether a `__new__` or a metaclass of the user's sees the arguments, too."""
    made = any("__new__" in vars(owner) for owner in _own_classes(kind))
    return made or type(kind).__call__ is not type.__call__


def _is_stub(function: ast.FunctionDef) -> bool:
    """Whether the constructor only refuses, as that of an abstract class."""
    return all(isinstance(node, (ast.Raise, ast.Expr, ast.Pass)) for node in function.body) and not any(
        isinstance(node, ast.Call)
        for statement in function.body
        if isinstance(statement, ast.Expr)
        for node in ast.walk(statement)
    )


def _is_excused(owner: type, function: ast.FunctionDef, name: str) -> bool:
    """Whether the author says so: in a docstring, or beside the parameter."""
    file = inspect.getsourcefile(owner) or ""
    beside = [linecache.getline(file, line) for line in range(function.lineno, function.body[0].lineno)]
    told = [ast.get_docstring(function) or "", owner.__doc__ or ""]
    lines = [*beside, *(line for text in told for line in text.splitlines())]
    word = re.compile(rf"\b{re.escape(name)}\b")
    return any(word.search(line) and EXCUSED.search(line) for line in lines)


def _source(owner: type) -> ast.ClassDef | None:
    """The class as its file has it now; None where there is no file, or another class stands there."""
    try:
        file = inspect.getsourcefile(owner)
        tree = ast.parse("".join(linecache.getlines(file))) if file else None
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError):
        return None
    names = owner.__qualname__.split(".")
    found = (
        [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == names[-1]] if tree else []
    )
    return found[0] if len(found) == 1 else None


def _definition(owner: type, name: str) -> ast.FunctionDef | None:
    tree = _source(owner)
    body = tree.body if tree is not None else []
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[0] if len(found) == 1 else None


def _constructor_spot(kind: type) -> Spot | None:
    for owner in _own_classes(kind):
        made = vars(owner).get("__init__")
        if isinstance(made, types.FunctionType):
            return _spot(owner, made.__code__.co_firstlineno, "__init__", made.__code__.co_filename)
    return None


def _spot(owner: type, line: int, function: str, file: str = "") -> Spot:
    name = file or inspect.getsourcefile(owner) or ""
    return name, line, function, linecache.getline(name, line).strip()
