"""Exact search for known fingerprints and digests.

Read in this order: matcher.py (what to call), layout.py (the file), kernels.py (why nothing is
missed), building.py, writing.py (additions, withdrawals, swaps), digests.py (exact digests).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from copse.kit.matching.layout import BadIndex

if TYPE_CHECKING:
    from copse.kit.matching.digests import Digests
    from copse.kit.matching.matcher import Found, Matcher

_HOME = {"Digests": "digests", "Found": "matcher", "Matcher": "matcher"}

__all__ = ["BadIndex", "Digests", "Found", "Matcher"]


def __getattr__(name: str) -> Any:
    # The compiler loads with the first index, not with the import.
    if name in _HOME:
        return getattr(import_module(f"copse.kit.matching.{_HOME[name]}"), name)
    message = f"{__name__} has no {name}"
    raise AttributeError(message)
