"""Fingerprints: digests of the bytes, PDQ of the picture.

Three modes, a named choice that is written into every fingerprint:

* "full" (default): a JPEG's own luma at full size; 0 bits from `pdqhash` on the same pixels.
* "exact": colours decoded first, as Meta's tools do; 0 bits from `threatexchange` on its pictures.
* "fast": the decoder shrinks a JPEG by 2, 4 or 8, to no less than 256 pixels on the short side, and
  the weights keep the full picture's sampling phase. Away from "full", in bits: 72 camera-like JPEGs
  of 1 to 2 megapixels, median 0, 95th percentile 2, most 2; 72 with smooth, nearly empty high
  frequencies, 0, 3 and 8. For queries, not for entries of a list. Other kinds are read in full.

Read in this order: model.py (what comes out), fingerprints.py (the way in), looking.py (which
decoder), perceptual.py and kernel.py (PDQ itself), taps.py (why it is fast).
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
