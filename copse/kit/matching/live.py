"""The live area: a few thousand late additions, kept so that they count the moment they are there.

The words of the fingerprints lie column by column, which lets a search compare 32 of them at once.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

from copse.kit.matching.layout import Bytes, Live

Ids = NDArray[np.uint64]


def count_of(file: Bytes, live: Live) -> int:
    """How many entries count."""
    return min(int(file[live.at : live.at + 8].view(np.uint64)[0]), live.capacity)


def _words(file: Bytes, live: Live) -> NDArray[np.uint16]:
    return file[live.words : live.ids].view(np.uint16).reshape(16, live.capacity)


def _crcs(hashes: Bytes, ids: Ids) -> list[int]:
    return [
        zlib.crc32(number.tobytes(), zlib.crc32(row))
        for row, number in zip(hashes, ids, strict=True)
    ]


def put(file: Bytes, live: Live, hashes: Bytes, ids: Ids) -> None:
    """Write entries after those that count; `commit` makes them count."""
    first = count_of(file, live)
    last = first + len(ids)
    _words(file, live)[:, first:last] = hashes.view(np.uint16).T
    file[live.ids : live.crcs].view(np.uint64)[first:last] = ids
    file[live.crcs : live.dead].view(np.uint32)[first:last] = _crcs(hashes, ids)


def commit(file: Bytes, live: Live, count: int) -> None:
    """From here on `count` entries count: one aligned write, so that no reader sees half of it."""
    file[live.at : live.at + 8].view(np.uint64)[0] = count


def alive(file: Bytes, dead: int, count: int) -> NDArray[np.bool_]:
    """Which entries of a part are not withdrawn."""
    bits = file[dead : dead + (count + 7) // 8]
    kept: NDArray[np.bool_] = np.unpackbits(bits, count=count, bitorder="little") == 0
    return kept


def read(file: Bytes, live: Live) -> tuple[Bytes, Ids]:
    """The entries that count: (N, 32) fingerprints and their ids, the withdrawn ones too."""
    count = count_of(file, live)
    words = np.ascontiguousarray(_words(file, live)[:, :count].T)
    ids = file[live.ids : live.crcs].view(np.uint64)[:count].copy()
    return words.view(np.uint8).reshape(count, 32), ids


def is_whole(file: Bytes, live: Live) -> bool:
    """Whether every entry that counts has the CRC it was written with."""
    hashes, ids = read(file, live)
    crcs = file[live.crcs : live.dead].view(np.uint32)[: len(ids)]
    return list(crcs.tolist()) == _crcs(hashes, ids)
