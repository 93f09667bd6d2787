"""`copse framework`: check files of frameworks, compare versions, load them into this install."""

import os
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from copse.cli.asking import put
from copse.kit.errors import InputError

if TYPE_CHECKING:
    from copse.base.access import Actor
    from copse.kit.framework.comparing import Changes, LinkChanges
    from copse.kit.framework.library import Library
    from copse.kit.framework.model import Crosswalk, Framework

# For scripts. 2 is said by `app.main` for all that failed.
WRONG, DIFFERENT, BREAKING = 1, 1, 3

app = typer.Typer(no_args_is_help=True, help="Frameworks as files: check, diff, load.")


class Carried(StrEnum):
    """What becomes of the answers to what a new version changed."""

    KEEP = "keep"
    CLEAR = "clear"


As_JSON = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]…", help="Files, also of crosswalks, or folders."),
    ] = None,
    publish: Annotated[
        bool, typer.Option(help="Add new ids to the folder's published.csv, for good.")
    ] = False,
    as_json: As_JSON = False,
) -> None:
    """Say what is wrong, with file, line and what to do; without a path, of the shipped ones.

    Status 0: whole. 1: something is wrong.
    """
    from copse.kit.framework.crosswalks import is_crosswalk
    from copse.kit.framework.library import read_links
    from copse.kit.framework.lines import BadFramework

    console = Console(highlight=False)
    wrong = False
    for path in paths or [_home()]:
        try:
            if path.is_dir():
                _say_library(console, path, publish=publish, as_json=as_json)
            elif is_crosswalk(path.name):
                _say_links(console, read_links(path), as_json=as_json)
            else:
                _say_whole(console, _one(path), as_json=as_json)
        except BadFramework as bad:
            wrong = True
            for problem in bad.problems:
                if as_json:
                    put({"ok": False, "place": problem.place, "sentence": problem.sentence})
                else:
                    console.print(f"[bold red]wrong[/]  {escape(str(problem))}", soft_wrap=True)
    raise typer.Exit(WRONG if wrong else 0)


def _home() -> Path:
    import copse.taxonomies

    return Path(str(copse.taxonomies.__file__)).resolve().parent / "frameworks"


def _read(folder: Path) -> "Library":
    """A folder's library; a country's own may lean on those that are shipped."""
    from copse.kit.framework.library import read_library, shipped

    return read_library(folder, beyond=None if folder.resolve() == _home() else shipped())


def _one(path: Path) -> "Framework":
    """One file, held against the register beside it, or the shipped one."""
    from copse.kit.framework.library import published_beside, read_one

    return read_one(path, published=published_beside(path))


def _say_library(console: Console, folder: Path, *, publish: bool, as_json: bool) -> None:
    from copse.kit.framework import library as kit

    found = _read(folder)
    for framework in found.own:
        _say_whole(console, framework, as_json=as_json)
    new = kit.publish(found, folder) if publish else len(found.unpublished())
    if as_json:
        put(
            {
                "ok": True,
                "crosswalks": len(found.crosswalks),
                ("published" if publish else "unpublished"): new,
            }
        )
        return
    links = sum(len(crosswalk.links) for crosswalk in found.crosswalks)
    console.print(f"[green]whole[/]  {len(found.crosswalks)} crosswalks with {links} links")
    if new and publish:
        console.print(f"{new} ids are published now; they keep kind and parent for good.")
    elif new:
        console.print(
            f"[yellow]note[/]   {new} ids are not published yet; --publish does it, for good.",
            soft_wrap=True,
        )


def _say_whole(console: Console, framework: "Framework", *, as_json: bool) -> None:
    if as_json:
        put({
            "ok": True, "urn": framework.urn, "version": framework.version,
            "nodes": len(framework.nodes), "file": framework.place,
        })  # fmt: skip
        return
    console.print(
        f"[green]whole[/]  {framework.name} version {framework.version}, "
        f"{len(framework.nodes)} nodes"
    )


def _say_links(console: Console, found: "Crosswalk", *, as_json: bool) -> None:
    if as_json:
        put({"ok": True, "crosswalk": found.name, "links": len(found.links), "file": found.place})
        return
    console.print(f"[green]whole[/]  {found.name}, {len(found.links)} links")


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="A file, or the name of what is shipped.")],
    new: Annotated[str, typer.Argument(help="The same.")],
    as_json: As_JSON = False,
) -> None:
    """Say which ids, or which links of a crosswalk, were added, retired or changed.

    Status 0: nothing changed. 1: something did. 3: something that a published id must never do.
    """
    from copse.kit.framework.comparing import diff as compare
    from copse.kit.framework.comparing import diff_links
    from copse.kit.framework.crosswalks import is_crosswalk

    console = Console(highlight=False)
    changes: Changes | LinkChanges
    if is_crosswalk(Path(old).name) and is_crosswalk(Path(new).name):
        start, end = _linked(old), _linked(new)
        changes, summary = diff_links(start, end), _summary_of_links(start, end)
    else:
        before, after = _named(old), _named(new)
        changes = compare(before, after)
        summary = _summary(before, after, len(changes.breaking))
    for what, ids in vars(changes).items():
        for id_ in ids:
            if as_json:
                put({"what": what, "id": id_, "breaking": id_ in changes.breaking})
            else:
                console.print(f"{what:11} {id_}", soft_wrap=True)
    if not as_json:
        console.print(summary, soft_wrap=True)
    raise typer.Exit(BREAKING if changes.breaking else DIFFERENT if changes else 0)


