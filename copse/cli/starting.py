"""`copse init`, `migrate`, `serve` and `worker`."""

import os
import tomllib
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.prompt import Prompt

from copse.project import install, parts
from copse.project.configuration import Process, Unsafe, configuration
from copse.project.supervisor import must_be_free, web

QUESTIONS = (
    ("name", "The country's name", "Arbora"),
    ("code", "Its two-letter code", "XA"),
    ("emergency_number", "The emergency number", "112"),
    ("helpline_number", "The child helpline's number", "116111"),
    ("regions", "Its regions, with commas", ""),
    ("organisation", "The body that runs the hotline", ""),
    ("duty_email", "The duty officer's e-mail", ""),
    ("administrator_email", "The first administrator's e-mail", ""),
)


def django_ready() -> None:
    """Make Django's models usable in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copse.project.settings")
    import django

    django.setup()


def init(console: Console, file: Path | None) -> None:
    """Set up an empty install: secrets, roles, tables, country, desks, the first invitation."""
    answers = _read(file) if file else _ask()
    install.make_secrets(configuration.home)
    with install.database_server(configuration) as admin:
        install.make_database(configuration, admin)
        install.migrate(configuration)
        django_ready()
        from copse.project import founding

        founded = founding.found(answers)
    for name, recovery in founded.recovery_keys.items():
        console.print(f"\n[bold]Recovery key of {name}[/] (shown once; print it, lock it away):")
        console.print(f"  {recovery}", soft_wrap=True)
    console.print("\nThe first administrator enters by this link, within 72 hours:")
    console.print(f"  {configuration.public_origin}{founded.invitation}", soft_wrap=True)
    console.print("\nNext: `copse doctor`, then `copse serve` and `copse worker`.")


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Unsafe(f"{file} cannot be read: {error}. See docs/operate.md.") from None


def _ask() -> dict[str, Any]:
    answers: dict[str, Any] = {
        key: Prompt.ask(text, default=usual) for key, text, usual in QUESTIONS
    }
    answers["regions"] = [one.strip() for one in answers["regions"].split(",") if one.strip()]
    return answers


def migrate(console: Console) -> None:
    """Bring the tables up to date."""
    with install.database_server(configuration) as admin:
        install.make_database(configuration, admin)
        install.make_later_secrets(configuration.home)
        changed = install.migrate(configuration)
    console.print("The tables are up to date." if changed else "There was nothing to do.")


def hand_out(console: Console, process: Process, target: Path) -> None:
    """Write a part's data folder, and say what is in it and what is not."""
    names = parts.hand_out(configuration, process, target)
    console.print(f"{target} holds what the {process} needs: {', '.join(names)}.", soft_wrap=True)
    console.print(f"Move it to its host, readable by its user only, and there: {_starts(process)}.")


def _starts(process: Process) -> str:
    return "`copse worker`" if process == "worker" else f"`copse serve {process}`"


def serve(console: Console, workers: int) -> None:
    """Become the web server of one part."""
    parts.require(configuration)
    must_be_free(configuration.bind, configuration.port)
    command = web(configuration, workers=workers)
    address = f"{configuration.bind}:{configuration.port}"
    console.print(f"Serving {configuration.process} on {address}.")
    if configuration.database_url:
        os.execve(
            command[0], command, dict(install.environment(configuration, configuration.process))
        )
    _with_own_database(command)


def _with_own_database(command: list[str]) -> None:
    """Keep the embedded server for as long as the pages are served."""
    from copse.project.supervisor import Supervisor

    supervisor = Supervisor(configuration)
    supervisor.end_on_signals()
    with install.database_server(configuration):
        try:
            supervisor.start("the web server", command, configuration.process)
            supervisor.wait_until_ready()
            supervisor.watch(print, lambda: install.mend_database(configuration))
        finally:
            supervisor.stop()


def worker() -> None:
    """Do the jobs until told to stop."""
    parts.require(configuration)
    with install.database_server(configuration):
        django_ready()
        from copse.base import jobs

        jobs.run_worker()
