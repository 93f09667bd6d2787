"""Parcels of the national plan: its public text, the values it reads, the law under a label."""

from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from copse.kit.parcels.base import Parcel

DAY = r"^\d{4}-\d\d-\d\d$"
# A year, a quarter or a month.
PERIOD = r"^\d{4}(-(Q[1-4]|0[1-9]|1[0-2]))?$"


class PublishedPlan(Parcel):
    """The plan as the public reads it. A later one for the same desk replaces it.

    `body` holds organisations, dates, money and words, and never a person: the observatory
    publishes it as it is.
    """

    KIND: ClassVar[str] = "published-plan"

    desk: UUID
    taken_on: str = Field(pattern=DAY)
    body: dict[str, Any]


class IndicatorValue(BaseModel):
    """One approved value of an indicator."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicator: str
    period: str = Field(pattern=PERIOD)
    breakdown: dict[str, str] = Field(default_factory=dict)
    value: str | None  # a decimal number; none where it is withheld or cannot be worked out
    origin: Literal["computed", "typed"]
    vintage: int = Field(ge=1)
    taken_on: str = Field(pattern=DAY)


class IndicatorValues(Parcel):
    """What the observatory knows about the plan's indicators."""

    KIND: ClassVar[str] = "indicator-values"

    values: tuple[IndicatorValue, ...]


class LegalGround(BaseModel):
    """One provision under a label."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    law: str
    provision: str
    in_force: bool


class LegalGrounds(Parcel):
    """The provisions that each label of the hotline rests on; a later parcel replaces all."""

    KIND: ClassVar[str] = "legal-grounds"

    labels: dict[str, tuple[LegalGround, ...]]
