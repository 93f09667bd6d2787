"""PDQ of pixels: the fast sums, and the reference's own where rounding would decide a bit."""

from math import sqrt
from typing import Any

import numpy as np

from copse.kit.hashing import kernel, reference_order
from copse.kit.hashing.pixels import Pixels, pixels_of
from copse.kit.hashing.skimming import ZIGZAG, Waves
from copse.kit.hashing.taps import taps, waves

BYTES = 32
SMALLEST = 5  # the reference hashes no side shorter than this
# How far the reference's running sums may stray, times the root of the sides in pixels: the gap at
# the median strayed by a third of this at most in drawn, noisy and photographed pictures, and by
# less the smaller the gap. About 3 photographs in 100 come closer than that and are summed again.
GAP_SLACK = 5e-5
STEP_SLACK = 2e-5

# EXIF orientation: which sides are stored back to front, and whether they are exchanged after.
_TURNS = {
    1: (False, False, False),
    2: (False, True, False),
    3: (True, True, False),
    4: (True, False, False),
    5: (False, False, True),
    6: (True, False, True),
    7: (True, True, True),
    8: (False, True, True),
}

VARIANTS = ("original", "rotate90", "rotate180", "rotate270", "flipx", "flipy", "flip+", "flip-")

_PLACES = np.array(ZIGZAG)

Samples = np.ndarray[Any, np.dtype[np.float32]]


def pdq(pixels: Any) -> tuple[bytes, int]:
    """PDQ and quality of decoded pixels, 0 bits from the reference's on the same pixels.

    Args:
        pixels: (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA array of uint8, or uint16 or bool.
            Alpha is laid over white.

    Returns:
        32 bytes, most significant first, and the quality from 0 to 100. A side shorter than
        5 pixels gives 32 zero bytes and quality 0, as in the reference.

    Raises:
        InputError: the array has another shape or type.
    """
    return pdq_of_pixels(pixels_of(pixels))


def dihedral(pixels: Any) -> dict[str, bytes]:
    """PDQ of a picture turned and mirrored, its eight variants from one transform.

    Args:
        pixels: as for `pdq`.

    Returns:
        By the reference's names: "original", "rotate90", "rotate180", "rotate270", "flipx",
        "flipy", "flip+" and "flip-", 32 bytes each; all zero when a side is under 5 pixels.
    """
    picture = pixels_of(pixels)
    if min(picture.width, picture.height) < SMALLEST:
        return dict.fromkeys(VARIANTS, bytes(BYTES))
    found = [kernel.bits(turned) for turned in _variants(_frequencies(picture))]
    if min(gap for _, gap in found) <= _slack(picture):
        samples = reference_order.sample(picture.rows, picture.channels, blur_always=True)
        whole = reference_order.frequencies(samples, kernel.COSINES)
        found = [kernel.bits(turned) for turned in _variants(whole)]
    return {name: packed.tobytes() for name, (packed, _) in zip(VARIANTS, found, strict=True)}


def distance(one: str | bytes, other: str | bytes) -> int:
    """In how many of 256 bits two PDQ hashes (hex or bytes) differ."""
    a, b = (bytes.fromhex(value) if isinstance(value, str) else value for value in (one, other))
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()


def pdq_of_pixels(picture: Pixels | Waves, orientation: int = 1) -> tuple[bytes, int]:
    """PDQ and quality of `picture`, seen as EXIF `orientation` asks."""
    if min(picture.width, picture.height) < SMALLEST:
        return bytes(BYTES), 0
    samples = _samples(picture, orientation)
    packed, gap = kernel.bits(kernel.frequencies(samples, kernel.COSINES))
    spread = STEP_SLACK * sqrt(picture.width + picture.height)
    quality, lowest, highest = kernel.quality(samples, spread)
    settled = gap > _slack(picture) and lowest == highest
    if not settled and picture.factor == 1 and isinstance(picture, Pixels):
        packed, quality = _as_the_reference(picture.turned(*_TURNS[orientation]))
    return packed.tobytes(), int(quality)


def orientation_for(turn: tuple[bool, bool, bool]) -> int:
    """The EXIF orientation that asks for a turn: mirrored down, across, then exchanged."""
    return next(code for code, asked in _TURNS.items() if asked == turn)


def _slack(picture: Pixels | Waves) -> float:
    return GAP_SLACK * sqrt(picture.width + picture.height)


def _as_the_reference(picture: Pixels) -> tuple[Any, int]:
    samples = reference_order.sample(picture.rows, picture.channels)
    packed, _ = kernel.bits(reference_order.frequencies(samples, kernel.COSINES))
    return packed, kernel.quality(samples, 0.0)[0]


def _samples(picture: Pixels | Waves, orientation: int = 1) -> Samples:
    down, across, exchanged = _TURNS[orientation]
    samples: Samples
    if isinstance(picture, Waves):
        samples = _of_waves(picture, down=down, across=across)
    else:
        y = taps(picture.height, picture.factor, mirrored=down)
        x = taps(picture.width, picture.factor, mirrored=across)
        samples = kernel.sample(
            picture.rows, picture.channels, y.starts, y.lengths, y.weights, x.starts, x.weights
        )
    return np.ascontiguousarray(samples.T) if exchanged else samples


def _of_waves(picture: Waves, *, down: bool, across: bool) -> Samples:
    places = _PLACES[: len(picture.planes)]
    count = int(places.max()) + 1
    y = waves(picture.height, count, mirrored=down)
    x = waves(picture.width, count, mirrored=across)
    samples: Samples = kernel.sample_waves(
        picture.planes, picture.stride, picture.steps, places, count,
        y.starts, y.lengths, y.weights, x.starts, x.weights,
    )  # fmt: skip
    return samples


def _frequencies(picture: Pixels) -> Samples:
    whole: Samples = kernel.frequencies(_samples(picture), kernel.COSINES)
    return whole


def _variants(whole: Samples) -> tuple[Samples, ...]:
    """The eight variants' frequencies: signs change in a pattern, and sides are exchanged."""
    odd = np.where(np.arange(kernel.FREQUENCIES) % 2, 1, -1).astype(np.float32)
    rows, columns = whole * odd[:, None], whole * odd
    both = rows * odd
    turned = (whole, columns.T, both, rows.T, rows, columns, whole.T, both.T)
    return tuple(np.ascontiguousarray(variant) for variant in turned)
