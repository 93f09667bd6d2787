"""Compile the kernels once, before the workers start that would each do it at the same time.

The machine code is kept beside the sources: this takes a while after a change, and a second else.
"""

import tempfile
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np

from copse.kit.hashing import child, dihedral, fingerprint
from copse.kit.matching.digests import Digests
from copse.kit.matching.matcher import Matcher
from tests.kit.matching_cases import noise
from tests.toolkit import drawn

MANY = 20_000


def hashing():
    """What a child warms up (a large picture is skimmed), and small ones in every mode."""
    child.warm_up()
    for colours in ("RGB", "L"):
        for form in ("JPEG", "PNG"):
            file = BytesIO()
            drawn(0).convert(colours).save(file, form)
            for mode in ("exact", "full", "fast"):
                fingerprint(file.getvalue(), mode=mode)
        dihedral(np.asarray(drawn(0).convert(colours)))


def matching():
    """An index with equal, late and withdrawn entries, and digests."""
    with tempfile.TemporaryDirectory() as place:
        matching_in(Path(place))


def matching_in(folder):
    """Built, added to, searched, made compact."""
    hashes = noise(MANY)
    hashes[1] = hashes[0]
    matcher = Matcher.build(folder / "x.idx", hashes)
    matcher.add(noise(MANY, seed=2), np.arange(MANY, 2 * MANY))
    matcher.add(noise(10, seed=3), np.arange(2 * MANY, 2 * MANY + 10))
    for queries in (noise(100), noise(1)):
        matcher.search(queries)
    matcher.withdraw(np.array([3, MANY + 3]))
    matcher.compact()
    matcher.verify()
    digests = Digests.build(folder / "x.dig", noise(MANY)[:, :16], np.arange(MANY))
    digests.lookup(noise(2)[:, :16].copy())


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as both:
        for done in (both.submit(hashing), both.submit(matching)):
            done.result()
