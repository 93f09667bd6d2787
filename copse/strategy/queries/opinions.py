"""Reading what the children's rights institution found, and until when it is owed a reply."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from copse.base import access
from copse.base.access import Actor
from copse.strategy.models import Opinion
from copse.strategy.workflow import OpinionAction, OpinionStage

# The same two months that children wait for an answer: an institution that speaks for them should
# not have to wait longer than they do.
DAYS_TO_REPLY = 60


def opinions_for(viewer: Actor) -> list[Opinion]:
    """Every published opinion and the viewer's own drafts: those who wait for a reply first."""
    access.require(viewer, OpinionAction.INSPECT)
    return in_order(_seen_by(viewer))


def opinion_for(viewer: Actor, reference: str) -> Opinion:
    """One opinion; a draft for its author alone. Raises `Http404`."""
    access.require(viewer, OpinionAction.INSPECT)
    found = _seen_by(viewer).filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def published() -> list[Opinion]:
    """Every opinion that was published."""
    return in_order(Opinion.objects.exclude(stage=OpinionStage.DRAFT))


def in_order(opinions: QuerySet[Opinion]) -> list[Opinion]:
    """Those that wait first, the longest before all; then the newest."""
    found = list(opinions.order_by("-reference"))
    waiting = [one for one in found if one.stage == OpinionStage.PUBLISHED]
    others = [one for one in found if one.stage != OpinionStage.PUBLISHED]
    return [*sorted(waiting, key=lambda one: one.reply_due or date.max), *others]


def reply_due(published_on: date) -> date:
    """The day by which an opinion is owed its reply."""
    return published_on + timedelta(days=DAYS_TO_REPLY)


def days_left(opinion: Opinion) -> int | None:
    """Days until the reply is due, below nothing when it is late; none when no clock runs."""
    if opinion.stage != OpinionStage.PUBLISHED or opinion.reply_due is None:
        return None
    return (opinion.reply_due - timezone.localdate()).days


def is_late(opinion: Opinion) -> bool:
    """Whether the reply came, or is still to come, after its day."""
    replied = opinion.replied_on or timezone.localdate()
    return opinion.reply_due is not None and replied > opinion.reply_due


def late(_viewer: object = None) -> int:
    """How many opinions wait for a reply that is late."""
    waiting = Opinion.objects.filter(stage=OpinionStage.PUBLISHED)
    return waiting.filter(reply_due__lt=timezone.localdate()).count()


def _seen_by(viewer: Actor) -> QuerySet[Opinion]:
    return Opinion.objects.filter(~Q(stage=OpinionStage.DRAFT) | Q(author_id=viewer.user_id))
