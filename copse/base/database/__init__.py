"""Compartments: every act happens inside one desk, and the database refuses what is not its own.

Read in this order: context.py (`as_desk`, what opens and closes a compartment), records.py (what
each table declares about itself), protection.py (how declarations become grants and policies),
roles.py (who may log in and become what), server.py (the embedded PostgreSQL).
"""

from typing import TYPE_CHECKING, Any

from copse.base.database.context import (
    Context,
    DeskKey,
    after_rollback,
    as_desk,
    as_link,
    as_room,
    before_commit,
    context,
)
from copse.base.database.handling import Handling
from copse.base.database.references import next_reference

if TYPE_CHECKING:
    from copse.base.database.records import DeskRecord, Record, stage_constraint

__all__ = [
    "Context",
    "DeskKey",
    "DeskRecord",
    "Handling",
    "Record",
    "after_rollback",
    "as_desk",
    "as_link",
    "as_room",
    "before_commit",
    "context",
    "next_reference",
    "stage_constraint",
]


def __getattr__(name: str) -> Any:
    # Models may be loaded only after the apps are, and this package is read before.
    if name in {"DeskRecord", "Record", "stage_constraint"}:
        from copse.base.database import records

        return getattr(records, name)
    message = f"{__name__} has no {name}"
    raise AttributeError(message)
