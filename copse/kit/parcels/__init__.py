"""What desks hand each other: frozen, versioned, and readable as JSON.

A parcel never holds a story or a contact. Those are sealed in an envelope of the vault, and the
parcel carries the envelope's id.
"""

from copse.kit.parcels.base import Parcel, UnknownParcel, from_json, known
from copse.kit.parcels.concerns import Answer, Concern, ReporterMessage, Withdrawal
from copse.kit.parcels.facts import FactSheet, FactSheets
from copse.kit.parcels.plan import (
    IndicatorValue,
    IndicatorValues,
    LegalGround,
    LegalGrounds,
    PublishedPlan,
)

__all__ = [
    "Answer",
    "Concern",
    "FactSheet",
    "FactSheets",
    "IndicatorValue",
    "IndicatorValues",
    "LegalGround",
    "LegalGrounds",
    "Parcel",
    "PublishedPlan",
    "ReporterMessage",
    "UnknownParcel",
    "Withdrawal",
    "from_json",
    "known",
]
