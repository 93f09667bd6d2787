"""Taking a parcel in: exactly once in effect, and never lost from sight."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from copse.base import audit, jobs
from copse.base.access import Actor
from copse.base.database import context
from copse.base.handover.models import ParcelOnItsWay, State
from copse.kit.errors import RefusedError
from copse.kit.parcels import Parcel, UnknownParcel, from_json

ACCEPT = "handover.parcel.accept"
REFUSE = "handover.parcel.refuse"
RETRY = "handover.parcel.retry"

P = TypeVar("P", bound=Parcel)
Handler = Callable[[Any, Actor], None]
_HANDLERS: dict[tuple[str, str, int], Handler] = {}


class Refused(RefusedError):  # noqa: N818 - named for the state
    """The receiving desk does not take this parcel; `code` says why, without content."""

    code = "refused"


def handles(
    kind: type[P], *, room: str | None = None
) -> Callable[[Callable[[P, Actor], None]], Callable[[P, Actor], None]]:
    """Register a room's handler of one kind of parcel. The room is the handler's own package."""

    def register(handler: Callable[[P, Actor], None]) -> Callable[[P, Actor], None]:
        name = room or handler.__module__.split(".")[1]
        _HANDLERS[name, kind.KIND, kind.VERSION] = handler
        return handler

    return register


@jobs.task("handover.receive")
def receive(actor: Actor, parcel: str) -> None:
    """Handle one parcel. Whatever the handler raises undoes it all and is tried again later."""
    # Locked: a parcel delivered twice at once waits here, and then finds itself handled.
    row = ParcelOnItsWay.objects.select_for_update().get(pk=UUID(parcel))
    if row.state != State.WAITING:
        return
    try:
        content, handler = _understood(row)
        # A savepoint: what a refusing handler had begun is undone, the refusal stays.
        with transaction.atomic():
            handler(content, actor)
    except (Refused, UnknownParcel) as refusal:
        _settle(row, State.REFUSED, refusal.code)
        audit.record(actor, REFUSE, _subject(row), kind=row.kind, reason=refusal.code)
        return
    _settle(row, State.HANDLED)
    audit.record(actor, ACCEPT, content.id, kind=row.kind, sender=row.sender_room)


def pending() -> list[ParcelOnItsWay]:
    """Parcels sent to the open desk that are not handled: waiting, or refused and why."""
    return list(_mine().exclude(state=State.HANDLED).order_by("state", "kind", "id"))


def retry(actor: Actor, parcel: UUID) -> None:
    """Try a refused or waiting parcel again, for instance after an upgrade knows its kind."""
    row = _mine().select_for_update().exclude(state=State.HANDLED).get(pk=parcel)
    _settle(row, State.WAITING)
    audit.record(actor, RETRY, _subject(row), kind=row.kind)
    jobs.defer("handover.receive", room=row.room, desk=row.desk, parcel=str(row.pk))


@jobs.task("handover.retry")
def try_again(actor: Actor, parcel: str) -> None:
    """Retry one parcel because an administrator asked; nothing when it was taken meanwhile."""
    if _mine().exclude(state=State.HANDLED).filter(pk=UUID(parcel)).exists():
        retry(actor, UUID(parcel))


def _mine() -> Any:
    here = context()
    assert here is not None, "parcels are a desk's: open it first"
    return ParcelOnItsWay.objects.filter(room=here.room, desk=here.desk)


def _understood(row: ParcelOnItsWay) -> tuple[Parcel, Handler]:
    handler = _HANDLERS.get((row.room, row.kind, row.version))
    if handler is None:
        sentence = f"“{row.room}” takes no “{row.kind}”, version {row.version}."
        raise UnknownParcel(sentence, kind=row.kind, version=row.version)
    return from_json(row.kind, row.version, row.body), handler


def _settle(row: ParcelOnItsWay, state: State, reason: str = "") -> None:
    row.state, row.reason = state, reason
    if state == State.HANDLED:
        row.body = {}
    row.save(update_fields=["state", "reason", "body"])


def _subject(row: ParcelOnItsWay) -> UUID:
    try:
        return UUID(str(row.body["id"]))
    except (KeyError, ValueError):
        return row.pk
