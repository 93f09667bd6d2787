"""Everything that changes an index file. Writers take turns; readers are never made to wait.

Two locks. The long one, on a file beside the index, is held by whoever adds, builds or compacts.
The short one, on the index itself, is held while entries are marked as withdrawn and while a
new generation or a new file is put in force: a withdrawal never waits for a build, and what was
withdrawn while somebody copied is withdrawn from the copy before it counts.
"""

import fcntl
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from copse.kit.errors import InputError
from copse.kit.matching import layout, live
from copse.kit.matching.building import Ids, write_segment
from copse.kit.matching.layout import BadIndex, Bytes, Directory, Live, Segment
from copse.kit.matching.telling import mark_withdrawn

# A segment joins the one being made when it is at most this many times as large.
GROWTH = 4
# Half the file, and this much, may be left over from older generations before it is compacted.
MOST_WASTE = 64 << 20
OPEN = os.O_RDWR | os.O_CLOEXEC


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the long lock of an index, on a file that stays when the index is swapped."""
    lock = os.open(path.with_name(f"{path.name}.lock"), OPEN | os.O_CREAT, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


class Writer:
    """An index mapped for changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = os.open(path, OPEN)
        try:
            with open(self.descriptor, "r+b", closefd=False) as stream:
                self.mapped = layout.map_file(path.name, stream, writable=True)
            self.directory = layout.read_directory(path.name, self.mapped)
        except BaseException:
            os.close(self.descriptor)
            raise
        self.file: Bytes = np.frombuffer(self.mapped, np.uint8)

    def close(self) -> None:
        """Let go of the file, and with it of the short lock."""
        os.close(self.descriptor)

    @property
    def superseded(self) -> bool:
        """Whether another file took this one's place."""
        return layout.stamp_of(self.mapped) >= layout.SUPERSEDED

    def parts(self) -> list[tuple[int, int, int]]:
        """Where each part keeps its ids and its withdrawn bits, and how many entries it has."""
        parts = [(part.at["ids"], part.dead, part.entries) for part in self.directory.segments]
        area = self.directory.live
        return [*parts, (area.ids, area.dead, live.count_of(self.file, area))]

    def withdraw(self, ids: Ids) -> int:
        """Mark every entry with one of these ids; how many were not marked yet."""
        wanted = np.unique(ids)
        if not len(wanted):
            return 0
        marked = [mark_withdrawn(self.file, *part, wanted) for part in self.parts()]
        self.mapped.flush()
        return sum(marked)

    def dead(self) -> list[Bytes]:
        """A copy of all withdrawn bits, to see later which came since."""
        return [
            self.file[dead : dead + (count + 7) // 8].copy() for _ids, dead, count in self.parts()
        ]

    def withdrawn_since(self, before: list[Bytes]) -> Ids:
        """The ids that were marked since `before` was taken."""
        found = [np.empty(0, np.uint64)]
        for (ids, dead, count), old in zip(self.parts(), before, strict=True):
            count = min(count, 8 * len(old))  # noqa: PLW2901 - what was there then
            new = self.file[dead : dead + len(old)] & ~old
            rows = np.flatnonzero(np.unpackbits(new, count=count, bitorder="little"))
            found.append(self.file[ids : ids + 8 * count].view(np.uint64)[rows])
        return np.concatenate(found)

    def entries(self, segments: tuple[Segment, ...]) -> tuple[Bytes, Ids]:
        """All entries of some segments and of the live area, without the withdrawn ones."""
        area = self.directory.live
        hashes, ids = live.read(self.file, area)
        kept = live.alive(self.file, area.dead, len(ids))
        gathered = [_entries_of(self.file, segment) for segment in segments]
        gathered.append((hashes[kept], ids[kept]))
        return (
            np.concatenate([hashes for hashes, _ids in gathered]),
            np.concatenate([ids for _hashes, ids in gathered]),
        )


def _entries_of(file: Bytes, segment: Segment) -> tuple[Bytes, Ids]:
    at = segment.at["hashes"]
    hashes = file[at : at + 32 * segment.unique].reshape(-1, 32)
    ids = file[segment.at["ids"] :][: 8 * segment.entries].view(np.uint64)
    if segment.at["firsts"]:
        firsts = file[segment.at["firsts"] :][: 4 * (segment.unique + 1)].view(np.uint32)
        hashes = np.repeat(hashes, np.diff(firsts), axis=0)
    kept = live.alive(file, segment.dead, segment.entries)
    return hashes[kept], ids[kept]


@contextmanager
def writer(path: Path) -> Iterator[Writer]:
    """Open an index for changes, under the long lock that the caller holds."""
    opened = Writer(path)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def marking(path: Path) -> Iterator[Writer]:
    """Open the index that is in force under its short lock."""
    while True:
        with writer(path) as opened:
            fcntl.flock(opened.descriptor, fcntl.LOCK_EX)
            if opened.superseded or not _is_at(path, opened.descriptor):
                continue
            # Read again: a generation may have come while we waited.
            opened.directory = layout.read_directory(path.name, opened.mapped)
            if opened.directory.end > len(opened.file):
                continue
            yield opened
            return


def _is_at(path: Path, descriptor: int) -> bool:
    mine, there = os.fstat(descriptor), path.stat()
    return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)


