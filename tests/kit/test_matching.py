"""The search is exact: it finds what comparing everything with everything finds, and no more."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copse.kit.errors import InputError
from copse.kit.matching import layout
from copse.kit.matching.matcher import Matcher
from tests.kit.matching_cases import brute, crowd, flipped, noise, told


@pytest.fixture(params=["noise", "crowd", "short"])
def hashes(request):
    # The short list is compared one by one, the others are searched in buckets.
    return {"noise": noise(20_000), "crowd": crowd(20_000), "short": crowd(500)}[request.param]


def test_every_neighbour_is_found_and_none_invented(tmp_path, hashes):
    matcher = Matcher.build(tmp_path / "x.idx", hashes)
    near = flipped(hashes[::97][:150], np.arange(min(150, len(hashes[::97]))) % 40)
    queries = np.concatenate([near, noise(50, seed=9)])
    found = matcher.search(queries)
    assert told(found) == brute(hashes, queries)
    assert len(found) > 3
    assert not found.more.any()


@pytest.mark.parametrize("radius", [0, 1, 15, 30])
def test_a_smaller_radius_holds_as_exactly(tmp_path, radius):
    hashes = crowd(12_000)
    queries = flipped(hashes[:60], np.arange(60) % 36)
    matcher = Matcher.build(tmp_path / "x.idx", hashes)
    assert told(matcher.search(queries, radius)) == brute(hashes, queries, radius)


def test_the_hardest_neighbours_are_found(tmp_path):
    """31 bits spread so evenly over the words that all but one are two bits away."""
    hashes = noise(10_000)
    queries = hashes[:160].copy().view(np.uint16)
    for row in range(160):
        for word in range(16):
            queries[row, word] ^= np.uint16(0b1 if word == row % 16 else 0b11 << (row % 14))
    queries = queries.view(np.uint8)
    found = Matcher.build(tmp_path / "x.idx", hashes).search(queries)
    assert found.distance.tolist() == [31] * 160
    assert found.entry.tolist() == list(range(160))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_spread_of_up_to_31_bits_is_found(long_index, data):
    hashes, matcher = long_index
    row = data.draw(st.integers(0, len(hashes) - 1))
    bits = data.draw(st.sets(st.integers(0, 255), max_size=33))
    query = hashes[row].copy()
    for bit in bits:
        query[bit >> 3] ^= np.uint8(1 << (bit & 7))
    assert told(matcher.search(query)) == brute(hashes, query[None])


@pytest.fixture(scope="module")
def long_index(tmp_path_factory):
    hashes = np.concatenate([noise(9_000), crowd(3_000)])
    return hashes, Matcher.build(tmp_path_factory.mktemp("long") / "x.idx", hashes)


def test_one_by_one_and_in_threads_the_answers_are_the_same(long_index):
    hashes, matcher = long_index
    queries = flipped(hashes[::20], np.arange(600) % 35)
    together = matcher.search(queries)
    shared = matcher.search(queries, threads=2)
    alone = {
        (number, entry, distance)
        for number, query in enumerate(queries)
        for _query, entry, distance in told(matcher.search(query))
    }
    assert told(together) == told(shared) == alone
    assert (together.query == shared.query).all()
    assert (together.entry == shared.entry).all()


def test_answers_come_by_query_the_nearest_first(long_index):
    hashes, matcher = long_index
    found = matcher.search(hashes[-200:])
    order = found.query * 256 + found.distance
    assert (np.diff(order) >= 0).all()
    assert found.query.dtype == np.int64
    assert found.entry.dtype == np.uint64
    assert found.distance.dtype == np.uint8


def test_the_ids_given_come_back(tmp_path):
    hashes = crowd(15_000)
    ids = np.arange(15_000, dtype=np.uint64)[::-1] * 3 + 2**63
    found = Matcher.build(tmp_path / "x.idx", hashes, ids).search(hashes[:30], most=10**6)
    expected = {(query, int(ids[row]), far) for query, row, far in brute(hashes, hashes[:30])}
    assert told(found) == expected


def test_a_flat_picture_has_a_bounded_answer_that_says_there_is_more(tmp_path):
    """Thousands of entries share one fingerprint; the other query still gets all of its own."""
    hashes = np.concatenate([np.repeat(noise(1, seed=5), 30_000, axis=0), noise(9_000)])
    matcher = Matcher.build(tmp_path / "x.idx", hashes)
    queries = np.stack([hashes[0], hashes[-1]])
    found = matcher.search(queries, most=100)
    assert found.more.tolist() == [True, False]
    assert (found.query == 0).sum() == 100
    assert found.entry[found.query == 1].tolist() == [len(hashes) - 1]
    exactly = matcher.search(queries, most=30_000)
    assert not exactly.more.any()
    assert (exactly.query == 0).sum() == 30_000


def test_a_dense_crowd_of_different_fingerprints_is_bounded_too(tmp_path):
    hashes = flipped(np.repeat(noise(1, seed=5), 20_000, axis=0), 12)
    found = Matcher.build(tmp_path / "x.idx", hashes).search(noise(1, seed=5), most=50)
    assert len(found) == 50
    assert found.more.tolist() == [True]


def test_an_empty_index_and_no_query_give_no_answer(tmp_path):
    matcher = Matcher.build(tmp_path / "x.idx", noise(0))
    assert len(matcher) == 0
    assert len(matcher.search(noise(5))) == 0
    found = matcher.search(noise(0))
    assert len(found) == 0
    assert found.more.shape == (0,)


@pytest.mark.parametrize("count", [1, 2, 31, 33, 8192, 8193, 16_384, 16_385])
def test_every_size_of_list_finds_its_own(tmp_path, count):
    hashes = noise(count)
    matcher = Matcher.build(tmp_path / "x.idx", hashes)
    rows = np.unique([0, count // 2, count - 1])
    assert matcher.search(hashes[rows]).entry.tolist() == rows.tolist()
    assert len(matcher) == count


def test_equal_fingerprints_are_kept_once(tmp_path):
    once = Matcher.build(tmp_path / "once.idx", noise(10_000)).stats()["bytes"]
    hashes = np.repeat(noise(10_000), 5, axis=0)
    matcher = Matcher.build(tmp_path / "five.idx", hashes)
    assert matcher.stats()["bytes"] - once < 50_000 * 10
    assert matcher.search(hashes[:1]).entry.tolist() == [0, 1, 2, 3, 4]


def test_an_index_needs_no_more_than_150_bytes_an_entry(tmp_path):
    size = Matcher.build(tmp_path / "x.idx", noise(200_000)).stats()["bytes"]
    buckets = 16 * layout.STARTS_STEP
    assert (size - buckets) / 200_000 < 141


@pytest.mark.parametrize(
    "queries",
    [np.zeros((2, 31), np.uint8), np.zeros((2, 32), np.int8), np.zeros((1, 1, 32), np.uint8), "ab"],
)
def test_what_is_no_row_of_fingerprints_is_refused(long_index, queries):
    with pytest.raises(InputError, match="Queries come as"):
        long_index[1].search(queries)


@pytest.mark.parametrize(("radius", "most"), [(-1, 1), (32, 1), (31, 0)])
def test_a_radius_beyond_31_is_refused(long_index, radius, most):
    with pytest.raises(InputError, match="0 to 31"):
        long_index[1].search(noise(1), radius, most)


@pytest.mark.parametrize(
    ("hashes", "ids", "sentence"),
    [
        (np.zeros((2, 16), np.uint8), None, "come as"),
        (np.zeros((2, 32), np.uint8), np.arange(3), "2 fingerprints and 3 ids"),
        (np.zeros((1, 32), np.uint8), np.array([-1]), "from 0 upwards"),
        (np.zeros((1, 32), np.uint8), np.array([0.5]), "whole numbers"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(tmp_path, hashes, ids, sentence):
    with pytest.raises(InputError, match=sentence):
        Matcher.build(tmp_path / "x.idx", hashes, ids)
    assert list(tmp_path.iterdir()) == []


def test_queries_of_any_layout_are_taken(long_index):
    hashes, matcher = long_index
    assert matcher.search(hashes[:20:2]).entry.tolist()[:1] == [0]
    assert told(matcher.search(np.asfortranarray(hashes[:10]))) == told(matcher.search(hashes[:10]))
    kept = hashes[:3].copy()
    matcher.search(kept)
    assert kept.flags.writeable
