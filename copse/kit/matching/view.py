"""One generation of an index file, mapped: what a search reads, and what it checks first."""

import mmap
import os
from pathlib import Path
from typing import Literal

import numpy as np

from copse.kit.matching import layout
from copse.kit.matching.layout import Bytes, Directory

Memory = Literal["shared", "private"]


class View:
    """A file as it was at one generation; searches hold on to it while newer ones appear.

    `body` is what the bulk is read from: the shared mapping itself, or a private copy of it.
    `shared` is always the mapping, so that additions and withdrawals are seen at once.
    """

    def __init__(self, path: Path, memory: Memory) -> None:
        self.name = path.name
        with path.open("rb") as stream:
            self.identity = _identity(os.fstat(stream.fileno()))
            self.mapped = layout.map_file(self.name, stream)
        self.directory: Directory = layout.read_directory(self.name, self.mapped)
        self.stamp = self.directory.generation
        self.shared: Bytes = np.frombuffer(self.mapped, np.uint8)
        layout.check_starts(self.name, self.shared, self.directory)
        self.body = self.shared if memory == "shared" else _copied(self.shared)
        self.table = self.directory.table()

    def is_current(self) -> bool:
        """Whether the file is still in this generation and in its place, as far as it says."""
        return layout.stamp_of(self.mapped) == self.stamp

    def is_in_place(self, path: Path) -> bool:
        """Whether the path still names this file; somebody may have put another there."""
        try:
            return _identity(path.stat()) == self.identity
        except OSError:
            # Between two files, or gone: this one goes on serving.
            return True

    def live_count(self) -> int:
        """How many entries the live area holds."""
        at = self.directory.live.at
        return min(int.from_bytes(self.mapped[at : at + 8], "little"), self.directory.live.capacity)

    def withdrawn(self) -> int:
        """How many entries are marked as withdrawn, in all segments and the live area."""
        total = 0
        for segment in self.directory.segments:
            bits = self.shared[segment.dead : segment.dead + (segment.entries + 7) // 8]
            total += int(np.bitwise_count(bits).sum())
        live = self.directory.live
        bits = self.shared[live.dead : live.dead + live.capacity // 8]
        return total + int(np.bitwise_count(bits).sum())


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _copied(shared: Bytes) -> Bytes:
    # Anonymous memory may lie in huge pages, of which far fewer must be looked up.
    memory = mmap.mmap(-1, len(shared), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_HUGEPAGE)
    copy = np.frombuffer(memory, np.uint8)
    copy[:] = shared
    copy.flags.writeable = False
    return copy
