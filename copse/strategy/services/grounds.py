"""Which provisions each label of the hotline rests on, and telling the hotline so."""

import uuid
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit, handover
from copse.base.access import Actor
from copse.kit.errors import InputError
from copse.kit.parcels import LegalGround, LegalGrounds
from copse.strategy.models import LabelGround, Provision
from copse.strategy.queries import law
from copse.strategy.queries.law import in_force
from copse.strategy.workflow import LawAction

HOTLINE = "hotline"


def lay(*, actor: Actor, label: str, provision: Provision) -> LabelGround:
    """Say that a label rests on a provision. Raises `InputError` where that was said before."""
    access.require(actor, LawAction.EDIT, provision)
    if label not in law.labels():
        raise InputError(_("The hotline has no such label."), field="label")
    if LabelGround.objects.filter(label=label, provision=provision).exists():
        raise InputError(_("The label rests on this article already."), field="provision")
    ground = LabelGround(label=label, provision=provision)
    ground.save(force_insert=True)
    audit.record(actor, LawAction.EDIT, ground, label=label)
    tell(actor=actor)
    return ground


def take_away(*, actor: Actor, ground: LabelGround) -> None:
    """Say that a label does not rest on a provision after all."""
    access.require(actor, LawAction.EDIT, ground)
    audit.record(actor, LawAction.EDIT, ground, label=ground.label)
    ground.delete()
    tell(actor=actor)


def told(actor: Actor, provisions: Iterable[Provision]) -> None:
    """Tell the hotline when one of these provisions lies under a label of its."""
    if LabelGround.objects.filter(provision__in=list(provisions)).exists():
        tell(actor=actor)


def tell(*, actor: Actor) -> LegalGrounds:
    """Send the hotline the provisions under each of its labels, as they stand today."""
    access.require(actor, LawAction.TELL)
    today = timezone.localdate()
    labels = {
        label: tuple(
            LegalGround(
                law=one.provision.work.title, provision=one.provision.number,
                in_force=in_force(one.provision, today),
            )
            for one in found
        )
        for label, found in law.grounds_of_labels().items()
    }  # fmt: skip
    parcel = LegalGrounds(id=uuid.uuid4(), labels=labels)
    handover.send(HOTLINE, parcel)
    audit.record(actor, LawAction.TELL, parcel.id)
    return parcel
