"""Several threads share one batch: each asks some of the words, for every query."""

import numpy as np
import pytest

from copse.kit.matching.matcher import Matcher
from tests.kit.matching_cases import brute, crowd, flipped, noise, told


@pytest.fixture(scope="module")
def long_index(tmp_path_factory):
    hashes = np.concatenate([noise(9_000), crowd(3_000)])
    matcher = Matcher.build(tmp_path_factory.mktemp("long") / "x.idx", hashes)
    # In the live area, which the threads divide by queries.
    late = noise(500, seed=8)
    matcher.add(late, np.arange(500, dtype=np.uint64) + np.uint64(len(hashes)))
    return np.concatenate([hashes, late]), matcher


@pytest.mark.parametrize("threads", [2, 3, 40])
def test_threads_find_what_one_finds(long_index, threads):
    hashes, matcher = long_index
    queries = np.concatenate([flipped(hashes[::7], np.arange(1786) % 35), noise(1_000, seed=4)])
    found = matcher.search(queries, threads=threads)
    assert told(found) == told(matcher.search(queries))
    order = found.query * 256 + found.distance
    assert (np.diff(order) >= 0).all()
    assert not found.more.any()


@pytest.mark.parametrize("threads", [2, 3, 40])
def test_threads_keep_the_bound_together(long_index, threads):
    hashes, matcher = long_index
    queries = np.concatenate([hashes[11_700:12_000], noise(2_700, seed=4)])
    counts = np.bincount(matcher.search(queries).query, minlength=3_000)
    found = matcher.search(queries, most=7, threads=threads)
    assert counts.max() > 7
    assert np.bincount(found.query, minlength=3_000).tolist() == np.minimum(counts, 7).tolist()
    assert (found.more == (counts > 7)).all()
    assert told(found) <= brute(hashes, queries)
