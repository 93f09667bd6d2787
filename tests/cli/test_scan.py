"""`copse scan` as somebody with a folder and a list meets it, killed and started again included."""

import json
import os
import signal
import sqlite3
import subprocess
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from copse.kit.hashing import fingerprint
from copse.kit.lists import Opinion
from copse.kit.lists.entry import Category
from copse.kit.scanning import findings
from tests.toolkit import LABEL, Arbora, drawn, entry, saved

PATIENCE = 120
NOBODY = 65534


@pytest.fixture
def folder(tmp_path):
    """Twelve drawn pictures; numbers 3 (as a file) and 7 (as a picture) are known."""
    for n in range(12):
        saved(tmp_path / "archive" / f"{n:02}.jpg", n, quality=90)
    saved(tmp_path / "archive" / "deep" / "down" / "copy of 7.png", 7)
    return tmp_path / "archive"


@pytest.fixture
def arbora(tmp_path, folder):
    made = Arbora(tmp_path)
    made.publish(entry("e-3", folder / "03.jpg"), entry("e-7", folder / "07.jpg", exact=False))
    return made


def lines_of(path):
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def of_kind(lines, kind):
    return [line for line in lines if line["kind"] == kind]


def test_what_is_known_is_found_and_everything_is_told(installed, folder, arbora, tmp_path):
    status, said, progress = installed(
        "scan", folder, "--list", arbora.folder, "--json", tmp_path / "out.jsonl"
    )
    assert status == 1
    lines = lines_of(tmp_path / "out.jsonl")
    found = {Path(one["path"]).name: one["matches"] for one in of_kind(lines, "match")}
    assert sorted(found) == ["03.jpg", "07.jpg", "copy of 7.png"]
    assert found["03.jpg"][0]["how"] in ("md5", "sha1", "sha256"), "exact comes first"
    assert found["copy of 7.png"][0]["labels"] == [LABEL]
    assert lines[-1]["kind"] == "summary"
    assert (lines[-1]["files"], lines[-1]["matched"], lines[-1]["finished"]) == (13, 3, True)
    assert "13 files, 13 hashed now, 0 known before" in said
    assert "3 known material (arbora version 1)" in said
    assert "hashing: 13 of 13" in progress, "plain lines where there is no terminal"
    assert "\x1b" not in said + progress


def test_a_second_scan_reads_no_file_again(toolkit, folder, arbora):
    toolkit("scan", folder, "--list", arbora.folder)
    for path in folder.rglob("*.jpg"):
        _spoil(path)
    status, said, _ = toolkit("scan", folder, "--list", arbora.folder)
    assert status == 1
    assert "13 files, 0 hashed now, 13 known before" in said


def test_later_and_more_lists_are_matched_without_reading_a_file(toolkit, folder, arbora, tmp_path):
    toolkit("scan", folder, "--list", arbora.folder)
    arbora.publish(entry("e-5", folder / "05.jpg"))
    saved(tmp_path / "spare.jpg", 1, quality=90)
    for path in folder.rglob("*.jpg"):
        _spoil(path)
    other = Arbora(tmp_path, "borea")
    other.publish(entry("b-1", tmp_path / "spare.jpg"))
    toolkit("scan", folder, "--list", arbora.folder, "--list", other.folder, "--json",
          tmp_path / "out.jsonl")  # fmt: skip
    lines = lines_of(tmp_path / "out.jsonl")
    found = {Path(one["path"]).name: one["matches"] for one in of_kind(lines, "match")}
    assert found["05.jpg"][0]["entry"] == "e-5"
    assert found["01.jpg"][0]["list"] == "borea"
    assert lines[-1]["lists"] == [
        {"name": "arbora", "version": 2},
        {"name": "borea", "version": 1},
    ]
    assert (lines[-1]["hashed"], lines[-1]["remembered"]) == (0, 13)


