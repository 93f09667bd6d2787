"""Retention: each room declares its classes of record here, and one daily sweep keeps the clocks.

A class says what it is, how long it is usually kept and between which bounds a country may choose,
which rows are past their time, and what erasing one does. The sweep works in short transactions,
each under its desk's own role: a crash loses at most the batch that was open, and the next sweep
finds its rows again.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from copse.base import access, audit, database
from copse.base.access import Actor
from copse.base.organisations.periods import Period, Sweep
from copse.base.organisations.workflow import ClockAction
from copse.kit.errors import InputError

BATCH = 100
DESKLESS = frozenset({"portal", "public"})
Due = Callable[[date], QuerySet[Any]]


@dataclass(frozen=True)
class RecordClass:
    """One class of record: `due` are the rows last used before a day, `held` those on hold."""

    code: str
    rooms: frozenset[str]
    title: Any
    about: Any
    days: int
    least: int
    most: int
    due: Due
    erase: Callable[[Actor, Any], None]
    held: Callable[[], QuerySet[Any]] | None = None


_CLASSES: dict[str, RecordClass] = {}


def declare(kept: RecordClass) -> None:
    """Register a class of record. Raises `ValueError` for a code that is taken."""
    known = _CLASSES.get(kept.code)
    if known is not None and known.due.__module__ != kept.due.__module__:
        message = f"two classes of record are called {kept.code}"
        raise ValueError(message)
    if not kept.least <= kept.days <= kept.most:
        message = f"{kept.code} is usually kept for a time outside its own bounds"
        raise ValueError(message)
    _CLASSES[kept.code] = kept


def classes(room: str | None = None) -> list[RecordClass]:
    """Every class of record, or those of a room, in the order of their codes."""
    found = (one for one in _CLASSES.values() if room is None or room in one.rooms)
    return sorted(found, key=lambda one: one.code)


def class_of(code: str) -> RecordClass | None:
    """A class by its code."""
    return _CLASSES.get(code)


def days_of(kept: RecordClass) -> int:
    """How long this country keeps a class."""
    known = Period.objects.filter(code=kept.code).values_list("days", flat=True).first()
    return kept.days if known is None else known


def check(code: str, days: object) -> int:
    """The days as a number within the class's bounds. Raises `InputError` with the bounds."""
    kept = _CLASSES.get(code)
    if kept is None:
        known = ", ".join(one.code for one in classes())
        raise InputError(f"There is no class of record “{code[:40]}”. Known: {known}.", field=code)
    if isinstance(days, bool) or not isinstance(days, int) or not kept.least <= days <= kept.most:
        raise InputError(f"“{code}” is kept between {kept.least} and {kept.most} days.", field=code)
    return days


def found(periods: dict[str, int]) -> None:
    """Write every clock down, the usual ones too: a later release changes nobody's law."""
    for kept in classes():
        days = check(kept.code, periods.get(kept.code, kept.days))
        Period.objects.update_or_create(code=kept.code, defaults={"days": days})


def change(*, actor: Actor, code: str, days: int) -> None:
    """Set a clock anew. What is past the new time goes with the next sweep."""
    access.require(actor, ClockAction.CHANGE)
    days = check(code, days)
    period, _made = Period.objects.update_or_create(code=code, defaults={"days": days})
    audit.record(actor, ClockAction.CHANGE, period, clock=code, days=days)


# ── the daily sweep


def sweep(actor: Actor, *, batch: int = BATCH) -> int:
    """Erase what is past its time at the actor's desk; says how many rows that were."""
    return sum(_sweep(actor, kept, batch) for kept in classes(actor.desk.room))


def _sweep(actor: Actor, kept: RecordClass, batch: int) -> int:
    total = 0
    while True:
        with _inside(actor):
            done = _erase_some(actor, kept, batch)
        total += done
        if done < batch:
            break
    with _inside(actor):
        _count(actor, kept)
    return total


def _erase_some(actor: Actor, kept: RecordClass, batch: int) -> int:
    """One batch, and its number in the day's counts, in one transaction."""
    # A row somebody works on right now is left for the next sweep.
    rows = list(kept.due(_before(kept)).select_for_update(skip_locked=True, of=("self",))[:batch])
    for row in rows:
        kept.erase(actor, row)
    if rows:
        _today(actor, kept)
        _row(actor, kept).update(erased=F("erased") + len(rows))
    return len(rows)


def _count(actor: Actor, kept: RecordClass) -> None:
    before = _before(kept)
    # All of them, whatever their age: an administrator sees how many wait for a hold's end.
    held = kept.held().count() if kept.held else 0
    _today(actor, kept)
    _row(actor, kept).update(due=kept.due(before).count(), held=held)


def _before(kept: RecordClass) -> date:
    return timezone.now().date() - timedelta(days=days_of(kept))


def _row(actor: Actor, kept: RecordClass) -> QuerySet[Sweep]:
    desk = _desk(actor)
    here = Sweep.objects.filter(room=actor.desk.room, code=kept.code, day=timezone.now().date())
    return here.filter(desk=desk) if desk else here.filter(desk__isnull=True)


def _today(actor: Actor, kept: RecordClass) -> None:
    # Two workers may begin the same day's row at once; then one of the two is it.
    day = timezone.now().date()
    row = Sweep(room=actor.desk.room, desk=_desk(actor), code=kept.code, day=day)
    Sweep.objects.bulk_create([row], ignore_conflicts=True)


def _desk(actor: Actor) -> Any:
    return None if actor.desk.room in DESKLESS else actor.desk.id


def _inside(actor: Actor) -> AbstractContextManager[Any]:
    if actor.desk.room in DESKLESS:
        return database.as_room(actor.desk.room)
    return database.as_desk(actor.desk)


# ── what the page of the clocks shows

LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Clock:
    """One class with its days here, and the counts of all desks together."""

    kept: RecordClass
    days: int
    due: int
    held: int
    erased: int
    swept: date | None


def clocks(viewer: Actor) -> list[Clock]:
    """Every clock, with what the last sweeps found and what was erased in thirty days."""
    access.require(viewer, ClockAction.VIEW)
    return [_clock(kept) for kept in classes()]


def _clock(kept: RecordClass) -> Clock:
    latest: dict[tuple[str, Any], Sweep] = {}
    erased = 0
    since = timezone.now().date() - LATELY
    for row in Sweep.objects.filter(code=kept.code, day__gte=since).order_by("day"):
        latest[row.room, row.desk] = row
        erased += row.erased
    rows = list(latest.values())
    return Clock(
        kept, days_of(kept), sum(row.due for row in rows), sum(row.held for row in rows), erased,
        max((row.day for row in rows), default=None),
    )  # fmt: skip


def unset() -> Iterator[RecordClass]:
    """The classes for which this country has written no clock down."""
    known = set(Period.objects.values_list("code", flat=True))
    return (kept for kept in classes() if kept.code not in known)
