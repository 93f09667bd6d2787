"""`copse report`: what a scan found, sent to the national gateway, once and surely."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from copse.kit.errors import InputError, LaterError

if TYPE_CHECKING:
    from copse.client.report import Gateway
    from copse.client.spool import Filing, Spool

LEFT = 3
LEFT_OUT = "disputed or leads only: look at them, then report them with --held."


class NoResult(InputError):  # noqa: N818 - named for the state
    """The file holds no result of `copse scan --json` or `copse match --json`."""

    code = "no-result"


def report_matches(
    result: Annotated[
        Path | None,
        typer.Argument(metavar="RESULT.jsonl", help="What `copse scan --json` wrote."),
    ] = None,
    gateway: Annotated[str, typer.Option(metavar="URL", help="The part before /submit.")] = "",
    about: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Who reports, and about what.")
    ] = None,
    attach: Annotated[
        bool, typer.Option("--attach", help="Send the files along; the law must let you.")
    ] = False,
    login: Annotated[
        Path | None,
        typer.Option(help="User and password on two lines; else COPSE_GATEWAY_USER, …_PASSWORD."),
    ] = None,
    spool: Annotated[Path | None, typer.Option(help="Where reports wait.")] = None,
    held: Annotated[
        bool, typer.Option("--held", help="Also what is disputed or a lead; look at it first.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Only ask whether we may report.")] = False,
    retract: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Withdraw a report not yet finished.")
    ] = None,
) -> None:
    """Report matches to the gateway; without RESULT, go on with what waits in the spool.

    What is disputed or a lead only is left out until a person looked and --held
    is given. The same match is never reported twice, however often this runs.
    Nothing is uploaded without --attach: the report then carries fingerprints
    only.

    Ends with 0 when everything is filed, with 3 when something is left or was
    refused.
    """
    from copse.client import filing
    from copse.client.report import Gateway, read_login
    from copse.client.spool import Spool

    console = Console(highlight=False)
    if not gateway:
        raise InputError("Name the gateway with --gateway.")
    kept = Spool(spool or _default_spool())
    with Gateway(gateway, read_login(login)) as other:
        if check:
            console.print(escape(other.status()))
        elif retract is not None:
            _say(console, filing.retract(kept, retract, other))
        else:
            if result is not None:
                left = _take_in(kept, other.url, result, about, attach=attach, held=held)
                if left:
                    console.print(f"[yellow]left out[/]  {left} {LEFT_OUT}", soft_wrap=True)
            raise typer.Exit(_send_all(console, kept, other))


def _take_in(
    spool: "Spool", gateway: str, result: Path, about: Path | None, *, attach: bool, held: bool
) -> int:
    """Put every match into the spool; how many were left out because they are not sure."""
    from copse.client import filing
    from copse.client.cybertipline import read_about

    if about is None:
        raise InputError("Say who reports, in a file named with --about (docs/toolkit.md).")
    told, now = read_about(about), datetime.now(UTC)
    found = list(_matches(result))
    taken = [line for line in found if held or line["verdict"] == "block"]
    for line in taken:
        filing.taken_in(spool, gateway, told, line, now=now, attach=attach)
    return len(found) - len(taken)


def _matches(result: Path) -> Iterator[dict[str, Any]]:
    number = 0
    try:
        with result.open(encoding="utf-8") as file:
            for text in file:
                number += 1
                line = json.loads(text)
                if line["kind"] == "match":
                    _check(line)
                    yield line
    except OSError as error:
        raise NoResult(f"{result} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise NoResult(f"{result}, line {number}: this is no line of a result.") from None


def _check(line: dict[str, Any]) -> None:
    from copse.kit.scanning.findings import path_of

    bytes.fromhex(line["fingerprint"]["sha256"])
    path_of(line)
    for one in line["matches"]:
        _ = (one["list"], one["entry"], one["how"], one["distance"], one["labels"], one["standing"])
    _ = line["verdict"]


def _send_all(console: Console, spool: "Spool", gateway: "Gateway") -> int:
    from copse.client import filing
    from copse.client.spool import ENDED, State

    left = False
    for one in list(spool):
        if one.gateway != gateway.url or one.state in ENDED:
            continue
        try:
            sent = filing.send(spool, one.number, gateway)
        except LaterError as error:
            left = True
            console.print(f"[yellow]waits[/]     {one.number}  {escape(error.sentence)}")
            continue
        left |= sent.state == State.REFUSED
        _say(console, sent)
    return LEFT if left else 0


def _say(console: Console, filing: "Filing") -> None:
    number = "" if filing.report_id is None else f" as {filing.report_id}"
    console.print(
        f"{filing.state:10}{filing.number}{number}  {escape(filing.said)}", soft_wrap=True
    )


def _default_spool() -> Path:
    told = os.environ.get("XDG_STATE_HOME", "")
    return (Path(told) if told else Path.home() / ".local" / "state") / "copse" / "reports"
