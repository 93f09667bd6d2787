"""Pages of a long list: each begins after the last row of the one before it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Func, QuerySet, Value
from django.db.models.expressions import CombinedExpression

SIZE = 25


class _Row(Func):
    function = "ROW"
    output_field = models.BooleanField()


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    after: str
    """Where the next page begins, or nothing on the last."""


def after_text(row: Any) -> str:
    return f"{row.priority}_{row.received_hour:%Y%m%dT%H%M}_{row.id}"


def page(rows: QuerySet[Any], after: str = "") -> Page:
    """A page of a queue, sorted by urgency. A place that cannot be read means the beginning."""
    rows = rows.order_by("priority", "received_hour", "id")
    place = _place(after)
    if place:
        # A row comparison, which the index answers; `OR`s would read the queue from its start.
        priority, hour, pk = place
        rows = rows.filter(
            CombinedExpression(
                _Row(F("priority"), F("received_hour"), F("id")),
                ">",
                _Row(Value(priority), Value(hour, models.DateTimeField()),
                     Value(pk, models.UUIDField())),
                output_field=models.BooleanField(),
            )
        )  # fmt: skip
    found = list(rows[: SIZE + 1])
    more = len(found) > SIZE
    return Page(found[:SIZE], after_text(found[SIZE - 1]) if more else "")


def _place(after: str) -> tuple[int, datetime, UUID] | None:
    try:
        priority, hour, pk = after.split("_")
        moment = datetime.strptime(f"{hour}+0000", "%Y%m%dT%H%M%z")
        return int(priority[:9]), moment, UUID(pk)
    except ValueError:
        return None
