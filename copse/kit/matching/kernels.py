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

from copse.kit.matching.telling import (
    ENTRIES,
    HASHES,
    POSTINGS,
    SKETCHES,
    STARTS,
    UNIQUE,
    Answers,
    tell,
)
from copse.kit.matching.words import (
    Bytes,
    Flags,
    Order,
    Places,
    Sketches,
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

Block = tuple[Places, Order, Bytes]

# 65,537 starts of 4 bytes, rounded up to whole cache lines.
STARTS_STEP = 262_208
AHEAD = 8
FEW = 4
WORDS = 16
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
    count: int = more.shape[0]
    if count <= FEW:
        for query in range(count):
            order[query] = query
        return count
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
def _ask_ahead(file: Bytes, row: Places, queries: Bytes, word: int) -> None:
    """Ask memory for the next word's sketches, and where those of the word after it start.

    Among many queries the scan itself asks ahead; a single one would wait for every bucket.
    """
    starts = row[STARTS] + STARTS_STEP * (word + 1)
    sketches = row[SKETCHES] + sketches_step(row[UNIQUE]) * (word + 1)
    for query in range(0, queries.shape[0], 32):
        for near in range(17):
            flip = np.int64(0) if near == 0 else np.int64(1) << (near - 1)
            if word + 1 < WORDS:
                value = np.int64(get16(queries, query + 2 * (word + 1)))
                bucket = starts + 4 * (value ^ flip)
                for at in range(get32(file, bucket), get32(file, bucket + 4), 32):
                    prefetch(file, sketches + 2 * at)
            if word + 2 < WORDS:
                value = np.int64(get16(queries, query + 2 * (word + 2)))
                prefetch(file, starts + STARTS_STEP + 4 * (value ^ flip))


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
    block: Block,
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
    place, asker, far = block
    state = np.zeros(3, np.int64)
    while state[0] < 17:  # noqa: PLR2004 - the word itself, and each of its bits flipped
        survivors = _scan(file, bounds, words, nexts, order, more, place, asker, state)
        kept = _settle(file, row, queries, word, radius, place, asker, far, survivors, more)
        if kept:
            found, count = tell(file, row, most, place, asker, far, kept, found, count, told, more)
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
    share: tuple[int, int],
    radius: int,
    most: int,
    found: Answers,
    count: int,
    told: Places,
    more: Flags,
    block: Block,
) -> tuple[Answers, int]:
    """Compare a share of the queries with every entry that was added lately."""
    size = min(np.int64(get64(file, row[UNIQUE])), row[ENTRIES])
    place, asker, far = block
    for query in range(share[0], share[1]):
        start = int(np.int64(0))
        while start < size and not more[query]:
            kept, start = _scan_live(
                file, row, queries, query, radius, place, asker, far, start, size
            )
            if kept:
                found, count = tell(
                    file, row, most, place, asker, far, kept, found, count, told, more
                )
    return found, count


@compiled
def search(
    file: Bytes, table: Places, queries: Bytes, radius: int, most: int, part: int, parts: int
) -> tuple[NDArray[np.int64], NDArray[np.uint64], Bytes, Flags]:
    """Answer every query from all segments: query, entry and distance of each answer, and `more`.

    `file` is the mapped index, and the last row of `table` its live area. One of several threads
    takes its part of the words, not of the queries: a bucket is then still read for all of them.
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
    # What survives the sketches, before it is compared: where, for whom, and later how far.
    block = (
        np.empty(SURVIVORS + 32, np.int64),
        np.empty(SURVIVORS + 32, np.int32),
        np.empty(SURVIVORS + 32, np.uint8),
    )
    # No literal, for which `tell` would be compiled once more.
    count = int(np.int64(0))
    segments = table.shape[0] - 1
    share = asked * part // parts, asked * (part + 1) // parts
    found, count = _search_live(
        file, table[segments], queries, share, radius, most, found, count, told, more, block
    )
    for segment in range(segments):
        if asked <= FEW:
            _ask_ahead(file, table[segment], queries, WORDS * part // parts - 1)
        for word in range(WORDS * part // parts, WORDS * (part + 1) // parts):
            if asked <= FEW:
                _ask_ahead(file, table[segment], queries, word)
            found, count = _search_word(
                file, table[segment], queries, word, radius, most, order,
                found, count, told, more, block,
            )  # fmt: skip
    return found[0][:count], found[1][:count], found[2][:count], more
