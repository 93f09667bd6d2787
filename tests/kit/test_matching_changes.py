"""What is added counts at once, what is withdrawn is gone at once, and nobody waits for a swap."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from copse.kit.errors import InputError
from copse.kit.matching import layout, writing
from copse.kit.matching.matcher import Matcher
from tests.kit.matching_cases import brute, crowd, flipped, noise, told

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.idx"


def program(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("count", [100, 10_000])
def test_an_addition_is_found_by_a_reader_that_was_open_before(path, count):
    Matcher.build(path, noise(count))
    reader, writer = Matcher.open(path), Matcher.open(path)
    reader.search(noise(1))
    new = noise(3, seed=8)
    writer.add(new, np.array([900, 901, 902]))
    found = reader.search(flipped(new, 31))
    assert found.entry.tolist() == [900, 901, 902]
    assert found.distance.tolist() == [31, 31, 31]
    assert len(reader) == count + 3


def test_a_withdrawal_is_seen_by_a_reader_that_was_open_before(path):
    hashes = np.concatenate([noise(10_000), np.repeat(noise(1, seed=7), 3, axis=0)])
    Matcher.build(path, hashes)
    reader = Matcher.open(path)
    Matcher.open(path).add(noise(1, seed=8), np.array([20_000]))
    assert len(reader.search(hashes[-1:])) == 3
    assert reader.withdraw(np.array([5, 10_001, 20_000])) == 3
    assert reader.search(hashes[[5, 6]]).entry.tolist() == [6]
    assert reader.search(hashes[-1:]).entry.tolist() == [10_000, 10_002]
    assert len(reader.search(noise(1, seed=8))) == 0
    assert reader.withdraw(np.array([5, 77_777])) == 0
    assert reader.withdraw(np.array([], np.int64)) == 0
    assert len(reader) == 10_001
    assert reader.stats()["withdrawn"] == 3


def test_an_id_withdrawn_may_be_added_again(path):
    matcher = Matcher.build(path, noise(100))
    matcher.withdraw(np.array([7]))
    matcher.add(noise(1, seed=8), np.array([7]))
    assert matcher.search(noise(1, seed=8)).entry.tolist() == [7]
    assert len(matcher.search(noise(100)[7:8])) == 0


def test_withdrawn_entries_do_not_use_up_the_bound(path):
    matcher = Matcher.build(path, np.repeat(noise(1), 12_000, axis=0))
    matcher.withdraw(np.arange(11_990))
    found = matcher.search(noise(1), most=10)
    assert found.entry.tolist() == list(range(11_990, 12_000))
    assert not found.more.any()


def test_many_additions_are_joined_into_few_segments_and_all_are_found(path):
    hashes = np.concatenate([crowd(20_000, centres=2_000), noise(120_000, seed=9)])
    matcher = Matcher.build(path, hashes[:20_000])
    for first in range(20_000, 140_000, 7_000):
        last = min(first + 7_000, 140_000)
        matcher.add(hashes[first:last], np.arange(first, last))
        if first == 34_000:
            matcher.withdraw(np.arange(100))
    assert len(matcher) == 139_900
    assert matcher.stats()["segments"] <= 4
    queries = flipped(hashes[::1_500], 10)
    expected = {answer for answer in brute(hashes, queries) if answer[1] >= 100}
    assert told(matcher.search(queries, most=10**6)) == expected
    matcher.verify()


def test_a_large_addition_goes_straight_into_a_segment(path):
    matcher = Matcher.build(path, noise(10))
    matcher.add(noise(50_000, seed=4), np.arange(10, 50_010))
    assert matcher.stats()["live"] == 0
    assert matcher.search(noise(50_000, seed=4)[-2:]).entry.tolist() == [50_008, 50_009]
    assert matcher.search(noise(10)[:1]).entry.tolist() == [0]


def test_compacting_drops_what_was_withdrawn_and_readers_follow(path):
    matcher = Matcher.build(path, noise(30_000))
    reader = Matcher.open(path)
    matcher.withdraw(np.arange(0, 30_000, 2))
    before = reader.stats()
    matcher.compact()
    after = reader.stats()
    assert (before["withdrawn"], after["withdrawn"]) == (15_000, 0)
    assert after["bytes"] < before["bytes"]
    assert reader.search(noise(30_000)[:4]).entry.tolist() == [1, 3]


def test_no_withdrawn_fingerprint_is_left_in_a_compacted_file(path):
    hashes = noise(30_000)
    matcher = Matcher.build(path, hashes)
    matcher.withdraw(np.array([123]))
    matcher.compact()
    assert hashes[122].tobytes() in path.read_bytes()
    assert hashes[123].tobytes() not in path.read_bytes()


def test_a_build_takes_the_place_of_an_index_under_a_reader(path):
    Matcher.build(path, noise(9_000))
    reader = Matcher.open(path)
    assert reader.search(noise(9_000)[:1]).entry.tolist() == [0]
    Matcher.build(path, noise(9_000, seed=4), np.arange(50_000, 59_000))
    assert len(reader.search(noise(9_000)[:1])) == 0
    assert reader.search(noise(9_000, seed=4)[:1]).entry.tolist() == [50_000]


def test_a_file_put_in_place_by_another_program_is_noticed_within_a_second(path, tmp_path):
    Matcher.build(path, noise(9_000))
    reader = Matcher.open(path)
    Matcher.build(tmp_path / "other.idx", noise(9_000, seed=4))
    (tmp_path / "other.idx").replace(path)
    time.sleep(0.6)
    assert reader.search(noise(9_000, seed=4)[:1]).entry.tolist() == [0]


def test_a_reader_goes_on_when_what_took_the_place_cannot_be_read(path):
    Matcher.build(path, noise(9_000))
    reader = Matcher.open(path)
    path.unlink()
    path.write_bytes(b"nonsense")
    time.sleep(0.6)
    assert reader.search(noise(9_000)[:1]).entry.tolist() == [0]
    assert "too short" in str(reader.stats()["problem"])
    Matcher.build(path, noise(9_000, seed=4))
    time.sleep(0.6)
    assert reader.search(noise(9_000, seed=4)[:1]).entry.tolist() == [0]
    assert "problem" not in reader.stats()


def test_what_is_withdrawn_during_a_copy_is_withdrawn_from_the_copy(path, monkeypatch):
    """The copy was taken before; the withdrawal comes while it is being sorted."""
    matcher = Matcher.build(path, noise(20_000))
    writes = writing.write_segment

    def late(*arguments, **keywords):
        assert Matcher.open(path).withdraw(np.array([17])) == 1
        return writes(*arguments, **keywords)

    monkeypatch.setattr(writing, "write_segment", late)
    matcher.compact()
    assert len(matcher.search(noise(20_000)[17:18])) == 0
    monkeypatch.setattr(writing, "write_segment", writes)
    assert len(matcher) == 19_999

    def later(*arguments, **keywords):
        assert Matcher.open(path).withdraw(np.array([18])) == 1
        return writes(*arguments, **keywords)

    monkeypatch.setattr(writing, "write_segment", later)
    matcher.add(noise(20_000, seed=4), np.arange(20_000, 40_000))
    assert len(matcher.search(noise(20_000)[18:19])) == 0
    assert len(matcher) == 39_998


def test_threads_search_while_the_index_changes_under_them(path):
    """Entry 0 is there throughout: every search must find it, whatever the writer does."""
    hashes = noise(30_000)
    Matcher.build(path, hashes[:9_000])
    reader, wrong, done = Matcher.open(path), [], threading.Event()

    def search():
        while not done.is_set():
            if 0 not in reader.search(hashes[:1]).entry:
                wrong.append("missed")

    workers = [threading.Thread(target=search) for _ in range(3)]
    for worker in workers:
        worker.start()
    writer = Matcher.open(path)
    for first in range(9_000, 30_000, 3_000):
        writer.add(hashes[first : first + 3_000], np.arange(first, first + 3_000))
        writer.withdraw(np.arange(first, first + 10))
        if first % 2:
            writer.compact()
    Matcher.build(path, hashes[:12_000])
    done.set()
    for worker in workers:
        worker.join()
    assert wrong == []


READS = """
import sys, time, numpy as np
from copse.kit.matching.matcher import Matcher
matcher = Matcher.open(sys.argv[1])
query = np.full((1, 32), 7, np.uint8)
assert not len(matcher.search(query))
print("ready", flush=True)
while not len(matcher.search(query)):
    time.sleep(0.005)
