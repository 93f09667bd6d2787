"""`copse verify` and `copse export-audit`: is the log whole, and can others see that it is?"""

from pathlib import Path

from rich.console import Console

from copse.kit import auditlog
from copse.kit.auditlog import Report


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
        console.print(f"[bold red]wrong[/]  {problem}")
    for remark in report.remarks:
        console.print(f"[yellow]note[/]   {remark}")
    if report.ok:
        root = report.root.hex()
        console.print(f"[green]whole[/]  {report.size} entries, root {root}", soft_wrap=True)
    return 0 if report.ok else 1
