"""`copse lint-terms` as a person and a script meet it."""

import json
import sys

import pytest

from copse.cli.app import main


@pytest.fixture
def copse(monkeypatch, capsys):
    def run(*words):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["copse", "lint-terms", *map(str, words)])
            patch.setenv("COLUMNS", "400")
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out + err

    return run


@pytest.fixture
def law(tmp_path):
    path = tmp_path / "law.txt"
    path.write_text("1. Title\n2. Whoever holds child pornography [sic] commits an offence.\n")
    return path


def test_a_flag_has_its_place_what_to_write_and_the_status_says_so(copse, law):
    status, said = copse(law)
    assert status == 1
    assert f"{law}:2:18: child pornography → child sexual abuse material. It is a record" in said
    assert "1 flags in 11 words: 90.91 in every 1,000." in said


def test_a_clean_text_is_status_0(copse, tmp_path):
    path = tmp_path / "law.md"
    path.write_text("A child is anybody under 18.")
    assert copse(path) == (0, "0 flags in 6 words: 0.0 in every 1,000.\n")


def test_json_is_one_object_a_line_and_a_sum(copse, law):
    status, said = copse("--format", "json", law)
    flag, total = (json.loads(line) for line in said.splitlines())
    assert status == 1
    assert (flag["file"], flag["line"], flag["column"]) == (str(law), 2, 18)
    assert flag["instead"] == "child sexual abuse material"
    assert total == {"flags": 1, "words": 11, "per_1000": 90.91}


def test_a_folder_is_read_as_a_whole_and_what_cannot_be_read_is_said(copse, law):
    (law.parent / "fr").mkdir()
    (law.parent / "fr" / "loi.txt").write_text("La pédopornographie.")
    (law.parent / "picture.png").write_bytes(b"\x89PNG")
    status, said = copse(law.parent)
    assert status == 1
    assert "loi.txt:1:4: pédopornographie" in said
    assert "2 flags" in said
    (law.parent / "broken.txt").write_bytes(b"\xff")
    status, said = copse(law.parent)
    assert status == 2
    assert "broken.txt:1: this is not UTF-8." in said
    assert "2 flags" in said


def test_an_unknown_language_and_a_missing_file_are_sentences(copse, law, tmp_path):
    status, said = copse("--language", "de", law)
    assert status == 2
    assert "no list of terms for “de”" in said
    status, said = copse("--format", "json", tmp_path / "none.txt")
    assert status == 2
    assert "it cannot be read" in json.loads(said.splitlines()[0])["error"]
