"""What a user waits for besides the search itself: opening, the first query, a new entry, two threads.

    python benchmarks/kit_serve.py first|open|live|threads|build FILE

FILE is an index that `kit_match.py` left, or for `build` the hashes. Each word is one process; it prints one line of JSON. `first` is
run in a fresh process with compiled code in numba's cache, as after any restart.
"""

import json
import resource
import statistics
import subprocess
import sys
import time

import numpy as np

# Before anything of ours is imported: that is part of the first query.
BEGAN = time.perf_counter()


def some(count, seed=5):
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def first(path):
    from copse.kit.matching.matcher import Matcher

    imported = time.perf_counter()
    matcher = Matcher.open(path)
    opened = time.perf_counter()
    matcher.search(some(1))
    return {
        "import_s": imported - BEGAN, "open_s": opened - imported,
        "query_s": time.perf_counter() - opened, "total_s": time.perf_counter() - BEGAN,
    }  # fmt: skip


def opening(path):
    from copse.kit.matching.matcher import Matcher

    took = []
    for _ in range(7):
        began = time.perf_counter()
        Matcher.open(path)
        took.append(time.perf_counter() - began)
    matcher = Matcher.open(path)
    matcher.search(some(5000))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"open_s": statistics.median(took), "serving_peak_mb": peak}


def watch(path, hexed, wanted):
    """Another process: say when it first sees the entry, or no longer does."""
    from copse.kit.matching.matcher import Matcher

    matcher, query = Matcher.open(path), np.frombuffer(bytes.fromhex(hexed), np.uint8)[None]
    print("ready", len(matcher.search(query)), flush=True)
    until = time.monotonic() + 20
    while (len(matcher.search(query)) > 0) != (wanted == "there") and time.monotonic() < until:
        time.sleep(0.001)
    print(time.monotonic(), flush=True)


def seen_after(path, entry, wanted, act):
    """Seconds from before `act` until another process, already serving, sees its effect."""
    command = [sys.executable, __file__, "watch", path, entry.tobytes().hex(), wanted]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        other.stdout.readline()
        began = time.monotonic()
        act()
        acted = time.monotonic()
        return acted - began, float(other.stdout.readline()) - began


def live(path):
    from copse.kit.matching.matcher import Matcher

    matcher = Matcher.open(path)
    entries, adds, seen, gone = some(5, seed=6), [], [], []
    for number, entry in enumerate(entries):
        ids = np.array([1 << 40 | number], np.uint64)
        took, waited = seen_after(
            path, entry, "there", lambda e=entry, i=ids: matcher.add(e[None], i)
        )
        adds.append(took)
        seen.append(waited)
        gone.append(seen_after(path, entry, "gone", lambda i=ids: matcher.withdraw(i))[1])
    return {"add_s": statistics.median(adds), "live_s": max(seen), "withdrawn_s": max(gone)}


def threads(path):
    from kit_ceiling import ceiling

    from copse.kit.matching.matcher import Matcher

    matcher, queries, took = Matcher.open(path), some(20_000), {1: [], 2: []}
    for _ in range(7):
        for count, times in took.items():
            began = time.perf_counter()
            matcher.search(queries, threads=count)
            times.append(time.perf_counter() - began)
    one, two = (statistics.median(times[1:]) for times in took.values())
    return {"one_us": one / 20_000 * 1e6, "two_us": two / 20_000 * 1e6, "ratio": one / two,
            "ceiling": ceiling(path)}  # fmt: skip


def build(path):
    """With two threads, what `kit_match.py` measures with one."""
    from copse.kit.matching.matcher import Matcher

    index = f"{path}.two.idx"
    Matcher.build(index, some(3000), threads=2)
    hashes = np.load(path)
    began = time.perf_counter()
    Matcher.build(index, hashes, threads=2)
    return {"build_s": time.perf_counter() - began}


if __name__ == "__main__":
    word, place, *rest = sys.argv[1:]
    if word == "watch":
        watch(place, *rest)
    else:
        actions = {
            "first": first,
            "open": opening,
            "live": live,
            "threads": threads,
            "build": build,
        }
        print(json.dumps(actions[word](place)))
