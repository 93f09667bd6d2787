"""Powers against harms, cell by cell, and the treaties that a country has joined."""

from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit.errors import InputError
from copse.kit.framework.model import Node
from copse.strategy.models import Accession, Power, Provision
from copse.strategy.queries import law
from copse.strategy.workflow import LawAction

RATIFIED, BOUND = "ratified", "bound"
DATED = frozenset({"signed", RATIFIED, BOUND, law.DENOUNCED})


def set_power(
    *, actor: Actor, harm: Node, power: Node, state: str, holder_id: UUID | None = None,
    provision: Provision | None = None, gap_since: date | None = None,
) -> Power:  # fmt: skip
    """Say whether somebody has a power against a harm. Raises `InputError`.

    A gap keeps the day since when it is known: the one given, the one it had, or today.
    """
    access.require(actor, LawAction.EDIT)
    _check_power(state, provision, gap_since)
    before = Power.objects.select_for_update().filter(harm=harm.id, power=power.id).first()
    if not law.is_gap(state):
        gap_since = None
    else:
        known = before.gap_since if before is not None else None
        gap_since = gap_since or known or timezone.localdate()
    fields = {"state": state, "holder_id": holder_id, "provision": provision,
              "gap_since": gap_since}  # fmt: skip
    row, _made = Power.objects.update_or_create(harm=harm.id, power=power.id, defaults=fields)
    audit.record(actor, LawAction.EDIT, row, harm=harm.id, power=power.id, state=state)
    return row


def _check_power(state: str, provision: Provision | None, gap_since: date | None) -> None:
    today = timezone.localdate()
    if gap_since is not None and gap_since > today:
        raise InputError(_("A gap is known since today or a day before."), field="gap_since")
    if state not in law.RESTS:
        if provision is not None:
            sentence = _("Name no article here, or choose the state that the article is in.")
            raise InputError(sentence, field="provision")
        return
    if provision is None:
        raise InputError(_("Name the article it rests on."), field="provision")
    if law.state_of(provision, today) != state:
        if state == law.IN_FORCE:
            sentence = _(
                "This article is not in force today. Name one that is, or choose its state."
            )
        else:
            sentence = _("This article is in another state. Choose that one.")
        raise InputError(sentence, field="state")


def accede(
    *, actor: Actor, treaty: Node, state: str, on: date | None = None, reservations: str = ""
) -> Accession:
    """Say where the country stands with a treaty or an instrument. Raises `InputError`."""
    access.require(actor, LawAction.EDIT)
    if state not in law.bonds(treaty):
        raise InputError(_("Choose one of the states."), field="state")
    if state in DATED and on is None:
        raise InputError(_("Say on which day."), field="on")
    if on is not None and on > timezone.localdate():
        raise InputError(_("That day is still to come."), field="on")
    if state == RATIFIED and not reservations:
        sentence = _("Write the reservations, or choose “without reservations”.")
        raise InputError(sentence, field="reservations")
    if state == BOUND and reservations:
        sentence = _("Without reservations means that there are none. Choose the other state.")
        raise InputError(sentence, field="reservations")
    fields = {"state": state, "on": on, "reservations": reservations}
    row, _made = Accession.objects.update_or_create(treaty=treaty.id, defaults=fields)
    audit.record(actor, LawAction.EDIT, row, treaty=treaty.id, state=state)
    return row
