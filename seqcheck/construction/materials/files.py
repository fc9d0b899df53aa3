"""One file for each sample, and what a constructor is given to find them: paths, ids, or a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from seqcheck.construction.materials.contents import Content
from seqcheck.construction.materials.material import Code, Material
from seqcheck.construction.materials.world import ID_EXPRESSIONS, World

FRAME: Final = re.compile(r"\{frame:(\d)\}")
"""What stands for the number of a frame in the name of its file: ``{frame:4}`` in four digits."""
FRAMES: Final = 17
"""How many files a sample has whose names hold the numbers 0, 1, ... of its frames."""
_WIDTH: Final = re.compile(r"\{id:(\d+)\}")


@dataclass(frozen=True)
class Files:
    """A file for each sample, at `pattern` below the world's folder: ``data/{id}.npy``, ``data/{class}/{id}.png``.

    With ``{id:5}`` in place of ``{id}`` it is the sample's number in five digits; with ``{frame:4}`` beside it, there
    are `FRAMES` files alike for each sample, and the path of the first one stands for them. With ``{class}`` the
    samples are parted among `classes` folders in blocks, so that a sorted listing has them in their order.
    """

    pattern: str = "data/{id}.png"
    content: Content = Content()  # noqa: RUF009  # frozen, so that it may be shared
    classes: int = 2
    names: tuple[str, ...] = ()
    """The names of the classes' folders, where the source has them."""

    def folder_of(self, label: int) -> str:
        """The name of a class's folder."""
        return self.names[label] if self.names else f"class_{label}"

    def class_of(self, number: int, count: int) -> int:
        """The class of a sample in a folder per class."""
        return number * min(self.classes, count) // max(1, count)

    def make(self, world: World) -> list[str]:
        """Write the files, once in a world; their absolute paths."""
        if self not in world.made:
            paths = []
            for name in self.names:  # of every class, also where there are fewer samples
                world.path(f"{self.pattern.partition('{class}')[0]}{name}/-")
            for number, name in enumerate(world.names):
                label = self.folder_of(self.class_of(number, world.count))
                place = _WIDTH.sub(lambda found, number=number: f"{number:0{found[1]}d}", self.pattern)  # type: ignore[misc]
                path = world.path(place.replace("{id}", name).replace("{class}", label))
                for frame in framed(path):
                    self.content.write(frame, number)
                paths.append(str(framed(path)[0]))
            world.made[self] = paths
        return list(world.made[self])

    def words(self, count: int) -> str:
        """``37 files data/{id}.png``"""
        return f"{count} files {self.pattern}"

    def code(self) -> Code:
        """A list of paths, after the files were written."""
        place_of_class = f"k * {self.classes} // num_samples"
        place = (
            _WIDTH.sub(r"{k:0\1d}", self.pattern)
            .replace("{class}", f"{{{self.names}[{place_of_class}]}}" if self.names else f"class_{{{place_of_class}}}")
            .replace("{id}", "{ids[k]}")
        )
        frame = FRAME.search(place)
        place = FRAME.sub(lambda found: "0" * int(found[1]), place)
        write = self.content.code("path" if frame is None else "part")
        stem = re.sub(r"\W+", "_", self.pattern.partition("{")[0]).strip("_").removesuffix("_paths")
        name = f"{stem}_paths".lstrip("_") if not stem.endswith("paths") else stem
        block = (
            f'{name} = [str(tmp_path / f"{place}") for k in range(num_samples)]',
            f"for k, path in enumerate({name}):",
            "    Path(path).parent.mkdir(parents=True, exist_ok=True)",
            *([] if frame is None else _code_of_frames(frame, place)),
            f"    {'' if frame is None else '    '}{write.expression}",
        )
        setup = (f"ids = {ID_EXPRESSIONS['text']}", "\n".join(block))
        return Code(name, setup, (*write.imports, "from pathlib import Path"))


def _code_of_frames(frame: re.Match[str], place: str) -> list[str]:
    """The lines that go through the frames of the sample whose first one lies at `path`."""
    tail = len(place) - frame.start()
    rest = place[frame.start() + int(frame[1]) :]
    return [
        f"    for frame in range({FRAMES}):",
        f'        part = path[:-{tail}] + f"{{frame:0{frame[1]}d}}{rest}"',
    ]


def framed(path: Path) -> list[Path]:
    """The paths of a sample's frames, which are all alike; the path alone where it has none."""
    if not FRAME.search(path.name):
        return [path]
    return [
        path.with_name(FRAME.sub(lambda found: f"{number:0{found[1]}d}", path.name))  # noqa: B023  # called at once
        for number in range(FRAMES)
    ]