def withdraw(path: Path, ids: Ids) -> int:
    """Mark entries as withdrawn, in sight of every reader at once; how many were marked."""
    with marking(path) as opened:
        return opened.withdraw(ids)


def add(path: Path, hashes: Bytes, ids: Ids, *, threads: int | None) -> None:
    """Add entries: into the live area while they fit, else everything young into a new segment."""
    if not len(ids):
        return
    with locked(path), writer(path) as opened:
        area = opened.directory.live
        count = live.count_of(opened.file, area)
        if count + len(ids) <= area.capacity:
            live.put(opened.file, area, hashes, ids)
            opened.mapped.flush()
            live.commit(opened.file, area, count + len(ids))
            opened.mapped.flush()
            return
        _fold(opened, hashes, ids, threads)
        used = sum(segment.size for segment in opened.directory.segments)
        if opened.directory.end - used > max(MOST_WASTE, opened.directory.end // 2):
            _compact(path, threads)


def _fold(opened: Writer, hashes: Bytes, ids: Ids, threads: int | None) -> None:
    """Join the live area, what is new and the smaller late segments into one segment."""
    old = opened.directory
    kept = list(old.segments)
    size = old.live.capacity + len(ids)
    while kept and kept[-1].entries <= GROWTH * size:
        size += kept.pop().entries
    before = opened.dead()
    young, numbers = opened.entries(old.segments[len(kept) :])
    young, numbers = np.concatenate([young, hashes]), np.concatenate([numbers, ids])
    end, area = _put_live(opened.descriptor, old.end)
    if len(numbers):
        kept.append(write_segment(opened.descriptor, end, young, numbers, threads=threads))
        end += kept[-1].size
    os.fsync(opened.descriptor)
    directory = Directory(old.generation + 1, end, area, tuple(kept))
    fcntl.flock(opened.descriptor, fcntl.LOCK_EX)
    late = opened.withdrawn_since(before)
    _mark_late(opened.descriptor, directory, late)
    os.pwrite(opened.descriptor, directory.pack(), layout.slot(directory.generation))
    os.fsync(opened.descriptor)
    os.pwrite(opened.descriptor, layout.STAMP.pack(directory.generation), layout.STAMP_AT)
    fcntl.flock(opened.descriptor, fcntl.LOCK_UN)
    opened.directory = directory


def _mark_late(descriptor: int, directory: Directory, late: Ids) -> None:
    if not len(late):
        return
    with mmap.mmap(descriptor, directory.end) as mapped:
        file = np.frombuffer(mapped, np.uint8)
        for segment in directory.segments:
            mark_withdrawn(file, segment.at["ids"], segment.dead, segment.entries, np.unique(late))
        del file


def _put_live(
    descriptor: int, at: int, hashes: Bytes | None = None, ids: Ids | None = None
) -> tuple[int, Live]:
    """Write a live area at a place of a file: where it ends, and the area.

    Written, not left as a hole: a full disk must fail here and not where a page is touched.
    """
    area = Live(0, layout.LIVE_CAPACITY)
    made = np.zeros(area.size, np.uint8)
    if hashes is not None and ids is not None:
        live.put(made, area, hashes, ids)
        live.commit(made, area, len(ids))
    os.pwrite(descriptor, made.data, at)
    return at + area.size, Live(at, area.capacity)


def write_new(path: Path, hashes: Bytes, ids: Ids, *, threads: int | None) -> None:
    """Write a whole new index to `path`, which nobody reads yet."""
    descriptor = os.open(path, OPEN | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        segments = []
        # A short list needs no buckets: compared one by one it is as fast, and far smaller.
        if len(ids) <= layout.LIVE_CAPACITY // 2:
            end, area = _put_live(descriptor, layout.DATA, hashes, ids)
        else:
            end, area = _put_live(descriptor, layout.DATA)
            segments.append(write_segment(descriptor, end, hashes, ids, threads=threads))
            end += segments[0].size
        directory = Directory(1, end, area, tuple(segments))
        os.pwrite(descriptor, directory.pack(), layout.slot(1))
        os.pwrite(descriptor, layout.head(), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def build(path: Path, hashes: Bytes, ids: Ids, *, threads: int | None) -> None:
    """Write an index and put it in its place at once, also under running readers."""
    with locked(path):
        _replace(path, hashes, ids, threads, _opened_or_none(path))


def compact(path: Path, *, threads: int | None) -> None:
    """Write the index anew, without what was withdrawn and what older generations left."""
    with locked(path):
        _compact(path, threads)


def _compact(path: Path, threads: int | None) -> None:
    opened = Writer(path)
    before = opened.dead()
    hashes, ids = opened.entries(opened.directory.segments)
    _replace(path, hashes, ids, threads, opened, before)


def _opened_or_none(path: Path) -> Writer | None:
    try:
        return Writer(path)
    except (FileNotFoundError, BadIndex):
        # Nothing there, or nothing that could be asked: the new file simply takes the place.
        return None


def _replace(
    path: Path,
    hashes: Bytes,
    ids: Ids,
    threads: int | None,
    old: Writer | None,
    before: list[Bytes] | None = None,
) -> None:
    # The lock is ours, so a file of this name is what a writer that died left behind.
    fresh = path.with_name(f"{path.name}.new")
    try:
        before = old.dead() if old and before is None else before
        write_new(fresh, hashes, ids, threads=threads)
        if old is not None and before is not None:
            fcntl.flock(old.descriptor, fcntl.LOCK_EX)
            with writer(fresh) as copy:
                copy.withdraw(old.withdrawn_since(before))
        fresh.replace(path)
        if old is not None:
            stamp = layout.stamp_of(old.mapped) | layout.SUPERSEDED
            os.pwrite(old.descriptor, layout.STAMP.pack(stamp), layout.STAMP_AT)
    finally:
        fresh.unlink(missing_ok=True)
        if old is not None:
            old.close()


def as_hashes(hashes: object) -> Bytes:
    """(N, 32) bytes, as they must be. Raises `InputError`."""
    array = np.asarray(hashes)
    if array.dtype != np.uint8 or array.shape[1:] != (layout.HASH_BYTES,):
        sentence = f"Fingerprints come as (N, 32) of uint8, not {array.shape} of {array.dtype}."
        raise InputError(sentence, code="shape")
    if len(array) > layout.MOST_ENTRIES:
        raise InputError("An index holds at most four thousand million entries. Split the list.")
    return np.ascontiguousarray(array)


def as_ids(ids: object, count: int | None = None) -> Ids:
    """Entry numbers, one for each fingerprint, from 0 to 2^64 - 1. Raises `InputError`."""
    array = np.asarray(ids)
    if not array.size:
        array = array.astype(np.uint64)
    if array.dtype.kind not in "ui" or array.ndim != 1:
        raise InputError("Ids come as one row of whole numbers.", code="shape")
    if array.dtype.kind == "i" and array.size and array.min() < 0:
        raise InputError("An id is a number from 0 upwards.", code="shape")
    if count is not None and len(array) != count:
        sentence = f"There are {count} fingerprints and {len(array)} ids. Give one id for each."
        raise InputError(sentence, code="shape")
    return np.ascontiguousarray(array, np.uint64)
