"""The search itself, compiled: a ring of sixteen words, looked up one word at a time.

Two fingerprints within 31 bits have a word c (of 16 bits, counted around a ring) that differs by at
most 1 bit, while c and the word after it differ by at most 3: the sum over the ring of
(difference - 2) is below zero, so by the cycle lemma some start keeps every partial sum below zero.
Hence each word's 17 nearest buckets hold every neighbour, and a 16-bit sketch of the next word,
stored with each posting, lets 32 postings be tested in one vector step. What survives (about one
posting in 380,000 comparisons) is compared in full, and reported by its first start word alone, so
that no answer comes twice. Nothing is approximate.

A bucket is scanned in aligned blocks of 32 that may begin before it and end after it: sections are
padded for that, and positions outside the bucket are dropped.
"""

import numpy as np
from numpy.typing import NDArray

from copse.kit.matching.words import (
    Bytes,
    Flags,
    Order,
    Places,
    Sketches,
    Wide,
    columns32,
    compare,
    compiled,
    get16,
    get32,
    get64,
    lowest,
    near32,
    prefetch,
)

Answers = tuple[NDArray[np.int64], NDArray[np.uint64], Bytes]

# What a row of the table of segments holds: counts, then the byte offsets of the sections.
UNIQUE, ENTRIES, HASHES, STARTS, POSTINGS, SKETCHES, FIRSTS, IDS, DEAD = range(9)
# 65,537 starts of 4 bytes, rounded up to whole cache lines.
STARTS_STEP = 262_208
AHEAD = 8
SURVIVORS = 512


@compiled
def postings_step(unique: int) -> int:
    """Bytes from one word's postings to the next word's."""
    return (4 * unique + 191) & ~63


@compiled
def sketches_step(unique: int) -> int:
    """Bytes from one word's sketches to the next word's: room for a block past the last one."""
    return (2 * unique + 191) & ~63


@compiled
def _by_word(queries: Bytes, more: Flags, word: int, order: Order) -> int:
    """Order the queries by one of their words (two passes, a byte each), without the full ones."""
    count = more.shape[0]
    half = np.empty(count, np.int32)
    for byte in range(2):
        at = np.zeros(257, np.int64)
        offset = 2 * word + byte
        for query in range(count):
            at[np.int64(queries[32 * query + offset]) + 1] += 1
        for value in range(256):
            at[value + 1] += at[value]
        kept = 0
        for place in range(count):
            asker = np.int64(half[place]) if byte else np.int64(place)
            digit = np.int64(queries[32 * asker + offset])
            to = order if byte else half
            to[at[digit]] = asker
            at[digit] += 1
    for place in range(count):
        if not more[order[place]]:
            order[kept] = order[place]
            kept += 1
    return kept


@compiled
def _room(found: Answers, needed: int) -> Answers:
    """The three arrays of answers, larger when they could not hold `needed`."""
    size = found[0].shape[0]
    if needed <= size:
        return found
    query = np.empty(2 * needed, np.int64)
    entry = np.empty(2 * needed, np.uint64)
    distance = np.empty(2 * needed, np.uint8)
    query[:size] = found[0]
    entry[:size] = found[1]
    distance[:size] = found[2]
    return query, entry, distance


@compiled
def _scan(
    file: Bytes,
    bounds: tuple[int, int, int],
    words: Places,
    nexts: Sketches,
    order: Order,
    more: Flags,
    place: Places,
    asker: Order,
    state: Places,
) -> int:
    """Test one word's buckets against the sketches, until `place` is full or all is done.

    Bucket by bucket for the queries in order of this word, so that neighbours come after each
    other. `state` says where to go on: which flipped bit, which query, which position; it is the
    caller's that answers are counted in between, so no reference is counted in this loop.
    """
    starts, postings, sketches = bounds
    asking = words.shape[0]
    survivors = 0
    turn, resume = state[1], state[2]
    for near in range(state[0], 17):
        flip = np.int64(0) if near == 0 else np.int64(1) << (near - 1)
        allowed = np.uint16(3) if near == 0 else np.uint16(2)
        while turn < asking:
            if turn + AHEAD < asking:
                bucket = starts + 4 * (words[turn + AHEAD] ^ flip)
                for at in range(get32(file, bucket), get32(file, bucket + 4), 32):
                    prefetch(file, sketches + 2 * at)
            query = order[turn]
            bucket = starts + 4 * (words[turn] ^ flip)
            first, last = get32(file, bucket), get32(file, bucket + 4)
            at = max(first & ~31, resume)
            resume = 0
            if more[query]:
                at = last
            while at < last:
                bits = near32(file, sketches + 2 * at, nexts[turn], allowed)
                while bits != 0:
                    position = at + lowest(bits)
                    bits &= bits - np.uint32(1)
                    if first <= position < last:
                        place[survivors] = postings + 4 * position
                        asker[survivors] = query
                        prefetch(file, postings + 4 * position)
                        survivors += 1
                at += 32
                if survivors >= SURVIVORS:
                    state[0], state[1], state[2] = near, turn, at
                    return survivors
            turn += 1
        turn = 0
    state[0] = 17
    return survivors


