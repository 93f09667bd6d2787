"""Fingerprints: digests of the bytes, PDQ of the picture.

Three modes, a named choice that is written into every fingerprint:

* "full" (default): a JPEG's own luma at full size; 0 bits from `pdqhash` on the same pixels.
* "exact": colours decoded first, as Meta's tools do; 0 bits from `threatexchange` on its pictures.
* "fast": of a baseline JPEG with 512 pixels or more on the short side only the slowest waves of its
  blocks are read (skimming.py), with weights that keep the full picture's sampling phase; other
  JPEGs are shrunk by the decoder to no less than 256 pixels, other kinds read in full. Away from
  "full", in bits: 505 generated JPEGs of 400 to 1700 pixels on the short side, quality 40 to 96,
  median 0, 95th percentile 2, 99th 4, most 6; the shared pictures at most 2. White noise, which no
  camera makes, moved 26; fingerprints of quality under 50 moved up to 20. For queries, not for
  entries of a list.

Read in this order: model.py (what comes out), fingerprints.py (the way in), looking.py (which
decoder), perceptual.py and kernel.py (PDQ itself), taps.py and skimming.py (why it is fast).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from copse.kit.hashing.model import (
    HASHER,
    MOST_PIXELS,
    Fingerprint,
    Frame,
    Mode,
    Problem,
    Unreadable,
)

if TYPE_CHECKING:
    from copse.kit.hashing.digest import digests
    from copse.kit.hashing.fingerprints import fingerprint
    from copse.kit.hashing.looking import pdq_of
    from copse.kit.hashing.perceptual import dihedral, distance, pdq

_HOME = {
    "digests": "digest",
    "dihedral": "perceptual",
    "distance": "perceptual",
    "fingerprint": "fingerprints",
    "pdq": "perceptual",
    "pdq_of": "looking",
}

__all__ = [
    "HASHER",
    "MOST_PIXELS",
    "Fingerprint",
    "Frame",
    "Mode",
    "Problem",
    "Unreadable",
    "digests",
    "dihedral",
    "distance",
    "fingerprint",
    "pdq",
    "pdq_of",
]


def __getattr__(name: str) -> Any:
    # The compiler loads with the first hash, not with the import.
    if name in _HOME:
        return getattr(import_module(f"copse.kit.hashing.{_HOME[name]}"), name)
    message = f"{__name__} has no {name}"
    raise AttributeError(message)
