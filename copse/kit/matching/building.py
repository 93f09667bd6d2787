"""Write segments: equal fingerprints once, sixteen sorted lists of postings, the entries' ids."""

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copse.kit.matching import layout
from copse.kit.matching.layout import STARTS_STEP, WORDS, Bytes, Segment
from copse.kit.matching.sorting import gather_unique, number_unique, sort_word, take_words

Ids = NDArray[np.uint64]


# Words that are read from the fingerprints in one go: one pass over them for each four.
GROUP = 4


class Sections:
    """Writes one segment's sections into an open file and remembers their checksums."""

    def __init__(self, descriptor: int, segment: Segment) -> None:
        self.descriptor = descriptor
        self.segment = segment
        self._parts: dict[str, dict[int, int]] = {section: {} for section in layout.SECTIONS}

    def put(self, section: str, array: NDArray[Any], part: int = 0) -> None:
        """Write a section, or one word's part of it, zeros up to its end."""
        size = self.segment.size_of(section) // layout.PARTS[section]
        raw = array.reshape(-1).view(np.uint8)
        data = raw
        if len(raw) != size:
            data = np.zeros(size, np.uint8)
            data[: len(raw)] = raw
        self._parts[section][part] = zlib.crc32(data.data)
        place, left = self.segment.at[section] + part * size, data.data
        while left:
            written = os.pwrite(self.descriptor, left, place)
            place, left = place + written, left[written:]

    def finished(self) -> Segment:
        """The segment with the checksums of all that was written."""
        parts = self._parts.items()
        crc = {name: layout.joined([part[key] for key in sorted(part)]) for name, part in parts}
        return replace(self.segment, crc=crc)


def processors() -> int:
    """How many threads sort when nobody says: there are four groups of words to sort."""
    return min(WORDS // GROUP, len(os.sched_getaffinity(0)))


def _put_words(sections: Sections, hashes: Bytes, first: int) -> None:
    unique = sections.segment.unique
    words = np.empty((GROUP + 1, unique), np.uint16)
    take_words(hashes, first, words)
    pairs = np.empty(unique, np.uint64)
    postings = np.zeros(layout.postings_step(unique) // 4, np.uint32)
    sketches = np.zeros(layout.sketches_step(unique) // 2, np.uint16)
    for word in range(GROUP):
        starts = np.zeros(STARTS_STEP // 4, np.uint32)
        sort_word(words[word], words[word + 1], pairs, starts, postings, sketches)
        sections.put("starts", starts, first + word)
        sections.put("postings", postings, first + word)
        sections.put("sketches", sketches, first + word)


def write_segment(
    descriptor: int, at: int, hashes: Bytes, ids: Ids, *, threads: int | None
) -> Segment:
    """Write a segment of (N, 32) fingerprints and their ids at a place of a file; N is not 0."""
    flat = np.ascontiguousarray(hashes).reshape(-1)
    owner, unique = number_unique(flat)
    firsts = np.empty(0, np.uint32)
    if unique != len(ids):
        distinct, firsts, order = gather_unique(flat, owner, unique)
        flat, ids = distinct.reshape(-1), ids[order]
    del owner
    segment = Segment.planned(unique, len(ids), at)
    # Whatever a writer that died left here goes, or it would pass for withdrawn bits; and the room
    # is taken at once, so that a full disk fails now.
    os.truncate(descriptor, at)
    os.posix_fallocate(descriptor, at, segment.size)
    sections = Sections(descriptor, segment)
    sections.put("hashes", flat)
    sections.put("firsts", firsts)
    sections.put("ids", np.ascontiguousarray(ids, np.uint64))
    with ThreadPoolExecutor(threads or processors()) as pool:
        # Each group holds 24 bytes a fingerprint while it is sorted.
        list(pool.map(partial(_put_words, sections, flat), range(0, WORDS, GROUP)))
    return sections.finished()
