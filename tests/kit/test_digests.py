"""A digest is in the set or it is not; there is no doubt and no false alarm."""

import hashlib

import numpy as np
import pytest

from copse.kit.errors import InputError
from copse.kit.matching.digests import Digests
from copse.kit.matching.layout import BadIndex
from tests.kit.matching_cases import noise


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.dig"


def some(count, width, seed=1):
    return np.random.default_rng(seed).integers(0, 256, (count, width), dtype=np.uint8)


@pytest.mark.parametrize("width", [16, 20, 32])
@pytest.mark.parametrize("count", [0, 1, 3, 5_000])
def test_what_is_in_the_set_is_found_and_nothing_else(path, width, count):
    rows = some(count, width)
    ids = np.arange(count) * 7 + 2**40
    digests = Digests.build(path, rows, ids)
    assert len(digests) == count
    assert digests.lookup(rows).tolist() == ids.tolist()
    near = rows.copy()
    near[:, -1] ^= 1
    assert (digests.lookup(near) == -1).all()
    assert (digests.lookup(some(2_000, width, seed=2)) == -1).all()


def test_without_ids_the_answer_is_the_row_in_the_file(path):
    rows = some(5_000, 16)
    found = Digests.build(path, rows).lookup(rows)
    assert sorted(found.tolist()) == list(range(5_000))


def test_one_digest_is_found_by_its_bytes(path):
    known = hashlib.md5(b"a drawn circle").digest()
    digests = Digests.build(path, np.frombuffer(known, np.uint8)[None], np.array([42]))
    assert digests.find(known) == 42
    assert digests.find(hashlib.md5(b"a drawn square").digest()) == -1


def test_digests_crowded_on_purpose_are_still_told_apart(path):
    """All begin alike, so they share one slot, and thousands even their first eight bytes."""
    rows = some(20_000, 32)
    rows[:, 7] = 9
    rows[:5_000, :8] = 9
    digests = Digests.build(path, rows, np.arange(20_000))
    assert digests.lookup(rows).tolist() == list(range(20_000))
    other = rows.copy()
    other[:, 20] ^= 255
    assert (digests.lookup(other) == -1).all()


def test_of_equal_digests_the_first_is_kept(path):
    rows = np.repeat(some(100, 16), 3, axis=0)
    digests = Digests.build(path, rows, np.arange(300))
    assert len(digests) == 100
    assert digests.lookup(rows[::3]).tolist() == list(range(0, 300, 3))


def test_seventeen_bytes_hold_an_md5(path):
    Digests.build(path, some(1_250_000, 16))
    assert path.stat().st_size / 1_250_000 <= 17


def test_a_withdrawn_digest_is_gone_from_open_readers_at_once(path):
    rows = some(3_000, 20)
    reader = Digests.build(path, rows, np.arange(3_000))
    assert Digests.open(path).withdraw(rows[5:8]) == 3
    assert reader.lookup(rows[4:9]).tolist() == [4, -1, -1, -1, 8]
    assert reader.withdraw(rows[5:9]) == 1
    assert reader.withdraw(some(2, 20, seed=3)) == 0
    assert len(reader) == 2_996


def test_an_added_digest_is_found_by_open_readers_at_once(path):
    rows = some(3_000, 16)
    reader = Digests.build(path, rows, np.arange(3_000))
    writer = Digests.open(path)
    writer.withdraw(rows[:1])
    new = np.concatenate([some(500, 16, seed=3), rows[7:8], rows[:1]])
    writer.add(new, np.arange(5_000, 5_502))
    assert reader.lookup(new).tolist() == [*range(5_000, 5_500), 7, 5_501]
    assert reader.lookup(rows[1:]).tolist() == list(range(1, 3_000))
    assert len(reader) == 3_500
    reader.verify()


def test_ids_are_given_to_all_or_to_none(path):
    digests = Digests.build(path, some(10, 16))
    with pytest.raises(InputError, match="or to none"):
        digests.add(some(1, 16, seed=2), np.array([1]))
    digests.add(some(1, 16, seed=2))
    assert len(digests) == 11


def test_a_build_under_an_open_reader_is_followed(path):
    reader = Digests.build(path, some(100, 16), np.arange(100))
    Digests.build(path, some(100, 16, seed=2), np.arange(100))
    assert reader.lookup(some(100, 16, seed=2)).tolist() == list(range(100))
    assert (reader.lookup(some(100, 16)) == -1).all()


@pytest.mark.parametrize("rows", [some(2, 17), some(2, 16).astype(np.int64), some(2, 16)[0]])
def test_what_is_no_digest_is_refused(path, rows):
    with pytest.raises(InputError, match="come as"):
        Digests.build(path, rows)
    with pytest.raises(InputError, match="looked up as"):
        Digests.build(path, some(2, 16)).lookup(rows)


def test_a_digest_of_another_width_is_refused(path):
    with pytest.raises(InputError, match=r"\(N, 16\)"):
        Digests.build(path, some(2, 16)).find(hashlib.sha256(b"").digest())


@pytest.mark.parametrize("ids", [np.arange(3), np.array([-1, 2]), np.array([2**63, 1], np.uint64)])
def test_ids_that_do_not_fit_are_refused(path, ids):
    with pytest.raises(InputError):
        Digests.build(path, some(2, 16), ids)
    assert not path.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda data: data[:3_000], "too short"),
        (lambda data: data[:5_000], "was cut"),
        (lambda data: data[:-64], "was cut"),
        (lambda data: b"\x89PNG" + data[4:], "no file of digests"),
        (lambda data: data[:8] + b"\x02" + data[9:], "version 2"),
        (lambda data: data[:16] + b"\xff" + data[17:], "damaged .head"),
        (lambda data: data[:4_100] + b"\xff\xff\xff" + data[4_103:], "damaged .slots"),
    ],
)
def test_a_file_that_was_harmed_is_refused_by_name(path, change, sentence):
    Digests.build(path, some(3_000, 16))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(BadIndex, match=sentence) as refused:
        Digests.open(path)
    assert "x.dig" in refused.value.sentence


def test_verify_finds_a_changed_row(path):
    digests = Digests.build(path, noise(3_000))
    data = bytearray(path.read_bytes())
    data[-2_000] ^= 1
    path.write_bytes(data)
    with pytest.raises(BadIndex, match="rows"):
        Digests.open(path).verify()
    assert digests.width == 32
