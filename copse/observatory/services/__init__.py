"""What the observatory does: take sheets in, announce, and publish."""

from copse.observatory.services.announcing import BadDate, announce
from copse.observatory.services.figures import CLASSES, CLOCKS, COUNTS, NOT_KNOWN, Figure
from copse.observatory.services.publishing import (
    Blocked,
    Examined,
    NothingNew,
    NotOver,
    examine,
    preview,
    publish,
)
from copse.observatory.services.receiving import BadSheet, receive

__all__ = [
    "CLASSES",
    "CLOCKS",
    "COUNTS",
    "NOT_KNOWN",
    "BadDate",
    "BadSheet",
    "Blocked",
    "Examined",
    "Figure",
    "NotOver",
    "NothingNew",
    "announce",
    "examine",
    "preview",
    "publish",
    "receive",
]
