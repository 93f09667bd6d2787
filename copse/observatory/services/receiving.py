import re

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit.errors import InputError
from copse.kit.parcels import FactSheet
from copse.observatory.models import Sheet
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
    _check(sheet)
    body = sheet.to_json()
    received, _made = Sheet.objects.update_or_create(
        desk_id=actor.desk.id,
        source=sheet.desk,
        fact=sheet.fact,
        period=sheet.period,
        defaults={
            "room": sheet.room,
            "dimensions": body["dimensions"],
            "cells": body["cells"],
        },
    )
    audit.record(actor, Action.RECEIVE, received, fact=sheet.fact, period=sheet.period)
    return received


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