def test_nothing_found_is_status_0_and_a_changed_file_is_hashed_again(toolkit, folder, arbora):
    for name in ("03.jpg", "07.jpg", "deep/down/copy of 7.png"):
        (folder / name).unlink()
    status, said, _ = toolkit("scan", folder, "--list", arbora.folder)
    assert (status, "0 known material" in said) == (0, True)
    saved(folder / "02.jpg", 7, quality=80)
    status, said, _ = toolkit("scan", folder, "--list", arbora.folder)
    assert status == 1
    assert "1 hashed now" in said


def test_what_is_disputed_is_told_apart_and_what_is_harmless_is_no_match(toolkit, folder, tmp_path):
    no, yes = Opinion("b", Category.NEGATIVE), Opinion("a", Category.POSITIVE)
    made = Arbora(tmp_path, "borea")
    made.publish(
        entry("b-3", folder / "03.jpg", opinions=(no, yes)),
        entry("b-5", folder / "05.jpg", opinions=(no,)),
    )
    words = ("scan", folder, "--list", made.folder, "--json", tmp_path / "out.jsonl")
    status, said, _ = toolkit(*words)
    assert status == 1, "what is disputed, a person must see"
    assert "look at  " in said
    assert "05.jpg" not in said
    for words_ in ("0 known material", "1 disputed or leads only", "1 listed as harmless"):
        assert words_ in said
    lines = lines_of(tmp_path / "out.jsonl")
    assert [one["verdict"] for one in of_kind(lines, "match")] == ["hold"]
    assert [one["verdict"] for one in of_kind(lines, "harmless")] == ["allow"]
    assert [lines[-1][name] for name in ("matched", "held", "harmless")] == [0, 1, 1]
    (folder / "03.jpg").unlink()
    assert toolkit(*words)[0] == 0


def _spoil(path):
    """Other content, same size, same time: whoever reads it again gets it wrong."""
    known = path.stat()
    path.write_bytes(b"\0" * known.st_size)
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))


def done_in(state):
    """What a ledger holds: path → fingerprint."""
    with sqlite3.connect(f"file:{state}?mode=ro", uri=True, timeout=10) as rows:
        found = rows.execute("SELECT path, fingerprint FROM files WHERE fingerprint NOT NULL")
        return dict(found.fetchall())


def _killed_midway(program, words, state, least):
    """Start, wait until so many files are done, kill -9; what was done."""
    command, environment = program
    running = subprocess.Popen(
        [*command, *map(str, words)], env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if len(done_in(state)) >= least:
                    break
            except sqlite3.OperationalError:
                pass  # not made yet
            assert running.poll() is None, "it ended before it was killed"
            time.sleep(0.01)
    finally:
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    return done_in(state)


@pytest.mark.slow
def test_a_scan_killed_midway_hashes_nothing_again(toolkit, program, folder, arbora, tmp_path):
    """What was done is spoiled after the kill: read again, it would match no more."""
    drawn(12, (1600, 1200)).save(folder / "012.jpg", quality=90)
    for n in range(13, 160):
        (folder / f"{n:03}.jpg").write_bytes((folder / "012.jpg").read_bytes())
    saved(folder / "0-first.jpg", 3, quality=70)
    state = tmp_path / "ledger.sqlite3"
    words = ["scan", folder, "--list", arbora.folder, "--state", state, "--workers", "2"]
    done = _killed_midway(program, words, state, 20)
    assert 20 <= len(done) < 162
    for path in done:
        _spoil(Path(os.fsdecode(path)))
    status, _, _ = toolkit(*words, "--json", tmp_path / "out.jsonl")
    lines = lines_of(tmp_path / "out.jsonl")
    assert status == 1
    assert lines[-1]["remembered"] == len(done), "0 of those that were done are hashed again"
    assert lines[-1]["hashed"] == 162 - len(done)
    found = [Path(one["path"]).name for one in of_kind(lines, "match")]
    assert sorted(found) == ["0-first.jpg", "03.jpg", "07.jpg", "copy of 7.png"]
    assert len(found) == len(set(found))
    after = done_in(state)
    assert {path: after[path] for path in done} == done


def test_two_scans_of_one_folder_do_not_meet(toolkit, program, folder, arbora, tmp_path):
    from copse.kit.scanning import Ledger

    with Ledger(tmp_path / "ledger"):
        status, _, said = toolkit(
            "scan", folder, "--list", arbora.folder, "--state", tmp_path / "ledger"
        )
    assert status == 2
    assert "Another scan is writing" in said


# ── bad input ──


def _png(image):
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _zip():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inside.txt", "hidden")
    return out.getvalue()


def _bad_files(folder):
    jpeg = folder / "whole.jpg"
    drawn(50).save(jpeg)
    (folder / "truncated.jpg").write_bytes(jpeg.read_bytes()[:3000])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "mislabelled.png").write_bytes(jpeg.read_bytes())
    (folder / "bomb.png").write_bytes(_png(Image.new("1", (30_000, 30_000))))
    (folder / "zipped.png").write_bytes(_png(drawn(51)) + _zip())
    (folder / "drawing.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("http://x.example")</script></svg>'
    )
    Path(os.fsdecode(os.fsencode(folder) + b"/na\xffme\x1b[31m.jpg")).write_bytes(b"\xff\xd8\xff")
    (folder / "notes.txt").write_text("not meant to be a picture")
    os.mkfifo(folder / "pipe.jpg")
    (folder / "link.jpg").symlink_to("whole.jpg")


