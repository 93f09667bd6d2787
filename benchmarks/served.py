"""A served Copse for the benchmarks: our own PostgreSQL with fsync, two web workers, loopback only.

`portal.py` and `codes.py` start it when they are given no address. The data folder is new, below
`var/`, and removed afterwards.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUICKLY = "import django; django.setup(); from tests.portal.browser import arbora; arbora()"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(fill: str = QUICKLY) -> Iterator[str]:
    """The origin of a fresh demo country while the block runs; `fill` is the program that fills it."""
    from copse.base.database import server
    from copse.project import install
    from copse.project.configuration import Configuration
    from copse.project.supervisor import Supervisor, web

    os.environ.pop("COPSE_DATABASE_URL", None)
    (ROOT / "var").mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / "var"))
    configuration = Configuration(mode="demo", home=home, port=_free_port(), database_url=None)
    supervisor = Supervisor(configuration)
    try:
        install.make_secrets(home)
        with install.database_server(configuration) as admin:
            install.make_database(configuration, admin)
            install.migrate(configuration)
            _fill(fill, install.environment(configuration, "all"))
            supervisor.start("web", web(configuration))
            supervisor.wait_until_ready()
            yield f"http://127.0.0.1:{configuration.port}"
            # Before the database goes.
            supervisor.stop()
    finally:
        supervisor.stop()
        server.remove(home)
        shutil.rmtree(home)


def _fill(program: str, environment: Mapping[str, str]) -> None:
    subprocess.run([sys.executable, "-c", program], env=dict(environment), cwd=ROOT, check=True)
