"""What two threads can be worth on this machine: the bare memory pattern of a search, nothing shared."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

RUN = 40  # words of 8 bytes: five cache lines, as a bucket of ten million has
STEPS = 2_000_000


@njit(nogil=True)
def wander(words, seed, steps):
    """Read `steps` short runs at random places: what a search does to memory, and nothing else."""
    state, total = np.uint64(seed), np.uint64(0)
    runs = np.uint64(words.shape[0] // RUN)
    for _ in range(steps):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        start = (state % runs) * np.uint64(RUN)
        for i in range(RUN):
            total += words[start + np.uint64(i)]
    return total


def ceiling(path):
    """How much faster two threads are on this machine where they share nothing but its memory."""
    words = np.memmap(path, np.uint64, "r")[: 1 << 27]
    words = np.asarray(words[: len(words) // RUN * RUN])
    wander(words, 1, 1000)
    took = {1: [], 2: []}
    with ThreadPoolExecutor(2) as pool:
        for _ in range(7):
            for count, times in took.items():
                began = time.perf_counter()
                list(
                    pool.map(
                        lambda seed, n=count: wander(words, seed, STEPS // n), range(1, count + 1)
                    )
                )
                times.append(time.perf_counter() - began)
    one, two = (statistics.median(times) for times in took.values())
    return one / two
