"""Writing down what was done, and reading what was done to a record."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils import timezone

from copse.base import database
from copse.kit import auditlog

DONE, REFUSED = "done", "refused"
Code = str | int | bool | UUID | None
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,63}\Z|\Z")
ROUNDED_ROOM = "portal"
BATCH = 500


class Acting(Protocol):
    """What the log asks of an actor; `access.Actor` is one."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def is_system(self) -> bool: ...


Subject = models.Model | UUID | None


def record(actor: Acting | None, action: str, subject: Subject, **codes: Code) -> None:
    """Write down that `actor` (None at the portal) did `action` to `subject`.

    The row belongs to the open transaction, so an undone act leaves no entry. The database appends
    its digest to the tree as the last thing before the commit, under the log's one lock.
    Raises `ValueError` for a code that could be free text, `RuntimeError` outside a desk.
    """
    _write(_entry(actor, action, subject, DONE, codes))


def record_each(actor: Acting | None, action: str, subjects: Iterable[Subject]) -> None:
    """Write down that `actor` did `action` to each of these, in few statements; else as `record`."""
    from copse.base.audit.models import Entry

    entries = [Entry(**_entry(actor, action, one, DONE, {})) for one in subjects]
    Entry.objects.bulk_create(entries, batch_size=BATCH)


def refused(actor: Acting | None, action: str, subject: Subject, **codes: Code) -> None:
    """Write down a refusal, whether the act around it is rolled back or goes on."""
    entry = _entry(actor, action, subject, REFUSED, codes)
    # One of the two runs, whatever becomes of the transaction and of savepoints within it.
    database.before_commit(lambda: _write(entry))
    database.after_rollback(lambda: _write(entry))


def actions_on(subject: models.Model | UUID) -> list[str]:
    """The actions done to a record at this desk, oldest first."""
    from copse.base.audit.models import Entry

    done = Entry.objects.filter(subject=_key(subject), outcome=DONE)
    # Times may be rounded; the row's number, which only the database sets, keeps the order.
    number = RawSQL('"audit_entry"."number"', ())
    return list(done.order_by(number).values_list("action", flat=True))


def _entry(
    actor: Acting | None, action: str, subject: Subject, outcome: str, codes: dict[str, Code]
) -> dict[str, object]:
    here = database.context()
    if here is None:
        raise RuntimeError("Not inside a desk: open one with database.as_desk.")
    fields: dict[str, object] = {
        "id": uuid4(),
        "desk_id": here.desk,
        "room": here.room,
        "at": _time(actor, here.room),
        "member": actor.user_id if actor else here.member,
        "action": str(action),
        "subject": _key(subject),
        "outcome": outcome,
        "codes": {name: _code(name, value) for name, value in codes.items()},
        "nonce": secrets.token_bytes(16),
    }
    return {**fields, "digest": auditlog.digest(fields)}


def _time(actor: Acting | None, room: str) -> datetime:
    """To the hour where an exact time would tell when a report was made, else exact.

    That is the portal, and the system: a worker takes a report up seconds after it was sent.
    """
    now = timezone.now()
    if room == ROUNDED_ROOM or (actor is not None and actor.is_system):
        return now.replace(minute=0, second=0, microsecond=0)
    return now


def _key(subject: Subject) -> UUID | None:
    key = subject.pk if isinstance(subject, models.Model) else subject
    return key if isinstance(key, UUID) or key is None else UUID(int=int(key))


def _code(name: str, value: Code) -> str | int | bool | None:
    text = str(value) if isinstance(value, str | UUID) else None
    if text is not None and not CODE.match(text):
        message = f"{name} must be a short code, not text: the log holds nothing that was written"
        raise ValueError(message)
    return text if text is not None or value is None else int(value)


def _write(fields: dict[str, object]) -> None:
    from copse.base.audit.models import Entry

    Entry(**fields).save(force_insert=True)
