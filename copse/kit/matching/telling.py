"""Writing answers down: the entries that carry a fingerprint, unless withdrawn, up to a bound."""

import numpy as np
from numpy.typing import NDArray

from copse.kit.matching.words import Bytes, Flags, Order, Places, Wide, compiled, get32, get64

Answers = tuple[NDArray[np.int64], NDArray[np.uint64], Bytes]

# What a row of the table of segments holds: counts, then the byte offsets of the sections. In the
# live area's row the first is where its count stands, and the second its capacity.
UNIQUE, ENTRIES, HASHES, STARTS, POSTINGS, SKETCHES, FIRSTS, IDS, DEAD = range(9)


@compiled
def room(found: Answers, needed: int) -> Answers:
    """The three arrays of answers, larger when they could not hold `needed`."""
    size = found[0].shape[0]
    if needed <= size:
        return found
    query = np.empty(2 * needed, np.int64)
    entry = np.empty(2 * needed, np.uint64)
    distance = np.empty(2 * needed, np.uint8)
    for at in range(size):
        query[at] = found[0][at]
        entry[at] = found[1][at]
        distance[at] = found[2][at]
    return query, entry, distance


@compiled
def carriers(file: Bytes, row: Places, unique: int) -> tuple[int, int]:
    """The entries that carry a fingerprint: first and one past the last."""
    if row[FIRSTS] == 0:
        return unique, unique + 1
    first = get32(file, row[FIRSTS] + 4 * unique)
    return first, min(get32(file, row[FIRSTS] + 4 * unique + 4), row[ENTRIES])


@compiled
def tell(
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
        first, last = carriers(file, row, place[index])
        needed += max(0, min(last - first, most - told[asker[index]]))
    found = room(found, needed)
    of, entry_of, distance_of = found
    for index in range(kept):
        query = asker[index]
        first, last = carriers(file, row, place[index])
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
