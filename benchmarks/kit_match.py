"""One engine, one data set, in a process of its own: build, search, and compare with the truth.

    python benchmarks/kit_match.py FOLDER ENGINE DATASET N

Prints one line of JSON: seconds to build (wall), peak memory in MB after building and at the end, and
for each kind of query the microseconds of processor time per query in a batch and one by one (median of
five), answers per query, and recall and precision against comparing every pair.
"""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from kit_engines import ENGINES, PATIENCE

ROUNDS = 5
SINGLE = 100


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def resident():
    with Path("/proc/self/status").open() as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


def timed(run):
    """Microseconds of processor time and of wall time, and what came out."""
    began, clock = time.process_time_ns(), time.perf_counter_ns()
    out = run()
    return (time.process_time_ns() - began) / 1e3, (time.perf_counter_ns() - clock) / 1e3, out


def exactness(limits, rows, truth_limits, truth_rows):
    """How many of the true answers came, and how many of those that came are true."""
    wanted = told = right = 0
    for q in range(len(limits) - 1):
        true = set(truth_rows[truth_limits[q] : truth_limits[q + 1]].tolist())
        got = rows[limits[q] : limits[q + 1]].tolist()
        wanted, told, right = wanted + len(true), told + len(got), right + len(true & set(got))
    recall = right / wanted if wanted else 1.0
    return recall, right / told if told else 1.0


def asked(engine, queries, truth_limits, truth_rows):
    engine.search(queries[:2])
    engine.search(queries[: min(len(queries), 200)])
    batch, wall = [], []
    for _ in range(ROUNDS):
        took, waited, (limits, rows) = timed(lambda: engine.search(queries))
        batch.append(took / len(queries))
        wall.append(waited / len(queries))
    ones = [queries[q : q + 1] for q in range(min(SINGLE, len(queries)))]
    single = [timed(lambda one=one: engine.search(one))[0] for one in ones]
    recall, precision = exactness(limits, rows, truth_limits, truth_rows)
    return {
        "batch_us": statistics.median(batch), "batch_wall_us": statistics.median(wall),
        "single_us": statistics.median(single), "queries": len(queries),
        "answers": len(rows) / len(queries), "recall": recall, "precision": precision,
    }  # fmt: skip


def warm(name, folder):
    """Compile before the clock runs: this is paid once per installation."""
    if name in {"copse", "plain multi-index"}:
        few = np.random.default_rng(0).integers(0, 256, (3000, 32), dtype=np.uint8)
        engine = ENGINES[name](few, folder)
        engine.search(few[:100])
        engine.search(few[:1])


def main(folder, name, dataset, count):
    folder, count = Path(folder), int(count)
    own = folder / dataset
    own.mkdir(exist_ok=True)
    warm(name, own)
    hashes = np.load(folder / f"{dataset}-{count}.npy")
    began, clock = time.process_time(), time.perf_counter()
    engine = ENGINES[name](hashes, own)
    result = {
        "engine": name, "dataset": dataset, "count": count,
        "build_s": time.perf_counter() - clock, "build_cpu_s": time.process_time() - began,
        "build_peak_mb": peak(), "resident_mb": resident(),
    }  # fmt: skip
    truth = np.load(folder / f"{dataset}-{count}.npz")
    for kind in ("miss", "hit", "natural", "dense"):
        if kind in truth.files:
            most = PATIENCE.get(name, len(truth[kind])) * max(1, 10_000_000 // count)
            queries = truth[kind][:most]
            result[kind] = asked(engine, queries, truth[f"{kind}-limits"], truth[f"{kind}-rows"])
    result["peak_mb"] = peak()
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
