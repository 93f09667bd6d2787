"""Somebody is in danger now: the duty address hears of it until a person has claimed it."""

from django.utils import translation
from django.utils.translation import gettext as _

from copse.base import audit
from copse.base.access import Actor
from copse.base.organisations.queries import desk_by_id
from copse.hotline.models import Concern
from copse.hotline.workflow import ConcernStage


def remind(*, actor: Actor) -> int:
    """Mail the duty address while danger waits unclaimed; returns how many concerns wait.

    The mail says that something waits, and nothing about it.
    """
    from copse.base import outbox

    waiting = Concern.objects.filter(stage=ConcernStage.OPEN, danger_now=True).count()
    desk = desk_by_id(actor.desk.id)
    if not waiting or not desk.duty_email:
        return waiting
    with translation.override("en"):
        outbox.mail(
            to=desk.duty_email,
            subject=_("Somebody is needed at the hotline now"),
            text=_("A concern that cannot wait has not been claimed. Please log in and take it."),
            kind="hotline-alert",
        )
    audit.record(actor, "hotline.concern.alert", actor.desk.id, waiting=waiting)
    return waiting
