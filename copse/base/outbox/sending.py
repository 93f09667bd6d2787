"""One attempt to send, in three parts: mark, hand over, mark again.

Between the first mark and the last, the process may die. Then the message is sent once more under
the same id, by which a receiver knows it.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from copse.base import audit, database, jobs
from copse.base.access import Actor
from copse.base.outbox import failures
from copse.base.outbox.carriers import NotTaken, hand_over
from copse.base.outbox.models import Message
from copse.base.outbox.workflow import FLOW, Stage, Step
from copse.base.outbox.writing import coarse

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
# With these waits about a day of tries.
MOST_ATTEMPTS = 9
LOST_AFTER = timedelta(minutes=15)


def send(actor: Actor, key: UUID) -> None:
    """Try once to send a message; what follows from it is written down."""
    letter = _begin(actor, key)
    if letter is None:
        return
    try:
        hand_over(letter.channel, letter)
    except NotTaken as problem:
        _not_taken(actor, key, problem)
    else:
        _taken(actor, key)


def _begin(actor: Actor, key: UUID) -> Message | None:
    with database.as_desk(actor.desk):
        letter = Message.objects.select_for_update().filter(pk=key).first()
        if letter is None or not FLOW.allows(letter.stage, Step.SEND):
            return None
        _step(letter, Step.SEND, attempts=letter.attempts + 1)
        return letter


def _taken(actor: Actor, key: UUID) -> None:
    with database.as_desk(actor.desk):
        letter = _locked(key)
        if letter.stage == Stage.SENDING:
            # The text has done its work; what it said stays in the record it was made from.
            _step(letter, Step.DELIVER, body=b"", problem="", next_at=letter.written_at)
            audit.record(actor, f"{actor.desk.room}.outbox.deliver", letter)


def _not_taken(actor: Actor, key: UUID, problem: NotTaken) -> None:
    with database.as_desk(actor.desk):
        letter = _locked(key)
        if letter.stage != Stage.SENDING:
            return
        if problem.final or letter.attempts >= MOST_ATTEMPTS:
            _step(letter, Step.GIVE_UP, problem=problem.code[:40], next_at=letter.written_at)
            audit.record(actor, f"{actor.desk.room}.outbox.fail", letter)
            failures.tell(actor, letter)
            return
        again = timezone.now() + wait(letter.attempts)
        _step(letter, Step.POSTPONE, problem=problem.code[:40], next_at=coarse(again))
        jobs.defer("outbox.send", at=again, lock=str(key), message=str(key))


def wait(attempts: int) -> timedelta:
    """How long to wait after so many attempts: fourfold each time, never all at one moment."""
    longest: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 4 ** (attempts - 1))
    spread: float = 0.75 + secrets.randbelow(500) / 1000
    return longest * spread


def retry(actor: Actor, letter: Message) -> None:
    """Send a message again now, because somebody mended what was wrong."""
    letter = _locked(letter.pk)
    _step(letter, Step.RETRY, attempts=0, problem="", next_at=coarse(timezone.now()))
    audit.record(actor, f"{actor.desk.room}.outbox.retry", letter)
    jobs.defer("outbox.send", lock=str(letter.pk), message=str(letter.pk))


def dismiss(actor: Actor, letter: Message) -> None:
    """Put a failed message aside: somebody has seen it and does what is needed."""
    letter = _locked(letter.pk)
    _step(letter, Step.DISMISS, body=b"")
    audit.record(actor, f"{actor.desk.room}.outbox.dismiss", letter)


def sweep(actor: Actor) -> None:
    """Ask again for the messages of this desk that should have gone long ago."""
    del actor
    late = timezone.now() - LOST_AFTER
    for key in Message.objects.filter(
        stage__in=(Stage.WAITING, Stage.SENDING), next_at__lt=late
    ).values_list("pk", flat=True)[:500]:
        jobs.defer("outbox.send", lock=str(key), message=str(key))


def _locked(key: UUID) -> Message:
    return Message.objects.select_for_update().get(pk=key)


def _step(letter: Message, step: Step, **changes: object) -> None:
    letter.stage = FLOW.after(letter.stage, step)
    for name, value in changes.items():
        setattr(letter, name, value)
    letter.save(update_fields=["stage", *changes])
