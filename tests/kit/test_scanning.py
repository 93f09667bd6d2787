"""A scan's parts: the walk, the ledger, and children that may die."""

import json
import os
import signal
import socket
import sqlite3
import stat
import tempfile
import time
from pathlib import Path

import pytest

from copse.kit.hashing import Problem, fingerprint
from copse.kit.scanning import InUse, Ledger, NotALedger, Place, Pool, Skipped, Way, records, walk
from copse.kit.scanning import findings, pool
from copse.kit.scanning.ledger import default_path
from copse.kit.scanning.walking import NothingThere
from tests.toolkit import saved

NOBODY = 65534


def places(root, **how):
    return [one for one in walk(os.fsencode(root), **how) if isinstance(one, Place)]


def skipped(root, **how):
    return {
        one.path.rpartition(b"/")[2]: (one.code, one.fault)
        for one in walk(os.fsencode(root), **how)
        if isinstance(one, Skipped)
    }


@pytest.fixture
def somebody():
    """A folder of somebody who is not root, and we are that person meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() != 0:
            yield Path(folder)
            return
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            os.seteuid(0)


# ── the walk ──


def test_every_file_is_found_in_order_with_its_size_and_time(tmp_path):
    for name in ("b/2", "a/1", "3"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    os.utime(tmp_path / "3", ns=(5, 7))
    found = places(tmp_path)
    assert [os.path.relpath(one.path, os.fsencode(tmp_path)) for one in found] == [
        b"3", b"a/1", b"b/2",
    ]  # fmt: skip
    assert (found[0].size, found[0].mtime_ns) == (1, 7)


def test_a_single_file_can_be_walked(tmp_path):
    (tmp_path / "one").write_bytes(b"x")
    assert [one.path for one in places(tmp_path / "one")] == [os.fsencode(tmp_path / "one")]


def test_a_loop_of_links_ends_and_links_are_counted(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_bytes(b"x")
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    (tmp_path / "dangling").symlink_to("nowhere")
    assert len(places(tmp_path)) == 1
    assert skipped(tmp_path) == {b"loop": ("link", False), b"dangling": ("link", False)}
    assert len(places(tmp_path, follow_links=True)) == 1
    assert skipped(tmp_path, follow_links=True) == {
        b"loop": ("seen", False),
        b"dangling": ("missing", True),
    }


def test_what_is_no_file_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        assert skipped(tmp_path) == {b"pipe": ("special", False), b"socket": ("special", False)}


def test_a_name_that_is_no_utf8_is_walked(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff\xfe\n.jpg"
    Path(os.fsdecode(path)).write_bytes(b"x")
    assert [one.path for one in places(tmp_path)] == [path]


def test_a_folder_that_may_not_be_read_is_named(somebody):
    (somebody / "closed").mkdir(mode=0)
    (somebody / "open").write_bytes(b"x")
    assert skipped(somebody) == {b"closed": ("forbidden", True)}
    assert len(places(somebody)) == 1


def test_a_folder_that_vanishes_is_named(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "0").write_bytes(b"x")
    walking = walk(os.fsencode(tmp_path))
    next(walking)
    (tmp_path / "a").rmdir()
    (told,) = walking
    assert (told.code, told.fault) == ("missing", True)


def test_a_root_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(NothingThere, match="No such file"):
        list(walk(os.fsencode(tmp_path / "none")))


# ── the ledger ──


@pytest.fixture
def print_of(tmp_path):
    return fingerprint(saved(tmp_path / "drawn.png", 1))


def test_a_fingerprint_survives_being_written_down(print_of):
    assert records.loaded(records.dumped(print_of)) == print_of
    damaged = fingerprint(b"GIF89a")
    assert records.loaded(records.dumped(damaged)) == damaged


def test_what_is_recorded_is_not_to_do_again_unless_it_changed(tmp_path, print_of):
    place, other = Place(b"/a", 1, 2), Place(b"/\xff", 3, 4)
    for expected in ([place, other], [other]):
        with Ledger(tmp_path / "l.sqlite3") as ledger:
            ledger.begin(b"/")
            ledger.see([place, other], "full")
            assert list(ledger.to_do()) == expected
            ledger.record(place, print_of)
            assert ledger.counts() == (2, 1)
    with Ledger(tmp_path / "l.sqlite3") as ledger:
        ledger.begin(b"/")
        ledger.see([Place(b"/a", 1, 3)], "full")
        assert [one.path for one in ledger.to_do()] == [b"/a"], "another time of change"
        ledger.record(Place(b"/a", 1, 3), print_of)
        ledger.see([Place(b"/a", 1, 3)], "exact")
        assert [one.path for one in ledger.to_do()] == [b"/a"], "another way to hash"


def test_a_file_that_is_gone_is_not_part_of_the_next_run(tmp_path, print_of):
    with Ledger(tmp_path / "l.sqlite3") as ledger:
        ledger.begin(b"/")
        ledger.see([Place(b"/a", 1, 2)], "full")
        ledger.record(Place(b"/a", 1, 2), print_of)
        ledger.begin(b"/")
        assert list(ledger.fingerprints()) == []


def test_more_than_a_page_is_given_out_once(tmp_path):
    with Ledger(tmp_path / "l.sqlite3") as ledger:
        ledger.begin(b"/")
        ledger.see([Place(b"/%d" % n, n, n) for n in range(1300)], "full")
        assert len({one.path for one in ledger.to_do()}) == 1300


def test_a_ledger_is_its_owners_only(tmp_path):
    with Ledger(tmp_path / "state" / "l.sqlite3"):
        assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
        for path in (tmp_path / "state").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_two_scans_do_not_share_a_ledger(tmp_path):
    with Ledger(tmp_path / "l"), pytest.raises(InUse, match="--state"):
        Ledger(tmp_path / "l")
    Ledger(tmp_path / "l").close()


def test_another_file_is_not_taken_for_a_ledger(tmp_path):
    (tmp_path / "text").write_text("not a database at all, and longer than a header " * 9)
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE theirs (x)").connection.close()
    for name in ("text", "other"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(NotALedger, match="Name another file"):
            Ledger(tmp_path / name)
        assert (tmp_path / name).read_bytes() == before


def test_the_ledger_lies_outside_the_scanned_folder(tmp_path):
    path = default_path(os.fsencode(tmp_path), tmp_path / "home")
    assert path.is_relative_to(tmp_path / "home")
    assert path == default_path(os.fsencode(tmp_path) + b"/.", tmp_path / "home")
    assert path != default_path(os.fsencode(tmp_path) + b"/x", tmp_path / "home")


# ── children ──


def place_of(path):
    known = path.stat()
    return Place(os.fsencode(path), known.st_size, known.st_mtime_ns)


def test_a_child_answers_what_this_process_would(tmp_path):
    paths = [saved(tmp_path / f"{n}.png", n) for n in range(5)]
    with Pool(2, Way()) as children:
        told = {one.place.path: one.answer for one in children.run(map(place_of, paths))}
    assert told == {os.fsencode(path): fingerprint(path) for path in paths}


def _dies_of_x(place, way):
    """Stands in for a decoder that a file breaks."""
    name = place.path.rpartition(b"/")[2]
    if name.startswith(b"kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith(b"hang"):
        time.sleep(600)
    return pool.Outcome(place, Problem("fine", "x"))


@pytest.fixture
def breaking(monkeypatch):
    """Children that break on files named `kill…` and `hang…`; forked, to carry that along."""
    import multiprocessing

    real = multiprocessing.get_context
    monkeypatch.setattr(pool.multiprocessing, "get_context", lambda _: real("fork"))
    monkeypatch.setattr(pool, "look", _dies_of_x)


def test_a_file_that_kills_its_reader_is_named_and_the_others_are_done(breaking):
    names = [b"a", b"kill-1", b"b", b"c", b"kill-2", b"d", b"e"]
    with Pool(2, Way()) as children:
        told = {one.place.path: one.answer.code
                for one in children.run(Place(name, 1, 1) for name in names)}  # fmt: skip
    assert told == {name: "out-of-bounds" if b"kill" in name else "fine" for name in names}


def test_a_file_that_keeps_its_reader_too_long_is_named(breaking):
    names = [b"a", b"hang", b"b", b"c"]
    with Pool(1, Way(patience=1.0)) as children:
        told = {one.place.path: one.answer.code
                for one in children.run(Place(name, 1, 1) for name in names)}  # fmt: skip
    assert told == {b"a": "fine", b"hang": "too-slow", b"b": "fine", b"c": "fine"}


def test_jobs_are_read_no_faster_than_they_are_done(tmp_path):
    path = place_of(saved(tmp_path / "a.png", 1))
    read = []

    def jobs():
        for number in range(50):
            read.append(number)
            yield path

    with Pool(1, Way()) as children:
        running = children.run(jobs())
        next(running)
        assert len(read) <= 4


def test_a_file_written_to_while_it_is_read_is_said(tmp_path, monkeypatch):
    path = saved(tmp_path / "a.png", 1)

    def meddled(source, way):
        with path.open("ab") as file:
            file.write(b"x")
        return fingerprint(source)

    monkeypatch.setattr(pool, "answer_to", meddled)
    assert pool.look(place_of(path), Way()).answer.code == "changed"


def test_what_vanished_or_became_a_pipe_is_said_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert pool.look(Place(os.fsencode(tmp_path / "pipe"), 1, 1), Way()).answer.code == "special"
    assert pool.look(Place(os.fsencode(tmp_path / "none"), 1, 1), Way()).answer.code == "missing"


def test_children_end_when_their_parent_is_killed(tmp_path):
    import subprocess
    import sys

    program = (
        "import os, time\nfrom copse.kit.scanning import Child, Way\n"
        "child = Child(Way()); print(child.pid, flush=True); time.sleep(600)\n"
    )
    (tmp_path / "p.py").write_text(
        f"if __name__ == '__main__':\n    {program.replace(chr(10), chr(10) + '    ')}"
    )
    parent = subprocess.Popen([sys.executable, tmp_path / "p.py"], stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(100):
        if not Path(f"/proc/{child}").exists():
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child lives on")


# ── what is said ──


def test_a_path_survives_the_result_whatever_it_holds():
    for path in (b"/plain", "/é".encode(), b"/\xff\xfe\n\x00x", b"/\xed\xb3\xbf"):
        line = json.loads(json.dumps(findings.path_fields(path)))
        assert findings.path_of(line) == path
        assert ("path_bytes" in line) == (path not in (b"/plain", "/é".encode()))


def test_a_result_appears_whole_or_not_at_all(tmp_path):
    target = tmp_path / "out.jsonl"
    target.write_text("the last one\n")

    def broken():
        with findings.written(target) as file:
            findings.put(file, {"kind": "match"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert target.read_text() == "the last one\n"
    assert list(tmp_path.iterdir()) == [target]


def test_a_text_is_no_problem_and_a_text_named_as_a_picture_is():
    told = fingerprint(b"words")
    assert not findings.is_problem(Place(b"/a.txt", 5, 1), told)
    assert findings.is_problem(Place(b"/a.JPG", 5, 1), told)
    assert findings.is_problem(Place(b"/a.txt", 0, 1), fingerprint(b""))
