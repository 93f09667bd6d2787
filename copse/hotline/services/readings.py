"""Readings: each made alone; a label follows from two that agree."""

from collections import Counter

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit, jobs, vault
from copse.base.access import Actor
from copse.base.database.today import today
from copse.hotline.models import Material, Reading
from copse.hotline.services import answers, materials, urgency
from copse.hotline.workflow import MATERIAL, Action, MaterialStage
from copse.kit import taxonomy
from copse.kit.errors import InputError

AGREEING = 2
READERS = 3


def read(
    *, actor: Actor, material: Material, label: str, age_band: str, severity: str,
    series: str = "", note: str = "",
) -> Material:  # fmt: skip
    """Write down what the actor concluded, and what follows from all readings together.

    Raises `Denied` for somebody who does not hold the material or has read it before,
    `StepNotAllowed` once it is decided, `InputError` for a code that is in no list.
    """
    _check_codes(label, age_band, severity)
    material = materials.locked(material.pk)
    access.require(actor, Action.READ, material)
    by_lead = material.stage == MaterialStage.ESCALATED
    made = Reading(
        material=material, analyst_id=actor.user_id, label=label, age_band=age_band,
        label_version=taxonomy.scheme("material_label").version, severity=severity, series=series,
        note=vault.seal({"note": note}, desks=[actor.desk.id]) if note else None,
        by_lead=by_lead, made_at=timezone.now(),
    )  # fmt: skip
    made.save(force_insert=True)
    audit.record(actor, Action.READ, material)
    return _follow(actor, material)


def _check_codes(label: str, age_band: str, severity: str) -> None:
    chosen = {"material_label": label, "age_band": age_band, "severity": severity}
    for scheme, code in chosen.items():
        if code not in taxonomy.scheme(scheme).codes():
            raise InputError(_("Choose one of the list."), field=scheme)


def _follow(actor: Actor, material: Material) -> Material:
    readings = list(material.readings.order_by("made_at", "id"))
    label = decided(readings)
    if label:
        agreeing = [one for one in readings if one.label == label]
        return _decide(actor, material, label, agreeing)
    if len(readings) >= READERS:
        return _step(actor, material, Action.ESCALATE)
    action = Action.READ if len(readings) == 1 else Action.DISAGREE
    return _step(actor, material, action)


def decided(readings: list[Reading]) -> str:
    """The label that follows: two that agree, or a lead's after three that differ; else nothing."""
    leads = [one.label for one in readings if one.by_lead]
    if leads:
        return leads[0]
    label, times = Counter(one.label for one in readings).most_common(1)[0]
    return label if times >= AGREEING else ""


def _decide(actor: Actor, material: Material, label: str, agreeing: list[Reading]) -> Material:
    scheme = taxonomy.scheme("material_label")
    material.label, material.label_version = label, scheme.version
    material.label_age_band = min((one.age_band for one in agreeing), key=urgency.age_rank)
    ranks = taxonomy.scheme("severity")
    material.severity = min((one.severity for one in agreeing), key=lambda s: ranks[s]["rank"])
    material.decided_at = timezone.now()
    if scheme[label]["effect"] == "material":
        material = _step(actor, material, Action.LABEL)
        jobs.defer("hotline.trace", material=str(material.pk))
        return material
    material = _step(actor, material, Action.DISMISS)
    answers.tell_all(actor=actor, material=material)
    return material


def _step(actor: Actor, material: Material, action: Action) -> Material:
    material.stage = MATERIAL.after(material.stage, action)
    material.holder_id = material.claimed_at = None
    material.quiet_since = today()
    material.save()
    if action != Action.READ:
        audit.record(actor, action, material)
    return material
