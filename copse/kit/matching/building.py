"""Write segments: equal fingerprints once, sixteen sorted lists of postings, the entries' ids."""

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copse.kit.matching import layout
from copse.kit.matching.layout import BUCKETS, STARTS_STEP, WORDS, Bytes, Segment
from copse.kit.matching.sorting import gather_unique, number_unique, sort_word

Ids = NDArray[np.uint64]


def _padded(array: NDArray[Any], size: int) -> Bytes:
    whole = np.zeros(size, np.uint8)
    raw = array.reshape(-1).view(np.uint8)
    whole[: len(raw)] = raw
    return whole


class Sections:
    """Writes one segment's sections into an open file and remembers their checksums."""

    def __init__(self, descriptor: int, segment: Segment) -> None:
        self.descriptor = descriptor
        self.segment = segment
        self.crc = dict.fromkeys(layout.SECTIONS, 0)

    def put(self, section: str, data: Bytes, at: int = 0) -> None:
        """Write bytes at a place within a section."""
        view = memoryview(data)
        place = self.segment.at[section] + at
        while view:
            written = os.pwrite(self.descriptor, view[: 1 << 30], place)
            place += written
            view = view[written:]

    def put_whole(self, section: str, array: NDArray[Any]) -> None:
        """Write a section in one piece."""
        size = self.segment.size_of(section)
        raw = array.reshape(-1).view(np.uint8)
        if size and len(raw) == size:
            data = raw
        elif size:
            data = _padded(array, size)
        else:
            return
        self.crc[section] = zlib.crc32(data)
        self.put(section, data)


def _sorted_word(hashes: Bytes, word: int, unique: int) -> tuple[Bytes, Bytes, Bytes]:
    starts = np.zeros(STARTS_STEP // 4, np.uint32)
    postings = np.zeros(layout.postings_step(unique) // 4, np.uint32)
    sketches = np.zeros(layout.sketches_step(unique) // 2, np.uint16)
    sort_word(hashes, word, starts, postings, sketches)
    starts[BUCKETS + 1 :] = 0
    return starts.view(np.uint8), postings.view(np.uint8), sketches.view(np.uint8)


def _put_words(sections: Sections, hashes: Bytes, threads: int) -> None:
    unique = sections.segment.unique

    def step(word: int) -> tuple[Bytes, Bytes, Bytes]:
        made = _sorted_word(hashes, word, unique)
        for section, data in zip(("starts", "postings", "sketches"), made, strict=True):
            sections.put(section, data, word * len(data))
        return made

    def add(made: tuple[Bytes, Bytes, Bytes]) -> None:
        for section, data in zip(("starts", "postings", "sketches"), made, strict=True):
            sections.crc[section] = zlib.crc32(data, sections.crc[section])

    if threads == 1:
        for word in range(WORDS):
            add(step(word))
        return
    with ThreadPoolExecutor(threads) as pool:
        # A few words at a time: each holds six bytes a fingerprint until its checksum is taken.
        for first in range(0, WORDS, threads):
            for made in pool.map(step, range(first, min(first + threads, WORDS))):
                add(made)


def write_segment(descriptor: int, at: int, hashes: Bytes, ids: Ids, *, threads: int) -> Segment:
    """Write a segment of (N, 32) fingerprints and their ids at a place of a file; N is not 0."""
    flat = np.ascontiguousarray(hashes).reshape(-1)
    owner, unique = number_unique(flat)
    firsts = np.empty(0, np.uint32)
    if unique != len(ids):
        distinct, firsts, order = gather_unique(flat, owner, unique)
        flat, ids = distinct.reshape(-1), ids[order]
    del owner
    segment = Segment.planned(unique, len(ids), at)
    os.truncate(descriptor, at + segment.size)
    sections = Sections(descriptor, segment)
    sections.put_whole("hashes", flat)
    sections.put_whole("firsts", firsts)
    sections.put_whole("ids", np.ascontiguousarray(ids, np.uint64))
    _put_words(sections, flat, threads)
    return replace(segment, crc=sections.crc)
