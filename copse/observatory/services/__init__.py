"""What the observatory does: take sheets in, announce, and publish."""

from copse.observatory.services.announcing import BadDate, announce
from copse.observatory.services.examining import Busy, NotExamined, ask
from copse.observatory.services.figures import CLASSES, CLOCKS, COUNTS, NOT_KNOWN, Figure
from copse.observatory.services.publishing import (
    Blocked,
    Examined,
    NothingNew,
    examine,
    preview,
    publish,
)
from copse.observatory.services.question import NotOver
from copse.observatory.services.receiving import BadSheet, receive

__all__ = [
    "CLASSES",
    "CLOCKS",
    "COUNTS",
    "NOT_KNOWN",
    "BadDate",
    "BadSheet",
    "Blocked",
    "Busy",
    "Examined",
    "Figure",
    "NotExamined",
    "NotOver",
    "NothingNew",
    "announce",
    "ask",
    "examine",
    "preview",
    "publish",
    "receive",
]
