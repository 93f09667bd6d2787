"""The end of a material's way, and the way back: reopened, closed."""

from django.utils import timezone

from copse.base import access, audit, jobs
from copse.base.access import Actor
from copse.base.database.today import today
from copse.hotline.models import Material
from copse.hotline.services import answers, materials, notices
from copse.hotline.workflow import MATERIAL, Action


def reopen(*, actor: Actor, material: Material) -> Material:
    """It is there again, or elsewhere: trace it anew, and tell whoever serves it now."""
    material = materials.locked(material.pk)
    access.require(actor, Action.REOPEN, material)
    material.stage = MATERIAL.after(material.stage, Action.REOPEN)
    material.gone_at = None
    material.save(update_fields=["stage", "gone_at"])
    audit.record(actor, Action.REOPEN, material)
    notices.close_for(actor=access.system(actor.desk), material=material.pk)
    jobs.defer("hotline.trace", material=str(material.pk))
    return material


def tell_police(*, actor: Actor, material: Material) -> Material:
    """Record that the police were told; where they come first, the notice leaves now."""
    material = materials.locked(material.pk)
    access.require(actor, Action.TELL_POLICE, material)
    material.stage = MATERIAL.after(material.stage, Action.TELL_POLICE)
    material.police_at = timezone.now()
    material.save(update_fields=["stage", "police_at"])
    audit.record(actor, Action.TELL_POLICE, material)
    jobs.defer("hotline.trace", material=str(material.pk))
    notices.ask_to_send(material)
    return material


def close(*, actor: Actor, material: Material) -> Material:
    """Nothing more is done about it; whoever reported it reads so."""
    material = materials.locked(material.pk)
    access.require(actor, Action.CLOSE, material)
    material.stage = MATERIAL.after(material.stage, Action.CLOSE)
    material.quiet_since = today()
    material.save(update_fields=["stage", "quiet_since"])
    audit.record(actor, Action.CLOSE, material)
    system = access.system(actor.desk)
    notices.close_for(actor=system, material=material.pk)
    answers.tell_all(actor=system, material=material)
    return material