EXPECTED = {
    "truncated.jpg": "truncated",
    "empty.jpg": "empty",
    "mislabelled.png": "mislabelled",
    "bomb.png": "too-many-pixels",
    "zipped.png": "trailing",
    "drawing.svg": "not-a-picture",
    "na\ufffdme\x1b[31m.jpg": "truncated",
    "pipe.jpg": "special",
    "link.jpg": "link",
}


@pytest.mark.parametrize("isolate", [False, True])
def test_every_bad_file_is_counted_and_named_and_the_scan_goes_on(
    toolkit, arbora, tmp_path, isolate
):
    folder = tmp_path / "bad"
    folder.mkdir()
    _bad_files(folder)
    out = tmp_path / "out.jsonl"
    more = ["--isolate"] if isolate else []
    status, said, _ = toolkit("scan", folder, "--list", arbora.folder, "--json", out, *more)
    assert status == 3
    lines = lines_of(out)
    named = {Path(one["path"]).name: one["code"] for one in of_kind(lines, "problem")}
    assert named == EXPECTED
    assert all(one["sentence"].endswith(".") for one in of_kind(lines, "problem"))
    summary = lines[-1]
    assert (summary["problems"], summary["passed_over"], summary["not_pictures"]) == (7, 2, 1)
    assert summary["reasons"]["too-many-pixels"] == 1
    assert "\x1b" not in said, "a name does not colour the terminal"
    (odd,) = (one for one in lines if "path_bytes" in one)
    assert findings.path_of(odd).endswith(b"/na\xffme\x1b[31m.jpg")


def test_a_match_wins_over_a_problem(toolkit, folder, arbora):
    (folder / "empty.jpg").write_bytes(b"")
    status, said, _ = toolkit("scan", folder, "--list", arbora.folder)
    assert status == 1
    assert "1 problems" in said


def test_a_known_file_under_a_name_that_is_no_utf8_is_found(toolkit, folder, arbora, tmp_path):
    name = os.fsencode(folder) + b"/\xfe\xff.jpg"
    Path(os.fsdecode(name)).write_bytes((folder / "03.jpg").read_bytes())
    toolkit("scan", folder, "--list", arbora.folder, "--json", tmp_path / "out.jsonl")
    found = [findings.path_of(one) for one in of_kind(lines_of(tmp_path / "out.jsonl"), "match")]
    assert name in found


