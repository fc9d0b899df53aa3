"""From a target to the object it names. It imports the user's module, so it runs in a child process."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import pkgutil
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from seqcheck.construction.bases import Flavour, flavour, is_legacy, is_sequence, missing
from seqcheck.construction.complaint import complaint_of
from seqcheck.construction.own_fault import own_fault
from seqcheck.construction.signature import Parameter, parameters_of
from seqcheck.construction.sources import clues_of, in_use
from seqcheck.construction.target import TargetError, TargetSpec, locate, package_root, parse
from seqcheck.construction.traces import Clues
from seqcheck.construction.unimported import ImportFault, asked_by_the_user, place_in_source
from seqcheck.model.contract import contract_from, suggest
from seqcheck.model.own_fault import OwnFault


@dataclass(frozen=True)
class Description:
    """What a target is, as data.

    `kind` says what is called to make an instance: a ``class``, a ``factory``, or nothing for an ``instance`` that the
    module made itself. `maker` is ``module:name`` of it; `module` and `class_name` are those of the class, empty where
    only a call of the factory can tell. `base` and `legacy` are known for a class (`flavour` tells them of an
    instance). `declared` holds the contract options of ``__seqcheck__`` and `arguments` its ``args``. `nested_class` is
    set for a class that is local to a function or lives in ``__main__``.
    """

    spec: TargetSpec
    kind: Literal["class", "factory", "instance"]
    maker: str
    module: str
    class_name: str = ""
    parameters: tuple[Parameter, ...] = ()
    base: Flavour = None
    legacy: bool = False
    file: str = ""
    line: int = 0
    nested_class: bool = False
    declared: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    doc: str = ""
    clues: Clues = field(default_factory=Clues)
    """What the source says of the constructor's arguments; empty for a factory, which brings its own data."""
    own_fault: OwnFault | None = None
    """A name that its library removed and that the module is imported with: there is no class then, only its name."""

    @property
    def name(self) -> str:
        """What a plan calls: the last part of the maker's name."""
        return self.maker.rpartition(":")[2]

    @property
    def dotted(self) -> str:
        """The full name of the class where it is known, else of the maker."""
        return f"{self.module}.{self.class_name or self.name}"


def describe(spec: TargetSpec, factory: str = "") -> Description:
    """Import the target's module and say what the target is.

    `factory` is ``module:name`` as configured for the target; without it the class's own ``__seqcheck__["factory"]``
    counts. A call whose arguments only the constructor takes is a call of the constructor.

    Raises:
        TargetError: nothing of that name, or it is no Sequence; or the module raised, with its own last line.
        ContractError: ``__seqcheck__`` does not fit.
    """
    try:
        module, value, spec = _find(spec)
    except ImportFault as error:
        about = unimported(spec, error)
        if about is None:
            raise
        return about
    maker = f"{spec.module}:{spec.name}"
    if isinstance(value, type):
        return _of_class(spec, value, maker, factory)
    if is_sequence(type(value)):
        if spec.called:
            raise TargetError(
                f"{spec.text!r}: {spec.bare} is an instance, which takes no arguments: leave out the call"
            )
        about = _about_class(spec, type(value))
        return replace(about, kind="instance", maker=maker, parameters=())
    if not callable(value):
        raise TargetError(
            f"{spec.text!r}: {spec.bare} is {_article(type(value).__name__)}, not a Sequence or a factory of one"
            + _offer(module)
        )
    if _needs_instance(spec, module, value):
        raise TargetError(
            f"{spec.text!r}: {spec.name} is a method of instances: make it a @classmethod or @staticmethod"
        )
    file, line = _place_of(value, module)
    return Description(
        spec, "factory", maker, spec.module, parameters=parameters_of(value), file=file, line=line, doc=_doc(value)
    )


def unimported(spec: TargetSpec, error: ImportFault) -> Description | None:
    """What is known of a class or factory whose module cannot be imported; None where its source has no such name."""
    full = (*spec.module.split("."), *spec.attributes) if spec.module else spec.attributes
    depth = len(error.module.split("."))
    attributes = full[depth:] if spec.style == "dotted" else spec.attributes
    found = place_in_source(error.module, attributes) if attributes else None
    if found is None:
        return None
    spec = replace(spec, module=error.module, attributes=attributes)
    file, line, kind = found
    name = attributes[-1] if kind == "class" else ""
    maker = f"{spec.module}:{spec.name}"
    return Description(spec, kind, maker, spec.module, name, file=file, line=line, own_fault=error.fault)


def load(reference: str) -> Any:
    """What ``module:name`` refers to; the steps after the colon go through attributes and the keys of tables.

    Raises:
        TargetError: the module or the name is not there.
    """
    module, _, name = reference.partition(":")
    # Not parsed: a module that was named by its file may have a name that no statement could import.
    return _find(TargetSpec(reference, "colon", module, tuple(name.split("."))))[1]


def callable_named(reference: str) -> Callable[..., Any]:
    """The function that ``module:name`` refers to, as the contract's ``sample_id`` names one.

    Raises:
        TargetError: there is none, or it cannot be called.
    """
    value = load(reference)
    if not callable(value):
        raise TargetError(f"{reference!r} is {_article(type(value).__name__)}, not a function")
    return value  # type: ignore[no-any-return]  # callable() says nothing of the signature


