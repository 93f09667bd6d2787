"""What the observatory does: take sheets in, and publish."""

from copse.observatory.services.publishing import (
    CLASSES,
    CLOCKS,
    COUNTS,
    NOT_KNOWN,
    NothingNew,
    last_full_month,
    preview,
    publish,
)
from copse.observatory.services.receiving import BadSheet, receive

__all__ = [
    "CLASSES",
    "CLOCKS",
    "COUNTS",
    "NOT_KNOWN",
    "BadSheet",
    "NothingNew",
    "last_full_month",
    "preview",
    "publish",
    "receive",
]
