"""Telling a provider, reminding, and asking the next contact up.

A notice waits a moment so that one mail carries everything one contact should know. It is
reminded at rising intervals; a bounce, a "not ours" or silence after the last reminder asks the
next contact of the trace.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from copse.base import access, audit, database, jobs, outbox
from copse.base.access import Actor
from copse.base.organisations import directory
from copse.base.organisations.queries import desk_by_id
from copse.hotline.models import Material, Notice, Trace
from copse.hotline.services import answers as telling
from copse.hotline.services import letters
from copse.hotline.workflow import MATERIAL, NOTICE, Action, NoticeAction, NoticeStage

REMINDERS = (timedelta(hours=24), timedelta(hours=48), timedelta(hours=96))
GATHERING = timedelta(minutes=10)
MORE_TIME = timedelta(hours=48)
MOST_IN_A_MAIL = 50
ANSWERED = frozenset({"removed", "moved", "not_ours", "more_time"})


def gathered_at() -> datetime | None:
    """Until when a notice waits for others to the same contact; in demo and test it does not."""
    return timezone.now() + GATHERING if settings.COPSE.mode == "real" else None


def open_notice(*, actor: Actor, trace: Trace, level: int) -> Notice:
    """Put a material before the contact at `level` of its trace; the mail follows together."""
    access.require(actor, NoticeAction.OPEN, trace.material)
    contact = trace.contacts[level]
    notice = Notice(
        reference=database.next_reference("N"),
        material=trace.material,
        trace=trace,
        level=level,
        kind=contact["kind"],
        email=contact["email"],
        organisation=contact["organisation"],
        language=letters.language_for(trace.country),
        opened_at=timezone.now(),
    )
    notice.save(force_insert=True)
    audit.record(actor, NoticeAction.OPEN, notice)
    jobs.defer("hotline.send_notices", at=gathered_at(), email=notice.email)
    return notice


def send_waiting(*, actor: Actor, email: str) -> UUID | None:
    """Mail every waiting notice to one contact as one message; returns the batch, if any.

    One that must wait for the police to be told stays behind, and is asked for when they were.
    """
    waiting = list(
        _may_go(Notice.objects.select_for_update(skip_locked=True, of=("self",)))
        .select_related("material", "trace")
        .filter(email=email, stage=NoticeStage.WAITING)
        .order_by("opened_at", "id")[:MOST_IN_A_MAIL]
    )
    if not waiting:
        return None
    batch, now = uuid4(), timezone.now()
    for notice in waiting:
        access.require(actor, NoticeAction.SEND, notice)
        notice.stage = NOTICE.after(notice.stage, NoticeAction.SEND)
        notice.batch, notice.sent_at = batch, now
        notice.remind_at = now + REMINDERS[0]
        notice.save(update_fields=["stage", "batch", "sent_at", "remind_at"])
        _mark_noticed(actor, notice)
        audit.record(actor, NoticeAction.SEND, notice)
    outbox.mail_raw(letters.first(waiting, desk=desk_by_id(actor.desk.id)), kind="hotline.notice")
    if len(waiting) == MOST_IN_A_MAIL:
        jobs.defer("hotline.send_notices", email=email)
    return batch


def _may_go(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    # Asked here too, as the rule asks of each: fifty that must wait would hold up the others.
    if not directory.country().police_first:
        return rows
    return rows.exclude(material__police_at=None, material__noticed_at=None)


def ask_to_send(material: Material) -> None:
    """What waited about a material may go now."""
    waiting = material.notices.filter(stage=NoticeStage.WAITING)
    for email in waiting.values_list("email", flat=True).distinct():
        jobs.defer("hotline.send_notices", email=email)


def _mark_noticed(actor: Actor, notice: Notice) -> None:
    """The removal clock starts with the first notice and runs on through later ones."""
    material = notice.material
    material.removal_owner = notice.organisation
    fields = ["removal_owner"]
    if MATERIAL.allows(material.stage, Action.NOTIFY):
        material.stage = MATERIAL.after(material.stage, Action.NOTIFY)
        material.noticed_at = material.noticed_at or notice.sent_at
        fields += ["stage", "noticed_at"]
        audit.record(actor, Action.NOTIFY, material)
        jobs.defer("hotline.recheck", material=str(material.pk))
    material.save(update_fields=fields)
    telling.tell_all(actor=access.system(actor.desk), material=material)


def respond(*, actor: Actor, batch: UUID, answers: Mapping[UUID, str]) -> list[Notice]:
    """Take a provider's answers: notice id to an outcome code. Unknown ones are left alone."""
    notices = list(
        Notice.objects.select_for_update().filter(batch=batch, pk__in=answers).order_by("id")
    )
    for notice in notices:
        outcome = answers[notice.pk]
        if outcome in ANSWERED and NOTICE.allows(notice.stage, NoticeAction.RESPOND):
            _take_answer(actor, notice, outcome)
    return notices


