"""PDQ's arithmetic, compiled: pixels to 64 x 64 samples, samples to 16 x 16 frequencies, to bits.

Source: "TMK+PDQF and PDQ", Facebook 2019, and the reference code's order of steps. Sums here run
in another order than the reference's, so values differ in their last digits; `settled` says whether
that can matter, and `reference_order` repeats the reference's own order where it can.
"""

from typing import Any

import numpy as np
from numba import njit

SAMPLES = 64
FREQUENCIES = 16
BITS = FREQUENCIES * FREQUENCIES
BEST = 100  # quality is cut off here

# In single precision and by this very expression, as the reference has it.
COSINES = (
    np.float64(np.float32(np.sqrt(2 / SAMPLES)))
    * np.cos(
        np.pi / 2 / SAMPLES * np.outer(np.arange(1, FREQUENCIES + 1), 2 * np.arange(SAMPLES) + 1)
    )
).astype(np.float32)


@njit(nogil=True, cache=True, fastmath=True)
def _lighten(line: Any, channels: int, luma: Any) -> None:
    """Luma of a row of pixels; one by one, for numba takes seconds to compile a slice's checks."""
    for x in range(line.shape[0] // channels):
        if channels == 1:
            luma[x] = line[x]
        else:
            luma[x] = (
                np.float32(0.299) * line[channels * x]
                + np.float32(0.587) * line[channels * x + 1]
                + np.float32(0.114) * line[channels * x + 2]
            )


@njit(nogil=True, cache=True, fastmath=True)
def sample(
    rows: Any,
    channels: int,
    y_starts: Any,
    y_lengths: Any,
    y_weights: Any,
    x_starts: Any,
    x_weights: Any,
) -> Any:
    """Blur and decimate: (H, W * channels) uint8 to (64, 64) float32 of luma.

    Down first, so that whole rows are added up as they lie in memory, colours and all; across
    once, on 64 rows only. Colours weigh 0.299, 0.587 and 0.114, as in the reference.
    """
    stride = rows.shape[1]
    width = stride // channels
    reach = x_weights.shape[1]
    line = np.empty(stride, np.float32)
    luma = np.zeros(width + reach, np.float32)
    samples = np.empty((SAMPLES, SAMPLES), np.float32)
    for k in range(SAMPLES):
        line[:] = np.float32(0)
        y, end = y_starts[k], y_starts[k] + y_lengths[k]
        i = 0
        while y + 4 <= end:
            a, b = y_weights[k, i], y_weights[k, i + 1]
            c, d = y_weights[k, i + 2], y_weights[k, i + 3]
            for x in range(stride):
                line[x] += (
                    a * np.float32(rows[y, x])
                    + b * np.float32(rows[y + 1, x])
                    + c * np.float32(rows[y + 2, x])
                    + d * np.float32(rows[y + 3, x])
                )
            y += 4
            i += 4
        while y < end:
            a = y_weights[k, i]
            for x in range(stride):
                line[x] += a * np.float32(rows[y, x])
            y += 1
            i += 1
        _lighten(line, channels, luma)
        for j in range(SAMPLES):
            start = x_starts[j]
            total = np.float32(0)
            for i in range(reach):
                total += x_weights[j, i] * luma[start + i]
            samples[k, j] = total
    return samples


@njit(nogil=True, cache=True, fastmath=True)
def sample_waves(
    planes: Any,
    stride: int,
    steps: Any,
    places: Any,
    count: int,
    y_starts: Any,
    y_lengths: Any,
    y_weights: Any,
    x_starts: Any,
    x_weights: Any,
) -> Any:
    """The same from a JPEG's slowest waves: (C, rows * stride) int16 to (64, 64) float32 of luma.

    `places` (C, 2) says which wave down and across each of the planes holds.
    """
    reach = x_weights.shape[1]
    lines = np.empty((count, stride), np.float32)
    woven = np.zeros(count * stride + reach, np.float32)
    samples = np.empty((SAMPLES, SAMPLES), np.float32)
    for k in range(SAMPLES):
        lines[:] = np.float32(0)
        for plane in range(places.shape[0]):
            down, across = places[plane]
            for i in range(y_lengths[k]):
                weight = steps[plane] * y_weights[k, i * count + down]
                start = (y_starts[k] + i) * stride
                for x in range(stride):
                    lines[across, x] += weight * np.float32(planes[plane, start + x])
        for x in range(stride):
            for across in range(count):
                woven[x * count + across] = lines[across, x]
        for j in range(SAMPLES):
            start = x_starts[j] * count
            total = np.float32(128)
            for i in range(reach):
                total += x_weights[j, i] * woven[start + i]
            samples[k, j] = total
    return samples


@njit(nogil=True, cache=True, fastmath=True)
def frequencies(samples: Any, cosines: Any) -> Any:
    """The 16 lowest frequencies but the constant each way: (64, 64) to (16, 16) float32."""
    half = np.zeros((FREQUENCIES, SAMPLES), np.float32)
    for i in range(FREQUENCIES):
        for k in range(SAMPLES):
            c = cosines[i, k]
            for j in range(SAMPLES):
                half[i, j] += c * samples[k, j]
    whole = np.empty((FREQUENCIES, FREQUENCIES), np.float32)
    for i in range(FREQUENCIES):
        for j in range(FREQUENCIES):
            total = np.float32(0)
            for k in range(SAMPLES):
                total += half[i, k] * cosines[j, k]
            whole[i, j] = total
    return whole


def bits(whole: Any) -> Any:
    """(32,) uint8 and the gap at the median: a bit is 1 where a frequency is above the median.

    Which frequencies are above depends on the gap between the 128th and the 129th alone.
    """
    flat = whole.reshape(-1)
    ordered = np.sort(flat)
    median = ordered[BITS // 2 - 1]
    return np.packbits(flat[::-1] > median), ordered[BITS // 2] - median


@njit(nogil=True, cache=True)
def _steps(samples: Any, down: Any, across: Any, slack: Any) -> Any:
    """Steps from samples to those so far down and across, in whole hundredths of the full range.

    Returns (sum, less, more): a step within `slack` of a whole number may count one less or more.
    """
    hundred, full, nearly = np.float32(100), np.float32(255), np.float32(1) - slack
    total, less, more = 0, 0, 0
    for i in range(samples.shape[0] - down):
        for j in range(samples.shape[1] - across):
            step = abs((samples[i, j] - samples[i + down, j + across]) * hundred / full)
            whole = np.int32(step)
            rest = step - np.float32(whole)
            total += int(whole)
            less += (rest < slack) & (whole > 0)
            more += rest > nearly
    return total, less, more


@njit(nogil=True, cache=True)
def quality(samples: Any, slack: float) -> Any:
    """(quality, lowest, highest) of (64, 64) samples that may be off by `slack` hundredths."""
    edge = np.float32(slack)
    one, none = np.int64(1), np.int64(0)  # as numbers like any other, or each is compiled for
    total, less, more = _steps(samples, one, none, edge)
    across, fewer, further = _steps(samples, none, one, edge)
    total, less, more = total + across, less + fewer, more + further
    return (
        min(BEST, total // 90),
        min(BEST, (total - less) // 90),
        min(BEST, (total + more) // 90),
    )
