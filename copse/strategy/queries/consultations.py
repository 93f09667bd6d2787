"""Reading consultations: what was asked, whom it heard, and until when they are owed an answer."""

from datetime import date, timedelta

from django.http import Http404
from django.utils import timezone

from copse.base import access
from copse.base.access import Actor
from copse.kit import taxonomy
from copse.strategy.models import Consultation, Strategy
from copse.strategy.workflow import ConsultationStage, PlanAction, StrategyStage

# Two months: long enough for an office to decide, and short enough that those who spoke are still
# in the same class. RIGHTS-ANS counts by the same number of days.
DAYS_TO_ANSWER = 60
CHILDHOOD = 18


def consultations_for(viewer: Actor) -> list[Consultation]:
    """Every consultation of the desk: those who wait for an answer first, then the newest."""
    access.require(viewer, PlanAction.VIEW)
    rows = Consultation.objects.select_related("strategy").order_by("-reference")
    return sorted(rows, key=lambda one: one.stage != ConsultationStage.HEARD)


def consultation_for(viewer: Actor, reference: str) -> Consultation:
    """One consultation. Raises `Http404`."""
    access.require(viewer, PlanAction.VIEW)
    found = Consultation.objects.filter(reference=reference).select_related("strategy").first()
    if found is None:
        raise Http404
    return found


def plans_for(viewer: Actor) -> list[Strategy]:
    """The plans that people can be asked about: a draft first, since it waits to hear children."""
    access.require(viewer, PlanAction.VIEW)
    found = Strategy.objects.exclude(stage=StrategyStage.CLOSED).order_by("-first_day")
    return sorted(found, key=lambda one: one.stage != StrategyStage.DRAFT)


def answer_due(one: Consultation) -> date | None:
    """The day by which those heard are owed an answer; none before they were heard."""
    return one.heard_on + timedelta(days=DAYS_TO_ANSWER) if one.heard_on else None


def days_left(one: Consultation) -> int | None:
    """Days until the answer is due, below nothing when it is late; none when no clock runs."""
    due = answer_due(one)
    if due is None or one.stage != ConsultationStage.HEARD:
        return None
    return (due - timezone.localdate()).days


def late(_viewer: object = None) -> int:
    """How many consultations wait too long for their answer."""
    before = timezone.localdate() - timedelta(days=DAYS_TO_ANSWER)
    waiting = Consultation.objects.filter(stage=ConsultationStage.HEARD)
    return waiting.filter(heard_on__lt=before).count()


def childhood_bands() -> list[str]:
    """The age bands of children: those that end before adulthood."""
    scheme = taxonomy.scheme("age_band")
    ends = ((code, scheme[code]["to"]) for code in scheme.codes())
    return [code for code, end in ends if end and int(end) < CHILDHOOD]
