"""Numbers that people type: surveys, registers, returns. One types, another checks, a period closes.

Only indicators that nothing counts yet are typed; a number that a desk counts cannot be overwritten
by hand. A value that was approved is never edited: a correction is a new vintage.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit import periods
from copse.kit.errors import InputError, RefusedError
from copse.kit.indicators import Indicator, Statistic, Status, catalogue
from copse.kit.indicators.computing import divided
from copse.observatory.models import Observation, Origin
from copse.observatory.queries import observations as queries
from copse.observatory.workflow import OBSERVATION, ObservationAction, ObservationStage

KEY = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}", re.IGNORECASE | re.ASCII)
PERCENT = 100
MOST = 10**15
EDITABLE = (ObservationStage.DRAFT, ObservationStage.RETURNED)


class Locked(RefusedError):  # noqa: N818 - named for the state
    """The value was approved, or its period closed: it cannot be edited."""

    code = "observation-locked"


class Counted(RefusedError):  # noqa: N818 - named for the state
    """A desk counts this indicator, so nobody types it."""

    code = "indicator-counted"


class Overlaps(InputError):  # noqa: N818 - named for the state
    """The period is of another length, or holds days that another value holds already."""

    code = "periods-overlap"


@dataclass(frozen=True)
class Typed:
    """What somebody types: a value, or the two counts that it is the share of; where it is from."""

    note: str
    value: Decimal | None = None
    numerator: int | None = None
    denominator: int | None = None


@transaction.atomic
def type_in(
    *, actor: Actor, code: str, period: str, typed: Typed,
    breakdown: Mapping[str, str] | None = None,
) -> Observation:  # fmt: skip
    """Write a number down as a draft, or correct one's draft while nobody has approved it.

    Raises `Counted` for an indicator that a desk counts, `Locked` for a value that was approved,
    `Overlaps` for a period of another length, and `InputError` for what does not fit.
    """
    access.require(actor, ObservationAction.TYPE)
    indicator = _typed_by_hand(code)
    _check_period(indicator, period)
    told = _checked_breakdown(indicator, breakdown or {})
    old = _last(code, period, told)
    if old is not None and old.stage not in EDITABLE:
        raise Locked(_locked(old), indicator=code, period=period)
    fields = _fields(indicator, typed)
    row = old or Observation(
        indicator=code, period=period, breakdown=told, origin=Origin.TYPED
    )  # fmt: skip
    return _keep(row, ObservationAction.TYPE, actor, typed_by=actor.user_id, **fields)


@transaction.atomic
def revise(*, actor: Actor, observation: Observation, typed: Typed) -> Observation:
    """Begin a new vintage of an approved or locked number; the old one stands until it is approved.

    Raises `StepNotAllowed` for what was never approved, `InputError` for what does not fit.
    """
    old = _again(observation)
    access.require(actor, ObservationAction.REVISE, old)
    OBSERVATION.after(old.stage, ObservationAction.REVISE)
    indicator = _typed_by_hand(old.indicator)
    newest = _last(old.indicator, old.period, old.breakdown)
    if newest is not None and newest.pk != old.pk:
        raise Locked(_locked(newest), indicator=old.indicator, period=old.period)
    row = Observation(
        indicator=old.indicator, period=old.period, breakdown=old.breakdown,
        vintage=old.vintage + 1, origin=Origin.TYPED,
    )  # fmt: skip
    fields = _fields(indicator, typed)
    return _keep(row, ObservationAction.REVISE, actor, typed_by=actor.user_id, **fields)


@transaction.atomic
def submit(*, actor: Actor, observation: Observation) -> Observation:
    """Hand a number to whoever checks it. Raises `StepNotAllowed` unless it is a draft."""
    return _step(actor, observation, ObservationAction.SUBMIT)


@transaction.atomic
def send_back(*, actor: Actor, observation: Observation, because: str) -> Observation:
    """Return a number to whoever typed it. Raises `InputError` without a reason."""
    if not because.strip():
        raise InputError(_("Say what has to be put right."), field="because")
    return _step(actor, observation, ObservationAction.RETURN, returned_because=because.strip())


@transaction.atomic
def approve(*, actor: Actor, observation: Observation) -> Observation:
    """Agree with a number that somebody else typed; an older vintage of it steps back.

    Raises `Denied` for who typed it.
    """
    made = _step(
        actor, observation, ObservationAction.APPROVE,
        approved_by=actor.user_id, approved_at=timezone.now(), returned_because="", sent=False,
    )  # fmt: skip
    for old in queries.standing_beside(made):
        old.stage = OBSERVATION.after(old.stage, ObservationAction.REVISE)
        old.save(update_fields=["stage"])
    return made


@transaction.atomic
def lock(*, actor: Actor, code: str, period: str) -> int:
    """Close a period of an indicator: from here on only a new vintage says anything else.

    Returns how many values it closed. Raises `RefusedError` when there is nothing to close.
    """
    access.require(actor, ObservationAction.LOCK)
    now, number = timezone.now(), 0
    for row in queries.approved(code, period):
        row.stage = OBSERVATION.after(row.stage, ObservationAction.LOCK)
        row.locked_at = now
        row.save(update_fields=["stage", "locked_at"])
        audit.record(actor, ObservationAction.LOCK, row)
        number += 1
    if not number:
        raise RefusedError(_("No value of this period is approved, so there is nothing to close."))
    return number


def _step(
    actor: Actor, observation: Observation, action: ObservationAction, **fields: Any
) -> Observation:
    row = _again(observation)
    access.require(actor, action, row)
    row.stage = OBSERVATION.after(row.stage, action)
    return _keep(row, action, actor, **fields)


def _keep(
    row: Observation, action: ObservationAction, actor: Actor, **fields: Any
) -> Observation:  # fmt: skip
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    audit.record(actor, action, row, indicator=row.indicator, period=row.period)
    return row


def _again(observation: Observation) -> Observation:
    return queries.locked_row(observation.pk)


def _last(code: str, period: str, breakdown: Mapping[str, str]) -> Observation | None:
    found = queries.newest([code], [period])
    return found.get((code, period, queries.breakdown_key(breakdown)))


def _typed_by_hand(code: str) -> Indicator:
    """The indicator of a code. Raises `UnknownIndicator` or `Counted`."""
    indicator = catalogue()[code]
    if not indicator.waiting:
        raise Counted(
            _("A desk counts this indicator. Nobody types it; correct it at the desk it is from."),
            indicator=code,
        )
    return indicator


def _locked(row: Observation) -> str:
    if row.stage == ObservationStage.SUBMITTED:
        return _("This number waits to be checked. Ask for it to be returned before you change it.")
    if row.stage == ObservationStage.LOCKED:
        return _("This period is closed. Its numbers stay; begin a new vintage and say why.")
    return _("This number was approved. It stays; begin a new vintage and say why.")


def _check_period(indicator: Indicator, period: str) -> None:
    if periods.cadence(period) != indicator.cadence:
        raise Overlaps(_wanted(indicator), field="period", indicator=indicator.code)
    if periods.last_day(period) >= timezone.localdate():
        raise InputError(_("This period is not over yet. Wait until it is."), field="period")
    months = set(periods.months(period))
    for other in queries.periods_of(indicator.code):
        # The catalogue may have asked for another length before.
        if other != period and months & set(periods.months(other)):
            raise Overlaps(
                _("There is a value for %(period)s, which holds the same months.")
                % {"period": other}, field="period", indicator=indicator.code,
            )  # fmt: skip


def _wanted(indicator: Indicator) -> str:
    return {
        "monthly": _("This indicator has a value each month: write a month, such as 2026-09."),
        "quarterly": _("This indicator has a value each quarter: write one, such as 2026-Q3."),
        "yearly": _("This indicator has a value each year: write a year, such as 2025."),
    }[indicator.cadence]


def _checked_breakdown(indicator: Indicator, breakdown: Mapping[str, str]) -> dict[str, str]:
    for dimension, key in breakdown.items():
        if dimension not in indicator.by or len(breakdown) != 1 or not KEY.fullmatch(key):
            raise InputError(
                _("This indicator is not broken down like that. Leave it empty for the whole."),
                field="dimension",
            )
    return dict(breakdown)


def _fields(indicator: Indicator, typed: Typed) -> dict[str, Any]:
    """What is kept of a number. Raises `InputError` naming the field that does not fit."""
    if not typed.note.strip():
        raise InputError(_("Say where the number is from. Everybody reads this."), field="note")
    _check_sizes(typed)
    made = {"note": typed.note.strip(), "stage": ObservationStage.DRAFT, "returned_because": ""}
    if indicator.statistic == Statistic.RATIO:
        above, below = _both(indicator, typed)
        result = divided(indicator, above, below)
        return {
            **made, "status": result.status, "value": result.value, "numerator": above,
            "denominator": below,
        }  # fmt: skip
    if typed.value is None:
        raise InputError(_("Write the number."), field="value")
    if indicator.unit == "%" and typed.value > PERCENT:
        raise InputError(_("A share is at most 100."), field="value")
    if indicator.statistic == Statistic.WEIGHTED and not typed.denominator:
        raise InputError(_("Write how many people were asked."), field="denominator")
    return {
        **made, "status": Status.KNOWN, "value": typed.value, "numerator": None,
        "denominator": typed.denominator,
    }  # fmt: skip


def _both(indicator: Indicator, typed: Typed) -> tuple[int, int]:
    for name in ("numerator", "denominator"):
        if getattr(typed, name) is None:
            raise InputError(_("Write both counts; the share is worked out."), field=name)
    above, below = typed.numerator or 0, typed.denominator or 0
    if indicator.unit == "%" and above > below:
        raise InputError(_("The part is larger than the whole."), field="numerator")
    return above, below


def _check_sizes(typed: Typed) -> None:
    for name in ("value", "numerator", "denominator"):
        number = getattr(typed, name)
        if number is not None and not 0 <= number < MOST:
            raise InputError(_("Write a number that is not below zero."), field=name)
