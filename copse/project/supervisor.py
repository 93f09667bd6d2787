"""Starting the processes of an install together, and ending every one of them together."""

import errno
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from types import FrameType

from copse.kit.errors import OursError
from copse.project.configuration import Configuration
from copse.project.install import environment

READY_SECONDS = 60.0
STOP_SECONDS = 10.0


class DidNotStart(OursError):  # noqa: N818 - named for the state
    """A process ended before it was ready."""

    code = "did-not-start"


class Supervisor:
    """The processes we started, by name. They end with us, last started first."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self._processes: dict[str, tuple[Sequence[str], str, subprocess.Popen[bytes]]] = {}
        self._ending = False

    def start(self, name: str, command: Sequence[str], process: str = "all") -> None:
        """Start one process in the environment of `process`."""
        started = subprocess.Popen(  # noqa: S603 - our own words
            command,
            env=environment(self.configuration, process),
            stdin=subprocess.DEVNULL,
            # A Ctrl-C in the terminal comes to us alone, and we end the others in order.
            start_new_session=True,
        )
        self._processes[name] = (command, process, started)

    def wait_until_ready(self) -> None:
        """Wait for the web process to say that it can do its work. Raises `DidNotStart`."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and not self._ending:
            for name, (_, _, started) in self._processes.items():
                if started.poll() is not None:
                    raise DidNotStart(f"{name} ended before it was ready; its words are above.")
            if _answers(f"http://127.0.0.1:{self.configuration.port}/healthz"):
                return
            time.sleep(0.1)
        raise DidNotStart("The web server was not ready in a minute.")

    def watch(self, say: Callable[[str], None], mend: Callable[[], None]) -> None:
        """Start again whatever dies, the database by `mend` first, until Ctrl-C or SIGTERM."""
        while not self._ending:
            mend()
            for name, (command, process, started) in list(self._processes.items()):
                if started.poll() is not None and not self._ending:
                    say(f"{name} ended and is started again")
                    self.start(name, command, process)
            time.sleep(0.5)

    def stop(self) -> None:
        """End every process: asked first, then made to."""
        self._ending = True
        running = [one for _, _, one in reversed(self._processes.values()) if one.poll() is None]
        for one in running:
            one.send_signal(signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        for one in running:
            try:
                one.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        self._processes.clear()

    def end_on_signals(self) -> None:
        """Let Ctrl-C and SIGTERM end the watching; the caller then calls `stop`."""
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True


def must_be_free(bind: str, *ports: int) -> None:
    """Look before anything is started whether we may listen there. Raises `DidNotStart`."""
    for port in ports:
        family = socket.AF_INET6 if ":" in bind else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((bind, port))
            except OSError as error:
                raise DidNotStart(_why_not(error, bind, port)) from None


def _why_not(error: OSError, bind: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use. Stop what uses it, or choose another: "
            "`make demo PORT=9000`, or COPSE_PORT=9000."
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"Port {port} is for root alone. Choose one above 1023; a proxy stands in front."
    return f"Nobody can listen on {bind}, port {port}: {error.strerror}. Set COPSE_BIND."


def web(configuration: Configuration, *, workers: int = 2) -> list[str]:
    """The command that serves pages."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", configuration.bind,
        "--port", str(configuration.port), "--workers", str(workers), "--blocking-threads", "4",
        "--no-ws", "--log-level", "warning", "--no-access-log",
        "copse.project.wsgi:application",
    ]  # fmt: skip


def worker() -> list[str]:
    """The command that does the jobs."""
    return [sys.executable, "-m", "copse.cli", "worker"]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback, ours
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's own number
    except urllib.error.HTTPError as refused:
        refused.close()
        return False
    except (urllib.error.URLError, OSError):
        return False
