"""Parcels between the portal and a desk that answers."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from copse.kit.parcels.base import Parcel

# To the hour: an exact time could be laid beside a router's log.
Hour = str
HOUR = r"^\d{4}-\d\d-\d\dT\d\d:00(:00)?(Z|\+00:00)$"


class Concern(Parcel):
    """What somebody told the portal. Story and contact are sealed in `envelope`."""

    KIND: ClassVar[str] = "concern"

    origin: Literal["portal", "gateway", "partner", "demo"] = "portal"
    journey: Literal["saw", "happened"]
    risk_class: str = ""
    risk_code: str = ""
    age_band: str = "unknown"
    danger_now: bool = False
    addresses: tuple[str, ...] = ()
    language: str = "en"
    region: str = ""
    received_hour: Hour = Field(pattern=HOUR)
    envelope: UUID | None = None
    receipt: UUID | None = None
    receipt_key: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class ReporterMessage(Parcel):
    """More words from the reporter, sealed in `envelope`."""

    KIND: ClassVar[str] = "reporter-message"

    concern: UUID
    envelope: UUID
    received_hour: Hour = Field(pattern=HOUR)


class Withdrawal(Parcel):
    """The reporter takes the concern back; the desk erases what it may."""

    KIND: ClassVar[str] = "withdrawal"

    concern: UUID


class Answer(Parcel):
    """What the desk decides to tell: a status code, and perhaps words sealed to the receipt."""

    KIND: ClassVar[str] = "answer"

    concern: UUID
    receipt: UUID
    status_code: str
    envelope: UUID | None = None
