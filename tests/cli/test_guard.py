"""`copse guard` as a process of its own."""

import os
import re
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.toolkit import Arbora, entry, saved

PATIENCE = 60


@pytest.fixture
def arbora(tmp_path):
    made = Arbora(tmp_path)
    made.publish(entry("e-1", saved(tmp_path / "known.jpg", 1, quality=90)))
    return made


@contextmanager
def running(program, *more):
    """The service as it is installed, at a free port; its address and its process."""
    words, environment = program
    process = subprocess.Popen(
        [*words, "guard", "--port", "0", *map(str, more)],
        env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield _address(process.stderr.readline()), process
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        process.wait(20)
        process.stderr.close()
    assert "Traceback" not in rest


@contextmanager
def warm(command, *more):
    """The service in a warm process; its address."""
    process = command("guard", "--port", "0", *more)
    end = time.monotonic() + PATIENCE
    while not (said := process.err.read_text()).endswith("\n") and time.monotonic() < end:
        time.sleep(0.02)
    yield _address(said)
    process.send(signal.SIGINT)
    process.wait(PATIENCE)
    assert "Traceback" not in process.err.read_text()


def _address(said):
    return re.search(r"(http://\S+)/v1/check", said)[1]


def test_a_service_answers_follows_its_list_and_survives_its_decoder(program, tmp_path, arbora):
    body = (tmp_path / "known.jpg").read_bytes()
    later = saved(tmp_path / "later.jpg", 2)
    with running(program, "--list", arbora.folder) as (url, process):
        assert url.startswith("http://127.0.0.1:")
        with httpx.Client(base_url=url, timeout=60) as client:
            assert client.post("/v1/check", content=body).json()["verdict"] == "block"
            assert client.post("/v1/check", content=later.read_bytes()).json()["verdict"] == "allow"
            arbora.publish(entry("e-2", later))
            assert client.post("/v1/check", content=later.read_bytes()).json()["verdict"] == "block"
            assert client.get("/healthz").json()["lists"][0]["version"] == 2
            for child in _children_of(process.pid):
                os.kill(child, signal.SIGKILL)
            told = client.post("/v1/check", content=body)
            assert told.json()["verdict"] in ("hold", "block"), "its decoder was killed"
            # The next one needs a moment to be there, on a busy machine several.
            again = (client.post("/v1/check", content=body).json() for _ in range(9))
            assert any(told["verdict"] == "block" for told in again)


def _children_of(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_token_from_a_file_is_asked_for(command, tmp_path, arbora):
    (tmp_path / "token").write_text("a-token-of-the-tests\n")
    words = ("--list", arbora.folder, "--token-file", tmp_path / "token")
    with warm(command, *words) as url:
        asked = {"json": {"md5": "0" * 32}, "timeout": PATIENCE}
        assert httpx.post(f"{url}/v1/check", **asked).status_code == 401
        right = {"Authorization": "Bearer a-token-of-the-tests"}
        assert httpx.post(f"{url}/v1/check", headers=right, **asked).status_code == 200


def test_what_would_be_unsafe_does_not_start(toolkit, tmp_path, arbora):
    words = ("guard", "--list", arbora.folder)
    for more, expected in (
        (("--host", "0.0.0.0"), "COPSE_GUARD_TOKEN"),
        (("--token-file", tmp_path / "none"), "cannot be read"),
        (("--hold-from", "32"), "--hold-from"),
    ):
        status, _, said = toolkit(*words, *more)
        assert status == 2
        assert expected in said
    status, _, said = toolkit(*words, COPSE_GUARD_TOKEN="short")
    assert status == 2
    assert "shorter than" in said


def test_a_port_in_use_is_said(toolkit, command, arbora):
    with warm(command, "--list", arbora.folder) as url:
        status, _, said = toolkit(
            "guard", "--list", arbora.folder, "--port", url.rpartition(":")[2]
        )
    assert status == 2
    assert "Choose another with --port" in said