def _summary(before: "Framework", after: "Framework", breaking: int) -> str:
    said = f"{before.name} version {before.version} → {after.name} version {after.version}."
    if breaking:
        said += f" {breaking} ids vanished, moved or changed their kind: retire them instead."
    return said


def _summary_of_links(before: "Crosswalk", after: "Crosswalk") -> str:
    return f"{before.name} with {len(before.links)} links → {len(after.links)} links."


def _linked(name: str) -> "Crosswalk":
    from copse.kit.framework.library import read_links, shipped

    path = Path(name)
    found = next((one for one in shipped().crosswalks if one.name == name), None)
    return found if found is not None and not path.exists() else read_links(path)


def _named(name: str) -> "Framework":
    from copse.kit.framework.library import read_one, shipped

    path = Path(name)
    if not path.exists() and name in shipped().frameworks:
        return shipped()[name]
    if not path.is_file():
        known = ", ".join(shipped().frameworks)
        raise InputError(f"{name} is no file and no framework that is shipped. There are: {known}.")
    return read_one(path)


@app.command()
def load(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]…", help="Files of frameworks and crosswalks."),
    ] = None,
    answers: Annotated[
        Carried | None, typer.Option(help="Answers to what a new version changed.")
    ] = None,
    home: Annotated[Path | None, typer.Option(help="The data folder.")] = None,
) -> None:
    """Check frameworks and load them into this install; without a path, the shipped ones.

    A version that is loaded already is left as it is; its text can never be another. `keep` lets
    answers stand, and asks again where the question changed; `clear` sets them aside. A crosswalk
    is loaded after the frameworks; a newer text of it may add links and retire them.
    """
    checked = list(_to_load(paths or [_home()]))
    os.environ.setdefault("COPSE_MODE", "real")
    if home is not None:
        os.environ["COPSE_HOME"] = str(home.absolute())
    console = Console(highlight=False)
    for what, loaded, of in _load(checked, answers):
        console.print(f"{loaded} of {of} {what} were loaded; the rest were here already.")


def _to_load(paths: list[Path]) -> Iterator[Path]:
    """Each file, after it was read and checked: the database comes later.

    A crosswalk that is named alone may lean on frameworks that only the install has: there it is
    checked.
    """
    from copse.kit.framework.crosswalks import is_crosswalk
    from copse.kit.framework.library import CROSSWALKS

    for path in paths:
        if path.is_dir():
            found = _read(path)
            yield from (path / framework.place for framework in found.own)
            # Those that come with Copse are read where they are.
            if path.resolve() != _home():
                yield from (path / CROSSWALKS / one.place for one in found.crosswalks)
        else:
            if not is_crosswalk(path.name):
                _one(path)
            yield path


def _load(paths: list[Path], answers: Carried | None) -> list[tuple[str, int, int]]:
    """Of frameworks and crosswalks, how many of the files were new to this install."""
    from copse.cli.starting import django_ready
    from copse.project.configuration import configuration
    from copse.project.install import database_server

    with database_server(configuration):
        django_ready()
        from copse.base import access, database
        from copse.base.organisations.queries import desk_for

        with database.as_room("administration"):
            desk = desk_for("strategy").key
        with database.as_desk(desk):
            return _loaded(access.system(desk), paths, answers)


def _loaded(
    actor: "Actor", paths: list[Path], answers: Carried | None
) -> list[tuple[str, int, int]]:
    from copse.kit.framework.crosswalks import is_crosswalk

    frameworks = import_module("copse.strategy.services.frameworks")
    crosswalks = import_module("copse.strategy.services.crosswalks")
    choice = frameworks.Answers(answers) if answers else None
    links = [path for path in paths if is_crosswalk(path.name)]
    whole = [path for path in paths if path not in links]
    new = [
        frameworks.load(actor=actor, file=one.name, raw=one.read_bytes(), answers=choice)
        for one in whole
    ]
    linked = [crosswalks.load(actor=actor, file=one.name, raw=_bytes(one)) for one in links]
    rows = [("frameworks", sum(new), len(whole)), ("crosswalks", sum(linked), len(links))]
    return [row for row in rows if row[2]]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}.") from None
