"""Protecting and attacking a table of 12 months × 60 districts × 4 risk classes with all margins.

    python benchmarks/disclosure.py

Three tables of made-up counts, from sparse (most are small) to full, each once as victims' data
(minimum 10) and once otherwise (minimum 5); then a year of monthly releases with corrections, the
last of which is attacked together with the eleven before it.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np

from copse.kit.stats import Dimension, Minimum, Table, attack, protect

SIZES = (12, 60, 4)
MEANS = (1.5, 6.0, 30.0)


def dimensions(first=0, sizes=SIZES):
    months = tuple(f"{2025 + at // 12}-{at % 12 + 1:02d}" for at in range(first, first + sizes[0]))
    districts = tuple(f"d{at:02d}" for at in range(sizes[1]))
    classes = tuple(f"c{at}" for at in range(sizes[2]))
    return (
        Dimension("month", months, total=f"{months[0]}/{months[-1]}"),
        Dimension("district", districts),
        Dimension("risk_class", classes),
    )


def table(counts, minimum, first=0):
    sides = dimensions(first, counts.shape)
    named = {
        tuple(side.categories[i] for side, i in zip(sides, at, strict=True)): int(n)
        for at, n in np.ndenumerate(counts)
        if n
    }
    return Table("cases", sides, named, minimum)


def one_release():
    chance = np.random.default_rng(7)
    for mean in MEANS:
        # Districts differ in size, as they do.
        size = chance.gamma(1.0, 1.0, (1, SIZES[1], 1))
        counts = chance.poisson(mean * size, SIZES)
        for minimum in Minimum:
            made = table(counts, minimum)
            begun = time.perf_counter()
            found = protect([made], name="R1")
            seconds = time.perf_counter() - begun
            numbers = found.release.numbers.values()
            yield {
                "mean": mean,
                "minimum": int(minimum),
                "numbers": len(numbers),
                "protected": found.attack.protected,
                "withheld": sum(n.shown is None for n in numbers),
                "programs": found.attack.programs,
                "safe": found.safe,
                "seconds": round(seconds, 2),
            }


def a_year(releases=12, districts=10):
    chance = np.random.default_rng(8)
    counts = chance.poisson(
        6.0 * chance.gamma(1.0, 1.0, (1, districts, 1)), (11 + releases, districts, 4)
    )
    earlier, begun = [], time.perf_counter()
    for at in range(releases):
        seen = counts[at : at + 12]
        took = time.perf_counter()
        found = protect([table(seen, Minimum.VICTIMS, at)], name=f"R{at}", earlier=earlier)
        last = time.perf_counter() - took
        assert found.safe, found.attack.narrow[:3]
        earlier.append(found.release)
        # One count in fifty of the last three months is corrected afterwards.
        late = counts[at + 9 : at + 12]
        late += chance.poisson(0.02, late.shape)
    took = time.perf_counter()
    final = attack(earlier)
    return {
        "releases": releases,
        "protected": final.protected,
        "narrow": len(final.narrow),
        "seconds_last_release": round(last, 2),
        "seconds_attack_on_all": round(time.perf_counter() - took, 2),
        "seconds": round(time.perf_counter() - begun, 1),
    }


if __name__ == "__main__":
    for figures in one_release():
        print(json.dumps(figures), flush=True)
    print(json.dumps(a_year()))
