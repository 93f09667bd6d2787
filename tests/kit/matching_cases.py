"""Fingerprints to search among, and the slow answer that every search must equal."""

import numpy as np


def noise(count, seed=1):
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def flipped(hashes, bits, seed=2):
    """Each row with that many of its bits flipped; `bits` is a number or one for each row."""
    rng = np.random.default_rng(seed)
    changed = hashes.copy()
    for row, count in zip(changed, np.broadcast_to(bits, len(hashes)), strict=True):
        for bit in rng.choice(256, count, replace=False):
            row[bit >> 3] ^= np.uint8(1 << (bit & 7))
    return changed


def crowd(count, centres=20, seed=3):
    """Near copies of a few fingerprints, many of them equal: what real lists look like."""
    rng = np.random.default_rng(seed)
    rows = noise(centres, seed)[rng.integers(0, centres, count)]
    return flipped(rows, rng.integers(0, 40, count) // 4, seed)


def brute(hashes, queries, radius=31):
    """(query, row, distance) of everything within the radius, by comparing all with all."""
    found = set()
    for query, asked in enumerate(queries):
        distance = np.bitwise_count(hashes ^ asked).sum(axis=1, dtype=np.int64)
        rows = np.flatnonzero(distance <= radius)
        found |= {(query, int(row), int(distance[row])) for row in rows}
    return found


def told(found):
    rows = list(
        zip(found.query.tolist(), found.entry.tolist(), found.distance.tolist(), strict=True)
    )
    assert len(rows) == len(set(rows)), "an answer was told twice"
    return set(rows)
