"""The engines under measurement, each behind the same two calls.

`ENGINES[name](hashes, folder)` builds over (N, 32) uint8; `.search(queries)` gives limits (Q + 1) and
rows. Each is used as its users do: threatexchange through its own index class and hex strings, faiss
through its Python classes, one thread each.
"""

# ruff: noqa: ARG002 - every engine is called alike

import os

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np

RADIUS = 31


class ThreatExchange:
    """`PDQIndex` as `PdqSignal.get_index_cls()` gives it: no batch call, so queries are looped."""

    def __init__(self, hashes, folder):
        from threatexchange.signal_type.pdq.signal import PdqSignal

        entries = ((row.tobytes().hex(), number) for number, row in enumerate(hashes))
        self.index = PdqSignal.get_index_cls()(entries=entries)

    def search(self, queries):
        limits, rows = [0], []
        for query in queries:
            rows += [match.metadata for match in self.index.query(query.tobytes().hex())]
            limits.append(len(rows))
        return np.array(limits), np.array(rows, np.int64)


class Flat:
    """`IndexBinaryFlat`: every hash compared."""

    def __init__(self, hashes, folder):
        import faiss

        faiss.omp_set_num_threads(1)
        self.index = faiss.IndexBinaryFlat(256)
        self.index.add(hashes)

    def search(self, queries):
        limits, _, rows = self.index.range_search(np.ascontiguousarray(queries), RADIUS + 1)
        return limits.astype(np.int64), rows


class MultiHash(Flat):
    """`IndexBinaryMultiHash` with settings that miss nothing within 31 bits."""

    def __init__(self, hashes, folder, words, bits, flips):
        import faiss

        faiss.omp_set_num_threads(1)
        self.index = faiss.IndexBinaryMultiHash(256, words, bits)
        self.index.nflip = flips
        self.index.add(hashes)


class PlainMih:
    """Plain multi-index hashing, compiled and prefetching, of eleven words."""

    def __init__(self, hashes, folder):
        from kit_plain import Plain

        self.index = Plain(hashes, 11)
        self.search = self.index.search


class Copse:
    """`copse.kit.Matcher`, from its file."""

    def __init__(self, hashes, folder):
        from copse.kit.matching.matcher import Matcher

        self.path = folder / f"copse-{len(hashes)}.idx"
        self.index = Matcher.build(self.path, hashes)

    def search(self, queries, threads=1):
        # No bound, so that every answer can be held against the truth.
        found = self.index.search(queries, RADIUS, most=10_000_000, threads=threads)
        limits = np.searchsorted(found.query, np.arange(len(queries) + 1))
        return limits, found.entry.astype(np.int64)


ENGINES = {
    "copse": Copse,
    "threatexchange": ThreatExchange,
    "faiss flat": Flat,
    "faiss multi 16x16 r1": lambda hashes, folder: MultiHash(hashes, folder, 16, 16, 1),
    "faiss multi 11x23 r2": lambda hashes, folder: MultiHash(hashes, folder, 11, 23, 2),
    "plain multi-index": PlainMih,
}
# At 10 million: how many queries a slow engine is asked, so that it takes seconds, not hours.
PATIENCE = {"threatexchange": 100, "faiss flat": 20, "faiss multi 16x16 r1": 100,
            "faiss multi 11x23 r2": 200}  # fmt: skip
