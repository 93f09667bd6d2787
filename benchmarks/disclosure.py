"""Protecting and attacking a table of 12 months × 60 districts × 4 risk classes with all margins.

    python benchmarks/disclosure.py

Three tables of made-up counts, from sparse (most are small) to full, each once as victims' data
(minimum 10) and once otherwise (minimum 5); then a year of monthly releases with corrections, the
last of which is attacked together with the eleven before it.

    python benchmarks/disclosure.py arbora

Three years of monthly releases of Arbora's shape, with corrections: the counts and the clock of the
suite's year (`tests/observatory/test_attack.py`), here with every class and bucket. What is narrow is
left out, as the desk would. At the end all that went out is attacked once more from nothing, and
anything found is a failure. `arbora 12` stops after a year.
"""

import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

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
            begun = time.process_time()
            found = protect([made], name="R1")
            seconds = time.process_time() - begun
            numbers = found.release.numbers.values()
            yield {
                "mean": mean,
                "minimum": int(minimum),
                "numbers": len(numbers),
                "protected": found.attack.protected,
                "withheld": sum(n.shown is None for n in numbers),
                "programs": found.attack.programs,
                "safe": found.safe,
                "processor_seconds": round(seconds, 2),
            }


def a_year(releases=12, districts=10):
    chance = np.random.default_rng(8)
    counts = chance.poisson(
        6.0 * chance.gamma(1.0, 1.0, (1, districts, 1)), (11 + releases, districts, 4)
    )
    earlier, begun = [], time.process_time()
    for at in range(releases):
        seen = counts[at : at + 12]
        took = time.process_time()
        found = protect([table(seen, Minimum.VICTIMS, at)], name=f"R{at}", earlier=earlier)
        last = time.process_time() - took
        assert found.safe, found.attack.narrow[:3]
        earlier.append(found.release)
        # One count in fifty of the last three months is corrected afterwards.
        late = counts[at + 9 : at + 12]
        late += chance.poisson(0.02, late.shape)
    took = time.process_time()
    final = attack(earlier)
    return {
        "releases": releases,
        "protected": final.protected,
        "narrow": len(final.narrow),
        "processor_seconds_last_release": round(last, 2),
        "processor_seconds_attack_on_all": round(time.process_time() - took, 2),
        "processor_seconds": round(time.process_time() - begun, 1),
    }


CLASSES = ("content", "contact", "conduct", "contract", "")
CLASS_MEANS = (14.0, 6.0, 4.0, 2.0, 0.7)
TELL_AT = (12, 24, 36)


class Arbora:
    """Two counts and the clock of the second, by month and risk class, corrected as time goes on."""

    def __init__(self, months, buckets):
        self.months, self.buckets = months, buckets
        self.chance = np.random.default_rng(1)
        size = (len(months), len(CLASSES))
        self.reports = self.chance.poisson(CLASS_MEANS, size)
        self.removed = self.chance.binomial(self.reports, 0.6)
        self.hours = self.chance.integers(0, 6, (*size, len(buckets))) // 3

    def correct(self, at):
        """What is found out late about the last few months: some are added, one is taken off."""
        late = slice(max(at - 4, 0), at + 1)
        self.reports[late] += self.chance.poisson(0.15, self.reports[late].shape)
        more = self.removed[late] + self.chance.poisson(0.1, self.removed[late].shape)
        self.removed[late] = np.minimum(more, self.reports[late])
        self.reports[at - 1, 0] -= 1

    def sheets(self, first, last):
        """The sheets of these months as the desk has them."""
        for at in range(first, last):
            for fact, counts in (("concerns", self.reports), ("removed", self.removed)):
                cells = {(name,): counts[at, i] for i, name in enumerate(CLASSES)}
                yield self._sheet(f"hotline.{fact}", at, cells)
            cells = {
                (name, bucket): self.hours[at, i, j]
                for i, name in enumerate(CLASSES)
                for j, bucket in enumerate(self.buckets)
            }
            yield self._sheet("hotline.clock.removal", at, cells, "hours")

    def _sheet(self, fact, at, cells, *more):
        month = self.months[at]
        return SimpleNamespace(
            fact=fact, period=month, source="hotline", dimensions=("month", "risk_class", *more),
            cells=[((month, *keys), int(number)) for keys, number in cells.items()],
        )  # fmt: skip


def monthly(releases):
    """Figures of every twelfth release, and what the attack finds in all of them at the end."""
    from copse.observatory.queries.months import months_to
    from copse.observatory.services import figures

    months = months_to("2026-10", releases + 11)
    arbora = Arbora(months, (*figures.BOUNDS, "over"))
    earlier, left_out = [], 0
    for at in range(12, len(months) + 1):
        begun, without, safe = time.process_time(), set(), False
        while not safe:
            sheets = arbora.sheets(at - 12, at)
            exact = figures.Exact.of(sheets, months[at - 12 : at], without)
            found = protect(
                exact.tables.values(), name=months[at - 1], claims=exact.claims, earlier=earlier
            )
            safe = found.safe
            without |= {one.key[0] for one in found.attack.narrow}
        earlier.append(found.release)
        left_out += bool(without)
        if len(earlier) in TELL_AT:
            yield {
                "release": len(earlier), "protected": found.attack.protected,
                "processor_seconds": round(time.process_time() - begun, 1),
                "with_something_left_out": left_out,
            }  # fmt: skip
        arbora.correct(at - 1)
    begun, final = time.process_time(), attack(earlier)
    assert not final.narrow, final.narrow[:3]
    yield {
        "releases": len(earlier), "protected": final.protected, "narrow": len(final.narrow),
        "processor_seconds_attack_on_all": round(time.process_time() - begun, 1),
    }  # fmt: skip


def for_arbora(releases=36):
    os.environ["COPSE_MODE"] = "test"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copse.project.settings")
    import django

    django.setup()
    for figures in monthly(releases):
        print(json.dumps(figures), flush=True)


def for_a_large_table():
    for figures in one_release():
        print(json.dumps(figures), flush=True)
    print(json.dumps(a_year()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["arbora"]:
        for_arbora(int(sys.argv[2]) if sys.argv[2:] else 36)
    else:
        for_a_large_table()
