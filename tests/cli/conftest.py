"""What the tests of the toolkit's commands share."""

import itertools
import os
import subprocess
import sys

import pytest

from tests.cli.warm import Command

PATIENCE = 120


@pytest.fixture
def program(tmp_path):
    """The words and the environment of a `copse` whose state lies in the test's own folder."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("COPSE_", "DJANGO_"))}
    told = {**clean, "XDG_STATE_HOME": str(tmp_path / "state"), "COLUMNS": "300"}
    return [sys.executable, "-m", "copse.cli"], told


@pytest.fixture
def command(program, tmp_path):
    """Starts a warm `copse`, which may be waited for, or killed."""
    _, environment = program
    numbers, started = itertools.count(), []

    def start(*more, **variables):
        words = [str(word) for word in more]
        folder = tmp_path / "said" / str(next(numbers))
        started.append(Command(words, environment | variables, folder))
        return started[-1]

    yield start
    for one in started:
        one.end()


def _with_one_worker(words):
    """Each child of a scan loads the decoders for a second."""
    return (*words, "--workers", "1") if words[0] == "scan" and "--workers" not in words else words


@pytest.fixture
def toolkit(command):
    """Runs `copse`, warm; answers the exit status, standard output and standard error."""

    def run(*more, **variables):
        ran = command(*_with_one_worker(more), **variables)
        status = ran.wait(PATIENCE)
        said = ran.out.read_text(), ran.err.read_text()
        assert "Traceback" not in "".join(said), said
        return status, *said

    return run


@pytest.fixture
def installed(program):
    """Runs `copse` as somebody who types it: a fresh interpreter, which loads everything."""
    words, environment = program

    def run(*more, **variables):
        done = subprocess.run(
            [*words, *map(str, _with_one_worker(more))],
            env=environment | variables, capture_output=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
        said = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in "".join(said), said
        return done.returncode, *said

    return run
