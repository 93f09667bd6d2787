"""How long a newcomer waits for the first page of `make demo`, from a clone with nothing of ours.

`python benchmarks/first_page.py [REVISION …]` measures each revision (HEAD alone without one) in a
new clone with an empty home, so pip has no cache: from `make demo` to the first answer at `/`, then
once more with everything there. Two revisions in one run share the machine and the network.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 600


def main() -> None:
    """Print the seconds of each revision."""
    print(json.dumps({name: measured(name) for name in sys.argv[1:] or ["HEAD"]}, indent=2))


def measured(revision: str) -> dict[str, float]:
    """Seconds to the first page of the first start and of the second."""
    folder = Path(tempfile.mkdtemp(prefix="first-page-"))
    clone, home = folder / "copse", folder / "home"
    home.mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COPSE_", "PYTHON"))}
    told = kept | {"HOME": str(home)}
    try:
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        subprocess.run(["git", "-C", clone, "checkout", "--quiet", revision], check=True)
        return {which: round(started(clone, told), 1) for which in ("first start", "second")}
    finally:
        subprocess.run(["make", "--quiet", "demo-reset"], cwd=clone, env=told, check=False)
        shutil.rmtree(folder)


def started(clone: Path, told: dict[str, str]) -> float:
    """Seconds until the demonstration answers; it is ended afterwards as by Ctrl-C."""
    port, begun = free_port(), time.monotonic()
    command = ["make", "demo", f"PORT={port}"]
    with (clone.parent / "said").open("ab") as said:
        demo = subprocess.Popen(
            command, cwd=clone, env=told, stdout=said, stderr=said, start_new_session=True
        )
    try:
        while not answers(port):
            if demo.poll() is not None or time.monotonic() - begun > PATIENCE:
                raise SystemExit((clone.parent / "said").read_text())
            time.sleep(0.1)
        return time.monotonic() - begun
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGINT)
        demo.wait()


def answers(port: int) -> bool:
    """Whether the start page is there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def free_port() -> int:
    """A port with two free ones behind it, as far as one look can tell."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


main()
