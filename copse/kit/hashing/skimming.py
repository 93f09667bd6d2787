"""A baseline JPEG's slowest waves of luma, read without decoding the picture.

PDQ sees a picture blurred to 64 x 64. Of each block of 8 x 8 pixels that leaves the mean and, where
blocks are not small beside the blur, the first waves; so a few of each block's 64 coefficients are
read and the rest is skipped, several in one look-up. Whatever is not the plain and whole file that
nearly every camera and program writes is left to libjpeg: it decodes it, or says what is wrong.
"""

from dataclasses import dataclass
from threading import local
from typing import Any

import numpy as np
from numba import njit

from copse.kit.hashing.huffman import (
    ADVANCE,
    CODES,
    END,
    FIRST_BITS,
    REST_BITS,
    VALUE,
    bits64,
    copy32,
    entry,
    lowest,
    slowly,
    tables,
)
from copse.kit.hashing.jpegplan import Plan, plan

# Zigzag order, as (down, across): how many coefficients hold 1, 2 or 4 waves each way.
ZIGZAG = ((0, 0), (0, 1), (1, 0), (2, 0), (1, 1), (0, 2), (0, 3), (1, 2), (2, 1), (3, 0))
KEPT = {8: 1, 4: 3, 2: 10}
# A block takes 64 codes of at most 31 bits; memory after the stream that may be read in vain.
SPARE = 512
COEFFICIENTS = 64
KEPT_BYTES = 1 << 26
U = np.uint64

_buffers = local()


@dataclass(frozen=True)
class Waves:
    """Luma as waves of blocks of 8 x 8 pixels.

    Attributes:
        planes: (C, rows * stride) int16, a coefficient of every block; C is 1, 3 or 10 of `ZIGZAG`.
        steps: (C,) float32, what one step of each coefficient is worth.
        stride: blocks in a row of `planes`.
        width, height: of the full-size picture, in pixels.
        factor: one in so many waves each way: 8, 4 or 2.
    """

    planes: Any
    steps: Any
    stride: int
    width: int
    height: int
    factor: int


@njit(nogil=True, cache=True)
def _unstuffed(data: Any, at: int, out: Any, marks: Any) -> tuple[int, int, int]:
    """Copy the scan without its stuffed zeros: bytes, restarts, and where it ends; -1: it does not.

    `marks` takes where in `out` each restart stood.
    """
    end = data.shape[0]
    size, restarts = 0, 0
    while at + 1 < end:
        if at + 32 <= end:
            found = copy32(out, size, data, at)
            some = 32 if found == 0 else lowest(found) + 1
        else:
            out[size] = data[at]
            found, some = np.uint32(data[at] == 255), 1  # noqa: PLR2004 - what a marker starts with
        at += some
        size += some
        if found == 0:
            continue
        marker = data[at] if at < end else np.uint8(1)
        if marker == 0:
            at += 1
        elif 0xD0 <= marker <= 0xD7 and restarts < marks.shape[0]:  # noqa: PLR2004 - the restarts
            size -= 1
            marks[restarts] = size
            restarts += 1
            at += 1
        else:
            return size - 1, restarts, at - 1
    return size, restarts, -1


@njit(nogil=True, cache=True, forceinline=True)
def _filled(stream: Any, top: Any, have: Any, at: Any) -> tuple[Any, Any, Any]:
    """At least 56 bits of the stream in `top`, the next one highest."""
    return top | (bits64(stream, at) >> have), have | U(56), at + ((U(63) - have) >> U(3))


@njit(nogil=True, cache=True)
def _singly(top: Any, codes: Any, place: int, constant: bool) -> tuple[Any, Any, Any]:
    """(bits, value, advance) of a code too long for a look-up; 0 bits where it is none."""
    used, symbol = slowly(top, codes, place)
    size, gone = symbol & 15, (symbol >> 4) + 1
    if constant:
        size, gone = symbol, 1
    elif symbol == 0:
        gone = END
    if used == 0 or size > 15 or (size == 0 and 1 < gone < 16):  # noqa: PLR2004 - what four bits tell
        return 0, 0, 0
    value = np.int64(0)
    if size:
        value = np.int64((top << U(used)) >> U(64 - size))
        if value < (1 << (size - 1)):
            value -= (1 << size) - 1
    return used + size, value, gone


@njit(nogil=True, cache=True, forceinline=True)
def _started(
    stream: Any, top: Any, have: Any, at: Any, first: Any, codes: Any, kind: int
) -> tuple[Any, Any, Any, int, int, int]:
    """A block's constant, and perhaps more: bits, position (0: broken), step, look-ups left."""
    top, have, at = _filled(stream, top, have, at)
    seen = entry(first, U(kind << FIRST_BITS) + (top >> U(64 - FIRST_BITS)))
    if seen != 0:
        used = U(seen) & U(31)
        return top << used, have - used, at, (seen >> ADVANCE) & 255, seen >> VALUE, 3
    bits, value, gone = _singly(top, codes, 2 * CODES * kind, True)
    return top << U(bits), have - U(bits), at, gone, value, 0


@njit(nogil=True, cache=True, forceinline=True)
def _kept(
    stream: Any, top: Any, have: Any, at: Any, single: Any, codes: Any, kind: int,
    keep: int, values: Any, turns: int,
) -> tuple[Any, Any, Any, int, int]:  # fmt: skip
    """Read coefficients into `values` up to `keep`: bits, position (0: broken), look-ups left."""
    position = 1
    base = U(kind << REST_BITS)
    while position < keep:
        if turns == 0:
            top, have, at = _filled(stream, top, have, at)
            turns = 4
        turns -= 1
        seen = entry(single, base + (top >> U(64 - REST_BITS)))
        if seen != 0:
            used, gone, value = U(seen) & U(31), (seen >> ADVANCE) & 255, seen >> VALUE
        else:
            top, have, at = _filled(stream, top, have, at)
            bits, value, gone = _singly(top, codes, 2 * CODES * kind + CODES, False)
            if bits == 0:
                return top, have, at, 0, 0
            used, turns = U(bits), 0
        top <<= used
        have -= used
        position += gone
        values[U(position - 1)] = value
    return top, have, at, position, turns


