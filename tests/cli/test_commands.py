"""The commands as a person at a terminal meets them: every failure is a sentence with a way out."""

import os
import re
import socket
import stat
import subprocess

import pytest

from copse.cli import checking
from copse.project import install
from copse.project.configuration import Configuration, Unsafe

pytestmark = pytest.mark.filterwarnings("error")
PATIENCE = 60


@pytest.fixture
def copse(command, tmp_path):
    """Runs `copse` in a real install of its own; answers exit status and all it said."""

    def run(*words, **variables):
        told = {"COPSE_HOME": str(tmp_path / "home"), "COLUMNS": "400", **variables}
        ran = command(*words, **told)
        status, said = ran.wait(PATIENCE), ran.out.read_text() + ran.err.read_text()
        assert "Traceback" not in said, said
        return status, said

    return run


@pytest.fixture
def home(tmp_path):
    install.make_secrets(tmp_path / "home")
    return tmp_path / "home"


def test_a_slip_in_an_option_is_named(copse):
    status, said = copse("demo", "--prot", "9000")
    assert status == 2
    assert "--prot" in said
    assert "--port" in said


def test_a_port_that_is_none_is_refused(copse):
    status, said = copse("demo", "--port", "70000")
    assert status == 2
    assert "--port" in said


@pytest.mark.parametrize("typed", [("demo", "--home", "{home}"), ("serve", "portal")])
def test_a_port_in_use_is_said_before_anything_is_started(copse, home, typed):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        words = [word.format(home=home) for word in typed]
        status, said = copse(*words, COPSE_PORT=port, PORT=port)
    assert status == 2
    assert f"Port {port} is in use. Stop what uses it, or choose another" in said
    assert not (home / "postgres").exists()


def test_a_wrong_variable_is_named_with_its_place_in_the_papers(copse):
    status, said = copse("serve", COPSE_DAILY_LOOKS="0", COPSE_PORT="many")
    assert status == 2
    assert "COPSE_PORT" in said
    assert "COPSE_DAILY_LOOKS" in said
    assert "docs/operate.md" in said


def test_an_unfounded_install_says_what_comes_first(installed, tmp_path):
    status, _, said = installed("serve", "portal", COPSE_HOME=str(tmp_path / "home"))
    assert status == 2
    assert "is missing. Run `copse init`" in said


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"mode": "real", "bind": "0.0.0.0"}, "must be reached over https"),
        ({"mode": "real", "gateway_origin": "http://g.example"}, "Links in notices must be https"),
        ({"mode": "demo", "bind": "0.0.0.0"}, "this machine only"),
    ],
)
def test_an_unsafe_install_does_not_start(told, words):
    with pytest.raises(Unsafe, match=words):
        Configuration(**told)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_is_not_ours_is_said(copse, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    status, said = copse("demo", "--home", closed / "home")
    assert status == 2
    assert "may not be read or written by the user" in said


def test_a_home_below_a_file_is_said(copse, tmp_path):
    (tmp_path / "file").write_text("")
    status, said = copse("demo", "--home", tmp_path / "file" / "home")
    assert status == 2
    assert "Not a directory. Mend that, or name another data folder with --home." in said


def test_a_full_disk_is_said(copse, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can be made by root only")
    try:
        with pytest.raises(OSError, match="space"):
            (small / "filling").write_bytes(b"x" * 100_000)
        status, said = copse("demo", "--home", small / "home")
        assert status == 2
        assert "disk is full" in said
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_server_that_is_not_there_is_said(copse, home):
    port = _free_port()
    url = f"postgresql://copse_admin:x@127.0.0.1:{port}/postgres"
    status, said = copse("migrate", COPSE_DATABASE_URL=url)
    assert status == 2
    assert "The database does not answer as it should" in said
    assert "COPSE_DATABASE_URL" in said


def test_doctor_says_what_is_missing_and_what_to_do(copse):
    port = _free_port()
    url = f"postgresql://127.0.0.1:{port}/postgres"
    status, said = copse("doctor", COPSE_DATABASE_URL=url)
    assert status == 1
    assert re.search(r"bad +The secret receipt-pepper is missing +→ Run `copse init`", said)
    assert re.search(r"bad +No mail can be sent +→ Set COPSE_SMTP_URL", said)
    assert re.search(r"bad +What is in the database could not be seen +→ .", said)
    assert "One-press entry is off" in said


def test_doctor_says_that_the_demonstration_lets_anybody_in(copse, home):
    _, said = copse("doctor", COPSE_MODE="demo", COPSE_DATABASE_URL="postgresql://127.0.0.1:1/x")
    assert "anybody on this machine enters as anybody" in said
    assert "One-press entry is off" not in said


def test_doctor_names_a_loose_secret_and_one_that_belongs_elsewhere(copse, home):
    (home / "secrets" / "token-key").chmod(0o644)
    _, said = copse("doctor", "portal", COPSE_DATABASE_URL="postgresql://127.0.0.1:1/x")
    assert "Others can read token-key" in said
    assert re.search(r"The portal does not need .*audit-signing-key", said)
    assert "No mail can be sent" not in said, "that is the worker's affair"


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read: No such file"), (b"\xff\xfe", "is not text")]
)
def test_a_checkpoint_that_cannot_be_read_is_named(tmp_path, content, words):
    if content is not None:
        (tmp_path / "checkpoint").write_bytes(content)
    with pytest.raises(checking.Unreadable, match=words):
        checking.note(tmp_path / "checkpoint")


def test_an_export_is_verified_without_a_database(copse, tmp_path):
    status, said = copse("verify", tmp_path / "none")
    assert status == 1
    assert "The file cannot be read: No such file or directory." in said


def test_handing_out_names_what_lies_there(copse, home, tmp_path):
    status, said = copse("hand-out", "gateway", tmp_path / "gateway")
    assert status == 0
    assert "database-copse_web_gateway, django-key, notice-key" in said
    assert stat.S_IMODE((tmp_path / "gateway" / "secrets").stat().st_mode) == 0o700
    status, said = copse("hand-out", "gateway", tmp_path / "gateway")
    assert status == 2
    assert "is not empty" in said


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