def _find(spec: TargetSpec) -> tuple[types.ModuleType, Any, TargetSpec]:
    if spec.style == "file" and not spec.module:
        spec = locate(spec, Path())
    if spec.style == "dotted":
        parts = (*spec.module.split("."), *spec.attributes)
        module = None
        for depth in range(len(parts) - 1, 0, -1):
            module = _import(spec, ".".join(parts[:depth]), needed=depth == 1)
            if module is not None:
                spec = replace(spec, module=".".join(parts[:depth]), attributes=parts[depth:])
                break
    else:
        module = _import(spec, spec.module, needed=True)
    assert module is not None
    if spec.style == "file":
        _same_file(spec, module)
    return module, _walk(spec, module), spec


def _import(spec: TargetSpec, name: str, *, needed: bool) -> types.ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        absent = error.name or ""
        if absent != name and not name.startswith(f"{absent}."):
            raise _raised(name, error) from error
        if not needed:
            return None
        raise TargetError(f"{spec.text!r}: module not found: {error}.{_similar_module(absent)}") from None
    except BaseException as error:  # a module may exit or interrupt on import: that is its answer, not our end
        raise _raised(name, error) from error


def _raised(name: str, error: BaseException) -> TargetError:
    said = f"{name} failed while it was imported: {complaint_of(error)}"
    fault = own_fault(error, None, "import") if isinstance(error, Exception) else None
    if fault is not None and fault.kind == "removed-name" and fault.names and asked_by_the_user(error):
        return ImportFault(said, name, fault)
    return TargetError(said)


def _similar_module(absent: str) -> str:
    package, _, name = absent.rpartition(".")
    places = list(getattr(sys.modules.get(package), "__path__", ())) if package else None
    known = [found.name for found in pkgutil.iter_modules(places) if not found.name.startswith("_")]
    for place in places or sys.path:  # folders without __init__.py are packages too, which pkgutil does not list
        with contextlib.suppress(OSError):
            known += [folder.name for folder in Path(place or ".").iterdir() if any(folder.glob("*.py"))]
    close = suggest(name, known)
    return close.replace("'", f"'{package}.", 1) if close and package else close


def _same_file(spec: TargetSpec, module: types.ModuleType) -> None:
    imported = getattr(module, "__file__", None)
    if imported is None or not Path(imported).samefile(spec.file):
        root, _ = package_root(Path(spec.file))
        raise TargetError(
            f"{spec.text!r}: from {root} the name {spec.module!r} imports {imported or 'a built-in module'} instead: "
            "rename the file"
        )


def _walk(spec: TargetSpec, module: types.ModuleType) -> Any:
    value: Any = module
    path = spec.module
    for name in spec.attributes:
        holder, value = value, _step(value, name)
        if value is _ABSENT:
            if isinstance(holder, types.ModuleType):
                raise _absent(spec, holder, name)
            raise TargetError(f"{spec.text!r}: {path} has no {name!r}.{suggest(name, _names_in(holder))}")
        path = f"{path}.{name}"
    if isinstance(value, types.ModuleType):
        raise TargetError(f"{spec.text!r} is a module, not a Sequence{_offer(value)}")
    return value


_ABSENT = object()


def _step(value: Any, name: str) -> Any:
    if isinstance(value, Mapping) and name in value:
        return value[name]
    try:
        return getattr(value, name)
    except AttributeError:
        if isinstance(value, types.ModuleType) and hasattr(value, "__path__"):
            try:
                return importlib.import_module(f"{value.__name__}.{name}")
            except ModuleNotFoundError as error:
                if error.name != f"{value.__name__}.{name}":
                    raise _raised(f"{value.__name__}.{name}", error) from error
        return _ABSENT
    except BaseException as error:  # a lazy module may raise anything when it is asked for a name
        raise _raised(f"{getattr(value, '__name__', value)}.{name}", error) from error


def _absent(spec: TargetSpec, module: types.ModuleType, name: str) -> TargetError:
    close = suggest(name, _names_in(module))
    return TargetError(
        f"{spec.text!r}: module {module.__name__} has no {name!r}{f'.{close}' if close else _offer(module)}"
    )


def _names_in(holder: Any) -> list[str]:
    """The names that could be meant: Sequences and, of what a module defines itself, whatever can be called.

    What a package exports and loads when it is asked for it is not looked at, and may be meant.
    """
    exported = getattr(holder, "__all__", ()) if isinstance(holder, types.ModuleType) else ()
    names = [name for name in exported if isinstance(name, str) and name not in vars(holder)]
    for name in dir(holder):
        value = inspect.getattr_static(holder, name, None)
        if isinstance(value, (classmethod, staticmethod)):
            value = value.__func__
        if name.startswith("_") or not callable(value):
            continue
        if not isinstance(holder, types.ModuleType) or _is_offer(value, holder) or inspect.isfunction(value):
            names.append(name)
    return names


