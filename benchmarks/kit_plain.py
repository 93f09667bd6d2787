"""Plain multi-index hashing, the method that our index refines. Only here, to be measured against.

256 bits are cut into m words. By the pigeonhole principle two hashes within 31 bits agree, in at least
one word c, to within r[c] bits, when the r[c] + 1 sum to 32. So each bucket within r[c] of the query's
word is read, and each hash in it is compared whole. Nothing can be missed.
"""

import itertools

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

RADIUS = 31
AHEAD = 24  # how many buckets ahead their bounds are asked for
BEHIND = 8  # how many buckets behind their hashes are compared


@intrinsic
def prefetch(_typing, array, _index):
    """Ask for the cache line of array[index], without waiting for it."""

    def generate(context, builder, signature, args):
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        place = builder.bitcast(builder.gep(data, [args[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [place.type, number, number, number])
        ask = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(ask, [place, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


def plan(words):
    """Widths and radii of the words; the sum of (radius + 1) is RADIUS + 1."""
    radii = np.full(words, (RADIUS + 1) // words - 1)
    radii[: (RADIUS + 1) % words] += 1
    widths = np.full(words, 256 // words)
    widths[: 256 % words] += 1
    return widths.astype(np.int64), radii


def flips(width, radius):
    """What to add (xor) to a word to reach every word within `radius`."""
    chosen = (c for k in range(radius + 1) for c in itertools.combinations(range(width), k))
    return np.array(sorted(sum(1 << bit for bit in bits) for bits in chosen), np.int64)


@njit(nogil=True, cache=True)
def popcount(x):
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (x * np.uint64(0x0101010101010101)) >> np.uint64(56)


@njit(nogil=True, cache=True)
def distance(one, other):
    total = np.uint64(0)
    for part in range(4):
        total += popcount(one[part] ^ other[part])
    return total


@njit(nogil=True, cache=True)
def word_of(row, start, width):
    at, shift = start >> 6, np.uint64(start & 63)
    value = row[at] >> shift
    if (start & 63) + width > 64:
        value |= row[at + 1] << (np.uint64(64) - shift)
    return np.int64(value & ((np.uint64(1) << np.uint64(width)) - np.uint64(1)))


@njit(nogil=True, cache=True)
def fill(hashes, start, width, bounds, postings):
    for i in range(hashes.shape[0]):
        bounds[word_of(hashes[i], start, width) + 2] += np.uint32(1)
    for value in range(2, bounds.shape[0]):
        bounds[value] += bounds[value - 1]
    for i in range(hashes.shape[0]):
        value = word_of(hashes[i], start, width) + 1
        postings[bounds[value]] = i
        bounds[value] += np.uint32(1)


@njit(nogil=True, cache=True)
def buckets(query, base, start, width, masks, bounds, postings, offset, low, high):
    """Collect the filled buckets that may hold a neighbour; their postings are asked for."""
    value, count = word_of(query, start, width), 0
    for k in range(min(AHEAD, masks.shape[0])):
        prefetch(bounds, base + (value ^ masks[k]))
    for k in range(masks.shape[0]):
        if k + AHEAD < masks.shape[0]:
            prefetch(bounds, base + (value ^ masks[k + AHEAD]))
        place = base + (value ^ masks[k])
        low[count] = offset + np.int64(bounds[place])
        high[count] = offset + np.int64(bounds[place + 1])
        prefetch(postings, low[count])
        count += low[count] < high[count]
    return count


@njit(nogil=True, cache=True)
def told_before(row, query, c, starts, widths, radii):
    """Would an earlier word have led to this row? It then has been told."""
    for k in range(c):
        ours = word_of(row, starts[k], widths[k])
        other = np.uint64(ours ^ word_of(query, starts[k], widths[k]))
        if np.int64(popcount(other)) <= radii[k]:
            return True
    return False


@njit(nogil=True, cache=True)
def compare(hashes, query, postings, low, high, c, starts, widths, radii, found, count):
    for place in range(low, high):
        row = np.int64(postings[place])
        if distance(hashes[row], query) <= RADIUS and not told_before(
            hashes[row], query, c, starts, widths, radii
        ):
            found[count] = row
            count += 1
    return count


@njit(nogil=True, cache=True)
def search(hashes, queries, starts, widths, radii, firsts, masks, bases, bounds, postings, limits):
    found = np.empty(1 << 22, np.int64)
    low, high = np.empty(1 << 15, np.int64), np.empty(1 << 15, np.int64)
    flat, count = hashes.reshape(-1), 0
    for q in range(queries.shape[0]):
        for c in range(starts.shape[0]):
            mine = masks[firsts[c] : firsts[c + 1]]
            filled = buckets(
                queries[q], bases[c], starts[c], widths[c], mine, bounds, postings,
                c * hashes.shape[0], low, high,
            )  # fmt: skip
            for k in range(filled + BEHIND):
                if k < filled:
                    for place in range(low[k], high[k]):
                        prefetch(flat, np.int64(postings[place]) * 4)
                if k >= BEHIND:
                    count = compare(
                        hashes, queries[q], postings, low[k - BEHIND], high[k - BEHIND], c,
                        starts, widths, radii, found, count,
                    )  # fmt: skip
        limits[q + 1] = count
    return found[:count].copy()


class Plain:
    """Built over (N, 32) uint8; `search` gives limits and rows, as faiss does."""

    def __init__(self, hashes, words):
        self.hashes = hashes.view("<u8")
        self.widths, self.radii = plan(words)
        self.starts = np.concatenate([[0], np.cumsum(self.widths)[:-1]])
        masks = [flips(int(w), int(r)) for w, r in zip(self.widths, self.radii, strict=True)]
        self.firsts = np.concatenate([[0], np.cumsum([len(one) for one in masks])])
        self.masks = np.concatenate(masks)
        sizes = (1 << self.widths) + 2
        self.bases = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self.bounds = np.zeros(int(sizes.sum()), np.uint32)
        self.postings = np.empty(words * len(hashes), np.uint32)
        for c, (base, size) in enumerate(zip(self.bases, sizes, strict=True)):
            mine = self.postings[c * len(hashes) : (c + 1) * len(hashes)]
            bounds = self.bounds[base : base + size]
            fill(self.hashes, int(self.starts[c]), int(self.widths[c]), bounds, mine)

    def search(self, queries):
        limits = np.zeros(len(queries) + 1, np.int64)
        rows = search(
            self.hashes, queries.view("<u8"), self.starts, self.widths, self.radii, self.firsts,
            self.masks, self.bases, self.bounds, self.postings, limits,
        )  # fmt: skip
        return limits, rows


@njit(nogil=True, cache=True)
def brute(hashes, queries, found):
    """Every pair within RADIUS as (query, row), blockwise so that a block stays near the core."""
    count = 0
    for first in range(0, hashes.shape[0], 8192):
        last = min(first + 8192, hashes.shape[0])
        for q in range(queries.shape[0]):
            a, b, c, d = queries[q, 0], queries[q, 1], queries[q, 2], queries[q, 3]
            for i in range(first, last):
                total = (
                    popcount(hashes[i, 0] ^ a) + popcount(hashes[i, 1] ^ b)
                    + popcount(hashes[i, 2] ^ c) + popcount(hashes[i, 3] ^ d)
                )  # fmt: skip
                if total <= RADIUS:
                    found[count, 0], found[count, 1] = q, i
                    count += 1
    return count
