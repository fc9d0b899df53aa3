"""A recipe in words: the line that says how an instance was built, and the text to paste that pins or mends it."""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seqcheck.construction.materials import BatchCount, ClassCount, Code, Files, Plain, World
from seqcheck.construction.materials.world import ID_EXPRESSIONS, ids_code
from seqcheck.construction.recipe import Argument, Recipe
from seqcheck.construction.resolve import Description
from seqcheck.construction.target import TargetSpec
from seqcheck.model.scenario import Scenario


def summary(recipe: Recipe) -> str:
    """The recipe in one line: ``MySequence(x=probe (37, 4), y=probe labels 0-36, batch_size=8)``.

    Defaults are left out, as they are in the call itself; files that no argument names stand behind it.
    """
    name = recipe.maker.rpartition(":")[2]
    if recipe.kind == "instance":
        return name
    said = [item for item in recipe.arguments if item.source != "default"]
    parts = [f"{item.name}={_value_text(item, recipe.num_samples or 0)}" for item in said]
    beside = ", ".join(material.words(recipe.num_samples or 0) for material in recipe.files)
    call = f"{name}({', '.join([*parts, *(repr(value)[:80] for value in recipe.extra)])})"
    return f"{call} beside {beside}" if beside else call


def _value_text(item: Argument, count: int) -> str:
    if item.role == "tmp_path" and not item.pinned:
        return "a fresh folder"
    return item.value.words(count) if item.source == "probe" else repr(item.value)[:80]


def pin(description: Description, recipe: Recipe) -> str:
    """The TOML that pins what a recipe worked out: arguments as values, and made-up data as a factory beside it.

    An empty string where there is nothing to pin: the class is built as it stands.
    """
    spec = description.spec
    if recipe.files or not all(_is_value(item) for item in recipe.arguments if item.source == "probe"):
        toml = f"# pyproject.toml\n{_table(spec)}\nfactory = {quoted(_factory_reference(spec))}"
        return f"{toml}\n\n# {_factory_file(description)}\n{factory_for(spec, recipe)}"
    world = World(Path(), recipe.num_samples or 0)
    chosen = {
        item.name: item.value.make(world) if item.source == "probe" else item.value
        for item in recipe.arguments
        if _is_pinnable(item)
    }
    if not chosen:
        return ""
    body = ", ".join(f"{_key(name)} = {quoted(value)}" for name, value in chosen.items())
    return f"# pyproject.toml\n{_table(spec)}\nargs = {{ {body} }}"


def factory_for(spec: TargetSpec, recipe: Recipe) -> str:
    """The factory that makes what a recipe with made-up data makes, to be filled with data of the user's own.

    It takes `num_samples`, and `tmp_path` where it writes files.
    """
    body = Code("").then(str, *(material.code() for material in recipe.files))
    lines = []
    for item in recipe.arguments:
        if item.source != "default":
            code = item.value.code() if item.source == "probe" else Code(repr(item.value))
            body = body.then(str, code)
            lines.append(f"        {'' if item.positional else f'{item.name}='}{code.expression},")
    lines += [f"        {value!r}," for value in recipe.extra]
    above = any(isinstance(item, Files) and item.pattern.startswith("..") for item in recipe.files)
    here = ['tmp_path = tmp_path / "up" / "up" / "here"', "tmp_path.mkdir(parents=True)"] if above else []
    setup = [*here, *body.setup, *(["os.chdir(tmp_path)"] if recipe.inside else [])]
    setup = [line.replace(ID_EXPRESSIONS["text"], _ids_of(recipe)) for line in setup]
    is_import = re.compile(r"(import|from) ").match
    statements = [line for line in body.imports if is_import(line)] + (["import os"] if recipe.inside else [])
    functions = [line for line in body.imports if not is_import(line)]
    needs_folder = any("tmp_path" in line for line in (*setup, *lines))
    return "\n".join(
        (
            *sorted(set(statements), key=lambda line: (line.startswith("from"), line)),
            *([""] if statements else []),
            f"from {spec.module} import {spec.attributes[0]}",
            *functions,
            "",
            "",
            f"def make({'tmp_path, ' if needs_folder else ''}num_samples={recipe.num_samples or 0}):",
            *(textwrap.indent(line, "    ") for line in setup),
            f"    return {spec.name}(",
            *lines,
            "    )",
        )
    )