def _offer(module: types.ModuleType) -> str:
    found = [name for name in dir(module) if _is_offer(inspect.getattr_static(module, name, None), module)]
    return f"; it has {', '.join(found[:6])}" if found else ""


def _is_offer(value: Any, module: types.ModuleType) -> bool:
    own = module.__name__.partition(".")[0]
    return isinstance(value, type) and is_sequence(value) and value.__module__.partition(".")[0] == own


def _of_class(spec: TargetSpec, kind: type, maker: str, factory: str) -> Description:
    about = _about_class(spec, kind)
    lacking = missing(kind)
    if not is_sequence(kind):
        what = " and ".join(lacking)
        why = f"it defines no {what}" if lacking else "it is a container, which makes no batches"
        raise TargetError(f"{spec.text!r}: {about.dotted} is no Sequence: {why}")
    declared = dict(about.declared)
    arguments = declared.pop("args", {})
    named = declared.pop("factory", "")
    where = f"{about.dotted}.__seqcheck__"
    if not isinstance(arguments, Mapping):
        raise TargetError(f"{where}: args = {arguments!r} does not fit: expected a table of constructor arguments")
    if not isinstance(named, str):
        raise TargetError(f"{where}: factory = {named!r} does not fit: expected 'module:function'")
    contract_from(declared, where)
    about = replace(about, maker=maker, declared=declared, arguments=dict(arguments))
    clues = clues_of(kind, about.parameters)
    about = replace(about, clues=clues, parameters=tuple(in_use(item, clues) for item in about.parameters))
    chosen = factory or named
    return _through(about, chosen, where if not factory else "the configuration") if chosen else about


def _through(about: Description, factory: str, where: str) -> Description:
    """The description of a class whose instances a factory makes."""
    full = factory if ":" in factory else f"{about.module}:{factory}"
    try:
        made = describe(parse(full))
    except TargetError as error:
        raise TargetError(f"{where}: factory = {factory!r}: {error}") from error
    taken = {parameter.name for parameter in made.parameters}
    open_ended = any(parameter.kind == "**" for parameter in made.parameters)
    if about.spec.called and not open_ended and not {name for name, _ in about.spec.kwargs} <= taken:
        return about
    return replace(about, kind=made.kind, maker=made.maker, parameters=made.parameters, own_fault=made.own_fault)


def _about_class(spec: TargetSpec, kind: type) -> Description:
    file, line = _place_of(kind, sys.modules.get(kind.__module__))
    declared = getattr(kind, "__seqcheck__", {})
    if not isinstance(declared, Mapping):
        where = f"{kind.__module__}.{kind.__qualname__}.__seqcheck__"
        raise TargetError(f"{where} = {declared!r}: expected a dict of options")
    return Description(
        spec=spec,
        kind="class",
        maker=f"{spec.module}:{spec.name}",
        module=kind.__module__,
        class_name=kind.__qualname__,
        parameters=parameters_of(kind),
        base=flavour(kind),
        legacy=is_legacy(kind),
        file=file,
        line=line,
        nested_class="<locals>" in kind.__qualname__ or kind.__module__ == "__main__",
        declared=_declared_by_name(declared, f"{spec.module or kind.__module__}:{spec.name}"),
        doc=_doc(kind),
    )


def _declared_by_name(declared: Mapping[str, Any], holder: str) -> dict[str, Any]:
    """The options with a function among them written as where it stands, in the class `holder` or by its own name.

    A function of the class body has no name to be pickled by; one that has would be imported, with all of the user's
    module, by whichever process is told of it.
    """
    chosen = dict(declared)
    for option in ("sample_id", "validation"):
        given = chosen.get(option)
        if callable(given):
            name = getattr(given, "__qualname__", "<")
            own = f"{getattr(given, '__module__', '')}:{name}"
            chosen[option] = own if "<" in holder and "<" not in name else f"{holder}.__seqcheck__.{option}"
    return chosen


def describe_type(kind: type) -> Description:
    """What is known of the class of an instance that a factory made."""
    names = tuple(kind.__qualname__.split("."))
    return _about_class(TargetSpec(f"{kind.__module__}.{kind.__qualname__}", "colon", kind.__module__, names), kind)


def _needs_instance(spec: TargetSpec, module: types.ModuleType, value: Callable[..., Any]) -> bool:
    if len(spec.attributes) < 2 or not inspect.isfunction(value):
        return False
    holder: Any = module
    for name in spec.attributes[:-1]:
        holder = _step(holder, name)
    static = inspect.getattr_static(holder, spec.attributes[-1], None)
    return isinstance(holder, type) and not isinstance(static, (staticmethod, classmethod))


def _place_of(value: Any, module: types.ModuleType | None) -> tuple[str, int]:
    plain = inspect.unwrap(value) if callable(value) else value
    file = getattr(module, "__file__", None) or ""
    try:
        file = inspect.getsourcefile(plain) or file
        return file, inspect.getsourcelines(plain)[1]
    except (OSError, TypeError):
        return file, 0


def _doc(value: Any) -> str:
    text = inspect.getdoc(value) or ""
    return text.strip().partition("\n")[0]


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
