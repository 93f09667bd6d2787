"""Commands and their options; what they do is in the modules beside this one."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from copse.cli import failing, frameworks, guarding, hashing, listing, reporting, scanning, terms

app = typer.Typer(
    no_args_is_help=True,
    help="Copse, a country's child online protection system.",
    # What a fault of ours prints must not show the values at hand: keys are among them.
    pretty_exceptions_enable=False,
)
app.command("hash")(hashing.hash_files)
app.command("match")(hashing.match_files)
app.command("scan")(scanning.scan_folder)
app.command("guard")(guarding.guard_uploads)
app.command("report")(reporting.report_matches)
app.command("lint-terms")(terms.lint_terms)
app.add_typer(listing.app, name="list")
app.add_typer(frameworks.app, name="framework")
console = Console(stderr=True, highlight=False)


class Part(StrEnum):
    """Which part of an install a web process serves."""

    ALL = "all"
    PORTAL = "portal"
    DESKS = "desks"
    GATEWAY = "gateway"


def main() -> None:
    """Run the command; an error of ours is a sentence, not a stack."""
    try:
        app()
    except Exception as error:
        said = failing.sentence(error)
        if said is None:
            raise
        console.print(said, style="bold red", markup=False, soft_wrap=True)
        sys.exit(2)


class Host(StrEnum):
    """A part of an install that has a host, or at least a user, of its own."""

    PORTAL = "portal"
    DESKS = "desks"
    GATEWAY = "gateway"
    WORKER = "worker"


HIGHEST_PORT = 65_533  # the demonstration takes the two after it, too
Port = Annotated[
    int, typer.Option(envvar="PORT", min=1, max=HIGHEST_PORT, help="The port to serve on.")
]
Home = Annotated[Path | None, typer.Option(help="The data folder.")]


def _mode(mode: str, home: Path | None, **more: str) -> None:
    """Say what kind of install this process belongs to, before any settings are read."""
    os.environ["COPSE_MODE"] = mode
    if home is not None:
        os.environ["COPSE_HOME"] = str(home.absolute())
    os.environ.update(more)


@app.command()
def demo(
    port: Port = 8000,
    home: Home = None,
    size: Annotated[str, typer.Option(envvar="SIZE", help="normal or large")] = "normal",
    reset: Annotated[bool, typer.Option(help="Wipe the demonstration's data and stop.")] = False,
) -> None:
    """Show everything with made-up data: the country Arbora, on this machine only."""
    _mode("demo", home or Path("var/demo"), COPSE_PORT=str(port), COPSE_BIND="127.0.0.1")
    from copse.cli import demonstration

    if reset:
        demonstration.reset(console)
    else:
        demonstration.run(console, size=size)


@app.command()
def init(
    file: Annotated[Path | None, typer.Option(help="Answers as TOML; asked for without.")] = None,
    home: Home = None,
) -> None:
    """Set up an empty install of a real country."""
    _mode("real", home)
    from copse.cli import starting

    starting.init(console, file)


@app.command()
def migrate(home: Home = None) -> None:
    """Bring the database's tables up to date."""
    _mode(os.environ.get("COPSE_MODE", "real"), home)
    from copse.cli import starting

    starting.migrate(console)


@app.command()
def serve(
    part: Annotated[Part, typer.Argument()] = Part.ALL, home: Home = None, workers: int = 2
) -> None:
    """Serve pages: everything, or one part under its own database role."""
    mode = os.environ.get("COPSE_MODE", "real")
    _mode(mode, home, COPSE_PROCESS=part.value)
    from copse.cli import starting

    starting.serve(console, workers)


@app.command()
def worker(home: Home = None) -> None:
    """Do the jobs: parcels, mail, looks at addresses, the clock's work."""
    process = os.environ.get("COPSE_PROCESS", "worker")
    _mode(os.environ.get("COPSE_MODE", "real"), home, COPSE_PROCESS=process)
    from copse.cli import starting

    starting.worker()


@app.command()
def recover(
    room: Annotated[str, typer.Argument(help="The desk's room, such as hotline.")],
    email: Annotated[str, typer.Argument(help="A member of that desk.")],
    home: Home = None,
) -> None:
    """Open a desk's key for a member with the recovery key that `copse init` printed."""
    _mode(os.environ.get("COPSE_MODE", "real"), home)
    from copse.cli import recovering

    recovering.recover(console, room, email)


@app.command("hand-out")
def hand_out(
    part: Annotated[Host, typer.Argument(help="Who gets them.")],
    folder: Annotated[Path, typer.Argument(help="A new data folder, to be moved to that host.")],
    home: Home = None,
) -> None:
    """Write the data folder of one part: the secrets it needs, and no more."""
    _mode(os.environ.get("COPSE_MODE", "real"), home)
    from copse.cli import starting

    starting.hand_out(console, part.value, folder)


@app.command()
def doctor(
    part: Annotated[Host | None, typer.Argument(help="On the host of one part: which.")] = None,
    home: Home = None,
) -> None:
    """Say what is unsafe or missing in this install, each line with what to do."""
    more = {"COPSE_PROCESS": part.value} if part else {}
    _mode(os.environ.get("COPSE_MODE", "real"), home, **more)
    from copse.cli import diagnosis

    raise typer.Exit(diagnosis.run(Console(highlight=False)))


@app.command()
def verify(
    export: Annotated[
        Path | None, typer.Argument(help="An exported log; else the database.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="A file with the witness's checkpoint.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="The log's public key.")] = None,
    home: Home = None,
) -> None:
    """Check that the audit log is whole, and consistent with what the witness holds."""
    from copse.cli import checking

    note = checking.note(against) if against else None
    if export is not None:
        raise typer.Exit(checking.export(Console(highlight=False), export, note, key))
    _mode(os.environ.get("COPSE_MODE", "real"), home, COPSE_PROCESS="owner")
    raise typer.Exit(checking.database(Console(highlight=False), note))


@app.command("export-audit")
def export_audit(
    target: Path,
    details: Annotated[bool, typer.Option(help="Also who did what; keep it close.")] = False,
    home: Home = None,
) -> None:
    """Write the audit log to a file that can be verified anywhere."""
    _mode(os.environ.get("COPSE_MODE", "real"), home, COPSE_PROCESS="owner")
    from copse.cli import checking

    checking.write_export(console, target, details=details)
