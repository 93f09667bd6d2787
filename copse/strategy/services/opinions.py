"""Opinions of the children's rights institution: written and published by it, answered by others.

The database keeps a published opinion as it is, whatever the code does (migration 0002).
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit, database
from copse.base.access import Actor
from copse.kit.errors import InputError, RefusedError
from copse.strategy.models import Opinion
from copse.strategy.queries import opinions as queries
from copse.strategy.workflow import OPINION, OpinionAction, OpinionStage


class IsPublished(RefusedError):  # noqa: N818 - named for the state
    """What was published stays as it is; another opinion may say more."""

    code = "is-published"


def write(*, actor: Actor, title: str, body: str, brief_action: str = "") -> Opinion:
    """Begin an opinion. Nobody else sees it before it is published."""
    access.require(actor, OpinionAction.WRITE)
    row = Opinion(
        reference=database.next_reference("O"), title=title, body=body, brief_action=brief_action,
        author_id=actor.user_id,
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record(actor, OpinionAction.WRITE, row)
    return row


def rewrite(
    *, actor: Actor, opinion: Opinion, title: str, body: str, brief_action: str = ""
) -> Opinion:
    """Change a draft. Raises `Denied` for anybody but its author, `IsPublished`."""
    row = _locked(opinion)
    access.require(actor, OpinionAction.WRITE, row)
    if row.stage != OpinionStage.DRAFT:
        raise IsPublished(_("This opinion is published and stays as it is. Write another one."))
    row.title, row.body, row.brief_action = title, body, brief_action
    row.save(update_fields=["title", "body", "brief_action"])
    audit.record(actor, OpinionAction.WRITE, row)
    return row


def publish(*, actor: Actor, opinion: Opinion) -> Opinion:
    """Publish an opinion, which starts the clock of its reply. There is no way back."""
    row = _locked(opinion)
    access.require(actor, OpinionAction.PUBLISH, row)
    row.stage = OPINION.after(row.stage, OpinionAction.PUBLISH)
    row.published_on = timezone.localdate()
    row.reply_due = queries.reply_due(row.published_on)
    row.save(update_fields=["stage", "published_on", "reply_due"])
    audit.record(actor, OpinionAction.PUBLISH, row)
    return row


def reply(*, actor: Actor, opinion: Opinion, reply: str) -> Opinion:
    """Reply to an opinion, once. The day is today, late or not. Raises `Denied` for its author."""
    row = _locked(opinion)
    access.require(actor, OpinionAction.REPLY, row)
    if not reply.strip():
        raise InputError(
            _("Write the reply. The public reads it beside the opinion."), field="reply"
        )
    row.stage = OPINION.after(row.stage, OpinionAction.REPLY)
    row.reply, row.replied_on = reply.strip(), timezone.localdate()
    row.save(update_fields=["stage", "reply", "replied_on"])
    audit.record(actor, OpinionAction.REPLY, row)
    return row


def _locked(opinion: Opinion) -> Opinion:
    return Opinion.objects.select_for_update().get(pk=opinion.pk)
