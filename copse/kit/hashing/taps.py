"""Where each of PDQ's 64 samples looks along one side of a picture, and with what weight.

The reference blurs twice with a box and keeps every n/64th value. Both blurs and the keeping are
linear, so each kept value is one short weighted sum of pixels: about one multiplication a pixel
instead of four whole passes. `Taps` holds those sums for one side; rows and columns are alike.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit

SAMPLES = 64
# Rows of weights are padded with zeros to whole vectors, so that the inner loop has no remainder.
LANES = 16


@dataclass(frozen=True)
class Taps:
    """The weights of one side.

    Attributes:
        starts: (64,) int64, the first pixel each sample looks at.
        lengths: (64,) int64, how many pixels it looks at.
        weights: (64, L) float32, zero beyond `lengths`; L is a multiple of 16.
    """

    starts: np.ndarray[Any, np.dtype[np.int64]]
    lengths: np.ndarray[Any, np.dtype[np.int64]]
    weights: np.ndarray[Any, np.dtype[np.float32]]


@njit(nogil=True, cache=True)
def _box_twice(n: int) -> Any:
    window = (n + 127) // 128
    ahead = (window + 2) // 2 - 1
    behind = window - ahead - 1
    starts = np.empty(SAMPLES, np.int64)
    lengths = np.empty(SAMPLES, np.int64)
    longest = 2 * window + LANES
    weights = np.zeros((SAMPLES, longest // LANES * LANES), np.float64)
    for k in range(SAMPLES):
        centre = int((k + 0.5) * n / SAMPLES)
        low, high = max(0, centre - behind), min(n - 1, centre + ahead)
        first = max(0, low - behind)
        starts[k] = first
        lengths[k] = min(n - 1, high + ahead) - first + 1
        for middle in range(low, high + 1):
            left, right = max(0, middle - behind), min(n - 1, middle + ahead)
            share = 1.0 / ((high - low + 1) * (right - left + 1))
            for pixel in range(left, right + 1):
                weights[k, pixel - first] += share
    return starts, lengths, weights


@njit(nogil=True, cache=True)
def _fold(starts: Any, lengths: Any, weights: Any, factor: int, cells: int) -> Any:
    """Weights over pixels become weights over the averages of `factor` pixels.

    A pixel is taken as its cell's average plus the slope between the neighbouring cells, which
    keeps the full-size picture's sampling phase and any even ramp exactly.
    """
    folded_starts = np.empty(SAMPLES, np.int64)
    folded_lengths = np.empty(SAMPLES, np.int64)
    longest = weights.shape[1] // factor + 4 + LANES
    folded = np.zeros((SAMPLES, longest // LANES * LANES), np.float64)
    for k in range(SAMPLES):
        first = max(0, starts[k] // factor - 1)
        last = min(cells - 1, (starts[k] + lengths[k] - 1) // factor + 1)
        folded_starts[k] = first
        folded_lengths[k] = last - first + 1
        for i in range(lengths[k]):
            pixel = starts[k] + i
            cell = min(cells - 1, pixel // factor)
            before, after = max(0, cell - 1), min(cells - 1, cell + 1)
            folded[k, cell - first] += weights[k, i]
            if before < after:
                offset = pixel - (cell * factor + (factor - 1) / 2)
                slope = weights[k, i] * offset / ((after - before) * factor)
                folded[k, after - first] += slope
                folded[k, before - first] -= slope
    return folded_starts, folded_lengths, folded


@njit(nogil=True, cache=True)
def _as_waves(starts: Any, lengths: Any, weights: Any, cosines: Any) -> Any:
    """Weights over pixels become weights over the waves of blocks of 8 pixels."""
    count = cosines.shape[0]
    longest = 0
    for k in range(SAMPLES):
        longest = max(longest, (starts[k] + lengths[k] - 1) // 8 - starts[k] // 8 + 1)
    width = (longest * count + LANES - 1) // LANES * LANES
    firsts, numbers = np.empty(SAMPLES, np.int64), np.empty(SAMPLES, np.int64)
    folded = np.zeros((SAMPLES, width), np.float64)
    for k in range(SAMPLES):
        firsts[k] = starts[k] // 8
        numbers[k] = (starts[k] + lengths[k] - 1) // 8 - firsts[k] + 1
        for i in range(lengths[k]):
            pixel = starts[k] + i
            for wave in range(count):
                place = (pixel // 8 - firsts[k]) * count + wave
                folded[k, place] += weights[k, i] * cosines[wave, pixel % 8]
    return firsts, numbers, folded


@lru_cache(4096)
def waves(side: int, count: int, *, mirrored: bool = False) -> Taps:
    """The weights over the first `count` waves of each 8 pixels, block after block.

    Args:
        side: pixels along this side of the full-size picture.
        count: 1 to 8 waves, the first one constant.
        mirrored: samples run against the pixels as they are stored.
    """
    # What a JPEG's coefficient adds to each of 8 pixels.
    turns = np.outer(np.arange(count), 2 * np.arange(8) + 1) * (np.pi / 16)
    cosines = np.cos(turns) / 2
    cosines[0] = np.sqrt(1 / 8)
    starts, lengths, weights = _over_pixels(side, mirrored=mirrored)
    firsts, numbers, folded = _as_waves(starts, lengths, weights, cosines)
    return Taps(firsts, numbers, folded.astype(np.float32))


def _over_pixels(side: int, *, mirrored: bool) -> tuple[Any, Any, Any]:
    starts, lengths, weights = _box_twice(side)
    if mirrored:
        starts = side - starts - lengths
        for k, length in enumerate(lengths):
            weights[k, :length] = weights[k, :length][::-1].copy()
    return starts, lengths, weights


@lru_cache(4096)
def taps(side: int, factor: int = 1, *, mirrored: bool = False) -> Taps:
    """The weights for a side of `side` pixels.

    Args:
        side: pixels along this side of the full-size picture.
        factor: the decoder gave 1/`factor` of them, rounded up, each an average.
        mirrored: samples run against the pixels as they are stored.
    """
    starts, lengths, weights = _over_pixels(side, mirrored=mirrored)
    if factor > 1:
        starts, lengths, weights = _fold(starts, lengths, weights, factor, -(-side // factor))
    return Taps(starts, lengths, weights.astype(np.float32))
