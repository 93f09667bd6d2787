"""`copse verify` and `copse export-audit`: is the log whole, and can others see that it is?"""

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from copse.kit import auditlog
from copse.kit.auditlog import Report
from copse.kit.errors import InputError


class Unreadable(InputError):  # noqa: N818 - named for the state
    """The file with the witness's checkpoint cannot be read."""

    code = "unreadable"


def note(path: Path) -> str:
    """The text of a checkpoint. Raises `Unreadable`."""
    try:
        # With a line's end, so that no text can be taken for the name of a file.
        return path.read_text("utf-8").rstrip("\n") + "\n"
    except OSError as error:
        raise Unreadable(
            f"The checkpoint {path} cannot be read: {error.strerror}. Give --against the file "
            "in which you keep what the witness has."
        ) from None
    except UnicodeDecodeError:
        raise Unreadable(f"{path} is no checkpoint: it is not text.") from None


def export(console: Console, path: Path, note: str | None, key: str | None) -> int:
    """Check an exported log without its database; the exit status says whether it is whole."""
    return _tell(console, auditlog.verify_export(path, note, key))


def database(console: Console, note: str | None) -> int:
    """Check the log in this install's database."""
    from copse.cli.starting import django_ready
    from copse.project.configuration import configuration
    from copse.project.install import database_server

    with database_server(configuration):
        django_ready()
        from copse.base.audit import verify

        return _tell(console, verify.verify_database(note))


def write_export(console: Console, target: Path, *, details: bool) -> None:
    """Write the log to a file."""
    from copse.cli.starting import django_ready
    from copse.project.configuration import configuration
    from copse.project.install import database_server

    with database_server(configuration):
        django_ready()
        from copse.base.audit import verify

        size = verify.export(target, details=details)
    console.print(f"{size} entries written to {target}.")


def _tell(console: Console, report: Report) -> int:
    for problem in report.problems:
        console.print(f"[bold red]wrong[/]  {escape(problem)}", soft_wrap=True)
    for remark in report.remarks:
        console.print(f"[yellow]note[/]   {escape(remark)}", soft_wrap=True)
    if report.ok:
        root = report.root.hex()
        console.print(f"[green]whole[/]  {report.size} entries, root {root}", soft_wrap=True)
    return 0 if report.ok else 1
