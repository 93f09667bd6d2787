"""The benign guard: fingerprints that would match what is harmless never get into a list.

Three reasons, by name:

- `empty-file`: the digest of no bytes at all, which every truncated upload has.
- `flat-picture`: a PDQ hash whose bits are nearly all alike. A picture with content has half of
  them set, because each bit says whether a part lies above the median.
- `common-picture`: a PDQ hash within the matching radius of a blank scan, a gradient, a
  checkerboard, an icon or another shape from `benign.csv`, which `harmless.py` draws.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from copse.kit.lists.entry import Entry

EMPTY = {
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
}
RADIUS = 31
# A hash of chance has 128 bits set, give or take 8; these lie eight times that away.
FEWEST_BITS = 64
MOST_BITS = 192
# 3,000 hashes against 300 pictures take about 29 MB for a moment.
AT_ONCE = 3_000
Words = npt.NDArray[np.uint64]


def harmless(entries: Sequence[Entry]) -> list[dict[str, str]]:
    """For each entry the fingerprints that may not be listed, each with the reason's name."""
    found: list[dict[str, str]] = [{} for _ in entries]
    where = [(number, value) for number, entry in enumerate(entries) for value in entry.pdq]
    for start in range(0, len(where), AT_ONCE):
        part = where[start : start + AT_ONCE]
        for (number, value), reason in zip(part, _pdq_reasons(v for _, v in part), strict=True):
            if reason:
                found[number][value] = reason
    for number, entry in enumerate(entries):
        for digest in (entry.md5, entry.sha1, entry.sha256):
            if digest in EMPTY:
                found[number][str(digest)] = "empty-file"
    return found


def _pdq_reasons(values: Iterable[str]) -> Iterator[str]:
    hashes = _words(bytes.fromhex("".join(values)))
    bits = np.bitwise_count(hashes).sum(axis=1)
    flat = (bits < FEWEST_BITS) | (bits > MOST_BITS)
    common = nearest(hashes) <= RADIUS
    for is_flat, is_common in zip(flat, common, strict=True):
        yield "flat-picture" if is_flat else "common-picture" if is_common else ""


def nearest(hashes: Words) -> npt.NDArray[np.int64]:
    """The distance in bits of each hash, (N, 4) words, to the nearest harmless picture."""
    least = np.full(len(hashes), 256, np.int64)
    for picture in _pictures():
        np.minimum(least, np.bitwise_count(hashes ^ picture).sum(axis=1, dtype=np.int64), out=least)
    return least


@cache
def _pictures() -> Words:
    text = files("copse.kit.lists").joinpath("benign.csv").read_text("utf-8")
    values = [row["pdq"] for row in csv.DictReader(text.splitlines())]
    return _words(bytes.fromhex("".join(values)))


def _words(raw: bytes) -> Words:
    return np.frombuffer(raw, np.uint64).reshape(-1, 4)
