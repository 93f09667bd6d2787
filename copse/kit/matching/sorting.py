"""Compiled steps of building: find equal fingerprints, sort postings by a word."""

import numpy as np
from numba import njit

from copse.kit.matching.words import get16, get64, prefetch

BUCKETS = 65536


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator] # numba has no types
def _mixed(hashes, at):  # type: ignore[no-untyped-def] # compiled
    """64 well-mixed bits of the 32 bytes at an offset."""
    mixed = np.uint64(0x9E3779B97F4A7C15)
    for part in range(4):
        mixed ^= get64(hashes, at + 8 * part)
        mixed *= np.uint64(0xFF51AFD7ED558CCD)
        mixed ^= mixed >> np.uint64(32)
    return mixed


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator] # numba has no types
def number_unique(hashes):  # type: ignore[no-untyped-def] # compiled
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
    coming = np.empty(16, np.uint64)
    unique = 0
    low = np.uint64(0xFFFFFFFF)
    mask = np.uint64(size - 1)
    for step in range(count + 16):
        if step >= 16:
            entry = step - 16
            mixed = coming[entry & 15]
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
            coming[step & 15] = mixed
            prefetch(table, np.int64((mixed >> np.uint64(20)) & mask))
    return owner, unique


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator] # numba has no types
def gather_unique(hashes, owner, unique):  # type: ignore[no-untyped-def] # compiled
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
        number = np.int64(owner[entry])
        if at[number] == firsts[number]:
            distinct[number] = hashes[32 * entry : 32 * entry + 32]
        order[np.int64(at[number])] = entry
        at[number] += np.uint32(1)
    return distinct, firsts, order


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator] # numba has no types
def sort_word(hashes, word, starts, postings, sketches):  # type: ignore[no-untyped-def] # compiled
    """Fill one word's buckets: where each starts, whose fingerprint, and its next word.

    Two passes, by the high byte and then within it by the low one: sixty-five thousand open ends
    at once would miss the processor's cache with nearly every write.
    """
    count = hashes.shape[0] // 32
    following = 2 * ((word + 1) & 15)
    coarse = np.zeros(257, np.int64)
    for number in range(count):
        value = np.int64(get16(hashes, 32 * number + 2 * word))
        coarse[(value >> 8) + 1] += 1
        starts[value + 1] += np.uint32(1)
    for value in range(256):
        coarse[value + 1] += coarse[value]
    for value in range(BUCKETS):
        starts[value + 1] += starts[value]
    key = np.empty(count, np.uint32)
    whose = np.empty(count, np.uint32)
    for number in range(count):
        value = np.uint32(get16(hashes, 32 * number + 2 * word))
        high = np.int64(value >> np.uint32(8))
        at = coarse[high]
        key[at] = (value << np.uint32(16)) | np.uint32(get16(hashes, 32 * number + following))
        whose[at] = number
        coarse[high] = at + 1
    place = starts[:BUCKETS].copy()
    for at in range(count):
        value = np.int64(key[at] >> np.uint32(16))
        to = np.int64(place[value])
        postings[to] = whose[at]
        sketches[to] = np.uint16(key[at] & np.uint32(0xFFFF))
        place[value] = np.uint32(to + 1)
