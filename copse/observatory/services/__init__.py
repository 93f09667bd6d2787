"""What the observatory does: take sheets in, and publish."""

from copse.observatory.services.publishing import (
    CLASSES,
    CLOCKS,
    COUNTS,
    NOT_KNOWN,
    NothingNew,
    NotOver,
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
    "NotOver",
    "NothingNew",
    "preview",
    "publish",
    "receive",
]
