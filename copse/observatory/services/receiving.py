"""Taking in what desks send: sheets of facts, and the text of the plan."""

import re
from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit.errors import InputError
from copse.kit.parcels import FactSheet, FactSheets, PublishedPlan
from copse.observatory.models import PlanText, Sheet
from copse.observatory.workflow import Action

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class BadSheet(InputError):  # noqa: N818 - named for the state
    """The sheet cannot be counted as it is."""

    code = "bad-sheet"


def receive(*, actor: Actor, sheet: FactSheet) -> Sheet:
    """Take a sheet in; it replaces the same desk's earlier one of that fact and month.

    Raises `BadSheet` for cells that do not fit the sheet's own dimensions or month.
    """
    access.require(actor, Action.RECEIVE)
    _keep(actor, [sheet], ())
    received = Sheet.objects.get(source=sheet.desk, fact=sheet.fact, period=sheet.period)
    audit.record(actor, Action.RECEIVE, received, fact=sheet.fact, period=sheet.period)
    return received


def receive_all(*, actor: Actor, parcel: FactSheets) -> int:
    """Take many sheets in at once; returns how many said something new.

    Raises `BadSheet` when one does not fit: then none is taken.
    """
    access.require(actor, Action.RECEIVE)
    new = _keep(actor, parcel.sheets, parcel.first_stands)
    audit.record(actor, Action.RECEIVE, parcel.id, sheets=len(parcel.sheets), new=new)
    return new


def _keep(actor: Actor, sheets: Iterable[FactSheet], first_stands: Iterable[str]) -> int:
    """Keep the sheets that say something else than before; what stays the same stays counted."""
    wanted = {(one.desk, one.fact, one.period): one for one in sheets}
    for one in wanted.values():
        _check(one)
    known = {
        (row.source, row.fact, row.period): row
        for row in Sheet.objects.filter(
            fact__in={fact for _desk, fact, _period in wanted},
            period__in={period for _desk, _fact, period in wanted},
        )
    }
    stands = frozenset(first_stands)
    fresh = [
        _row(actor, one)
        for key, one in wanted.items()
        if key not in known or (one.fact not in stands and _says_else(known[key], one))
    ]
    Sheet.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["desk_id", "source", "fact", "period"],
        update_fields=["room", "dimensions", "cells", "received_at", "counted"],
    )
    return len(fresh)


def _row(actor: Actor, sheet: FactSheet) -> Sheet:
    body = sheet.to_json()
    return Sheet(
        desk_id=actor.desk.id, source=sheet.desk, room=sheet.room, fact=sheet.fact,
        period=sheet.period, dimensions=body["dimensions"], cells=body["cells"],
        received_at=timezone.now(), counted=False,
    )  # fmt: skip


def _says_else(row: Sheet, sheet: FactSheet) -> bool:
    body = sheet.to_json()
    return bool(row.cells != body["cells"] or row.dimensions != body["dimensions"])


def _check(sheet: FactSheet) -> None:
    if not MONTH.fullmatch(sheet.period):
        raise BadSheet(f"“{sheet.period}” is not a month.", fact=sheet.fact)
    if sheet.fact.partition(".")[0] != sheet.room:
        raise BadSheet(f"“{sheet.fact}” is no fact of “{sheet.room}”.", fact=sheet.fact)
    for keys, number in sheet.cells:
        named = dict(zip(sheet.dimensions, keys, strict=False))
        if len(keys) != len(sheet.dimensions) or number < 0:
            raise BadSheet("A cell does not fit the sheet's dimensions.", fact=sheet.fact)
        # A cell of another month would be counted twice, once with each month's sheet.
        if named.get("month", sheet.period) != sheet.period:
            raise BadSheet("A cell belongs to another month than its sheet.", fact=sheet.fact)


def receive_plan(*, actor: Actor, parcel: PublishedPlan) -> PlanText:
    """Keep the newest text of a desk's plan; it is published with the next release."""
    access.require(actor, Action.RECEIVE_PLAN)
    taken_on = date.fromisoformat(parcel.taken_on)
    kept, made = PlanText.objects.get_or_create(
        desk_id=actor.desk.id, source=parcel.desk,
        defaults={"taken_on": taken_on, "body": parcel.body},
    )  # fmt: skip
    # Parcels may overtake each other; an old text must not bury a newer one.
    if not made and kept.taken_on <= taken_on:
        kept.taken_on, kept.body, kept.received_at = taken_on, parcel.body, timezone.now()
        kept.save(update_fields=["taken_on", "body", "received_at"])
    audit.record(actor, Action.RECEIVE_PLAN, kept, taken_on=parcel.taken_on)
    return kept
