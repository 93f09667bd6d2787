"""The same 64 x 64 samples, summed in the reference code's own order, to its last digit.

Slower, and asked only where two frequencies beside the median are too close to call: a drawn
circle, a gradient or a blank page has many that are equal but for rounding, and the reference's
bits there are decided by its roundings. Single precision throughout, nothing reassociated.
"""

from threading import local
from typing import Any

import numpy as np
from numba import njit

from copse.kit.hashing.kernel import FREQUENCIES, SAMPLES

# So many rows are walked side by side: the running sum of one row waits for itself.
ABREAST = 16
KEPT_PIXELS = 1 << 24

_kept = local()


@njit(nogil=True, cache=True)
def _box(lines: Any, blurred: Any, window: int) -> None:
    """A running mean down the first axis of (n, lanes) float32, as the reference's `box1DFloat`."""
    n, lanes = lines.shape
    half = (window + 2) // 2
    total = np.zeros(lanes, np.float32)
    for right in range(n + half - 1):
        left = right - window
        middle = right - half + 1
        inside = np.float32(min(right, n - 1) - max(left, -1))
        adds, drops = right < n, left >= 0
        for lane in range(lanes):
            if adds:
                total[lane] += lines[right, lane]
            if drops:
                total[lane] -= lines[left, lane]
        if middle >= 0:
            for lane in range(lanes):
                blurred[middle, lane] = total[lane] / inside


@njit(nogil=True, cache=True)
def _box_along_rows(luma: Any, window: int) -> None:
    """The same along every row of (H, W) float32, in place, `ABREAST` rows at a time."""
    height, width = luma.shape
    lines = np.zeros((width, ABREAST), np.float32)
    blurred = np.empty((width, ABREAST), np.float32)
    for top in range(0, height, ABREAST):
        count = min(ABREAST, height - top)
        for lane in range(count):
            for x in range(width):
                lines[x, lane] = luma[top + lane, x]
        _box(lines, blurred, window)
        for lane in range(count):
            for x in range(width):
                luma[top + lane, x] = blurred[x, lane]


@njit(nogil=True, cache=True)
def _fill(luma: Any, rows: Any, channels: int) -> None:
    """(H, W) float32 of luma; colours are added up in double precision, as `pdqhash` does."""
    height, width = luma.shape
    for y in range(height):
        for x in range(width):
            if channels == 1:
                luma[y, x] = np.float32(rows[y, x])
            else:
                red, green, blue = rows[y, 3 * x], rows[y, 3 * x + 1], rows[y, 3 * x + 2]
                luma[y, x] = np.float32(red * 0.299 + green * 0.587 + blue * 0.114)


@njit(nogil=True, cache=True)
def _blur_and_keep(luma: Any, blurred: Any) -> Any:
    """Rows, columns, rows, columns; the last columns only where a sample is kept."""
    height, width = luma.shape
    across, down = (width + 127) // 128, (height + 127) // 128
    _box_along_rows(luma, across)
    _box(luma, blurred, down)
    _box_along_rows(blurred, across)
    kept = np.empty((height, SAMPLES), np.float32)
    for y in range(height):
        for j in range(SAMPLES):
            kept[y, j] = blurred[y, int((j + 0.5) * width / SAMPLES)]
    final = np.empty_like(kept)
    _box(kept, final, down)
    samples = np.empty((SAMPLES, SAMPLES), np.float32)
    for i in range(SAMPLES):
        y = int((i + 0.5) * height / SAMPLES)
        for j in range(SAMPLES):
            samples[i, j] = final[y, j]
    return samples


def sample(rows: Any, channels: int, *, blur_always: bool = False) -> Any:
    """(H, W * channels) uint8 to (64, 64) float32.

    The reference takes a picture of 64 x 64 as it is; its eight variants do not (`blur_always`).
    """
    height, width = rows.shape[0], rows.shape[1] // channels
    luma, blurred = (plane.reshape(height, width) for plane in _planes(height * width))
    _fill(luma, rows, channels)
    if height == SAMPLES and width == SAMPLES and not blur_always:
        return luma
    return _blur_and_keep(luma, blurred)


def _planes(size: int) -> Any:
    """Two planes of this thread's memory: fresh pages would take as long as the sums."""
    if size > KEPT_PIXELS:
        return np.empty((2, size), np.float32)
    kept = getattr(_kept, "planes", None)
    if kept is None or kept.shape[1] < size:
        kept = _kept.planes = np.empty((2, size), np.float32)
    return kept[:, :size]


@njit(nogil=True, cache=True)
def frequencies(samples: Any, cosines: Any) -> Any:
    """(16, 16) float32, every sum from the first to the last."""
    half = np.zeros((FREQUENCIES, SAMPLES), np.float32)
    for i in range(FREQUENCIES):
        for k in range(SAMPLES):
            for j in range(SAMPLES):
                half[i, j] += cosines[i, k] * samples[k, j]
    whole = np.empty((FREQUENCIES, FREQUENCIES), np.float32)
    for i in range(FREQUENCIES):
        for j in range(FREQUENCIES):
            total = np.float32(0)
            for k in range(SAMPLES):
                total += half[i, k] * cosines[j, k]
            whole[i, j] = total
    return whole
