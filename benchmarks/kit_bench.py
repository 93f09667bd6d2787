"""The toolkit beside its peers, in one run: `make bench-kit`, or `QUICK=1 make bench-kit`.

Every engine runs in a process of its own, one after the other, pinned to one core (two threads against
one and the browser excepted). Prints the table of what must be reached, and writes every figure
to `var/bench-kit/figures.json`. The full run takes some 22 minutes, 10 GB of memory and 5 GB of disk;
the quick one stops at a million.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import kit_table

HERE = Path(__file__).parent
FOLDER = HERE.parent / "var" / "bench-kit"
SLOWEST_LAST = (
    "copse", "plain multi-index", "faiss flat", "faiss multi 16x16 r1", "faiss multi 11x23 r2",
    "threatexchange",
)  # fmt: skip
# On clustered data the two other settings of faiss tell nothing more.
CLUSTERED = ("copse", "plain multi-index", "faiss multi 11x23 r2", "threatexchange")
BEGAN = time.monotonic()


def say(sentence):
    print(f"{time.monotonic() - BEGAN:6.0f} s  {sentence}", file=sys.stderr, flush=True)


def pinned():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def run(script, *words, pin=True):
    """One process; its last line of JSON, or why there is none."""
    say(" ".join((script, *words)))
    done = subprocess.run(
        [sys.executable, str(HERE / f"{script}.py"), *words],
        check=False, capture_output=True, text=True, preexec_fn=pinned if pin else None,
    )  # fmt: skip
    if done.returncode:
        say(done.stderr[-2000:])
        return {"failed": done.stderr.strip().splitlines()[-1:] or str(done.returncode)}
    lines = done.stdout.strip().splitlines()
    return json.loads(lines[-1]) if lines else {}


def matching(count):
    """Every engine over both data sets of one size."""
    return {
        dataset: {name: run("kit_match", str(FOLDER), name, dataset, str(count)) for name in names}
        for dataset, names in (("random", SLOWEST_LAST), ("clustered", CLUSTERED))
    }


def first_query(index):
    """Twice, so that the second surely finds the compiled code; with the interpreter's own start."""
    run("kit_serve", "first", index)
    began = time.monotonic()
    found = run("kit_serve", "first", index)
    return {**found, "process_s": time.monotonic() - began}


def serving(count):
    index = str(FOLDER / "random" / f"copse-{count}.idx")
    return {
        "first": first_query(index),
        "open": run("kit_serve", "open", index),
        "threads": run("kit_serve", "threads", index, pin=False),
        "build_two_threads": run("kit_serve", "build", str(FOLDER / f"random-{count}.npy"), pin=False),
        "live": run("kit_serve", "live", index, pin=False),
    }  # fmt: skip


def measured(sizes):
    figures = {"date": time.strftime("%Y-%m-%d"), "sizes": sizes, "load_before": os.getloadavg()[0]}
    run("kit_pictures", str(FOLDER / "pictures"))
    figures["hashing"] = run("kit_hash", str(FOLDER / "pictures"))
    figures["device"] = run("kit_device", str(FOLDER / "pictures"), pin=False)
    for count in sizes:
        run("kit_hashes", str(FOLDER), str(count))
        figures[f"matching-{count}"] = matching(count)
    largest = sizes[-1]
    figures["serving"] = serving(largest)
    figures["digests"] = {
        name: run("kit_digests", str(FOLDER), name, str(largest))
        for name in ("copse", "set", "threatexchange")
    }
    figures["minutes"] = (time.monotonic() - BEGAN) / 60
    return figures


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="one million only")
    asked.add_argument("--keep", action="store_true", help="leave data and index files")
    given = asked.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    if given.quick:
        os.environ["GENERATED"] = "60"
    figures = measured([1_000_000] if given.quick else [1_000_000, 10_000_000])
    (FOLDER / "figures.json").write_text(json.dumps(figures, indent=1))
    print(kit_table.table(figures))
    print(kit_table.details(figures))
    if not given.keep:
        for path in FOLDER.iterdir():
            if path.name not in {"figures.json", "pictures"}:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    main()
