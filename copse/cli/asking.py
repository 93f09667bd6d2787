"""What the toolkit's commands share: options, lists to open, ways to print."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from copse.kit.lists import KnownList


class ModeName(StrEnum):
    """How a picture is decoded before it is hashed."""

    FULL = "full"
    FAST = "fast"
    EXACT = "exact"


Mode = Annotated[
    ModeName,
    typer.Option(help="full: every pixel; fast: JPEGs at a smaller scale; exact: as pdqhash does."),
]
Isolate = Annotated[
    bool, typer.Option(help="Decode in children that may use no network and little memory.")
]
ListFolders = Annotated[
    list[Path],
    typer.Option("--list", metavar="FOLDER", help="A list that `copse list` keeps; repeatable."),
]
Radius = Annotated[
    int, typer.Option(min=0, max=31, help="Most bits of 256 in which a picture may differ.")
]
Paths = Annotated[list[str], typer.Argument(metavar="PATH…", help="Files to look at.")]


def opened(folders: list[Path]) -> "list[KnownList]":
    """The lists, opened once."""
    from copse.kit.lists import KnownList

    return [KnownList.open(folder) for folder in folders]


def put(line: dict[str, Any]) -> None:
    """One JSON object as one line of standard output, in ASCII whatever a name holds."""
    import json

    sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")


def safe(path: bytes) -> str:
    """A path for a terminal: nothing in a name may move the cursor or colour the screen."""
    text = path.decode("utf-8", "surrogateescape")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
