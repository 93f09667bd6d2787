"""Parcels between desks: stored with the sender's act, handled once by the receiver's worker.

Read in this order: models.py (a parcel on its way), sending.py (`send`), transport.py (how it
travels), receiving.py (`handles`, and what happens to a parcel nobody can take), untaken.py (what
administrators see of those).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copse.base.handover.receiving import Refused, handles, pending, retry
    from copse.base.handover.sending import send
    from copse.base.handover.untaken import CARRIERS, Stuck, ask_again, stuck

__all__ = [
    "CARRIERS",
    "Refused",
    "Stuck",
    "ask_again",
    "handles",
    "pending",
    "retry",
    "send",
    "stuck",
]

# Looked up late: Django imports this package before its models may be.
_PLACES = {
    "CARRIERS": "untaken",
    "Refused": "receiving",
    "Stuck": "untaken",
    "ask_again": "untaken",
    "handles": "receiving",
    "pending": "receiving",
    "retry": "receiving",
    "send": "sending",
    "stuck": "untaken",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
