"""JPEG: one walk over the header, then libjpeg-turbo straight to what the mode needs."""

from dataclasses import dataclass
from threading import local
from typing import Any

import numpy as np
import simplejpeg

from copse.kit.hashing.exif import orientation_in
from copse.kit.hashing.model import Mode, Refused
from copse.kit.hashing.pixels import Pixels
from copse.kit.hashing.skimming import Waves, skim

# Shrinking in the decoder keeps at least so many pixels on the short side: below, hashes drift.
SHORTEST = 256
# Of each block's 8 waves each way one, two or four are read, where the short side has so many pixels.
SKIMMED = {8: 2048, 4: 900, 2: 512}
# A progressive picture is decoded once per scan; honest ones have about ten.
HONEST_SCANS = 16
MOST_SCANNED = 40  # scans x pixels, in units of the most pixels allowed
KEPT_BYTES = 1 << 26

_START_OF_SCAN, _END = 0xDA, 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset(range(0xD0, 0xD9)) | {0x01}
_INK = 4  # cyan, magenta, yellow and black

_buffers = local()


@dataclass(frozen=True)
class Header:
    """What a decoder must know first; `components` is 1 grey, 3 colour, 4 ink."""

    width: int
    height: int
    components: int
    progressive: bool
    orientation: int


def header(data: bytes) -> Header:
    """Read the markers up to the first scan. Raises `Refused`."""
    at, end, orientation = 2, len(data), 1
    frame: tuple[int, int, int, bool] | None = None
    while at + 4 <= end:
        if data[at] != 0xFF:  # noqa: PLR2004 - what every marker starts with
            break
        marker = data[at + 1]
        if marker == 0xFF or marker in _BARE:  # noqa: PLR2004 - filling
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        if marker in {_START_OF_SCAN, _END}:
            break
        length = int.from_bytes(data[at + 2 : at + 4])
        if marker in _FRAMES and at + 10 <= end:
            high, wide = data[at + 5 : at + 7], data[at + 7 : at + 9]
            frame = int.from_bytes(wide), int.from_bytes(high), data[at + 9], marker % 4 == 2  # noqa: PLR2004
        elif marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":  # noqa: PLR2004 - APP1
            orientation = orientation_in(data[at + 10 : at + 2 + length])
        at += 2 + length
    if frame is None:
        raise Refused("truncated", "The JPEG ends before it says how large it is. Fetch it again.")
    return Header(*frame, orientation)


def check_scans(data: bytes, found: Header, most_pixels: int) -> None:
    """Refuse a progressive picture whose many scans would keep a decoder busy for minutes."""
    if not found.progressive:
        return
    scans = data.count(b"\xff\xda")
    if scans > HONEST_SCANS and scans * found.width * found.height > MOST_SCANNED * most_pixels:
        raise Refused(
            "too-many-pixels",
            f"The JPEG paints its picture {scans} times over; that is built to keep a computer"
            " busy. Look at it by hand.",
            (found.width, found.height),
        )


def factor_for(found: Header, mode: Mode) -> int:
    """By how much the decoder may shrink what is not skimmed: 1, or in fast mode 2, 4 or 8."""
    if mode == "fast":
        for factor in (8, 4, 2):
            if min(found.width, found.height) >= SHORTEST * factor:
                return factor
    return 1


def read(data: bytes, found: Header, mode: Mode) -> Pixels | Waves:
    """What the mode looks at of a 1- or 3-component JPEG. Raises `Refused`."""
    shortest = min(found.width, found.height)
    factor = next((by for by, least in SKIMMED.items() if shortest >= least), 0)
    if mode == "fast" and factor and not found.progressive:
        skimmed = skim(data, factor)
        if skimmed and (skimmed.width, skimmed.height) == (found.width, found.height):
            return skimmed
    return decode(data, found, mode)


def decode(data: bytes, found: Header, mode: Mode) -> Pixels:
    """Decode 1- and 3-component JPEG; ink goes through Pillow. Raises `Refused`.

    The rows live in a buffer of this thread until it decodes the next picture.
    """
    factor = factor_for(found, mode)
    height, width = -(-found.height // factor), -(-found.width // factor)
    channels = 3 if mode == "exact" and found.components > 1 else 1
    target = _buffer(height * width * channels)
    colours = "RGB" if channels > 1 else "GRAY"
    options = {"min_height": height, "min_width": width, "min_factor": factor, "buffer": target}
    try:
        cube = simplejpeg.decode_jpeg(data, colours, **options)
    except ValueError as error:
        cube = _second_try(data, colours, options, str(error))
    rows = cube.reshape(height, width * channels)
    return Pixels(rows, channels, found.width, found.height, factor)


def _second_try(data: bytes, colours: str, options: dict[str, Any], complaint: str) -> Any:
    """A file that only lacks its closing marker, or has stray bytes, shows its whole picture."""
    try:
        if complaint.startswith("Premature end"):
            return simplejpeg.decode_jpeg(data + b"\xff\xd9", colours, **options)
        if "extraneous bytes" in complaint:
            return simplejpeg.decode_jpeg(data, colours, strict=False, **options)
    except ValueError as error:
        complaint = str(error)
    if "remature end" in complaint:
        raise Refused(
            "truncated", "The JPEG ends in the middle of its picture. Fetch the whole file again."
        )
    raise Refused("damaged", f"The JPEG cannot be decoded ({complaint}). Fetch it again.")


def _buffer(size: int) -> Any:
    """Memory this thread used before: fresh pages cost as much as the hash itself."""
    if size > KEPT_BYTES:
        return np.empty(size, np.uint8)
    kept = getattr(_buffers, "kept", None)
    if kept is None or kept.size < size:
        kept = _buffers.kept = np.empty(size, np.uint8)
    return kept[:size]