def test_files_that_vanish_or_shut_while_it_runs_are_named(folder, arbora, tmp_path):
    """Between the walk and the look: one is gone, one has become a folder."""
    from copse.kit.lists import KnownList
    from copse.kit.scanning import Ledger, LocalCrew, Way, scan

    class Meddling(LocalCrew):
        def hash(self, jobs):
            (folder / "01.jpg").unlink()
            (folder / "02.jpg").unlink()
            (folder / "02.jpg").mkdir()
            return super().hash(jobs)

    lines = []
    crew = Meddling([KnownList.open(arbora.folder)], workers=1, way=Way())
    with Ledger(tmp_path / "l") as ledger:
        told = scan(os.fsencode(folder), ledger=ledger, crew=crew, found=lines.append)
    named = {Path(one["path"]).name: one["code"] for one in of_kind(lines, "problem")}
    assert named == {"01.jpg": "missing", "02.jpg": "special"}
    assert (told.matched, told.problems, told.status) == (3, 2, 1)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_what_may_not_be_read_is_named_and_mended_next_time(arbora, tmp_path, folder):
    from copse.kit.lists import KnownList
    from copse.kit.scanning import Ledger, LocalCrew, Way, scan
    from copse.kit.scanning.pool import look

    class Somebody(LocalCrew):
        def hash(self, jobs):
            os.seteuid(NOBODY)
            try:
                yield from [look(one, Way()) for one in jobs]
            finally:
                os.seteuid(0)

    shut = folder / "03.jpg"
    shut.chmod(0)
    for path in (tmp_path, *tmp_path.parents[:3]):
        path.chmod(path.stat().st_mode | 0o011)
    crew = Somebody([KnownList.open(arbora.folder)], workers=1, way=Way())
    lines = []
    with Ledger(tmp_path / "l") as ledger:
        scan(os.fsencode(folder), ledger=ledger, crew=crew, found=lines.append)
        assert {Path(one["path"]).name: one["code"] for one in of_kind(lines, "problem")} == {
            "03.jpg": "forbidden"
        }
        shut.chmod(0o644)
        told = scan(os.fsencode(folder), ledger=ledger, crew=crew)
    assert (told.hashed, told.remembered, told.problems) == (1, 12, 0)


# ── slips ──


def test_slips_are_sentences_and_status_2(toolkit, folder, arbora, tmp_path):
    (tmp_path / "text").write_text("x" * 200)
    for words, expected in (
        (["scan", folder], "--list"),
        (["scan", tmp_path / "none", "--list", arbora.folder], "No such file"),
        (["scan", folder, "--list", tmp_path], "There is no list"),
        (["scan", folder, "--list", arbora.folder, "--radius", "32"], "--radius"),
        (["scan", folder, "--list", arbora.folder, "--state", tmp_path / "text"], "no ledger"),
    ):
        status, said, errors = toolkit(*words)
        assert status == 2
        assert expected in said + errors


def test_a_result_that_cannot_be_written_is_said(toolkit, folder, arbora, tmp_path):
    status, _, said = toolkit(
        "scan", folder, "--list", arbora.folder, "--json", tmp_path / "none" / "out"
    )
    assert status == 2
    assert "none" in said


def test_modes_are_kept_apart_in_the_ledger(toolkit, folder, arbora):
    toolkit("scan", folder, "--list", arbora.folder)
    _, said, _ = toolkit("scan", folder, "--list", arbora.folder, "--mode", "fast")
    assert "13 hashed now" in said


def test_the_ledger_answers_what_hashing_would(toolkit, folder, arbora, tmp_path):
    from copse.kit.scanning import records

    state = tmp_path / "l"
    toolkit("scan", folder, "--list", arbora.folder, "--state", state)
    for path, text in done_in(state).items():
        assert records.loaded(text) == fingerprint(os.fsdecode(path))
