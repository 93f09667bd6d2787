"""`copse list` as a person and a script meet it: words, JSON lines, statuses."""

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from copse.cli.app import main
from copse.kit.exchange import csvfile, hashsharing, local_file, own, vics
from copse.kit.lists import Publication
from tests.kit.listed import KEY, SIGNER, TERMS, gone, made

TODAY = datetime.now(UTC)


@pytest.fixture
def copse(monkeypatch, capsys):
    """Runs `copse list` as the command does; answers exit status and what it said."""

    def run(*words, **variables):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["copse", "list", *map(str, words)])
            for name, value in {"COLUMNS": "400", **variables}.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out + err

    return run


@pytest.fixture
def publication(tmp_path):
    made_ = Publication.create(tmp_path / "publisher", TERMS)
    made_.publish([made(n) for n in range(5)], SIGNER)
    yield made_
    made_.close()


def test_a_list_is_pulled_checked_counted_and_compared(copse, publication, tmp_path):
    here, before = tmp_path / "here", tmp_path / "before"
    status, said = copse("pull", publication.public, "--to", here, "--key", KEY)
    assert status == 0
    assert f"arbora version 1 now serves from {here}" in said
    assert "5 added" in said
    copse("pull", publication.public, "--to", before, "--key", KEY)
    publication.publish([made(9), made(1, sha1=None), gone(2)], SIGNER)
    status, said = copse("pull", publication.public, "--to", here)
    assert (status, "1 added, 1 changed, 1 withdrawn" in said) == (0, True)
    assert "up to date: version 2" in copse("pull", publication.public, "--to", here)[1]
    status, said = copse("verify", here, "--key", KEY)
    assert (status, "whole  arbora version 2, 5 entries" in said) == (0, True)
    status, said = copse("stats", here)
    assert status == 0
    for words in ("Signed by Arbora Hotline", "material_label/1/baseline_act", "2026", "removing"):
        assert words in said
    status, said = copse("diff", before, here)
    assert status == 1
    assert "1 added, 1 changed, 1 withdrawn" in said
    assert copse("diff", here, here)[0] == 0


