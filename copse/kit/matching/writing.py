"""Everything that changes an index file. One writer at a time; readers are never made to wait."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from copse.kit.matching import layout
from copse.kit.matching.building import Ids, write_segment
from copse.kit.matching.layout import Bytes, Directory, Live


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the writers' lock of an index, on a file beside it that stays when the index is swapped."""
    lock = os.open(
        path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666
    )
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def write_new(path: Path, hashes: Bytes, ids: Ids, *, threads: int) -> None:
    """Write a whole new index to `path`, which nobody reads yet."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        live = Live(layout.DATA, layout.LIVE_CAPACITY)
        end = live.at + live.size
        os.truncate(descriptor, end)
        segments = []
        if len(ids):
            segments.append(write_segment(descriptor, end, hashes, ids, threads=threads))
            end += segments[0].size
        directory = Directory(1, end, live, tuple(segments))
        os.pwrite(descriptor, directory.pack(), layout.slot(1))
        os.pwrite(descriptor, layout.head(), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def build(path: Path, hashes: Bytes, ids: Ids, *, threads: int) -> None:
    """Write an index and put it in its place at once, also under running readers."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with locked(path):
        try:
            write_new(fresh, hashes, ids, threads=threads)
            swap(path, fresh)
        finally:
            fresh.unlink(missing_ok=True)


def swap(path: Path, fresh: Path) -> None:
    """Put a finished file in an index's place, and tell the readers of the old one."""
    try:
        old = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        old = None
    fresh.replace(path)
    if old is not None:
        stamp = layout.STAMP.unpack(os.pread(old, 8, layout.STAMP_AT).ljust(8, b"\0"))[0]
        os.pwrite(old, layout.STAMP.pack(stamp | layout.SUPERSEDED), layout.STAMP_AT)
        os.close(old)


def as_hashes(hashes: object) -> Bytes:
    """(N, 32) bytes, as they must be. Raises `InputError`."""
    array = np.asarray(hashes)
    if array.dtype != np.uint8 or array.ndim != 2 or array.shape[1] != layout.HASH_BYTES:  # noqa: PLR2004
        sentence = (
            f"Fingerprints come as an (N, 32) array of uint8, not {array.shape} of {array.dtype}."
        )
        raise layout.InputError(sentence, code="shape")
    return np.ascontiguousarray(array)
