"""`copse scan`: which files below a folder are on a list, with progress, a result and a status."""

import os
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from copse.cli.asking import Isolate, ListFolders, Mode, ModeName, Radius, opened, safe
from copse.cli.hashing import sentences_of

if TYPE_CHECKING:
    from copse.kit.scanning import Crew, Summary
    from copse.kit.scanning import Progress as Told

LINES_SHOWN = 20
ENTRIES_SHOWN = 3
LINE_EVERY = 10.0  # seconds between two lines of progress where there is no terminal


def scan_folder(
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="What to scan, with all that is below it.")
    ],
    lists: ListFolders,
    mode: Mode = ModeName.FULL,
    isolate: Isolate = False,
    radius: Radius = 31,
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0: one a processor.")] = 0,
    result: Annotated[
        Path | None, typer.Option("--json", metavar="OUT.jsonl", help="Where the result goes.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The ledger; by default in your home.")
    ] = None,
    ray: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Ray cluster; `auto` for the local one.")
    ] = None,
    follow_links: Annotated[bool, typer.Option(help="Follow links, each folder once.")] = False,
) -> None:
    """Find every file below a folder that a list knows.

    A scan that was stopped, or killed, goes on where it was when the same command
    is given again.

    Ends with 0 when nothing matched, 1 when something did, 2 when the command was
    wrong, 3 when nothing matched and some files could not be looked at. A match
    wins over a problem.
    """
    from copse.kit.scanning import Ledger, scan
    from copse.kit.scanning.ledger import default_path

    root, console = os.fsencode(folder), Console(stderr=True, highlight=False)
    shown = Shown(Console(highlight=False))
    with (
        Ledger(state or default_path(root)) as ledger,
        closing(_crew(lists, mode, radius, workers, ray, isolate=isolate)) as crew,
        _bar(console) as bar,
    ):
        summary = scan(
            root,
            ledger=ledger,
            crew=crew,
            result=result,
            follow_links=follow_links,
            tell=bar.tell,
            found=shown.line,
        )
    _conclude(shown.console, summary, shown, result)
    raise typer.Exit(summary.status)


def _crew(
    lists: list[Path],
    mode: ModeName,
    radius: int,
    workers: int,
    ray: str | None,
    *,
    isolate: bool,
) -> "Crew":
    from copse.kit.scanning import LocalCrew, Way, processors

    way = Way(mode.value, isolate=isolate)
    if ray is not None:
        from copse.client.cluster import RayCrew

        return RayCrew(lists, address=ray, way=way, radius=radius, workers=workers)
    return LocalCrew(opened(lists), workers=workers or processors(), way=way, radius=radius)


class Shown:
    """The first matches and problems, for the reader; all of them are in the result."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._told = Counter[str]()

    def line(self, line: dict[str, Any]) -> None:
        """Show a line of the result, until there are too many of its kind."""
        from copse.kit.scanning.findings import path_of

        kind = line["kind"]
        if kind == "harmless":
            return
        self._told[kind] += 1
        if self._told[kind] > LINES_SHOWN:
            return
        path = escape(safe(path_of(line)))
        if kind == "match":
            word = "[bold red]known[/]   " if line["verdict"] == "block" else "[yellow]look at[/] "
            self.console.print(f"{word} {path}", soft_wrap=True)
            for words in sentences_of(line["matches"])[:ENTRIES_SHOWN]:
                self.console.print(f"         {escape(words)}", soft_wrap=True)
        else:
            words = f"{path}: {escape(line['sentence'])} ({line['code']})"
            self.console.print(f"[yellow]problem[/]  {words}", soft_wrap=True)

    def left_out(self) -> int:
        """How many lines were not shown."""
        return sum(max(0, told - LINES_SHOWN) for told in self._told.values())


def _conclude(console: Console, summary: "Summary", shown: Shown, result: Path | None) -> None:
    if left := shown.left_out():
        where = f"; all are in {result}" if result else "; name a file with --json to have them"
        console.print(f"… and {left} more{escape(where)}", soft_wrap=True)
    lists = ", ".join(f"{one['name']} version {one['version']}" for one in summary.lists)
    told = [
        f"{summary.files} files, {summary.hashed} hashed now, {summary.remembered} known before",
        f"{summary.matched} known material ({lists})",
        f"{summary.problems} problems, {summary.passed_over} passed over",
        f"{summary.not_pictures} no pictures (their digests were looked up)",
    ]
    if summary.held:
        told.insert(2, f"{summary.held} disputed or leads only: a person should look")
    if summary.harmless:
        told.append(f"{summary.harmless} listed as harmless")
    told += [f"  {code}: {number}" for code, number in sorted(summary.reasons.items())]
    for words in told:
        console.print(escape(words), soft_wrap=True)


class Bar:
    """Progress on a terminal: a bar with rate and time left."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(),
            TimeRemainingColumn(), console=console, transient=True,
        )  # fmt: skip
        self._stage = ""
        self._task = self._progress.add_task("")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, told: "Told") -> None:
        """Draw how far it is."""
        if told.stage != self._stage:
            self._stage = told.stage
            self._progress.reset(self._task, description=told.stage, total=told.total)
        self._progress.update(self._task, completed=told.done)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.0f}/s")


class Lines:
    """Progress where there is no terminal: a plain line now and then."""

    def __init__(self) -> None:
        self._stage, self._since, self._said = "", 0.0, 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        sys.stderr.flush()

    def tell(self, told: "Told") -> None:
        """Say how far it is, at each new stage, at its end, and every few seconds."""
        now = time.monotonic()
        if told.stage != self._stage:
            self._stage, self._since, self._said = told.stage, now, now
        elif now - self._said < LINE_EVERY and told.done != told.total:
            return
        self._said = now
        print(self._words(told, now - self._since), file=sys.stderr, flush=True)

    def _words(self, told: "Told", seconds: float) -> str:
        if told.total is None:
            return f"{told.stage}: {told.done}"
        words = f"{told.stage}: {told.done} of {told.total}"
        if not told.done or not seconds:
            return words
        rate = told.done / seconds
        return f"{words}, {rate:.0f}/s, {(told.total - told.done) / rate:.0f} s left"


def _bar(console: Console) -> Bar | Lines:
    return Bar(console) if console.is_terminal else Lines()