def test_the_installed_command_knows_lists(tmp_path):
    words = [sys.executable, "-m", "copse.cli", "list", "stats", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Make one: copse list pull SOURCE --to" in done.stderr
    assert "Traceback" not in done.stderr


def test_scripts_read_json_lines(copse, publication, tmp_path):
    here = tmp_path / "here"
    _, said = copse("pull", publication.public, "--to", here, "--key", KEY, "--json")
    told = json.loads(said)
    assert (told["version"], told["before"], told["signed"], told["added"]) == (1, None, True, 5)
    told = json.loads(copse("stats", here, "--json")[1])
    assert told["kinds"] == {"pdq": 5, "md5": 5, "sha1": 5, "sha256": 5}
    assert told["labels"] == {"material_label/1/baseline_act": 5}
    assert json.loads(copse("verify", here, "--json")[1])["ok"] is True
    path = tmp_path / "other.jsonl"
    with path.open("wb") as stream:
        own.write([made(0)], stream)
    lines = copse("diff", here, path, "--json")[1].splitlines()
    assert [json.loads(line)["what"] for line in lines] == ["withdrawn"] * 4


def test_a_key_may_lie_in_a_file(copse, publication, tmp_path):
    (tmp_path / "key").write_text(f"{KEY}\n")
    words = ("pull", publication.public, "--to", tmp_path / "here", "--key", tmp_path / "key")
    assert copse(*words)[0] == 0


def test_what_is_refused_is_a_sentence_and_status_2(copse, publication, tmp_path):
    here = tmp_path / "here"
    for words, said in (
        (("pull", publication.public, "--to", here), "Give the publisher's key"),
        (
            ("pull", publication.public, "--to", here, "--key", "a+b+c"),
            "do not fit|key of the form",
        ),
        (("pull", "http://lists.example/", "--to", here, "--key", KEY), "https only"),
        (("pull", "http://127.0.0.1:9/", "--to", here, "--key", KEY), "did not send"),
        (("pull", tmp_path / "nothing", "--to", here), "No such file"),
        (("verify", tmp_path), "There is no list"),
        (("stats", tmp_path), "There is no list"),
        (("diff", tmp_path, tmp_path), "There is no list"),
    ):
        status, told = copse(*words)
        assert status == 2, words
        assert any(part in told for part in said.split("|")), told
    assert not (here / "current").exists()


def test_a_changed_list_and_an_old_one_have_statuses_of_their_own(copse, tmp_path):
    old = Publication.create(tmp_path / "publisher", TERMS)
    old.publish([made(1)], SIGNER, now=TODAY - timedelta(days=30))
    old.close()
    public = tmp_path / "publisher" / "public"
    status, said = copse("verify", public, "--key", KEY)
    assert (status, "ran out" in said) == (3, True)
    status, said = copse("pull", public, "--to", tmp_path / "here", "--key", KEY)
    assert (status, "Ask Arbora Hotline for a newer one" in said) == (2, True)
    (public / "1.snapshot.jsonl").write_bytes(b"x")
    status, said = copse("verify", public, "--key", KEY)
    assert (status, "not what the manifest names" in said) == (1, True)


@pytest.mark.parametrize("form", [own, csvfile, hashsharing, vics, local_file])
def test_a_file_that_somebody_sent_becomes_a_local_list(copse, tmp_path, form):
    path, here = tmp_path / "sent.dat", tmp_path / "here"
    with path.open("wb") as stream:
        form.write([made(1, pdq=()), made(2, pdq=())], stream)
    status, said = copse("pull", path, "--to", here)
    assert status == 0, said
    assert "sent is a local list, which nobody signed" in said
    assert "nobody signed it" in copse("stats", here)[1]
    status, said = copse("verify", here)
    assert (status, "nobody signed it" in said) == (0, True)


def test_wrong_rows_are_named_and_the_status_says_so(copse, tmp_path):
    path, here = tmp_path / "sent.csv", tmp_path / "here"
    path.write_text(f"id,md5\na,{made(1).md5}\nb,[red]zz\n")
    status, said = copse("pull", path, "--to", here, "--name", "police")
    assert status == 1
    assert "line 3: The md5 is not 32 lowercase hexadecimal digits." in said
    assert "1 rows could not be taken" in said
    status, said = copse("pull", path, "--to", here, "--json")
    assert (status, json.loads(said)["wrong"]) == (1, 1)
    status, said = copse("pull", path, "--to", here, "--strict")
    assert (status, "line 3" in said) == (2, True)
    assert json.loads(copse("stats", here, "--json")[1])["version"] == 2
    status, said = copse("pull", path, "--to", here, "--format", "xlsx")
    assert (status, "local_file" in said) == (2, True)
    path.write_bytes(b"\xff\xd8\xff\xe0")
    status, said = copse("pull", path, "--to", here)
    assert (status, "no list in a format we know" in said) == (2, True)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words):
        """Nothing."""

    def send_head(self):
        """An exchange answers under a path with a query, which is a file here."""
        self.path = self.path.replace("/v2/entries?", "/page.xml?")
        return super().send_head()


@pytest.fixture
def address(publication):
    handler = partial(Quiet, directory=publication.public)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_list_and_an_exchange_are_pulled_over_the_network(copse, publication, address, tmp_path):
    status, said = copse("pull", address, "--to", tmp_path / "here", "--key", KEY)
    assert (status, "5 added" in said) == (0, True)
    with (publication.public / "page.xml").open("wb") as stream:
        hashsharing.write([made(1), made(2)], stream)
    words = ("pull", address, "--to", tmp_path / "exchange", "--format", "hashsharing")
    status, said = copse(*words, COPSE_LIST_LOGIN="user:secret")
    assert (status, "exchange is a local list" in said) == (0, True)
    assert "secret" not in said
