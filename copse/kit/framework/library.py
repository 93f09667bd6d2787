"""A folder of frameworks with their crosswalks and the register of published ids."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from copse.kit.errors import OursError
from copse.kit.framework.agreeing import check_agreement, check_pairs
from copse.kit.framework.crosswalks import BETWEEN, Step, read_crosswalk, steps
from copse.kit.framework.lines import MOST_BYTES, Report
from copse.kit.framework.model import Crosswalk, Framework, Node, name_of
from copse.kit.framework.reading import SUFFIX, read_framework

CROSSWALKS = "crosswalks"
REGISTER = "published.csv"
_COLUMNS = ("urn", "since", "kind", "parent")


class UnknownFramework(OursError):  # noqa: N818 - named for the state
    """No file of the library has this name."""

    code = "unknown-framework"


@dataclass(frozen=True)
class Published:
    """A node as it was first published: it keeps its kind and its parent for good."""

    urn: str
    since: int
    kind: str
    parent: str
    line: int = 0


@dataclass(frozen=True)
class Library:
    """Frameworks by name, what they have to do with each other, and what was ever published.

    `borrowed` names the frameworks of another folder that only the crosswalks lead to.
    """

    frameworks: Mapping[str, Framework]
    crosswalks: tuple[Crosswalk, ...] = ()
    published: Mapping[str, Published] = field(default_factory=dict)
    borrowed: frozenset[str] = frozenset()

    @property
    def own(self) -> tuple[Framework, ...]:
        """The frameworks of the folder itself."""
        return tuple(one for name, one in self.frameworks.items() if name not in self.borrowed)

    def __getitem__(self, name: str) -> Framework:
        """A framework by name. Raises `UnknownFramework`."""
        try:
            return self.frameworks[name]
        except KeyError:
            known = ", ".join(self.frameworks)
            sentence = f"There is no framework called “{name}”. There are: {known}."
            raise UnknownFramework(sentence, name=name) from None

    def node(self, urn: str) -> Node:
        """A node by its URN. Raises `UnknownFramework` or `UnknownNode`."""
        framework, _, id_ = urn.rpartition(":")
        return self[framework.rpartition(":")[2]][id_]

    def steps(self) -> dict[str, tuple[Step, ...]]:
        """The links of all crosswalks in both directions, by the URN they start from."""
        return steps(self.crosswalks, self.frameworks)

    def unpublished(self) -> tuple[Node, ...]:
        """The nodes whose ids are not in the register yet."""
        return tuple(
            node
            for framework in self.own
            for node in framework.nodes.values()
            if node.urn not in self.published
        )


@cache
def shipped() -> Library:
    """The frameworks that come with Copse, read once."""
    return read_library(shipped_home())


def shipped_home() -> Traversable:
    """The folder of the frameworks that come with Copse."""
    return files("copse.taxonomies") / "frameworks"


def read_library(folder: Traversable, *, beyond: Library | None = None) -> Library:
    """Everything in a folder. Raises `BadFramework` with every problem found.

    `beyond` is a library whose frameworks the folder's crosswalks may name, too: a country's own
    framework maps to those that Copse ships.
    """
    report = Report()
    paths = _yaml(folder, report)
    frameworks = _frameworks(paths, report)
    known = {**(beyond.frameworks if beyond else {}), **frameworks}
    published = read_register(folder / REGISTER, report)
    there = {path.name.removesuffix(SUFFIX) for path in paths}
    for name in sorted({name_of(row.urn) for row in published.values()} - there):
        report.add(REGISTER, f"{name} was published, and {name}{SUFFIX} is gone. Put it back.")
    check_published(frameworks.values(), published, report)
    paths = _yaml(folder / CROSSWALKS, report) if frameworks else []
    made = _crosswalks(paths, known, beyond.crosswalks if beyond else (), report)
    report.end()
    return Library(known, made, published, frozenset(known) - frozenset(frameworks))


def _crosswalks(
    paths: Iterable[Traversable], known: Mapping[str, Framework], others: tuple[Crosswalk, ...],
    report: Report,
) -> tuple[Crosswalk, ...]:  # fmt: skip
    """The crosswalks of files, held against each other and against those of the other folder."""
    made: tuple[Crosswalk, ...] = ()
    for path in paths:
        one = read_crosswalk(path, known, report)
        if one is not None:
            check_pairs(one, (*others, *made), report)
            made += (one,)
    check_agreement((*others, *made), known, report)
    return made


def read_links(path: Path) -> Crosswalk:
    """One crosswalk's file; its frameworks are those beside it and the shipped ones.

    Raises `BadFramework`.
    """
    report = Report()
    home = path.parent.parent if path.parent.name == CROSSWALKS else path.parent
    names = path.name.removesuffix(SUFFIX).split(BETWEEN)
    beside = [home / f"{name}{SUFFIX}" for name in names]
    own = _frameworks((one for one in beside if one.is_file()), report)
    known = {**shipped().frameworks, **own}
    made = _crosswalks([path], known, _besides(path), report)
    report.end()
    return made[0]


def _besides(path: Path) -> tuple[Crosswalk, ...]:
    """The shipped crosswalks, without the file itself where it is one of them or follows it."""
    return tuple(one for one in shipped().crosswalks if one.place != path.name)


def read_one(path: Path, *, published: Mapping[str, Published] | None = None) -> Framework:
    """One framework's file, held against what was published. Raises `BadFramework`."""
    report = Report()
    made = read_framework(path, report)
    report.end()
    if made is None:
        raise OursError(f"{path.name} holds no framework, and nobody said why.")
    check_published([made], published or {}, report)
    report.end()
    return made


