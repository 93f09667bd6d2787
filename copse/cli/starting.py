"""`copse init`, `migrate`, `serve` and `worker`."""

import os
import tomllib
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.prompt import IntPrompt, Prompt

from copse.kit.errors import InputError
from copse.project import answers, install, parts
from copse.project.configuration import Process, Unsafe, configuration
from copse.project.supervisor import must_be_free, web


def django_ready() -> None:
    """Make Django's models usable in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copse.project.settings")
    import django

    django.setup()


def init(console: Console, file: Path | None) -> None:
    """Set up an empty install: secrets, roles, tables, country, desks, the first invitation."""
    given = _read(file) if file else _ask(console)
    # A slip is told before anything is made.
    answers.read(given)
    install.make_secrets(configuration.home)
    with install.database_server(configuration) as admin:
        django_ready()
        from copse.project import founding

        founding.check_clocks(answers.read(given)[answers.RETENTION])
        if not file:
            given[answers.RETENTION] = _ask_clocks(console)
        install.make_database(configuration, admin)
        install.migrate(configuration)
        founded = founding.found(given)
    for name, recovery in founded.recovery_keys.items():
        console.print(f"\n[bold]Recovery key of {name}[/] (shown once; print it, lock it away):")
        console.print(f"  {recovery}", soft_wrap=True)
    console.print("\nThe first administrator enters by this link, within 72 hours:")
    console.print(f"  {configuration.public_origin}{founded.invitation}", soft_wrap=True)
    console.print("\nNext: `copse doctor`, then `copse serve` and `copse worker`.")


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unsafe(f"{file} cannot be read: {error}. See docs/operate.md.") from None


def _ask(console: Console) -> dict[str, Any]:
    return {one.key: _ask_one(console, one) for one in answers.QUESTIONS}


def _ask_one(console: Console, question: answers.Question) -> Any:
    """Ask until the answer can be taken."""
    while True:
        typed = Prompt.ask(question.asked, default=_shown(question.usual))
        try:
            return answers.read_one(question, typed)
        except InputError as wrong:
            console.print(f"[yellow]{wrong.sentence}[/]")


def _shown(usual: Any) -> str:
    if isinstance(usual, bool):
        return "yes" if usual else "no"
    return ", ".join(usual) if isinstance(usual, list) else str(usual)


def _ask_clocks(console: Console) -> dict[str, int]:
    """How long each class of record is kept, in days."""
    from copse.base.organisations import retention

    console.print("\nHow many days is each class of record kept?")
    days: dict[str, int] = {}
    for kept in retention.classes():
        while kept.code not in days:
            typed = IntPrompt.ask(f"{kept.title} ({kept.least} to {kept.most})", default=kept.days)
            try:
                days[kept.code] = retention.check(kept.code, typed)
            except InputError as wrong:
                console.print(f"[yellow]{wrong.sentence}[/]")
    return days


def migrate(console: Console) -> None:
    """Bring the tables up to date."""
    with install.database_server(configuration) as admin:
        install.make_database(configuration, admin)
        install.make_later_secrets(configuration.home)
        install.migrate(configuration, always=True)
    console.print("The tables and the rights on them are up to date.")


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
