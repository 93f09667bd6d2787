"""Sheets as rooms send them, and the people who read what is made of them."""

from datetime import date
from uuid import uuid4

from copse.base import access, database
from copse.base.access import Actor
from copse.base.database import DeskKey
from copse.kit.parcels import FactSheet, FactSheets
from copse.observatory.models import Observation
from copse.observatory.services import indicators, receiving

DESK = DeskKey(uuid4(), "observatory")
HANA = Actor(uuid4(), "Hana", DESK, frozenset({"observatory-publisher"}))
OLU = Actor(uuid4(), "Olu", DESK, frozenset({"observatory-analyst"}))
GITA = Actor(uuid4(), "Gita", DESK, frozenset())
SYSTEM = access.system(DESK)
SENDER = uuid4()


def sheet(fact, month, cells=(), dimensions=("month",), *, desk=SENDER):
    """A sheet of one fact and month; `cells` are of the further dimensions."""
    return FactSheet(
        id=uuid4(), desk=desk, room=fact.partition(".")[0], fact=fact, dimensions=dimensions,
        period=month, cells=tuple(((month, *keys), number) for keys, number in cells),
    )  # fmt: skip


def number(fact, month, count, **more):
    """A sheet that says one number."""
    return sheet(fact, month, [((), count)], **more)


def come(*sheets, first_stands=()):
    """Sheets come in and the night's work is done; says what it changed."""
    parcel = FactSheets(id=uuid4(), sheets=tuple(sheets), first_stands=tuple(first_stands))
    receiving.receive_all(actor=SYSTEM, parcel=parcel)
    return indicators.recompute(actor=SYSTEM)


def newest(code, period, **breakdown):
    """The last vintage of a value."""
    rows = Observation.objects.filter(indicator=code, period=period, breakdown=breakdown)
    return rows.order_by("-vintage").first()


def opened(who=HANA):
    return database.as_desk(DESK, who.user_id)


TODAY = date(2026, 11, 25)
