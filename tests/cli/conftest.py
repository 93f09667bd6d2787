"""What the tests of the toolkit's commands share."""

import os
import subprocess
import sys

import pytest

PATIENCE = 120


@pytest.fixture
def program(tmp_path):
    """The words and the environment of a `copse` whose state lies in the test's own folder."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("COPSE_", "DJANGO_"))}
    told = {**clean, "XDG_STATE_HOME": str(tmp_path / "state"), "COLUMNS": "300"}
    return [sys.executable, "-m", "copse.cli"], told


@pytest.fixture
def toolkit(program):
    """Runs `copse`; answers the exit status, standard output and standard error."""
    words, environment = program

    def run(*more, **variables):
        if more[0] == "scan" and "--workers" not in more:
            more = (*more, "--workers", "1")  # each child loads the decoders for a second
        done = subprocess.run(
            [*words, *map(str, more)],
            env=environment | variables, capture_output=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
        said = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in "".join(said), said
        return done.returncode, *said

    return run
