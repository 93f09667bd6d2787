"""`copse list key` and `copse list publish`: the publisher's side of a list."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from copse.cli.asking import put
from copse.kit.errors import InputError

if TYPE_CHECKING:
    from copse.kit.checkpoint import Signer
    from copse.kit.lists import Entry, Manifest, Publication

MINE_ONLY = 0o600
OTHERS = 0o077
# A file that broke off must not empty a list everywhere.
MOST_WITHDRAWN = 0.1
KeyFile = Annotated[
    Path, typer.Option("--key", metavar="FILE", help="The secret key, which `copse list key` made.")
]


class BadKeyFile(InputError):  # noqa: N818 - named for the state
    """The file of a secret key cannot be made, cannot be read, or can be read by others."""

    code = "bad-key-file"


def make_key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the secret key is kept.")],
    name: Annotated[
        str | None, typer.Option(help="Make a key of this name: hotline.example/arbora.")
    ] = None,
) -> None:
    """Make a publisher's key, or say the public half of one: subscribers pull with it.

    The file is secret: whoever has it can publish in your name. Keep a copy
    offline.
    """
    if name is not None:
        _keep(file, name)
    print(_signer(file).verifier)


def _keep(file: Path, name: str) -> None:
    from copse.kit.checkpoint import Signer

    signer = Signer.make(name)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MINE_ONLY)
    except FileExistsError:
        raise BadKeyFile(
            f"{file} is there already. A key is never overwritten: name another file, or leave "
            "out --name to see its public half."
        ) from None
    with os.fdopen(handle, "w") as stream:
        stream.write(f"{signer.secret()}\n")
        stream.flush()
        os.fsync(stream.fileno())


def _signer(file: Path) -> "Signer":
    from copse.kit.checkpoint import Signer

    try:
        if file.stat().st_mode & OTHERS:
            raise BadKeyFile(f"Others can read {file}. Make it yours alone: chmod 600.")
        text = file.read_text("utf-8")
    except FileNotFoundError:
        raise BadKeyFile(
            f"There is no key in {file}. Make one: copse list key {file} --name NAME."
        ) from None
    except UnicodeDecodeError:
        raise BadKeyFile(f"{file} holds no secret key.") from None
    return Signer.parse(text)


def publish(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Yours; made the first time.")],
    key: KeyFile,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Entries: new, changed, withdrawn.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="FILE is the whole list: withdraw what is not in it.")
    ] = False,
    withdraw_many: Annotated[
        bool, typer.Option("--withdraw-many", help="Even more than a tenth of the list.")
    ] = False,
    form: Annotated[
        str | None, typer.Option("--format", help="own, csv, hashsharing, vics or local_file.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="A new list's name, such as arbora.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Who answers for a new list.")] = None,
    licence: Annotated[str | None, typer.Option(help="On what terms it may be used.")] = None,
    licence_url: Annotated[str, typer.Option(help="Where the terms are.")] = "",
    valid: Annotated[
        int, typer.Option(min=1, metavar="DAYS", help="How long a new list's versions may be used.")
    ] = 14,
    next_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Hand the list over to this key.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Sign the next version of a list; FOLDER/public is what you serve, as plain files.

    The first time, say --name, --publisher and --licence. Without FILE the
    version is signed again with a later expiry. A file with one wrong row is
    refused whole, and so are entries that would match harmless pictures; then
    nothing is published.
    """
    signer, following = _signer(key), _signer(next_key) if next_key else None
    now = datetime.now(UTC)
    with closing(_opened(folder, name, publisher, licence, licence_url, valid)) as publication:
        with _changes(publication, file, form, now, whole=whole, many=withdraw_many) as changes:
            made = publication.publish(changes, signer, next_signer=following, now=now)
        _say(publication, made, str((following or signer).verifier), as_json=as_json)


def _opened(
    folder: Path,
    name: str | None,
    publisher: str | None,
    licence: str | None,
    licence_url: str,
    valid: int,
) -> "Publication":
    from copse.kit.lists import Licence, Publication, Terms
    from copse.kit.lists.publication import STATE

    if (folder / STATE).exists():
        if name or publisher or licence or licence_url:
            raise InputError(
                "This list has its name and terms already. Leave out --name, --publisher, --licence."
            )
        return Publication.open(folder)
    if not (name and publisher and licence):
        raise InputError("A new list needs --name, --publisher and --licence.")
    terms = Terms(name, publisher, Licence(licence, licence_url), valid=timedelta(days=valid))
    return Publication.create(folder, terms)


@contextmanager
def _changes(
    publication: "Publication",
    file: Path | None,
    form: str | None,
    now: datetime,
    *,
    whole: bool,
    many: bool,
) -> "Iterator[Iterator[Entry]]":
    """The entries to publish, while the files that they are read from are open."""
    from copse.kit.exchange import own
    from copse.kit.exchange.formats import open_list

    if file is None:
        if whole:
            raise InputError("--whole needs a FILE.")
        yield iter(())
        return
    with file.open("rb") as stream, TemporaryDirectory() as beside:
        _, reading = open_list(stream, form, strict=True, now=now)
        if not whole:
            # Rows that tell no time of change would else all be new ones.
            yield (entry for entry in reading if not publication.holds(entry))
            return
        difference = Path(beside) / "changes.jsonl"
        _write_difference(publication, reading, difference, now, many=many)
        with difference.open("rb") as changes:
            yield own.read(changes, strict=True)


def _write_difference(
    publication: "Publication", told: "Iterator[Entry]", target: Path, now: datetime, *, many: bool
) -> None:
    """What leads from the list as it is to the one told, in a file: publishing changes the first."""
    from copse.kit.exchange import own
    from copse.kit.lists import Entry, compare
    from copse.kit.lists.importing import put as put_all
    from copse.kit.lists.table import Table

    table = Table.create(target.with_name("told"))
    put_all(table, told)
    counts = Counter[str]()

    def lead() -> "Iterator[Entry]":
        for one in compare(publication.entries(), table.entries()):
            counts[one.what] += 1
            gone = one.what == "withdrawn"
            yield Entry(one.entry.id, updated=now, withdrawn=True) if gone else one.entry

    with target.open("wb") as stream:
        own.write(lead(), stream)
    table.close()
    before = publication.manifest()
    if before and counts["withdrawn"] > MOST_WITHDRAWN * before.count and not many:
        raise InputError(
            f"This would withdraw {counts['withdrawn']} of {before.count} entries. Look whether the "
            "file is whole; if that is meant, say --withdraw-many."
        )


def _say(publication: "Publication", made: "Manifest", key: str, *, as_json: bool) -> None:
    if as_json:
        put({
            "name": made.name, "version": made.version, "entries": made.count, "key": key,
            "expires": made.expires.isoformat(), "public": str(publication.public),
        })  # fmt: skip
        return
    console = Console(highlight=False)
    console.print(
        f"{made.name} version {made.version} lies in {escape(str(publication.public))}: "
        f"{made.count} entries, valid until {made.expires:%Y-%m-%d}.",
        soft_wrap=True,
    )
    if made.version == 1 or made.next_key:
        console.print("Give subscribers this key by another way than the list:", soft_wrap=True)
        console.print(f"  {escape(key)}", soft_wrap=True)
