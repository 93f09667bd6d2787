"""`copse lint-terms`: words in laws, forms and pages that should be replaced."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from copse.cli.asking import put
from copse.kit.terms import BadText, Finding, lint_file
from copse.kit.terms.linting import SUFFIXES

FLAGGED, UNREADABLE = 1, 2


class Shape(StrEnum):
    TEXT = "text"
    JSON = "json"


def lint_terms(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="txt, md, html, po; or folders of them.")
    ],
    language: Annotated[
        str, typer.Option(help="en, fr, ar or sw; else what the file or its name says.")
    ] = "",
    shape: Annotated[
        Shape, typer.Option("--format", help="text, or json: one object a line.")
    ] = Shape.TEXT,
) -> None:
    """Find words that a law, a form or a page about children should not use.

    Status 0: none. 1: some, each with file, line, column and what to write. 2: a file that cannot
    be read.
    """
    console = Console(highlight=False)
    flags, words, unreadable = 0, 0, False
    for path in _files(paths):
        try:
            found = lint_file(path, language)
        except BadText as bad:
            unreadable = True
            _say_bad(console, path, bad, shape)
            continue
        flags, words = flags + len(found.flags), words + found.words
        _say(console, path, found, shape)
    _sum_up(console, flags, words, shape)
    raise typer.Exit(UNREADABLE if unreadable else FLAGGED if flags else 0)


def _files(paths: list[Path]) -> Iterator[Path]:
    """Files as they were named; of a folder, those whose kind is known."""
    for path in paths:
        if path.is_dir():
            yield from (one for one in sorted(path.rglob("*")) if one.suffix.lower() in SUFFIXES)
        else:
            yield path


def _say(console: Console, path: Path, found: Finding, shape: Shape) -> None:
    for flag in found.flags:
        if shape is Shape.JSON:
            put({
                "file": str(path), "line": flag.line, "column": flag.column, "found": flag.found,
                "term": flag.term.term, "instead": flag.term.instead, "why": flag.term.why,
                "language": flag.term.language,
            })  # fmt: skip
            continue
        place = f"{path}:{flag.line}:{flag.column}"
        said = f"{place}: [bold]{escape(flag.found)}[/] → {escape(flag.term.instead)}. "
        console.print(said + escape(flag.term.why), soft_wrap=True)


def _say_bad(console: Console, path: Path, bad: BadText, shape: Shape) -> None:
    if shape is Shape.JSON:
        put({"file": str(path), "error": bad.sentence})
    else:
        console.print(escape(bad.sentence), style="bold red", soft_wrap=True)


def _sum_up(console: Console, flags: int, words: int, shape: Shape) -> None:
    per_1000 = round(1000 * flags / words, 2) if words else 0.0
    if shape is Shape.JSON:
        put({"flags": flags, "words": words, "per_1000": per_1000})
    else:
        console.print(f"{flags} flags in {words} words: {per_1000} in every 1,000.")
