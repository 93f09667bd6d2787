"""What `fingerprint` is given, opened: whole in memory where it is short, else as a stream."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

from copse.kit.hashing import containers
from copse.kit.hashing.digest import BLOCK, digests_of
from copse.kit.hashing.model import Unreadable

# Up to here a file is read at once; beyond, only a picture is, up to the second bound.
WHOLE = 1 << 26
MOST_PICTURE = 1 << 30


@dataclass(frozen=True)
class Content:
    """Bytes with their digests, and whatever it takes to look at them.

    Attributes:
        size: bytes in all.
        digests: (md5, sha1, sha256).
        data: all the bytes, or the first few where `film` has the rest.
        name: as it was given, or "".
        film: a long film's file, at its start; None when `data` is whole.
        left_out: too long to be looked at, and no film.
    """

    size: int
    digests: tuple[str, str, str]
    data: bytes
    name: str
    film: IO[bytes] | None = None
    left_out: bool = False


@contextmanager
def opened(source: Any) -> Iterator[Content]:
    """The content of a path, bytes or a binary file. Raises `Unreadable`."""
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
        yield Content(len(data), digests_of([data]), data, "")
    elif isinstance(source, str | os.PathLike):
        with _file(source) as file:
            yield _content(file, os.fsdecode(source))
    elif hasattr(source, "read"):
        yield _content(source, str(getattr(source, "name", "")))
    else:
        raise Unreadable(
            f"A {type(source).__name__} cannot be read: give a path, bytes, a binary file or an"
            " array of pixels.",
            code="source",
        )


def _file(path: str | os.PathLike[Any]) -> IO[bytes]:
    try:
        return open(path, "rb", buffering=0, opener=_regular_only)
    except FileNotFoundError:
        raise Unreadable("There is no such file, or no longer.", code="missing") from None
    except PermissionError:
        raise Unreadable("You may not read this file.", code="forbidden") from None
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None


def _unreadable(error: Exception) -> Unreadable:
    reason = getattr(error, "strerror", None) or str(error)
    return Unreadable(f"The file cannot be read: {reason}.")


def _regular_only(path: str, flags: int) -> int:
    """Open without waiting: a pipe laid among the files would hold a scan for ever."""
    handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(None, "it is a folder, a pipe or a device")
    return handle


def _content(file: IO[bytes], name: str) -> Content:
    try:
        return _read(file, name)
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None


def _read(file: IO[bytes], name: str) -> Content:
    data = _some(file, WHOLE)
    if not isinstance(data, bytes):
        raise Unreadable("The file was opened as text. Open it as binary, mode 'rb'.")
    if len(data) <= WHOLE:
        return Content(len(data), digests_of([data]), data, name)
    kind = containers.kind_of(data[: containers.HEAD])
    if kind not in {"video", "unknown"}:
        data += _some(file, MOST_PICTURE - len(data))
        if len(data) <= MOST_PICTURE:
            return Content(len(data), digests_of([data]), data, name)
    length = len(data)
    rest = iter(lambda: file.read(BLOCK), b"")

    def counted() -> Iterator[bytes]:
        nonlocal length
        for block in rest:
            length += len(block)
            yield block

    found = digests_of(chain([data], counted()))
    head = data[: containers.HEAD]
    if kind == "video" and file.seekable() and file.tell() == length:
        file.seek(0)
        return Content(length, found, head, name, film=file)
    return Content(length, found, head, name, left_out=True)


def _some(file: IO[bytes], most: int) -> bytes:
    """All that is left, or one byte more than `most`."""
    parts = []
    left = most + 1
    while left and (part := file.read(min(left, BLOCK))):
        parts.append(part)
        left -= len(part)
    return parts[0] if len(parts) == 1 else type(parts[0])().join(parts) if parts else b""
