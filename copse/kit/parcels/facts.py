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


class FactSheets(Parcel):
    """What one desk counted at one time: many sheets that travel together.

    `first_stands` names facts of which only the state of the day is known: a sheet of a month that
    was received before is not replaced by a later one.
    """

    KIND: ClassVar[str] = "fact-sheets"

    sheets: tuple[FactSheet, ...]
    first_stands: tuple[str, ...] = Field(default=())
