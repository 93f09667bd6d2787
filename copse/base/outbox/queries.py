from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.shortcuts import get_object_or_404

from copse.base.access import Actor
from copse.base.outbox.models import Message
from copse.base.outbox.workflow import Stage

PAGE = 50
OPEN = (Stage.WAITING, Stage.SENDING, Stage.FAILED)


def undelivered_for(actor: Actor, after: tuple[datetime, UUID] | None = None) -> list[Message]:
    """A page of the desk's messages that nobody took yet, newest first."""
    rows: QuerySet[Message] = Message.objects.filter(desk_id=actor.desk.id, stage__in=OPEN)
    if after is not None:
        # A row comparison; the database reads no more than the page.
        rows = rows.annotate(
            older=RawSQL('("outbox_message"."written_at", "outbox_message"."id") < (%s, %s)', after)
        ).filter(older=True)
    return list(rows.order_by("-written_at", "-id").defer("body")[:PAGE])


def message_for(actor: Actor, key: UUID) -> Message:
    """One message of the desk, or a 404."""
    return get_object_or_404(Message.objects.defer("body"), pk=key, desk_id=actor.desk.id)