def _take_answer(actor: Actor, notice: Notice, outcome: str) -> None:
    access.require(actor, NoticeAction.RESPOND, notice)
    now = timezone.now()
    notice.stage = NOTICE.after(notice.stage, NoticeAction.RESPOND)
    notice.outcome, notice.outcome_at = outcome, now
    # An answer quiets the reminders; more time only moves them.
    notice.remind_at = now + MORE_TIME if outcome == "more_time" else None
    notice.save(update_fields=["stage", "outcome", "outcome_at", "remind_at"])
    audit.record(actor, NoticeAction.RESPOND, notice, outcome=outcome)
    if outcome == "not_ours":
        # The link's holder may read neither the trace nor its other contacts.
        jobs.defer("hotline.pass_up", notice=str(notice.pk))
    elif outcome in {"removed", "moved"}:
        # Told is not seen: the fetcher looks, and a host that changed is traced anew.
        jobs.defer("hotline.recheck", material=str(notice.material_id))


def pass_up(*, actor: Actor, notice: Notice) -> Notice | None:
    """Give up on this contact and ask the next one of the trace; None when there is none."""
    access.require(actor, NoticeAction.PASS_UP, notice)
    notice.stage = NOTICE.after(notice.stage, NoticeAction.PASS_UP)
    notice.remind_at = None
    notice.save(update_fields=["stage", "remind_at"])
    audit.record(actor, NoticeAction.PASS_UP, notice)
    level = notice.level + 1
    if level >= len(notice.trace.contacts):
        return None
    system = access.system(actor.desk)
    return open_notice(actor=system, trace=notice.trace, level=level)


def disowned(*, actor: Actor, notice: UUID) -> None:
    """The contact says it is not theirs: the next one is asked."""
    _pass_up_all(actor, Notice.objects.filter(pk=notice))


def bounced(*, actor: Actor, batch: UUID) -> None:
    """A mail came back: everything in it goes to the next contact at once."""
    _pass_up_all(actor, Notice.objects.filter(batch=batch))


def _pass_up_all(actor: Actor, found: QuerySet[Notice]) -> None:
    for notice in _locked(found):
        if NOTICE.allows(notice.stage, NoticeAction.PASS_UP):
            pass_up(actor=actor, notice=notice)


def remind(*, actor: Actor) -> int:
    """Remind whoever is late, or ask the next contact after the last reminder."""
    due = _locked(Notice.objects.filter(remind_at__lte=timezone.now()))
    late: dict[UUID, list[Notice]] = {}
    for notice in due:
        if notice.reminders + 1 >= len(REMINDERS):
            pass_up(actor=actor, notice=notice)
            continue
        notice.reminders += 1
        notice.remind_at = timezone.now() + REMINDERS[notice.reminders]
        notice.save(update_fields=["reminders", "remind_at"])
        audit.record(actor, NoticeAction.REMIND, notice)
        late.setdefault(notice.batch or notice.pk, []).append(notice)
    desk = desk_by_id(actor.desk.id)
    for notices in late.values():
        outbox.mail_raw(letters.reminder(notices, desk=desk), kind="hotline.notice")
    return len(due)


def close_for(*, actor: Actor, material: UUID) -> None:
    """The page is gone: no notice about it asks for anything any more."""
    for notice in _locked(Notice.objects.filter(material=material)):
        if NOTICE.allows(notice.stage, NoticeAction.CLOSE):
            notice.stage = NOTICE.after(notice.stage, NoticeAction.CLOSE)
            notice.remind_at = None
            notice.save(update_fields=["stage", "remind_at"])
            audit.record(actor, NoticeAction.CLOSE, notice)


def _locked(found: QuerySet[Notice]) -> Sequence[Notice]:
    # Ordered, so that two workers lock in the same order and neither waits for the other.
    return list(
        found.select_for_update(of=("self",)).select_related("material", "trace").order_by("id")
    )
