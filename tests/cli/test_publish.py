"""`copse list key` and `copse list publish`: a list from a publisher's file to a subscriber's match."""

import json
import re
import sys
from contextlib import closing

import pytest

from copse.cli.app import main
from copse.kit.checkpoint import BadCheckpoint, Signer, Verifier
from copse.kit.exchange import csvfile, hashsharing, local_file, own, vics
from copse.kit.lists import KnownList, Publication
from copse.kit.lists.known import Plain
from tests.kit.listed import made

TERMS = ("--name", "arbora", "--publisher", "Hotline of Arbora", "--licence", "For removal only.")


@pytest.fixture
def copse(monkeypatch, capsys):
    """Runs `copse list`; answers exit status and what it said."""

    def run(*words):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["copse", "list", *map(str, words)])
            patch.setenv("COLUMNS", "400")
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out + err

    return run


@pytest.fixture
def key(copse, tmp_path):
    """A publisher's secret key, as a file."""
    assert copse("key", tmp_path / "key", "--name", "hotline.example/arbora")[0] == 0
    return tmp_path / "key"


def written(path, entries, form=own):
    with path.open("wb") as stream:
        form.write(entries, stream)
    return path


def test_a_key_is_made_once_and_kept_from_others(copse, tmp_path, key):
    assert key.stat().st_mode & 0o777 == 0o600
    secret = key.read_text()
    status, said = copse("key", key)
    assert status == 0
    assert said.strip() == str(Signer.parse(secret).verifier)
    assert Verifier.parse(said).name == "hotline.example/arbora"
    status, said = copse("key", key, "--name", "other.example/x")
    assert (status, "never overwritten" in said, key.read_text()) == (2, True, secret)
    key.chmod(0o640)
    assert "Others can read" in copse("key", key)[1]


@pytest.mark.parametrize("form", [own, csvfile, hashsharing, vics, local_file])
def test_any_format_becomes_a_signed_list_that_finds(copse, tmp_path, key, form):
    path = written(tmp_path / "entries", [made(1, pdq=()), made(2, pdq=())], form)
    status, said = copse("publish", tmp_path / "arbora", path, "--key", key, *TERMS)
    assert status == 0, said
    assert "arbora version 1 lies in" in said
    public = re.search(r"^  (hotline\S+)$", said, re.MULTILINE)[1]
    here = tmp_path / "here"
    assert copse("pull", tmp_path / "arbora" / "public", "--to", here, "--key", public)[0] == 0
    assert len(KnownList.open(here)) >= 2
    assert KnownList.open(here).match(Plain(md5=made(2).md5)).found