@compiled
def _settle(
    file: Bytes,
    row: Places,
    queries: Bytes,
    word: int,
    radius: int,
    place: Places,
    asker: Order,
    far: Bytes,
    survivors: int,
    more: Flags,
) -> int:
    """Compare what survived in full, a block at a time so that memory is ahead; keep the answers.

    An answer belongs to its first start word; found by a later one it was told already.
    """
    for index in range(survivors):
        unique = get32(file, place[index])
        # A damaged file may name a fingerprint that is not there; it must never be followed.
        unique = unique if unique < row[UNIQUE] else np.int64(0)
        place[index] = unique
        prefetch(file, row[HASHES] + 32 * unique)
    kept = 0
    for index in range(survivors):
        unique = place[index]
        query = np.int64(asker[index])
        seen = compare(file, row[HASHES] + 32 * unique, queries, 32 * query)
        distance = np.int64(seen & np.uint32(0xFFFF))
        starts = seen >> np.uint32(16)
        if distance <= radius and starts != 0 and lowest(starts) == word and not more[query]:
            place[kept], asker[kept], far[kept] = unique, query, distance
            kept += 1
    return kept


@compiled
def _carriers(file: Bytes, row: Places, unique: int) -> tuple[int, int]:
    """The entries that carry a fingerprint: first and one past the last."""
    if row[FIRSTS] == 0:
        return unique, unique + 1
    first = get32(file, row[FIRSTS] + 4 * unique)
    return first, min(get32(file, row[FIRSTS] + 4 * unique + 4), row[ENTRIES])


@compiled
def _tell(
    file: Bytes,
    row: Places,
    most: int,
    place: Places,
    asker: Order,
    far: Bytes,
    kept: int,
    found: Answers,
    count: int,
    told: Places,
    more: Flags,
) -> tuple[Answers, int]:
    """Write down the entries that carry what was found, unless withdrawn, up to the bound."""
    needed = count
    for index in range(kept):
        first, last = _carriers(file, row, place[index])
        needed += max(0, min(last - first, most - told[asker[index]]))
    found = _room(found, needed)
    of, entry_of, distance_of = found
    for index in range(kept):
        query = asker[index]
        first, last = _carriers(file, row, place[index])
        for entry in range(first, last):
            if (file[row[DEAD] + (entry >> 3)] >> np.uint8(entry & 7)) & np.uint8(1):
                continue
            if told[query] >= most:
                more[query] = True
                break
            of[count] = query
            entry_of[count] = get64(file, row[IDS] + 8 * entry)
            distance_of[count] = far[index]
            told[query] += 1
            count += 1
    return found, count


@compiled
def _search_word(
    file: Bytes,
    row: Places,
    queries: Bytes,
    word: int,
    radius: int,
    most: int,
    order: Order,
    found: Answers,
    count: int,
    told: Places,
    more: Flags,
) -> tuple[Answers, int]:
    """Ask one word's buckets for every query that is not full."""
    asking = _by_word(queries, more, word, order)
    words = np.empty(asking, np.int64)
    nexts = np.empty(asking, np.uint16)
    following = 2 * ((word + 1) & 15)
    for turn in range(asking):
        words[turn] = np.int64(get16(queries, 32 * np.int64(order[turn]) + 2 * word))
        nexts[turn] = get16(queries, 32 * np.int64(order[turn]) + following)
    bounds = (
        row[STARTS] + STARTS_STEP * word,
        row[POSTINGS] + postings_step(row[UNIQUE]) * word,
        row[SKETCHES] + sketches_step(row[UNIQUE]) * word,
    )
    place = np.empty(SURVIVORS + 32, np.int64)
    asker = np.empty(SURVIVORS + 32, np.int32)
    far = np.empty(SURVIVORS + 32, np.uint8)
    state = np.zeros(3, np.int64)
    while state[0] < 17:  # noqa: PLR2004 - the word itself, and each of its bits flipped
        survivors = _scan(file, bounds, words, nexts, order, more, place, asker, state)
        kept = _settle(file, row, queries, word, radius, place, asker, far, survivors, more)
        if kept:
            found, count = _tell(file, row, most, place, asker, far, kept, found, count, told, more)
    return found, count


