"""`copse demo`: everything, with made-up data, on this machine only."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from copse.base.database import server
from copse.project import install
from copse.project.configuration import configuration
from copse.project.supervisor import Supervisor, must_be_free, web, worker


def reset(console: Console) -> None:
    """Wipe the demonstration's data, once nothing uses it any more."""
    if configuration.home.exists():
        server.remove(configuration.home)
        shutil.rmtree(configuration.home)
    console.print("The demonstration's data is gone.")


def run(console: Console, *, size: str) -> None:
    """Start everything, print the addresses, and end everything on Ctrl-C."""
    must_be_free(configuration.bind, *(configuration.port + more for more in range(3)))
    supervisor = Supervisor(configuration)
    supervisor.end_on_signals()
    install.make_secrets(configuration.home)
    with install.database_server(configuration) as admin:
        try:
            _prepare(console, admin, size)
            _start(supervisor)
            with _step(console, "Starting the pages"):
                supervisor.wait_until_ready()
            _welcome(console)
            supervisor.watch(
                lambda text: console.print(f"[yellow]{text}[/]"),
                lambda: install.mend_database(configuration),
            )
        finally:
            supervisor.stop()
            console.print("Stopped.")


def _prepare(console: Console, admin: str, size: str) -> None:
    with _step(console, "Database"):
        install.make_database(configuration, admin)
    with _step(console, "Tables (the first time this takes some seconds)"):
        install.migrate(configuration)
    with _step(console, "The country Arbora"):
        install.run_module(configuration, "copse.project.demo", "all", size)


def _start(supervisor: Supervisor) -> None:
    home, port = str(configuration.home), configuration.port
    for name, number in (("catcher", port + 1), ("provider", port + 2)):
        module = f"copse.base.outside.{name}"
        command = [sys.executable, "-m", module, "--home", home, "--port", str(number)]
        supervisor.start(f"the {name}", command)
    supervisor.start("the worker", worker(), "worker")
    supervisor.start("the web server", web(configuration))


@contextmanager
def _step(console: Console, title: str) -> Iterator[None]:
    begun = time.monotonic()
    with console.status(f"{title} …"):
        yield
    console.print(f"  {title}: {time.monotonic() - begun:.1f} s")


def _welcome(console: Console) -> None:
    root = f"http://localhost:{configuration.port}"
    console.print("\n[bold]Copse is running, with made-up data, on this machine only.[/]")
    for path, what in (
        ("/", "the portal: report, get help, come back"),
        ("/desk/", "the staff's door: enter as anybody of the cast with one press"),
        ("/numbers/", "the observatory: what is published"),
        ("/en/demo/mail/", "the mail that the desks sent"),
    ):
        console.print(f"  {root + path:<38} {what}", soft_wrap=True)
    console.print("Ctrl-C stops everything.\n")
