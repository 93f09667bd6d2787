"""`copse match`: whether lists know a file."""

import json

import pytest

from copse.kit.lists import Opinion
from copse.kit.lists.entry import Category
from tests.toolkit import LABEL, Arbora, entry, saved


@pytest.fixture
def arbora(tmp_path):
    made = Arbora(tmp_path)
    made.publish(entry("e-1", saved(tmp_path / "known.jpg", 1, quality=90)))
    return made.folder


def test_known_and_unknown_files_are_told_apart(installed, tmp_path, arbora):
    near, other = saved(tmp_path / "near.png", 1), saved(tmp_path / "other.png", 2)
    status, said, _ = installed("match", tmp_path / "known.jpg", near, other, "--list", arbora)
    assert status == 1
    exact, ways, found, like, unknown = said.splitlines()
    assert "known.jpg" in exact
    assert f"arbora e-1: md5, sha1, sha256, pdq 0 bits away; {LABEL}" in ways
    assert "near.png" in found
    assert "pdq" in like
    assert "not known" in unknown


def test_statuses_say_what_happened(toolkit, tmp_path, arbora):
    other = saved(tmp_path / "other.png", 2)
    (tmp_path / "broken.jpg").write_bytes((tmp_path / "known.jpg").read_bytes()[:999])
    assert toolkit("match", other, "--list", arbora)[0] == 0
    status, said, _ = toolkit(
        "match", tmp_path / "broken.jpg", tmp_path / "none", "--list", arbora, "--json"
    )
    assert status == 3
    kinds = [json.loads(line)["kind"] for line in said.splitlines()]
    assert kinds == ["none", "problem"]


def test_what_is_disputed_is_looked_at_and_what_is_harmless_is_no_match(toolkit, tmp_path):
    no, yes = Opinion("b", Category.NEGATIVE), Opinion("a", Category.POSITIVE)
    files = {n: saved(tmp_path / f"{n}.png", n) for n in (1, 2)}
    arbora = Arbora(tmp_path)
    arbora.publish(
        entry("e-1", files[1], opinions=(no, yes)), entry("e-2", files[2], opinions=(no,))
    )
    status, said, _ = toolkit("match", files[1], "--list", arbora.folder)
    assert (status, said.startswith("look at"), "[disputed]" in said) == (1, True, True)
    status, said, _ = toolkit("match", files[2], "--list", arbora.folder)
    assert (status, said.startswith("harmless"), "[negative]" in said) == (0, True, True)
    _, said, _ = toolkit("match", files[1], files[2], "--list", arbora.folder, "--json")
    told = [json.loads(line) for line in said.splitlines()]
    assert [(one["kind"], one["verdict"]) for one in told] == [
        ("match", "hold"), ("harmless", "allow"),
    ]  # fmt: skip


def test_a_folder_without_a_list_is_said(toolkit, tmp_path):
    status, _, said = toolkit("match", tmp_path / "x", "--list", tmp_path)
    assert status == 2
    assert "copse list pull" in said