print(time.time(), flush=True)
while len(matcher.search(query)):
    time.sleep(0.005)
print(time.time(), flush=True)
"""


def test_other_processes_see_changes_within_a_second(path):
    Matcher.build(path, noise(20_000))
    readers = [program(READS, path) for _ in range(2)]
    for reader in readers:
        assert reader.stdout.readline() == "ready\n"
    writer = Matcher.open(path)
    added = time.time()
    writer.add(np.full((1, 32), 7, np.uint8), np.array([99_999]))
    assert max(float(reader.stdout.readline()) for reader in readers) - added < 1
    withdrawn = time.time()
    writer.withdraw(np.array([99_999]))
    assert max(float(reader.stdout.readline()) for reader in readers) - withdrawn < 1
    for reader in readers:
        assert reader.wait() == 0
        reader.stdout.close()


ADDS = """
import sys, numpy as np
from copse.kit.matching.matcher import Matcher
matcher, first = Matcher.open(sys.argv[1]), int(sys.argv[2])
for turn in range(20):
    ids = np.arange(first + 200 * turn, first + 200 * turn + 200, dtype=np.uint64)
    matcher.add(np.repeat(ids, 4).view(np.uint8).reshape(-1, 32), ids)
"""


def test_several_writers_take_turns_and_nothing_is_lost(path):
    Matcher.build(path, noise(8_000), np.arange(10**6, 10**6 + 8_000))
    writers = [program(ADDS, path, 4_000 * number) for number in range(3)]
    for writer in writers:
        assert writer.wait() == 0
        writer.stdout.close()
    matcher = Matcher.open(path)
    assert len(matcher) == 20_000
    ids = np.arange(0, 12_000, 37, dtype=np.uint64)
    found = matcher.search(np.repeat(ids, 4).view(np.uint8).reshape(-1, 32), radius=0)
    assert found.entry.tolist() == ids.tolist()
    matcher.verify()


WRITES = """
import sys, numpy as np
from copse.kit.matching.matcher import Matcher
matcher, first = Matcher.open(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
for turn in range(10_000):
    ids = np.arange(first, first + 3_000, dtype=np.uint64)
    matcher.add(np.repeat(ids, 4).view(np.uint8).reshape(-1, 32), ids)
    print(first, flush=True)
    first += 3_000
    if turn % 5 == 4:
        matcher.compact()
"""


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_the_last_good_state(path):
    """Whatever it had said was added is there, all of it, and the next writer goes on."""
    Matcher.build(path, noise(8_000), np.arange(10**9, 10**9 + 8_000))
    chance, confirmed = random.Random(4), []
    for _round in range(5):
        first = confirmed[-1] + 3_000 if confirmed else 0
        writer = program(WRITES, path, first)
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.05, 0.5))
        os.kill(writer.pid, signal.SIGKILL)
        confirmed += [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        writer.stdout.close()
        matcher = Matcher.open(path)
        matcher.verify()
        ids = np.arange(0, confirmed[-1] + 3_000 if confirmed else 0, 211, dtype=np.uint64)
        found = matcher.search(np.repeat(ids, 4).view(np.uint8).reshape(-1, 32), radius=0)
        assert np.unique(found.entry).tolist() == ids.tolist()
        assert len(matcher.search(noise(8_000)[::100])) == 80
    assert confirmed


def test_a_directory_half_written_leaves_the_one_before_in_force(path):
    matcher = Matcher.build(path, noise(9_000))
    torn = layout.slot(2)
    with path.open("r+b") as stream:
        stream.seek(torn)
        stream.write(b"half of a directory")
    assert len(Matcher.open(path)) == 9_000
    matcher.add(noise(30_000, seed=4), np.arange(30_000))
    assert len(Matcher.open(path)) == 39_000


def test_what_a_dead_writer_left_behind_the_end_does_no_harm(path):
    matcher = Matcher.build(path, noise(9_000))
    with path.open("ab") as stream:
        stream.write(b"\xff" * 5_000_000)
    matcher.add(noise(30_000, seed=4), np.arange(9_000, 39_000))
    assert len(matcher) == 39_000
    assert len(matcher.search(noise(30_000, seed=4)[::100])) == 300


def test_what_cannot_be_added_changes_nothing(path):
    matcher = Matcher.build(path, noise(100))
    before = path.read_bytes()
    with pytest.raises(InputError):
        matcher.add(noise(3), np.arange(2))
    with pytest.raises(InputError):
        matcher.withdraw(np.array([-4]))
    matcher.add(noise(0), np.arange(0))
    assert path.read_bytes() == before
