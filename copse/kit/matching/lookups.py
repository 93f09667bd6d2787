"""The compiled look-up of exact digests: a directory of slots, then a handful of rows to compare.

Rows are sorted by their first eight bytes, read as a little-endian number; the top bits of that
number are the slot. Digests of real files spread evenly, so a slot holds four to eight rows; one
that somebody crowded on purpose is halved first. What is asked next is asked of memory early.
"""

import numpy as np

from copse.kit.matching.words import (
    Bytes,
    Places,
    compiled,
    get32,
    get64,
    prefetch,
)

SLOT_AHEAD = 48
ROW_AHEAD = 24
FEW = 16


@compiled
def _same(file: Bytes, at: int, queries: Bytes, query: int, width: int) -> bool:
    for part in range(0, width - 7, 8):
        if get64(file, at + part) != get64(queries, query + part):
            return False
    # 20 bytes are two eights and a four.
    return width & 7 == 0 or get32(file, at + width - 4) == get32(queries, query + width - 4)


@compiled
def _nearer(file: Bytes, rows: int, width: int, key: int, first: int, last: int) -> int:
    """A row at or before the first with this key; nearly always `first` itself."""
    while last - first > FEW:
        middle = (first + last) >> 1
        if get64(file, rows + width * middle) < key:
            first = middle + 1
        else:
            last = middle
    return first


@compiled
def look_up(file: Bytes, table: Places, queries: Bytes, found: Places) -> None:
    """Write each query's row number, or its id, or -1. `table` is described in digests.py."""
    count, width, shift, slots, rows, ids, dead = table
    drop = np.uint64(shift)
    for query in range(found.shape[0]):
        ahead = query + SLOT_AHEAD
        if ahead < found.shape[0]:
            prefetch(file, slots + 4 * np.int64(get64(queries, width * ahead) >> drop))
        ahead = query + ROW_AHEAD
        if ahead < found.shape[0]:
            slot = np.int64(get64(queries, width * ahead) >> drop)
            place = rows + width * min(get32(file, slots + 4 * slot), count)
            prefetch(file, place)
            prefetch(file, place + 64)
        key = get64(queries, width * query)
        slot = np.int64(key >> drop)
        first = get32(file, slots + 4 * slot)
        last = min(get32(file, slots + 4 * slot + 4), count)
        first = _nearer(file, rows, width, key, first, last)
        found[query] = -1
        while first < last and get64(file, rows + width * first) <= key:
            if _same(file, rows + width * first, queries, width * query, width):
                if not (file[dead + (first >> 3)] >> np.uint8(first & 7)) & np.uint8(1):
                    found[query] = np.int64(get64(file, ids + 8 * first)) if ids else first
                break
            first += 1
