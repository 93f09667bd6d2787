"""What the outbox keeps of a message once somebody took it, and for how long."""

from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from copse.base import audit
from copse.base.access import Actor
from copse.base.audit.models import WRITERS
from copse.base.organisations import retention
from copse.base.outbox.models import Message
from copse.base.outbox.workflow import Stage


def _gone_out(before: date) -> QuerySet[Message]:
    # What failed stays in sight until somebody puts it aside.
    day = timezone.make_aware(datetime.combine(before, time.min))
    settled = (Stage.DELIVERED, Stage.DISMISSED)
    return Message.objects.filter(stage__in=settled, written_at__lt=day).exclude(recipient="")


def erase_message(actor: Actor, letter: Message) -> None:
    """Forget to whom it went and what it was called; its words went when it was taken."""
    letter.recipient, letter.title, letter.body = "", "", b""
    letter.save(update_fields=["recipient", "title", "body"])
    audit.record(actor, f"{actor.desk.room}.outbox.erase", letter, why="outbox.message")


def declare() -> None:
    """Say what every desk's outbox keeps; the daily sweep does the rest."""
    retention.declare(retention.RecordClass(
        "outbox.message", frozenset(WRITERS), _("Mail and webhooks that went out"),
        _("To whom and under which title. The words are destroyed as soon as they are taken."),
        days=90, least=7, most=1825, due=_gone_out, erase=erase_message,
    ))  # fmt: skip