def pinned(recipe: Recipe, scenario: Scenario) -> Recipe:
    """The recipe with the sizes of a run in the place of what may vary, so that its factory makes what that run had."""
    sizes = scenario.sizes()

    def fixed(item: Argument) -> Argument:
        if item.pinned or item.source == "probe":
            return item
        if item.role == "tmp_path" and item.source == "scenario":
            return replace(item, source="literal", value=_Expression("tmp_path"))
        if item.role == "num_samples" and "num_samples" in recipe.varies:
            return replace(item, source="literal", value=_Expression("num_samples"))
        if item.role == "batch_size" and "batch_size" in recipe.varies:
            size = sizes.get("batch_size", recipe.batch_size)
            return item if size is None else replace(item, source="literal", value=size)
        if item.role in sizes and item.role in recipe.varies:
            return replace(item, source="literal", value=sizes[item.role])
        if item.source != "scenario":
            return item
        value = {"seed": scenario.seed, "augment": scenario.engine == "twins"}.get(item.role, item.value)
        return replace(item, source="literal", value=value)

    count = sizes.get("num_samples", recipe.num_samples) if recipe.sizes_vary else recipe.num_samples
    return replace(recipe, arguments=tuple(map(fixed, recipe.arguments)), num_samples=count)


@dataclass(frozen=True)
class _Expression:
    """A value that stands as code."""

    text: str

    def __repr__(self) -> str:
        return self.text


def _ids_of(recipe: Recipe) -> str:
    if not recipe.prefixes:
        return ids_code(recipe.naming)
    parted = tuple(sorted(recipe.prefixes))
    return f'[f"{{{parted!r}[k * {len(parted)} // num_samples]}}{{k:04d}}" for k in range(num_samples)]'


def mend(description: Description, unfilled: Sequence[str]) -> str:
    """What to paste where a target cannot be built: TOML for plain arguments, and a factory for everything else.

    `unfilled` names the parameters without a source; where there are none, every parameter that must be given is shown.
    An empty string for a factory of the user's own that takes none.
    """
    spec = description.spec
    lacking = list(unfilled)
    shown = [item for item in description.parameters if item.required and not item.forwarded]
    names = [item.name for item in shown] + [name for name in lacking if name not in {item.name for item in shown}]
    title = f"what {' and '.join(lacking)} should be" if lacking else "data that it can read"
    call = "".join(f"        {name}=...,\n" for name in names)
    made = f"    return {description.name}(\n{call}    )" if names else f"    return {description.name}()"
    toml = f"{_table(spec)}\nfactory = {quoted(_factory_reference(spec))}"
    plain = ", ".join(f"{_key(name)} = ..." for name in lacking or names)
    if description.kind == "factory" and not names:
        return ""  # the user's own factory lacks nothing that could be pasted
    heading = (
        f"# pyproject.toml: {title}, where plain values will do",
        f"{_table(spec)}\nargs = {{ {plain} }}",
        "",
        "# or, where they will not, a factory",
    )
    return "\n".join(
        (
            *(heading if plain else (f"# pyproject.toml: {title}, from a factory",)),
            toml,
            "",
            f"# {_factory_file(description)}",
            *_imports(spec, numpy=False),
            "def make(tmp_path):",
            made,
        )
    )


def quoted(value: Any) -> str:
    """A plain value as TOML; a tuple as an array, and what TOML cannot say as ``...`` for the user to fill in."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return repr(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(quoted, value))}]"
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return "{ " + ", ".join(f"{_key(key)} = {quoted(item)}" for key, item in value.items()) + " }"
    return "..."


def _is_pinnable(item: Argument) -> bool:
    if item.role in ("tmp_path", "seed", "augment") and not item.pinned:
        return False  # these differ from run to run
    if item.source in ("default", "__seqcheck__", "config"):
        return False
    return item.source != "probe" or _is_value(item)


def _is_value(item: Argument) -> bool:
    return isinstance(item.value, (BatchCount, ClassCount, Plain))


def _key(name: str) -> str:
    plain = name.replace("_", "").replace("-", "")
    return name if plain.isascii() and plain.isalnum() else json.dumps(name)


def _table(spec: TargetSpec) -> str:
    return f"[tool.seqcheck.targets.{json.dumps(_short(spec), ensure_ascii=False)}]"


def _short(spec: TargetSpec) -> str:
    """The target without its call; a file as it was typed, not as it was found."""
    if spec.style != "file":
        return spec.bare
    return spec.text.partition("(")[0].strip() if spec.called else spec.text.strip()


def _factory_reference(spec: TargetSpec) -> str:
    package, _, _ = spec.module.partition(".")
    return f"{package}.seqcheck_data:make" if "." in spec.module else "seqcheck_data:make"


def _factory_file(description: Description) -> str:
    """Where the factory is to be written, seen from the root of the project."""
    module = _factory_reference(description.spec).partition(":")[0]
    package = module.partition(".")[0]
    folders = [parent.parent.name for parent in Path(description.file).parents if parent.name == package]
    return f"{'src/' if 'src' in folders else ''}{module.replace('.', '/')}.py"


def _imports(spec: TargetSpec, *, numpy: bool = True) -> tuple[str, ...]:
    lines = ("import numpy as np", "") if numpy else ()
    return (*lines, f"from {spec.module} import {spec.attributes[0]}", "", "")
