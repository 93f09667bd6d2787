"""Reopening answers to the law: they stand as a person gave them, and are asked for again."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit
from copse.base.access import Actor
from copse.strategy.models import Answer, Provision
from copse.strategy.queries import law
from copse.strategy.workflow import LawAction

LONGEST = 300


def reopen(actor: Actor, provisions: Iterable[Provision], because: str) -> list[Answer]:
    """Reopen every standing answer that rests on one of these provisions, and say why."""
    access.require(actor, LawAction.REOPEN)
    found = Answer.objects.filter(replaced_on=None, grounds__provision__in=list(provisions))
    answers = list(Answer.objects.select_for_update().filter(pk__in=found.values("pk")))
    for answer in answers:
        _reopen(actor, answer, because)
    return answers


def by_the_clock(*, actor: Actor) -> int:
    """Reopen what the calendar has changed: a day of commencement or repeal came since."""
    access.require(actor, LawAction.REOPEN)
    today, reopened = timezone.localdate(), 0
    for answer in law.standing_answers().values():
        if answer.reopened_on is not None or law.standing(answer, today) == answer.value:
            continue
        numbers = (f"{one.provision.work}, {one.provision}" for one in answer.grounds.all())
        because = _("A day of the law came: %(provisions)s.") % {"provisions": "; ".join(numbers)}
        _reopen(actor, answer, because)
        reopened += 1
    return reopened


def _reopen(actor: Actor, answer: Answer, because: str) -> None:
    # The first reason stays: it is the one that nobody has dealt with yet.
    if answer.reopened_on is None:
        answer.reopened_on, answer.reopened_because = timezone.localdate(), because[:LONGEST]
        answer.save(update_fields=["reopened_on", "reopened_because"])
    audit.record(actor, LawAction.REOPEN, answer)
