"""Exact digests, one engine in a process of its own: look-ups a second and bytes an entry.

    python benchmarks/kit_digests.py FOLDER ENGINE N

Engines: copse, threatexchange (its index for MD5: a dict of hex to list), set (of Python bytes). Half a
million digests that are there and half a million that are not are looked up, in a batch where the engine
has one, else one by one. Every answer is checked. Prints one line of JSON.
"""

# ruff: noqa: ARG002 - every engine is called alike

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy as np

ASKED = 500_000
ROUNDS = 5


def resident():
    with Path("/proc/self/status").open() as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024


class Set:
    def __init__(self, digests, folder):
        before = resident()
        data = digests.tobytes()
        self.known = {data[i : i + 16] for i in range(0, len(data), 16)}
        del data
        self.bytes = resident() - before

    def batch(self, queries, keys):
        known = self.known
        return np.array([key in known for key in keys])


class ThreatExchange:
    def __init__(self, digests, folder):
        from threatexchange.signal_type.md5 import VideoMD5Signal

        before = resident()
        rows = ((row.tobytes().hex(), number) for number, row in enumerate(digests))
        self.index = VideoMD5Signal.get_index_cls().build(rows)
        self.bytes = resident() - before

    def batch(self, queries, keys):
        query = self.index.query
        return np.array([bool(query(key.hex())) for key in keys])


class Copse:
    def __init__(self, digests, folder):
        from copse.kit.matching.digests import Digests

        path = folder / f"digests-{len(digests)}.dgs"
        self.index = Digests.build(path, digests)
        self.bytes = path.stat().st_size

    def batch(self, queries, keys):
        return self.index.lookup(queries) >= 0


ENGINES = {"copse": Copse, "threatexchange": ThreatExchange, "set": Set}


def rate(engine, queries, expected):
    """Look-ups a second of processor time (median), and whether every answer was right."""
    keys = [row.tobytes() for row in queries]
    took, right = [], True
    for _ in range(ROUNDS):
        began = time.process_time()
        found = engine.batch(queries, keys)
        took.append(time.process_time() - began)
        right = right and bool((found == expected).all())
    return len(queries) / statistics.median(took), right


def main(folder, name, count):
    folder, count = Path(folder), int(count)
    chance = np.random.default_rng(3)
    digests = chance.integers(0, 256, (count, 16), dtype=np.uint8)
    hits = digests[chance.integers(0, count, ASKED)]
    misses = chance.integers(0, 256, (ASKED, 16), dtype=np.uint8)
    ENGINES[name](digests[:1000], folder).batch(hits[:10], [row.tobytes() for row in hits[:10]])
    began = time.perf_counter()
    engine = ENGINES[name](digests, folder)
    built = time.perf_counter() - began
    (hit, right), (miss, also) = rate(engine, hits, True), rate(engine, misses, False)
    single = [row.tobytes() for row in hits[:20_000]]
    began = time.process_time()
    if name == "copse":
        found = [engine.index.find(key) for key in single]
    else:
        found = engine.batch(None, single)
    one = len(single) / (time.process_time() - began)
    print(json.dumps({
        "engine": name, "count": count, "build_s": built, "hits_per_s": hit, "misses_per_s": miss,
        "single_per_s": one, "bytes_per_entry": engine.bytes / count,
        "right": right and also and len(found) == len(single),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }))  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
