from dataclasses import dataclass
from typing import Any
from uuid import UUID

from copse.base.database import DeskKey

SYSTEM = "system"
LINK_HOLDER = "link-holder"
# The system acts on jobs and parcels; one fixed id, so that the audit log can name it.
SYSTEM_ID = UUID("00000000-0000-4000-8000-000000000001")
LINK_HOLDER_ID = UUID("00000000-0000-4000-8000-000000000002")


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


def link_holder(desk: DeskKey, name: str) -> Actor:
    """The actor of a page that a signed link opens; `name` is the organisation written to."""
    return Actor(LINK_HOLDER_ID, name, desk, frozenset({LINK_HOLDER}))