def published_beside(path: Path) -> Mapping[str, Published]:
    """What a file is held against: the register in its folder, or the shipped one."""
    report = Report()
    register = path.parent / REGISTER
    found = read_register(register, report) if register.is_file() else shipped().published
    report.end()
    return found


def _yaml(folder: Traversable, report: Report) -> list[Traversable]:
    if not folder.is_dir():
        if folder.name != CROSSWALKS:
            report.add(folder.name, "There is no such folder. Name one that holds frameworks.")
        return []
    found = sorted(folder.iterdir(), key=lambda path: path.name)
    return [path for path in found if path.name.endswith(SUFFIX)]


def _frameworks(paths: Iterable[Traversable], report: Report) -> dict[str, Framework]:
    found = (read_framework(path, report) for path in paths)
    return {framework.name: framework for framework in found if framework is not None}


def check_published(
    frameworks: Iterable[Framework], published: Mapping[str, Published], report: Report
) -> None:
    """Report what was published and has vanished, or changed its kind or parent."""
    for framework in frameworks:
        for row in published.values():
            if row.urn.startswith(f"{framework.urn}:"):
                _check_row(framework, row, report)


def _check_row(framework: Framework, row: Published, report: Report) -> None:
    id_ = row.urn.removeprefix(f"{framework.urn}:")
    if id_ not in framework:
        report.add(
            framework.place,
            f"{id_} was published with version {row.since} and is gone. "
            "Put it back, and add “retired” if nobody is to answer it any more.",
        )
        return
    node = framework[id_]
    for what, before, now in (("kind", row.kind, node.kind), ("parent", row.parent, node.parent)):
        if before != now:
            report.add(
                f"{framework.place}:{node.line}",
                f"{id_} was published with the {what} “{before}” and now has “{now}”. "
                "Change it back, or retire it and give the new one a new id.",
            )


def read_register(path: Traversable, report: Report) -> dict[str, Published]:
    """Every id that was ever published, by URN; nothing where there is no register yet."""
    if not path.is_file():
        return {}
    with path.open("rb") as stream:
        raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        report.add(path.name, f"The register is larger than {MOST_BYTES >> 20} MB. Restore it.")
        return {}
    reader = csv.reader(io.StringIO(raw.decode("utf-8", "replace")))
    found: dict[str, Published] = {}
    for number, row in enumerate(reader, 1):
        if number == 1 or not row:
            continue
        if len(row) != len(_COLUMNS) or not row[1].isdigit() or row[0].count(":") != 4:  # noqa: PLR2004
            columns = ", ".join(_COLUMNS)
            report.add(f"{path.name}:{number}", f"The columns are {columns}. Restore the line.")
            continue
        found[row[0]] = Published(row[0], int(row[1]), row[2], row[3], number)
    return found


def publish(library: Library, folder: Path) -> int:
    """Add the ids that are new to the folder's register; answers how many.

    The register only grows at its end, so that a change to an old line stands out in a review.
    """
    path = folder / REGISTER
    new = library.unpublished()
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    if not path.exists():
        write(_COLUMNS)
    for node in new:
        framework = library[name_of(node.urn)]
        write((node.urn, framework.version, node.kind, node.parent))
    with path.open("a", encoding="utf-8", newline="") as stream:
        stream.write(out.getvalue())
    return len(new)
