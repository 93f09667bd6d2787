"""Fingerprints to search: random and clustered, with queries and the true answers to each.

`python benchmarks/kit_hashes.py FOLDER N`. Random ones are uniform. Clustered ones are near-copies, by a
long-tailed law, of real PDQ hashes of crops of the drawn and shared pictures, since those fill an index
unevenly. The answers come from comparing every pair.
"""

import sys
from pathlib import Path

import numpy as np
from kit_plain import brute
from numba import njit
from PIL import Image

from copse.kit.hashing import pdq

QUERIES = 1000
CENTRES = 120_000
HELD_OUT = QUERIES
LARGEST = 3000  # members of a cluster


@njit(cache=True)
def flip(hashes, counts, seed):
    """Flip counts[i] different bits of row i."""
    np.random.seed(seed)  # noqa: NPY002 - the generator that compiled code has
    for i in range(hashes.shape[0]):
        order = np.arange(256)
        for k in range(counts[i]):
            other = np.random.randint(k, 256)  # noqa: NPY002
            order[k], order[other] = order[other], order[k]
            hashes[i, order[k] >> 3] ^= np.uint8(1 << (order[k] & 7))


def crops(pictures, count, chance):
    """PDQ of random crops, `count` of them."""
    photos = []
    for path in sorted(pictures.glob("small-*.jpg")):
        with Image.open(path) as opened:
            opened.draft("L", (400, 400))
            photos.append(np.asarray(opened.convert("L")))
    made = np.empty((count, 32), np.uint8)
    for i in range(count):
        photo = photos[i % len(photos)]
        high, wide = (int(side * chance.uniform(0.3, 0.95)) for side in photo.shape)
        top = int(chance.integers(photo.shape[0] - high + 1))
        left = int(chance.integers(photo.shape[1] - wide + 1))
        made[i] = np.frombuffer(pdq(photo[top : top + high, left : left + wide])[0], np.uint8)
    return made


def clustered(count, pictures, chance):
    """`count` near-copies; also the held-out crops, and each row's cluster."""
    centres = crops(pictures, CENTRES + HELD_OUT, chance)
    sizes = np.minimum(chance.zipf(1.7, CENTRES), 20_000) * (count / CENTRES / 8)
    sizes = np.clip(sizes, 1, LARGEST).astype(np.int64)
    owner = np.repeat(np.arange(CENTRES), sizes)
    owner = np.concatenate([owner, chance.integers(0, CENTRES, count)])[:count]
    chance.shuffle(owner)
    hashes = centres[owner]
    flip(hashes, np.minimum(63, chance.geometric(1 / 9, count) - 1), 1)
    return hashes, centres[CENTRES:], owner


def queries(hashes, chance):
    """Near copies of entries, and hashes that nobody has."""
    hits = hashes[chance.integers(0, len(hashes), QUERIES)].copy()
    flip(hits, chance.integers(0, 32, QUERIES), 2)
    return {"hit": hits, "miss": chance.integers(0, 256, (QUERIES, 32), dtype=np.uint8)}


def answers(hashes, asked):
    """limits (Q + 1) and the rows within 31 bits of each query, by comparing every pair."""
    found = np.empty((1 << 23, 2), np.int64)
    count = brute(hashes.view("<u8"), asked.view("<u8"), found)
    if count == len(found):
        raise RuntimeError("Too many answers: give fewer queries.")
    pairs = found[:count]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return np.searchsorted(pairs[:, 0], np.arange(len(asked) + 1)), pairs[:, 1].copy()


def dense(hashes, owner, chance, count=100):
    """Queries with about a thousand answers: near-copies out of clusters of that size."""
    sizes = np.bincount(owner)
    right = np.flatnonzero((sizes[owner] > 1000) & (sizes[owner] < 2000))
    asked = hashes[chance.choice(right, 600)].copy()
    flip(asked, np.full(600, 3), 3)
    limits, _ = answers(hashes, asked)
    told = np.diff(limits)
    asked = asked[(told > 700) & (told < 1500)]
    return asked[:count]


def write(folder, count, pictures):
    """Both data sets of `count` hashes, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(11)
    for name in ("random", "clustered"):
        if (folder / f"{name}-{count}.npz").exists():
            continue
        if name == "random":
            hashes, asked = chance.integers(0, 256, (count, 32), dtype=np.uint8), {}
        else:
            hashes, held, owner = clustered(count, pictures, chance)
            asked = {"natural": held, "dense": dense(hashes, owner, chance)}
        asked |= queries(hashes, chance)
        kept = dict(asked)
        for kind, wanted in asked.items():
            kept[f"{kind}-limits"], kept[f"{kind}-rows"] = answers(hashes, wanted)
        np.save(folder / f"{name}-{count}.npy", hashes)
        np.savez(folder / f"{name}-{count}.npz", **kept)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[1]) / "pictures")
