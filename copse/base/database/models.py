"""The abstract records; Django tells an app that a migration ended only if it has this module."""

from copse.base.database.records import DeskRecord, Record

__all__ = ["DeskRecord", "Record"]