@dataclass(frozen=True)
class ClassNames:
    """The names of the folders in which the classes of `files` lie, each once.

    `numbered` they are a dict to 0, 1, ..., and where there is a `separator`, one text with that between them.
    """

    files: Files = Files("data/{class}/{id}.png")
    numbered: bool = False
    separator: str = ""

    def make(self, world: World) -> list[str] | dict[str, int] | str:
        """A list of names, in their order, a dict or a text of them."""
        self.files.make(world)
        return self._of(min(self.files.classes, max(1, world.count)))

    def _of(self, classes: int) -> list[str] | dict[str, int] | str:
        names = [self.files.folder_of(number) for number in range(classes)]
        if self.separator:
            return self.separator.join(names)
        return {name: number for number, name in enumerate(names)} if self.numbered else names

    def words(self, count: int) -> str:
        """``the names of 2 classes``"""
        form = ", numbered" if self.numbered else ", in one text" if self.separator else ""
        return f"the names of {min(self.files.classes, count)} classes{form}"

    def code(self) -> Code:
        """The same, after the files were written."""
        return Code(repr(self._of(self.files.classes))).then(str, self.files.code())


@dataclass(frozen=True)
class Paths:
    """The paths of the samples' files: absolute, or relative to the world's folder, as a list or an array."""

    files: Files = Files()
    holder: Literal["list", "array"] = "list"
    form: Literal["absolute", "relative", "name", "stem", "folder"] = "absolute"
    """Whole paths, paths below the world's folder, names with their ending, names without it, or whole folders."""

    def make(self, world: World) -> Any:
        """One text a sample."""
        made = self.files.make(world)
        root = str(world.folder.resolve()) + "/"
        if self.form == "folder":
            made = [str(Path(path).parent) for path in made]
        elif self.form == "relative":
            made = [path.removeprefix(root) for path in made]
        elif self.form != "absolute":
            made = [path.rpartition("/")[2] for path in made]
            made = [name.rpartition(".")[0] or name for name in made] if self.form == "stem" else made
        if self.holder == "list":
            return made
        import numpy as np

        return np.array(made)

    def words(self, count: int) -> str:
        """``37 paths data/{id}.png``"""
        what = {"name": "file names", "stem": "names", "folder": "folders of"}.get(self.form, "paths")
        return f"{count} {what} {self.files.pattern}"

    def code(self) -> Code:
        """The list of paths."""
        form = {
            "absolute": "{}",
            "relative": "[str(Path(path).relative_to(tmp_path)) for path in {}]",
            "name": "[Path(path).name for path in {}]",
            "stem": "[Path(path).stem for path in {}]",
            "folder": "[str(Path(path).parent) for path in {}]",
        }[self.form]
        code = self.files.code().then(form.format)
        if self.holder == "list":
            return code
        return code.then(lambda text: f"np.array({text})", Code("", imports=("import numpy as np",)))


@dataclass(frozen=True)
class Ids:
    """The ids of the samples; `files` are what the class makes of them, if it opens any."""

    files: tuple[Files, ...] = ()
    holder: Literal["list", "array"] = "list"

    def make(self, world: World) -> Any:
        """One id a sample, as the world names them."""
        for files in self.files:
            files.make(world)
        if self.holder == "list":
            return world.ids
        import numpy as np

        return np.array(world.ids)

    def words(self, count: int) -> str:
        """``37 ids, files data/{id}.npy``"""
        return ", ".join([f"{count} ids", *[f"files {files.pattern}" for files in self.files]])

    def code(self) -> Code:
        """The list of ids, after their files were written."""
        own = Code("ids", (f"ids = {ID_EXPRESSIONS['text']}",))
        made = own.then(str, *[files.code() for files in self.files])
        if self.holder == "list":
            return made
        return made.then(lambda text: f"np.array({text})", Code("", imports=("import numpy as np",)))


@dataclass(frozen=True)
class Folder:
    """The path of a folder of the world, in which `files` are written; "" is the world's own."""

    name: str = "data"
    files: tuple[Material, ...] = ()
    slash: bool = False
    """Whether the path ends with a slash, for classes that add a file's name to it as it is."""
    as_path: bool = False
    """Whether it comes as a `pathlib.Path`."""

    def make(self, world: World) -> Any:
        """The absolute path of the folder."""
        for files in self.files:
            files.make(world)
        path = world.path(f"{self.name or '.'}/-").parent
        return path if self.as_path else f"{path}/" if self.slash else str(path)

    def words(self, count: int) -> str:
        """``a folder, 37 files data/{id}.png``"""
        return ", ".join(["a folder", *[files.words(count) for files in self.files]])

    def code(self) -> Code:
        """The path of the folder, after its files were written."""
        place = f'tmp_path / "{self.name}"' if self.name else "tmp_path"
        text = place if self.as_path else f"str({place})" + (" + '/'" if self.slash else "")
        make = (f"({place}).mkdir(parents=True, exist_ok=True)",) if self.name else ()
        return Code(text, make).then(str, *[files.code() for files in self.files])