@compiled
def _scan_live(
    file: Bytes,
    row: Places,
    queries: Bytes,
    query: int,
    radius: int,
    place: Places,
    asker: Order,
    far: Bytes,
    start: int,
    size: int,
) -> tuple[int, int]:
    """Compare one query with the live entries, which lie word by word, from `start` on."""
    step = 2 * row[ENTRIES]
    kept = 0
    while start < size and kept < SURVIVORS:
        bits = columns32(file, row[HASHES] + 2 * start, step, queries, 32 * query)
        while bits != 0:
            entry = start + lowest(bits)
            bits &= bits - np.uint32(1)
            distance = 0
            for word in range(16):
                other = get16(file, row[HASHES] + step * word + 2 * entry)
                other ^= get16(queries, 32 * query + 2 * word)
                while other != 0:
                    other &= other - np.uint16(1)
                    distance += 1
            if distance <= radius and entry < size:
                place[kept], asker[kept], far[kept] = entry, query, distance
                kept += 1
        start += 32
    return kept, start


@compiled
def _search_live(
    file: Bytes,
    row: Places,
    queries: Bytes,
    radius: int,
    most: int,
    found: Answers,
    count: int,
    told: Places,
    more: Flags,
) -> tuple[Answers, int]:
    """Compare every query with every entry that was added lately."""
    size = min(np.int64(get64(file, row[UNIQUE])), row[ENTRIES])
    place = np.empty(SURVIVORS + 32, np.int64)
    asker = np.empty(SURVIVORS + 32, np.int32)
    far = np.empty(SURVIVORS + 32, np.uint8)
    for query in range(more.shape[0]):
        start = 0
        while start < size and not more[query]:
            kept, start = _scan_live(
                file, row, queries, query, radius, place, asker, far, start, size
            )
            if kept:
                found, count = _tell(
                    file, row, most, place, asker, far, kept, found, count, told, more
                )
    return found, count


@compiled
def search(
    file: Bytes, table: Places, queries: Bytes, radius: int, most: int
) -> tuple[NDArray[np.int64], NDArray[np.uint64], Bytes, Flags]:
    """Answer every query from all segments: query, entry and distance of each answer, and `more`.

    `file` is the mapped index, and the last row of `table` its live area.
    """
    asked = queries.shape[0] // 32
    found = (
        np.empty(2 * asked + 14, np.int64),
        np.empty(2 * asked + 14, np.uint64),
        np.empty(2 * asked + 14, np.uint8),
    )
    told = np.zeros(asked, np.int64)
    more = np.zeros(asked, np.bool_)
    order = np.empty(asked, np.int32)
    count = 0
    segments = table.shape[0] - 1
    found, count = _search_live(
        file, table[segments], queries, radius, most, found, count, told, more
    )
    for segment in range(segments):
        for word in range(16):
            found, count = _search_word(
                file, table[segment], queries, word, radius, most, order,
                found, count, told, more,
            )  # fmt: skip
    return found[0][:count], found[1][:count], found[2][:count], more


@compiled
def mark_withdrawn(file: Bytes, ids: int, dead: int, count: int, wanted: Wide) -> int:
    """Set the bit of every entry whose id is in `wanted`, which is sorted; how many were new."""
    marked = 0
    for entry in range(count):
        number = get64(file, ids + 8 * entry)
        if number < wanted[0] or number > wanted[-1]:
            continue
        if wanted[np.searchsorted(wanted, number)] != number:
            continue
        bit = np.uint8(1) << np.uint8(entry & 7)
        if not file[dead + (entry >> 3)] & bit:
            file[dead + (entry >> 3)] |= bit
            marked += 1
    return marked
