"""`copse list`: pull lists, check them, count them, compare them; publishing.py makes them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from copse.cli import publishing
from copse.cli.asking import put

if TYPE_CHECKING:
    from copse.kit.lists import Entry, KnownList, Pulled
    from copse.kit.lists.importing import Imported

# For scripts. 2 is said by `app.main` for all that failed.
WRONG, STALE, DIFFERENT = 1, 3, 1
SHOWN = 20

app = typer.Typer(
    no_args_is_help=True, help="Lists of known material: pull, verify, stats, diff; key, publish."
)
As_JSON = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Key = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="The publisher's key, name+id+base64, or a file with it."),
]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="A list that `copse list` keeps.")]


@app.command()
def pull(
    source: Annotated[str, typer.Argument(help="https address, folder, or a file somebody sent.")],
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the list is kept.")],
    key: Key = None,
    form: Annotated[
        str | None, typer.Option("--format", help="own, csv, hashsharing, vics or local_file.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call an imported list.")] = None,
    strict: Annotated[bool, typer.Option(help="Refuse a file with a wrong row.")] = False,
    as_json: As_JSON = False,
) -> None:
    """Bring a list up to date, or import a file as a local list; else the last good one serves.

    COPSE_LIST_TOKEN is sent to an https address as a bearer token. With --format
    hashsharing the address is an exchange's, and COPSE_LIST_LOGIN holds
    user:password. Status 1: rows were wrong.
    """
    console = Console(highlight=False)
    remote = "://" in source
    if remote and form == "hashsharing":
        with _exchange(source) as (file, wrong):
            made = _import(file, to, name or "exchange", "own", strict=strict)
        _say_imported(console, made, to, as_json=as_json, wrong=wrong)
    elif remote or Path(source).is_dir():
        _say_pulled(console, _pull(source, to, _key(key), remote=remote), to, as_json=as_json)
    else:
        made = _import(Path(source), to, name, form, strict=strict)
        _say_imported(console, made, to, as_json=as_json, wrong=0)


def _key(key: str | None) -> str | None:
    """The key itself, or what the file of that name holds."""
    if key and "+" not in key and Path(key).is_file():
        return Path(key).read_text("utf-8", "replace").strip()
    return key


def _pull(source: str, to: Path, key: str | None, *, remote: bool) -> "Pulled":
    from copse.kit import lists

    if not remote:
        return lists.pull(Path(source), to, key)
    from copse.client.lists import Server

    with Server(source, token=os.environ.get("COPSE_LIST_TOKEN", "")) as server:
        return lists.pull(server, to, key)


@contextmanager
def _exchange(address: str) -> Iterator[tuple[Path, int]]:
    """Every page of an exchange in one file of ours, and how many entries could not be taken."""
    from copse.client.lists import Server, exchange_entries
    from copse.kit.exchange import own
    from copse.kit.exchange.reading import Reading

    user, colon, password = os.environ.get("COPSE_LIST_LOGIN", "").partition(":")
    readings: list[Reading] = []
    login = (user, password) if colon else None
    with TemporaryDirectory() as beside, Server(address, login=login) as server:
        file = Path(beside) / "exchange.jsonl"
        with file.open("wb") as stream:
            since = datetime.fromtimestamp(0, UTC)
            own.write(exchange_entries(server, since, datetime.now(UTC), readings=readings), stream)
        yield file, sum(reading.wrong for reading in readings)


def _import(
    file: Path, to: Path, name: str | None, form: str | None, *, strict: bool
) -> "Imported":
    from copse.kit.lists import import_file

    return import_file(file, to, name=name, form=form, strict=strict)


def _say_pulled(console: Console, pulled: "Pulled", to: Path, *, as_json: bool) -> None:
    if as_json:
        put({
            "name": pulled.name, "version": pulled.version, "before": pulled.before,
            "signed": True, "added": pulled.added, "changed": pulled.changed,
            "withdrawn": pulled.withdrawn, "left_out": pulled.left_out,
            "expires": pulled.expires.isoformat(),
        })  # fmt: skip
        return
    until = f"valid until {pulled.expires:%Y-%m-%d}"
    if not pulled.new:
        console.print(f"{pulled.name} is up to date: version {pulled.version}, {until}.")
        return
    console.print(
        f"{pulled.name} version {pulled.version} now serves from {escape(str(to))}, {until}: "
        f"{pulled.added} added, {pulled.changed} changed, {pulled.withdrawn} withdrawn.",
        soft_wrap=True,
    )
    _say_left_out(console, pulled.left_out)


def _say_imported(
    console: Console, made: "Imported", to: Path, *, as_json: bool, wrong: int
) -> None:
    wrong += made.wrong
    if as_json:
        put({
            "name": made.name, "version": made.version, "signed": False, "format": made.format,
            "entries": made.entries, "withdrawn": made.withdrawn, "repeated": made.repeated,
            "wrong": wrong, "left_out": made.left_out,
            "problems": [{"place": p.place, "sentence": p.sentence} for p in made.problems],
        })  # fmt: skip
    else:
        console.print(
            f"{made.name} is a local list, which nobody signed: {made.entries} entries from "
            f"{made.format} now serve from {escape(str(to))}.",
            soft_wrap=True,
        )
        for problem in made.problems[:SHOWN]:
            console.print(f"[yellow]wrong[/]  {escape(str(problem))}", soft_wrap=True)
        if wrong:
            console.print(f"{wrong} rows could not be taken; --strict refuses such a file.")
        _say_left_out(console, made.left_out)
    if wrong:
        raise typer.Exit(WRONG)


def _say_left_out(console: Console, left_out: dict[str, int]) -> None:
    for reason, count in sorted(left_out.items()):
        console.print(f"[yellow]left out[/]  {count} fingerprints: {reason}")


@app.command()
def verify(folder: Folder, key: Key = None, as_json: As_JSON = False) -> None:
    """Check signature, entries and indexes of a list, or the folder that a publisher serves.

    Status 0: whole. 1: something is wrong. 3: whole, but it ran out.
    """
    from copse.kit import lists

    verdict = lists.verify(folder, _key(key))
    if as_json:
        put({
            "name": verdict.name, "version": verdict.version, "entries": verdict.entries,
            "signed": verdict.signed, "ok": verdict.ok, "stale": verdict.stale,
            "problems": verdict.problems, "remarks": verdict.remarks,
        })  # fmt: skip
    else:
        console = Console(highlight=False)
        for problem in verdict.problems:
            console.print(f"[bold red]wrong[/]  {escape(problem)}", soft_wrap=True)
        for remark in verdict.remarks:
            console.print(f"[yellow]note[/]   {escape(remark)}", soft_wrap=True)
        if verdict.ok:
            console.print(
                f"[green]whole[/]  {verdict.name} version {verdict.version}, "
                f"{verdict.entries} entries"
            )
    raise typer.Exit(WRONG if not verdict.ok else STALE if verdict.stale else 0)


@app.command()
def stats(folder: Folder, as_json: As_JSON = False) -> None:
    """Count a list by kind, label, standing and year; say its version and until when it is valid."""
    from copse.kit import lists

    known = lists.KnownList.open(folder, search=False)
    found = lists.stats(known)
    about, expires = known.about, known.expires
    told: dict[str, Any] = {
        "name": about.name, "version": about.version, "signed": known.signed,
        "source": about.source, "stale": known.stale(),
        "expires": expires.isoformat() if expires else None, "entries": found.entries,
        "kinds": dict(found.kinds), "labels": dict(found.labels),
        "standing": dict(found.standing), "years": dict(sorted(found.years.items())),
        "left_out": about.left_out,
    }  # fmt: skip
    if as_json:
        put(told)
        return
    console = Console(highlight=False)
    console.print(f"{about.name} version {about.version}: {found.entries} entries")
    console.print(_standing_of(known))
    for group in ("kinds", "labels", "standing", "years", "left_out"):
        for what, count in told[group].items():
            console.print(f"{group:9} {count:>12,}  {what}")


def _standing_of(known: "KnownList") -> str:
    manifest = known.manifest()
    if manifest is None:
        return f"A local list, imported from {known.about.source}: nobody signed it."
    until = f"{'It ran out on' if known.stale() else 'Valid until'} {manifest.expires:%Y-%m-%d}"
    return f"Signed by {escape(manifest.publisher)}. {until}. {escape(manifest.licence.text)}"


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A list's folder, or a file in a known format.")],
    new: Annotated[Path, typer.Argument(help="The same.")],
    as_json: As_JSON = False,
) -> None:
    """Say which entries lead from one list to another. Status 0: none. 1: some."""
    from copse.kit.lists import compare

    counts = {"added": 0, "changed": 0, "withdrawn": 0}
    console = Console(highlight=False)
    with TemporaryDirectory() as beside:
        before, after = (
            _entries(path, Path(beside) / part) for path, part in ((old, "old"), (new, "new"))
        )
        for one in compare(before, after):
            counts[one.what] += 1
            if as_json:
                put({"what": one.what, "id": one.entry.id, "labels": one.entry.labels})
            elif sum(counts.values()) <= SHOWN:
                console.print(f"{one.what:9}  {escape(one.entry.id)}", soft_wrap=True)
    if not as_json:
        console.print(", ".join(f"{count} {what}" for what, count in counts.items()))
    raise typer.Exit(DIFFERENT if any(counts.values()) else 0)


def _entries(path: Path, beside: Path) -> "Iterator[Entry]":
    """The entries of a list or a file, by id."""
    from copse.kit.exchange.formats import open_list
    from copse.kit.lists import KnownList
    from copse.kit.lists.importing import put as put_all
    from copse.kit.lists.table import Table

    if path.is_dir():
        return KnownList.open(path, search=False).entries()
    table = Table.create(beside)
    with path.open("rb") as stream:
        put_all(table, open_list(stream)[1])
    return table.entries()


app.command("key")(publishing.make_key)
app.command("publish")(publishing.publish)
