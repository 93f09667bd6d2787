from dataclasses import dataclass
from typing import Any
from uuid import UUID

from copse.base.database import DeskKey

SYSTEM = "system"
# The system acts on jobs and parcels; one fixed id, so that the audit log can name it.
SYSTEM_ID = UUID("00000000-0000-4000-8000-000000000001")


@dataclass(frozen=True)
class Actor:
    """Somebody acting at one desk. `keyring` opens sealed records, and is None for the system."""

    user_id: UUID
    name: str
    desk: DeskKey
    roles: frozenset[str]
    keyring: Any = None

    @property
    def is_system(self) -> bool:
        return SYSTEM in self.roles


def system(desk: DeskKey) -> Actor:
    """The actor of jobs and parcel handlers at a desk."""
    return Actor(SYSTEM_ID, "Copse", desk, frozenset({SYSTEM}))