@njit(nogil=True, cache=True, forceinline=True)
def _skipped(
    stream: Any, top: Any, have: Any, at: Any, rest: Any, codes: Any, kind: int,
    position: int, turns: int,
) -> tuple[Any, Any, Any, int]:  # fmt: skip
    """Go to the block's end: bits, position (0: broken)."""
    base = U(kind << REST_BITS)
    while position < COEFFICIENTS:
        if turns == 0:
            top, have, at = _filled(stream, top, have, at)
            turns = 4
        turns -= 1
        seen = entry(rest, base + (top >> U(64 - REST_BITS)))
        after = position + (seen >> ADVANCE)
        used = U(seen) & U(31)
        # Past the last coefficient the next code is another block's: go singly there.
        if seen == 0 or COEFFICIENTS < after < END or after >= END + COEFFICIENTS:
            top, have, at = _filled(stream, top, have, at)
            bits, _value, gone = _singly(top, codes, 2 * CODES * kind + CODES, False)
            if bits == 0:
                return top, have, at, 0
            used, after, turns = U(bits), position + gone, 0
        top <<= used
        have -= used
        position = after
    return top, have, at, position


@njit(nogil=True, cache=True, forceinline=True)
def _stands_at(at: Any, have: Any, size: int) -> Any:
    """Whether all but filling bits of so many bytes are read, and none after them."""
    gone = 8 * np.int64(at) - np.int64(have)
    return 8 * size - 8 < gone <= 8 * size


@njit(nogil=True, cache=True, forceinline=True)
def _put(planes: Any, place: Any, values: Any) -> None:
    for number in range(1, planes.shape[0]):
        planes[number, place] = values[number]
        values[number] = 0


@njit(nogil=True, cache=True)
def _skim(
    stream: Any, size: int, marks: Any, interval: int, blocks: Any, first: Any, rest: Any,
    single: Any, codes: Any, shape: tuple[int, int, int, int], planes: Any,
) -> Any:  # fmt: skip
    """Read a scan. False: it is not whole, or holds more than it should.

    `blocks` (n, 3): kind, and where in the MCU's luma the block lies; -1 for other components.
    """
    across, down, wide, high = shape
    keep = planes.shape[0]
    values = np.zeros(256, np.int64)
    top, have, at = U(0), U(0), U(0)
    constant, restarts, left = 0, 0, interval
    for mcu in range(across * down):
        if interval > 0 and left == 0:
            if restarts >= marks.shape[0] or not _stands_at(at, have, marks[restarts]):
                return False
            top, have, at = U(0), U(0), U(marks[restarts])
            constant, restarts, left = 0, restarts + 1, interval
        left -= 1
        corner = (mcu // across) * high * across * wide + (mcu % across) * wide
        for number in range(blocks.shape[0]):
            if at > U(size + 8):
                return False
            kind = blocks[number, 0]
            top, have, at, position, step, turns = _started(
                stream, top, have, at, first, codes, kind
            )
            if blocks[number, 1] >= 0 and position > 0:
                constant += step
                place = U(corner + blocks[number, 2] * across * wide + blocks[number, 1])
                planes[0, place] = constant
                if keep > 1:
                    top, have, at, position, turns = _kept(
                        stream, top, have, at, single, codes, kind, keep, values, turns
                    )
                    _put(planes, place, values)
            if position > 0:
                top, have, at, position = _skipped(
                    stream, top, have, at, rest, codes, kind, position, turns
                )
            if position == 0 or COEFFICIENTS < position < END:
                return False
    return restarts == marks.shape[0] and _stands_at(at, have, size)


def skim(data: bytes, factor: int) -> Waves | None:
    """The first of every `factor` waves each way; None for a file that libjpeg must look at."""
    found = plan(data)
    if found is None:
        return None
    kinds, blocks = found.layout(alone=KEPT[factor] > 1)
    made = tables(kinds)
    if made is None:
        return None
    packed = np.frombuffer(data, np.uint8)
    marks = np.empty(
        found.across * found.down // found.interval + 1 if found.interval else 0, np.int64
    )
    stream = _buffer("stream", len(data) - found.start + SPARE, np.uint8)
    size, restarts, end = _unstuffed(packed, found.start, stream, marks)
    if end < 0 or data[end : end + 2] != b"\xff\xd9":
        return None
    stream[size : size + SPARE] = 0
    planes = _planes(found, KEPT[factor])
    shape = (found.across, found.down, found.wide, found.high)
    if not _skim(stream, size, marks[:restarts], found.interval, blocks, *made, shape, planes):
        return None
    stride = found.across * found.wide
    steps = np.frombuffer(found.steps, np.uint8)[: len(planes)].astype(np.float32)
    return Waves(planes, steps, stride, found.width, found.height, factor)


def _planes(found: Plan, keep: int) -> Any:
    count = found.across * found.wide * found.down * found.high
    return _buffer("planes", keep * count, np.int16).reshape(keep, count)


def _buffer(name: str, size: int, kind: type[np.generic]) -> Any:
    """Memory this thread used before: fresh pages would take as long as the reading."""
    if size > KEPT_BYTES:
        return np.empty(size, kind)
    kept = getattr(_buffers, name, None)
    if kept is None or kept.size < size:
        kept = np.empty(size, kind)
        setattr(_buffers, name, kept)
    return kept[:size]
