"""One generation of an index file, mapped: what a search reads, and what it checks first."""

import os
from pathlib import Path

import numpy as np

from copse.kit.matching import layout, live
from copse.kit.matching.layout import Bytes, Directory

# How long a file put in place by another program may go unnoticed, in seconds.
LOOK_EVERY = 0.5


class View:
    """A file as it was at one generation; searches hold on to it while newer ones appear."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        with path.open("rb") as stream:
            self.identity = _identity(os.fstat(stream.fileno()))
            self.mapped = layout.map_file(self.name, stream)
        self.directory: Directory = layout.read_directory(self.name, self.mapped)
        self.file: Bytes = np.frombuffer(self.mapped, np.uint8)
        layout.check_starts(self.name, self.file, self.directory)
        self.table = self.directory.table()

    def is_current(self) -> bool:
        """Whether the file is still in this generation and in its place, as far as it says.

        An older stamp is a writer that died after its directory was whole.
        """
        return layout.stamp_of(self.mapped) <= self.directory.generation

    def is_in_place(self, path: Path) -> bool:
        """Whether the path still names this file; somebody may have put another there."""
        return _identity(path.stat()) == self.identity

    def live_count(self) -> int:
        """How many entries the live area holds."""
        return live.count_of(self.file, self.directory.live)

    def withdrawn(self) -> int:
        """How many entries are marked as withdrawn."""
        area = self.directory.live
        bits = [(part.dead, (part.entries + 7) // 8) for part in self.directory.segments]
        bits.append((area.dead, area.capacity // 8))
        return sum(int(np.bitwise_count(self.file[at : at + size]).sum()) for at, size in bits)

    def verify(self) -> None:
        """Read everything and compare it with its checksums. Raises `BadIndex`."""
        layout.check_sections(self.name, self.file, self.directory)
        if not live.is_whole(self.file, self.directory.live):
            raise layout.damaged(self.name, "live area")


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
