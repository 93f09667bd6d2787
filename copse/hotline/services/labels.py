"""What the strategy room says of the law under each label."""

from django.utils import timezone

from copse.base import access, audit
from copse.base.access import Actor
from copse.hotline.models import LegalBasis
from copse.hotline.workflow import LabelAction
from copse.kit.parcels import LegalGrounds


def receive(*, actor: Actor, parcel: LegalGrounds) -> None:
    """Replace all that was known: a label that is not named any more has lost its law."""
    access.require(actor, LabelAction.RECEIVE)
    today = timezone.localdate()
    LegalBasis.objects.exclude(label__in=parcel.labels).delete()
    for label, grounds in parcel.labels.items():
        fields = {"grounds": [one.model_dump() for one in grounds], "received_on": today}
        LegalBasis.objects.update_or_create(label=label, defaults=fields)
    audit.record(actor, LabelAction.RECEIVE, parcel.id)
