"""`copse hash` and `copse match`: what a file's fingerprints are, and which lists know them."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from copse.cli.asking import Isolate, ListFolders, Mode, ModeName, Paths, Radius, opened, put, safe

if TYPE_CHECKING:
    from copse.kit.hashing import Fingerprint, Problem
    from copse.kit.lists import Matches

MATCHED, PROBLEMS = 1, 3
WORDS = {
    "block": "[bold red]known[/]",
    "hold": "[yellow]look at[/]",
    "allow": "[green]harmless[/]",
}
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def hash_files(
    paths: Paths, mode: Mode = ModeName.FULL, isolate: Isolate = False, json: Json = False
) -> None:
    """Make the fingerprints of files: PDQ with its quality, MD5, SHA-1, SHA-256.

    Ends with 0, or with 3 when a file has no PDQ.
    """
    from copse.kit.hashing import Problem
    from copse.kit.scanning.findings import path_fields, problem_line

    table = Table("file", "kind", "quality", "PDQ, MD5, SHA-1, SHA-256", "remark")
    bad = False
    for path, told in _looked_at(paths, mode, isolate=isolate):
        bad |= isinstance(told, Problem) or told.pdq is None
        if not json:
            table.add_row(safe(path), *_cells(told))
        elif isinstance(told, Problem):
            put(problem_line(path, told.code, told.sentence))
        else:
            put({"kind": "fingerprint", **path_fields(path), "fingerprint": told.as_dict()})
    if not json:
        Console(highlight=False, width=None if os.isatty(1) else 200).print(table)
    raise typer.Exit(PROBLEMS if bad else 0)


def match_files(
    paths: Paths,
    lists: ListFolders,
    mode: Mode = ModeName.FULL,
    isolate: Isolate = False,
    radius: Radius = 31,
    json: Json = False,
) -> None:
    """Say of each file whether a list knows it.

    What is disputed or a lead only is to be looked at, and counts as a match;
    what is listed as harmless does not. Ends with 0 when nothing matched, with 1
    when something did, with 3 when nothing matched and a file could not be
    checked.
    """
    from copse.kit.hashing import Problem
    from copse.kit.scanning.engine import match_in

    known, console = opened(lists), Console(highlight=False)
    found = bad = False
    for path, told in _looked_at(paths, mode, isolate=isolate):
        if isinstance(told, Problem):
            bad = True
            _say_problem(console, path, told, json=json)
            continue
        (matches,) = match_in(known, [told], radius)
        found |= matches.verdict != "allow"
        bad |= told.pdq is None
        _say(console, path, told, matches, json=json)
    raise typer.Exit(MATCHED if found else PROBLEMS if bad else 0)


def _looked_at(
    paths: list[str], mode: ModeName, *, isolate: bool
) -> "Iterator[tuple[bytes, Fingerprint | Problem]]":
    from copse.kit.scanning.pool import Way, answer_to

    way = Way(mode.value, isolate=isolate)
    for path in paths:
        yield os.fsencode(path), answer_to(path, way)


def _cells(told: "Fingerprint | Problem") -> tuple[str, ...]:
    from copse.kit.hashing import Problem

    if isinstance(told, Problem):
        return ("", "", "", escape(told.sentence))
    hashes = (told.pdq, told.md5, told.sha1, told.sha256)
    quality = "" if told.quality is None else str(told.quality)
    remark = escape(told.problem.sentence) if told.problem else ""
    return (told.kind, quality, "\n".join(one or "-" for one in hashes), remark)


def _say(
    console: Console, path: bytes, told: "Fingerprint", matches: "Matches", *, json: bool
) -> None:
    from copse.kit.scanning.findings import match_line

    if json:
        line = match_line(path, told, matches)
        put(line if matches.found else {**line, "kind": "none"})
        return
    if matches.found:
        console.print(f"{WORDS[matches.verdict]}  {escape(safe(path))}", soft_wrap=True)
    for words in sentences_of([asdict(one) for one in matches.found]):
        console.print(f"       {escape(words)}", soft_wrap=True)
    if told.problem is not None:
        _say_problem(console, path, told.problem, json=False)
    elif not matches.found:
        console.print(f"[green]not known[/]  {escape(safe(path))}", soft_wrap=True)


def _say_problem(console: Console, path: bytes, told: "Problem", *, json: bool) -> None:
    from copse.kit.scanning.findings import problem_line

    if json:
        put(problem_line(path, told.code, told.sentence))
    else:
        words = f"{escape(safe(path))}: {escape(told.sentence)} ({told.code})"
        console.print(f"[yellow]problem[/]  {words}", soft_wrap=True)


def sentences_of(matches: list[dict[str, Any]]) -> list[str]:
    """Matches in words: a line for each entry, with every way in which it was found."""
    ways: dict[tuple[str, str], list[str]] = {}
    labels: dict[tuple[str, str], str] = {}
    for one in matches:
        key = (one["list"], one["entry"])
        far = "" if one["distance"] is None else f" {one['distance']} bits away"
        ways.setdefault(key, []).append(f"{one['how']}{far}")
        unsure = "" if one["standing"] == "positive" else f" [{one['standing']}]"
        labels[key] = f"{', '.join(one['labels'])}{unsure}"
    return [
        f"{name} {entry}: {', '.join(found)}; {labels[name, entry]}".rstrip("; ")
        for (name, entry), found in ways.items()
    ]
