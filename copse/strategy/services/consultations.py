"""Consultations, one verb a step: designed, made safe, opened, heard, answered, closed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit, database
from copse.base.access import Actor
from copse.kit.errors import InputError, RefusedError
from copse.strategy.models import Consultation, Strategy
from copse.strategy.queries.consultations import childhood_bands
from copse.strategy.queries.warnings import GROUPS
from copse.strategy.workflow import (
    CONSULTATION,
    ConsultationAction,
    ConsultationStage,
    StrategyStage,
)

CHILDREN = "S6"


class NotAnswered(RefusedError):  # noqa: N818 - named for the state
    """A consultation ends with an answer to those who were heard."""

    code = "not-answered"


class NotMadeSafe(RefusedError):  # noqa: N818 - named for the state
    """How children are met was not approved."""

    code = "not-made-safe"


class PlanIsOver(RefusedError):  # noqa: N818 - named for the state
    """Nobody is asked about a plan that has ended."""

    code = "plan-is-over"


def design(*, actor: Actor, strategy: Strategy, **fields: Any) -> Consultation:
    """Write down what is asked, of whom, and how they are kept safe.

    Raises `InputError` for a group nobody knows, `PlanIsOver` for a plan that has ended.
    """
    access.require(actor, ConsultationAction.DESIGN)
    if strategy.stage == StrategyStage.CLOSED:
        raise PlanIsOver(_("This plan has ended. Consult about the next one."))
    _check_groups(fields["groups"], children=fields["children"])
    row = Consultation(
        strategy=strategy, reference=database.next_reference("K"), author_id=actor.user_id, **fields
    )
    row.save(force_insert=True)
    audit.record(actor, ConsultationAction.DESIGN, row)
    return row


def redesign(*, actor: Actor, consultation: Consultation, **fields: Any) -> Consultation:
    """Change a design. Raises `NotMadeSafe` once it was approved: it was approved as it stood."""
    row = _locked(consultation)
    access.require(actor, ConsultationAction.DESIGN, row)
    if row.stage != ConsultationStage.DESIGNED:
        raise NotMadeSafe(
            _("This was approved as it stands. Design another consultation to ask otherwise.")
        )
    for name, value in fields.items():
        setattr(row, name, value)
    _check_groups(row.groups, children=row.children)
    row.save(update_fields=list(fields))
    audit.record(actor, ConsultationAction.DESIGN, row)
    return row


def safeguard(*, actor: Actor, consultation: Consultation) -> Consultation:
    """Approve how people are met. Raises `Denied` for the designer, `NotMadeSafe` without words."""
    row = _locked(consultation)
    access.require(actor, ConsultationAction.SAFEGUARD, row)
    if not row.safeguarding.strip():
        raise NotMadeSafe(
            _("It does not say yet how people are kept safe. The planner writes that first.")
        )
    return _step(actor, row, ConsultationAction.SAFEGUARD, safeguarded_by=actor.user_id)


def open_(*, actor: Actor, consultation: Consultation, on: date | None = None) -> Consultation:
    """Begin to ask. Raises `StepNotAllowed` before its safeguarding was approved."""
    day = _past(on, "on")
    return _step(actor, _locked(consultation), ConsultationAction.OPEN, opened_on=day)


def hear(
    *, actor: Actor, consultation: Consultation, people: int, groups: Iterable[str],
    age_bands: Iterable[str], heard: str, on: date | None = None,
) -> Consultation:  # fmt: skip
    """Write down how many came, from which groups and ages, and what they said.

    From this day those heard are owed an answer. Raises `InputError`, and `NotMadeSafe` when
    children came to what was approved for grown-ups.
    """
    row, groups, bands = _locked(consultation), list(groups), list(age_bands)
    access.require(actor, ConsultationAction.HEAR, row)
    if bands and not row.children:
        raise NotMadeSafe(
            _("This was approved for grown-ups only. Design another consultation to hear children.")
        )
    _check_heard(people, bands, heard)
    _check_groups(groups, children=bool(bands))
    day = _past(on, "on")
    if row.opened_on and day < row.opened_on:
        raise InputError(_("Nobody was heard before it opened."), field="on")
    return _step(
        actor, row, ConsultationAction.HEAR, people=people, groups=groups, age_bands=bands,
        children=bool(bands), heard=heard.strip(), heard_on=day,
    )  # fmt: skip


def answer(*, actor: Actor, consultation: Consultation, answer: str) -> Consultation:
    """Tell those heard what becomes of what they said. The day is today: no clock is set back."""
    if not answer.strip():
        raise InputError(_("Write what you answer. Those you heard read this."), field="answer")
    fields = {"answer": answer.strip(), "answered_on": timezone.localdate()}
    return _step(actor, _locked(consultation), ConsultationAction.ANSWER, **fields)


def close(*, actor: Actor, consultation: Consultation) -> Consultation:
    """End a consultation. Raises `NotAnswered` while those heard wait for their answer."""
    row = _locked(consultation)
    access.require(actor, ConsultationAction.CLOSE, row)
    if row.stage == ConsultationStage.HEARD:
        raise NotAnswered(_("Answer those you heard first. Then it can be closed."))
    return _step(actor, row, ConsultationAction.CLOSE, closed_on=timezone.localdate())


def _step(
    actor: Actor, row: Consultation, action: ConsultationAction, **fields: Any
) -> Consultation:
    access.require(actor, action, row)
    row.stage = CONSULTATION.after(row.stage, action)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=["stage", *fields])
    audit.record(actor, action, row)
    return row


def _locked(consultation: Consultation) -> Consultation:
    return Consultation.objects.select_for_update().get(pk=consultation.pk)


def _past(on: date | None, field: str) -> date:
    today = timezone.localdate()
    if on is not None and on > today:
        raise InputError(_("Choose a day that is over, or today."), field=field)
    return on or today


def _check_groups(groups: Iterable[str], *, children: bool) -> None:
    chosen = set(groups)
    if not chosen or chosen - set(GROUPS):
        raise InputError(
            _("Choose who is asked: at least one of the seven groups."), field="groups"
        )
    if children and CHILDREN not in chosen:
        raise InputError(
            _("Children are asked, so choose the group of children and families too."),
            field="groups",
        )


def _check_heard(people: int, bands: list[str], heard: str) -> None:
    if people < 1:
        raise InputError(_("Somebody must have come. Write how many."), field="people")
    if set(bands) - set(childhood_bands()):
        raise InputError(_("Choose the ages from the list."), field="age_bands")
    if not heard.strip():
        raise InputError(_("Write what they said."), field="heard")
