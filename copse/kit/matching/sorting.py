"""Compiled steps of building: find equal fingerprints, sort postings by a word."""

from typing import Any

import numpy as np

from copse.kit.matching.words import (
    Bytes,
    Numbers,
    Places,
    Sketches,
    Wide,
    compiled,
    get16,
    get64,
    prefetch,
)

BUCKETS = 65536
AHEAD = 16


@compiled
def _mixed(hashes: Bytes, at: int) -> Any:
    """64 well-mixed bits of the 32 bytes at an offset."""
    mixed = np.uint64(0x9E3779B97F4A7C15)
    for part in range(4):
        mixed ^= get64(hashes, at + 8 * part)
        mixed *= np.uint64(0xFF51AFD7ED558CCD)
        mixed ^= mixed >> np.uint64(32)
    return mixed


@compiled
def number_unique(hashes: Bytes) -> tuple[Numbers, int]:
    """Number equal fingerprints alike, in order of first sight: owner of each, and how many.

    An open table holds 32 bits of the mixed value beside the entry, so that nearly every look
    stays in the table; rows are asked for a few steps ahead.
    """
    count = hashes.shape[0] // 32
    size = 16
    while size * 2 < count * 3:
        size *= 2
    table = np.full(size, np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64)
    owner = np.empty(count, np.uint32)
    coming = np.empty(AHEAD, np.uint64)
    unique = 0
    low = np.uint64(0xFFFFFFFF)
    mask = np.uint64(size - 1)
    for step in range(count + AHEAD):
        if step >= AHEAD:
            entry = step - AHEAD
            mixed = coming[entry % AHEAD]
            slot = np.int64((mixed >> np.uint64(20)) & mask)
            tag = mixed & ~low
            while True:
                held = table[slot]
                if held == np.uint64(0xFFFFFFFFFFFFFFFF):
                    table[slot] = tag | np.uint64(entry)
                    owner[entry] = unique
                    unique += 1
                    break
                if held & ~low == tag:
                    other = np.int64(held & low)
                    same = True
                    for part in range(0, 32, 8):
                        one = get64(hashes, 32 * entry + part)
                        same &= one == get64(hashes, 32 * other + part)
                    if same:
                        owner[entry] = owner[other]
                        break
                slot = (slot + 1) & (size - 1)
        if step < count:
            mixed = _mixed(hashes, 32 * step)
            coming[step % AHEAD] = mixed
            prefetch(table, np.int64((mixed >> np.uint64(20)) & mask))
    return owner, unique


@compiled
def gather_unique(hashes: Bytes, owner: Numbers, unique: int) -> tuple[Bytes, Numbers, Places]:
    """Each distinct fingerprint once, where its entries begin, and the entries in that order."""
    count = owner.shape[0]
    distinct = np.empty((unique, 32), np.uint8)
    firsts = np.zeros(unique + 1, np.uint32)
    order = np.empty(count, np.int64)
    for entry in range(count):
        firsts[np.int64(owner[entry]) + 1] += np.uint32(1)
    for number in range(unique):
        firsts[number + 1] += firsts[number]
    at = firsts[:unique].copy()
    for entry in range(count):
        mine = np.int64(owner[entry])
        if at[mine] == firsts[mine]:
            for byte in range(32):
                distinct[mine, byte] = hashes[32 * entry + byte]
        order[np.int64(at[mine])] = entry
        at[mine] += np.uint32(1)
    return distinct, firsts, order


@compiled
def take_words(hashes: Bytes, first: int, words: Sketches) -> None:
    """Copy some words of every fingerprint, from `first` on around the ring, word by word."""
    for number in range(words.shape[1]):
        for word in range(words.shape[0]):
            words[word, number] = get16(hashes, 32 * number + 2 * ((first + word) & 15))


@compiled
def sort_word(
    word: Sketches,
    following: Sketches,
    pairs: Wide,
    starts: Numbers,
    postings: Numbers,
    sketches: Sketches,
) -> None:
    """Fill one word's buckets: where each starts, whose fingerprint, and its next word.

    Two passes, by the high byte and then within it by the low one: sixty-five thousand open ends
    at once would miss the processor's cache with nearly every write.
    """
    count = word.shape[0]
    for number in range(count):
        starts[np.int64(word[number]) + 1] += np.uint32(1)
    for value in range(BUCKETS):
        starts[value + 1] += starts[value]
    place = starts[:BUCKETS].copy()
    coarse = np.empty(256, np.int64)
    for high in range(256):
        coarse[high] = starts[high << 8]
    for number in range(count):
        key = np.uint64(word[number])
        byte = np.int64(key >> np.uint64(8))
        sketch = np.uint64(following[number]) << np.uint64(32)
        pairs[coarse[byte]] = (key << np.uint64(48)) | sketch | np.uint64(number)
        coarse[byte] += 1
    for at in range(count):
        pair = pairs[at]
        bucket = np.int64(pair >> np.uint64(48))
        to = np.int64(place[bucket])
        postings[to] = np.uint32(pair & np.uint64(0xFFFFFFFF))
        sketches[to] = np.uint16((pair >> np.uint64(32)) & np.uint64(0xFFFF))
        place[bucket] = np.uint32(to + 1)
