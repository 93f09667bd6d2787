"""Counts on their way to the observatory. Never a person, never a text."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from copse.kit.parcels.base import Parcel


class FactSheet(Parcel):
    """One fact of one desk for one period; a later sheet for the same replaces it."""

    KIND: ClassVar[str] = "fact-sheet"

    desk: UUID
    room: str
    fact: str
    dimensions: tuple[str, ...]
    period: str
    cells: tuple[tuple[tuple[str, ...], int], ...] = Field(default=())
