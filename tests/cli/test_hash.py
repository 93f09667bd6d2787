"""`copse hash`: fingerprints of files as a table and as lines."""

import json

import pytest

from copse.kit.hashing import fingerprint
from tests.toolkit import saved


def test_a_file_is_shown_with_all_its_fingerprints(installed, tmp_path):
    path = saved(tmp_path / "a.png", 1)
    told = fingerprint(path)
    status, said, _ = installed("hash", path)
    assert status == 0
    for value in (told.pdq, told.md5, told.sha1, told.sha256, str(told.quality), "png"):
        assert value in said


@pytest.mark.parametrize("isolate", [(), ("--isolate",)])
def test_lines_hold_the_fingerprint_and_name_what_is_wrong(toolkit, tmp_path, isolate):
    path = saved(tmp_path / "a.jpg", 1)
    (tmp_path / "words").write_text("words")
    status, said, _ = toolkit(
        "hash", path, tmp_path / "words", tmp_path / "none", "--json", "--mode", "exact", *isolate
    )
    assert status == 3
    picture, words, none = (json.loads(line) for line in said.splitlines())
    assert picture["fingerprint"] == json.loads(
        json.dumps(fingerprint(path, mode="exact").as_dict())
    )
    assert words["fingerprint"]["problem"]["code"] == "not-a-picture"
    assert words["fingerprint"]["md5"] == fingerprint(tmp_path / "words").md5
    assert (none["kind"], none["code"]) == ("problem", "missing")


def test_a_mode_that_is_none_is_refused(toolkit, tmp_path):
    status, _, said = toolkit("hash", tmp_path, "--mode", "best")
    assert status == 2
    assert "--mode" in said
