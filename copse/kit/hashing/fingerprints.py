"""`fingerprint`: any source of bytes or pixels, read once, digested and looked at."""

import os
import stat
from pathlib import Path
from typing import Any

from copse.kit.hashing import containers
from copse.kit.hashing.digest import digests_of
from copse.kit.hashing.looking import look
from copse.kit.hashing.model import (
    HASHER,
    MOST_PIXELS,
    Fingerprint,
    Look,
    Mode,
    Problem,
    Unreadable,
)
from copse.kit.hashing.perceptual import pdq_of_pixels
from copse.kit.hashing.pixels import pixels_of

Source = Any  # str | PathLike | bytes-like | BinaryIO | numpy.ndarray


def fingerprint(
    source: Source,
    *,
    mode: Mode = "full",
    isolate: bool = False,
    most_pixels: int = MOST_PIXELS,
) -> Fingerprint:
    """Digests, PDQ and quality of one picture, animation or film.

    Args:
        source: a path, bytes, an open binary file, or decoded pixels as an array ((H, W),
            (H, W, 3) or (H, W, 4) uint8).
        mode: "full" (default), "exact" or "fast"; see `copse.kit.hashing`.
        isolate: decode in a child process without network, files or much memory.
        most_pixels: a picture that claims more is refused before it is decoded.

    Returns:
        A `Fingerprint`. Content that cannot be decoded gives `pdq` None and says why in `problem`.

    Raises:
        Unreadable: the bytes themselves cannot be read: missing, forbidden or vanished.
        InputError: an array of a shape or type that is no picture.
    """
    if hasattr(source, "__array_interface__"):
        return _of_array(source, mode)
    data, name = _bytes_of(source)
    found = look(data, mode=mode, most_pixels=most_pixels)
    return _compose(found, len(data), digests_of([data]), mode, _note(found, data, name))


def _of_array(array: Any, mode: Mode) -> Fingerprint:
    pixels = pixels_of(array)
    packed, quality = pdq_of_pixels(pixels)
    found = Look("array", packed.hex(), quality, width=pixels.width, height=pixels.height)
    return _compose(found, int(array.nbytes), (None, None, None), mode, None)


def _bytes_of(source: Source) -> tuple[bytes, str]:
    """The bytes and the name, if they have one. Raises `Unreadable`."""
    if isinstance(source, bytes):
        return source, ""
    if isinstance(source, bytearray | memoryview):
        return bytes(source), ""
    if isinstance(source, str | os.PathLike):
        return _read_file(Path(source)), os.fspath(source)
    try:
        return source.read(), str(getattr(source, "name", ""))
    except (OSError, ValueError) as error:
        raise Unreadable(f"The file cannot be read: {error}.") from None


def _read_file(path: Path) -> bytes:
    try:
        with open(path, "rb", opener=_regular_only) as file:
            return file.read()
    except FileNotFoundError:
        raise Unreadable("There is no such file, or no longer.", code="missing") from None
    except PermissionError:
        raise Unreadable("This file may not be read by you.", code="forbidden") from None
    except OSError as error:
        raise Unreadable(f"The file cannot be read: {error.strerror or error}.") from None


def _regular_only(path: str, flags: int) -> int:
    """Open without waiting: a pipe laid among the files would hold a scan for ever."""
    handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(None, "it is a folder, a pipe or a device")
    return handle


def _note(found: Look, data: bytes, name: str) -> Problem | None:
    """What is odd about a picture that was read all the same."""
    if found.problem or not found.pdq:
        return found.problem
    promised = containers.expected_kind(name)
    if promised and promised != found.kind:
        return Problem("mislabelled", f"The name promises {promised}, the content is {found.kind}.")
    trailing = containers.bytes_after_png(data) if found.kind == "png" else 0
    if trailing:
        return Problem("trailing", f"{trailing:,} bytes follow the picture and were not looked at.")
    return None


def _compose(
    found: Look,
    size: int,
    digests: tuple[str, str, str] | tuple[None, None, None],
    mode: Mode,
    problem: Problem | None,
) -> Fingerprint:
    md5, sha1, sha256 = digests
    return Fingerprint(
        size, md5, sha1, sha256, found.pdq, found.quality, found.upright, found.frames,
        found.kind, found.width, found.height, mode, f"{HASHER} {mode} 1/{found.factor}", problem,
    )  # fmt: skip
