"""`copse framework` as a person and a script meet it: sentences with lines, JSON lines, statuses."""

import json
import sys

import pytest

from copse.cli.app import main
from tests.kit.frameworks import FIRST, HEAD, SECTION, TINY, put, put_crosswalk


@pytest.fixture
def copse(monkeypatch, capsys):
    """Runs `copse framework` as the command does; answers exit status and what it said."""

    def run(*words):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["copse", "framework", *map(str, words)])
            patch.setenv("COLUMNS", "400")
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out + err

    return run


def test_the_shipped_frameworks_are_whole(copse):
    status, said = copse("check")
    assert status == 0
    assert "whole  itu-brief version 1" in said
    assert "crosswalks with" in said
    assert "not published" not in said


def test_a_wrong_file_is_named_with_line_and_what_to_do(copse, tmp_path):
    path = put(tmp_path, HEAD + SECTION + FIRST.replace("parent: A", "parent: Z"))
    status, said = copse("check", path)
    assert status == 1
    assert "wrong  tiny.yaml:13: A-1: The parent Z is no id of this file. Correct it" in said
    status, said = copse("check", tmp_path, "--json")
    assert status == 1
    assert json.loads(said)["place"] == "tiny.yaml:13"


def test_ten_megabytes_and_a_missing_file_are_sentences(copse, tmp_path):
    big = tmp_path / "big.yaml"
    big.write_bytes(b"a: b\n" * 2_000_000)
    status, said = copse("check", big, tmp_path / "nothing.yaml")
    assert status == 1
    assert "big.yaml:1: The file is larger than 2 MB" in said
    assert "nothing.yaml: The file cannot be read: No such file" in said


def test_a_country_publishes_its_own_ids_and_cannot_take_them_back(copse, tmp_path):
    put(tmp_path)
    put_crosswalk(
        tmp_path, "- {from: A-1, to: RIGHTS-1, relation: intersects}\n", "tiny--itu-brief"
    )
    status, said = copse("check", tmp_path)
    assert (status, "3 ids are not published yet" in said) == (0, True)
    status, said = copse("check", tmp_path, "--publish")
    assert (status, "3 ids are published now" in said) == (0, True)
    status, said = copse("check", tmp_path, "--json")
    assert [json.loads(line) for line in said.splitlines()] == [
        {
            "ok": True, "urn": "urn:copse:framework:tiny", "version": 2, "nodes": 3,
            "file": "tiny.yaml",
        },
        {"ok": True, "crosswalks": 1, "unpublished": 0},
    ]  # fmt: skip
    put(tmp_path, HEAD + SECTION + FIRST)
    status, said = copse("check", tmp_path)
    assert status == 1
    assert "A-2 was published with version 2 and is gone. Put it back" in said


def test_a_changed_copy_of_a_shipped_framework_is_held_against_what_was_published(copse, tmp_path):
    from copse.kit.framework.library import shipped_home

    text = (shipped_home() / "maturity.yaml").read_text("utf-8")
    (tmp_path / "maturity.yaml").write_text(text.replace("id: MAT-4", "id: MAT-5"), "utf-8")
    status, said = copse("check", tmp_path / "maturity.yaml")
    assert status == 1
    assert "MAT-4 was published with version 1 and is gone" in said


def test_two_versions_are_compared_by_id(copse, tmp_path):
    old = put(tmp_path / "old")
    new = put(tmp_path / "new", TINY.replace("id: A-2,", "id: A-2, retired: 2,") + ADDED)
    status, said = copse("diff", old, new)
    assert status == 1
    assert "added       A-9" in said
    assert "retired     A-2" in said
    assert "tiny version 2 → tiny version 2." in said
    assert copse("diff", old, old) == (0, "tiny version 2 → tiny version 2.\n")
    assert copse("diff", "law", "law")[0] == 0


ADDED = FIRST.replace("A-1", "A-9")


def test_what_a_published_id_must_never_do_has_a_status_of_its_own(copse, tmp_path):
    old, new = put(tmp_path / "old"), put(tmp_path / "new", HEAD + SECTION + FIRST)
    status, said = copse("diff", old, new)
    assert status == 3
    assert "1 ids vanished, moved or changed their kind: retire them instead." in said
    status, said = copse("diff", old, new, "--json")
    assert (status, json.loads(said)) == (3, {"what": "vanished", "id": "A-2", "breaking": True})


def test_what_is_neither_a_file_nor_shipped_is_refused(copse):
    status, said = copse("diff", "itu-brief", "atlantis")
    assert status == 2
    assert "atlantis is no file and no framework that is shipped. There are: due-diligence" in said


def test_nothing_wrong_reaches_the_database(copse, tmp_path):
    path = put(tmp_path, TINY.replace("parent: A,", "parent: Z,"))
    status, said = copse("load", path, "--home", tmp_path / "home")
    assert status == 2
    assert "tiny.yaml:13: A-1: The parent Z" in said
    assert not (tmp_path / "home").exists()


LINK = "- {from: A-1, to: ICMEC-4, relation: equal}\n"


def test_a_crosswalks_file_is_checked_with_the_frameworks_beside_it(copse, tmp_path):
    put(tmp_path)
    path = put_crosswalk(tmp_path, LINK, "tiny--icmec")
    assert copse("check", path) == (0, "whole  tiny--icmec, 1 links\n")
    status, said = copse("check", path, "--json")
    assert json.loads(said) == {
        "ok": True, "crosswalk": "tiny--icmec", "links": 1, "file": "tiny--icmec.yaml",
    }  # fmt: skip
    put_crosswalk(tmp_path, LINK.replace("A-1", "A-7"), "tiny--icmec")
    status, said = copse("check", path)
    assert (status, "wrong  tiny--icmec.yaml:1: A-7 is no id of tiny." in said) == (1, True)
    status, said = copse("check", put_crosswalk(tmp_path, LINK, "gone--icmec"))
    assert (status, "A crosswalk is called <a>--<b>.yaml" in said) == (1, True)


def test_two_texts_of_a_crosswalk_are_compared_link_by_link(copse, tmp_path):
    put(tmp_path / "old")
    put(tmp_path / "new")
    more = "- {from: A-2, to: ICMEC-5, relation: subset}\n"
    old = put_crosswalk(tmp_path / "old", LINK, "tiny--icmec")
    new = put_crosswalk(
        tmp_path / "new", LINK.replace("equal", "equal, retired: yes") + more, "tiny--icmec"
    )
    status, said = copse("diff", old, new)
    assert status == 1
    assert "added       A-2 → ICMEC-5" in said
    assert "retired     A-1 → ICMEC-4" in said
    assert "tiny--icmec with 1 links → 2 links." in said
    assert copse("diff", old, old)[0] == 0
    assert copse("diff", "icmec--law", "icmec--law")[0] == 0
    new.write_text(LINK.replace("equal", "intersects"), "utf-8")
    status, said = copse("diff", old, new, "--json")
    assert status == 3
    assert {"what": "changed", "id": "A-1 → ICMEC-4", "breaking": True} in [
        json.loads(line) for line in said.splitlines()
    ]
    new.write_text(more, "utf-8")
    assert "vanished    A-1 → ICMEC-4" in copse("diff", old, new)[1]