def test_changes_become_a_delta_and_a_row_that_says_nothing_new_is_none(copse, tmp_path, key):
    folder = tmp_path / "arbora"
    rows = [f"e-{n},{made(n).md5}" for n in range(40)]
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("\n".join(["id,md5", *rows]))
    assert copse("publish", folder, sheet, "--key", key, *TERMS)[0] == 0
    sheet.write_text("\n".join(["id,md5", *rows, f"e-40,{made(40).md5}"]))
    status, said = copse("publish", folder, sheet, "--key", key, "--json")
    told = json.loads(said)
    assert (status, told["version"], told["entries"]) == (0, 2, 41)
    delta = (folder / "public" / "2.delta.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in delta[1:]] == ["e-40"]


def test_a_whole_file_withdraws_what_is_not_in_it(copse, tmp_path, key):
    folder, path = tmp_path / "arbora", tmp_path / "entries.jsonl"
    written(path, [made(n) for n in range(30)])
    assert copse("publish", folder, path, "--key", key, *TERMS)[0] == 0
    written(path, [*(made(n) for n in range(1, 30)), made(99)])
    status, said = copse("publish", folder, path, "--key", key, "--whole")
    assert (status, "version 2" in said, "30 entries" in said) == (0, True, True)
    written(path, [made(n) for n in range(9)])
    status, said = copse("publish", folder, path, "--key", key, "--whole")
    assert (status, "would withdraw 22 of 30" in said) == (2, True)
    assert copse("publish", folder, path, "--key", key, "--whole", "--withdraw-many")[0] == 0
    with closing(Publication.open(folder)) as publication:
        ids = [one.id for one in publication.entries()]
        assert (publication.version, ids) == (3, [f"a-{n:06d}" for n in range(9)])


def test_a_version_without_changes_lives_longer_and_a_key_is_handed_over(copse, tmp_path, key):
    folder, path = tmp_path / "arbora", written(tmp_path / "e.jsonl", [made(1)])
    copse("publish", folder, path, "--key", key, *TERMS, "--valid", "30")
    public = copse("key", key)[1].strip()
    here = tmp_path / "here"
    copse("pull", folder / "public", "--to", here, "--key", public)
    after = tmp_path / "after"
    copse("key", after, "--name", "hotline.example/arbora-2")
    assert copse("publish", folder, "--key", key, "--next-key", after)[0] == 0
    status, said = copse("publish", folder, "--key", key)
    assert (status, "signed with another key" in said) == (2, True)
    assert copse("publish", folder, "--key", after)[0] == 0
    status, said = copse("pull", folder / "public", "--to", here)
    assert (status, "arbora version 3" in said) == (0, True), said


def test_slips_are_sentences_and_publish_nothing(copse, tmp_path, key):
    folder, path = tmp_path / "arbora", written(tmp_path / "e.jsonl", [made(1)])
    copse("publish", folder, path, "--key", key, *TERMS)
    empty = tmp_path / "empty.csv"
    empty.write_text("id,md5\nx,d41d8cd98f00b204e9800998ecf8427e\n")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(f"id,md5\na,{made(7).md5}\nb,zz\n")
    (tmp_path / "none").write_text("PRIVATE+KEY+x+00000000+AAAA\n")
    (tmp_path / "none").chmod(0o600)
    for words, expected in (
        ((tmp_path / "new", path, "--key", key), "--name, --publisher and --licence"),
        ((tmp_path / "new", path, "--key", key, *TERMS[2:], "--name", "A B"), "lower-case"),
        ((folder, path, "--key", key, *TERMS), "Leave out --name"),
        ((folder, path, "--key", tmp_path / "missing"), "copse list key"),
        ((folder, path, "--key", tmp_path / "none"), "do not fit"),
        ((folder, path, "--key", path), "Others can read"),
        ((folder, empty, "--key", key), "empty-file"),
        ((folder, wrong, "--key", key), "line 3"),
        ((folder, "--key", key, "--whole"), "needs a FILE"),
        ((folder, tmp_path / "gone.csv", "--key", key), "No such file"),
    ):
        status, said = copse("publish", *words)
        assert (status, expected in said) == (2, True), said
    with closing(Publication.open(folder)) as publication:
        assert (publication.version, len(list(publication.entries()))) == (1, 1)
    (folder / "state.sqlite").write_bytes(b"no database at all" * 99)
    assert "damaged" in copse("publish", folder, "--key", key)[1]


def test_two_publishers_of_one_list_do_not_meet(copse, tmp_path, key):
    folder, path = tmp_path / "arbora", written(tmp_path / "e.jsonl", [made(1)])
    copse("publish", folder, path, "--key", key, *TERMS)
    with closing(Publication.open(folder)) as other, other._change():
        status, said = copse("publish", folder, "--key", key)
    assert (status, "Another process publishes" in said) == (2, True)


@pytest.mark.parametrize(
    "text", ["", "PRIVATE+KEY+a+b", "PRIVATE+KEY+a+00000000+!!", "a+00000000+AQ=="]
)
def test_what_is_no_secret_key_is_refused_and_not_quoted(text):
    with pytest.raises(BadCheckpoint) as refused:
        Signer.parse(text)
    assert not text or text not in refused.value.sentence


def test_a_secret_key_comes_back_as_it_was_written():
    signer = Signer.make("hotline.example/arbora")
    assert Signer.parse(f"{signer.secret()}\n").verifier == signer.verifier
    assert str(signer.verifier) not in signer.secret()
