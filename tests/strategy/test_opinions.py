"""The institution speaks for itself, nobody bends what it said, and the reply has its clock."""

from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from copse.base import audit
from copse.base.access import Denied
from copse.kit.errors import InputError, StepNotAllowed
from copse.strategy.models import Opinion
from copse.strategy.queries import opinions as queries
from copse.strategy.services import opinions
from copse.strategy.services.opinions import IsPublished
from copse.strategy.workflow import OpinionAction, OpinionStage

TODAY = timezone.localdate()


def do(office, who, verb, **more):
    actor = getattr(office, who)
    with office.open(actor):
        return getattr(opinions, verb)(actor=actor, **more)


def written(office):
    return do(
        office, "mwana", "write", title="Answer them", body="They wait.", brief_action="RIGHTS-3"
    )


def published(office, ago=0):
    """Published some days ago: written so, since the service dates nothing back."""
    if not ago:
        return do(office, "mwana", "publish", opinion=written(office))
    day = TODAY - timedelta(ago)
    with office.open(office.mwana):
        row = Opinion(
            reference=f"O-{ago}", title="Long ago", body="They wait.", published_on=day,
            stage=OpinionStage.PUBLISHED, reply_due=queries.reply_due(day),
            author_id=office.mwana.user_id,
        )  # fmt: skip
        row.save(force_insert=True)
        return row


def test_an_opinion_is_written_published_and_replied_to(office):
    row = published(office)
    assert (row.published_on, row.reply_due) == (TODAY, TODAY + timedelta(60))
    with pytest.raises(InputError, match="Write the reply"):
        do(office, "jabari", "reply", opinion=row, reply=" ")
    row = do(office, "jabari", "reply", opinion=row, reply=" We do it. ")
    assert (row.stage, row.reply, row.replied_on) == (OpinionStage.ANSWERED, "We do it.", TODAY)
    with office.open():
        assert audit.actions_on(row) == [
            OpinionAction.WRITE, OpinionAction.PUBLISH, OpinionAction.REPLY,
        ]  # fmt: skip
    with pytest.raises(StepNotAllowed):
        do(office, "ines", "reply", opinion=row, reply="Or not.")


def test_a_draft_is_its_authors_alone(office):
    row = written(office)
    with office.open(office.jabari):
        assert queries.opinions_for(office.jabari) == []
        with pytest.raises(Http404):
            queries.opinion_for(office.jabari, row.reference)
    with office.open(office.mwana):
        assert queries.opinion_for(office.mwana, row.reference) == row
        assert queries.published() == []
    colleague = office.person("amani", ("strategy-rights-institution",))
    with office.open(colleague), pytest.raises(Denied, match="that wrote"):
        opinions.publish(actor=colleague, opinion=row)


@pytest.mark.parametrize("who", ["ines", "jabari", "karima", "leo"])
def test_nobody_else_writes_publishes_or_changes_an_opinion(office, who):
    row = written(office)
    for verb, more in (
        ("write", {"title": "x", "body": "x"}),
        ("rewrite", {"opinion": row, "title": "x", "body": "x"}),
        ("publish", {"opinion": row}),
    ):
        with pytest.raises(Denied):
            do(office, who, verb, **more)


@pytest.mark.parametrize("who", ["karima", "leo", "mwana"])
def test_who_owns_the_plan_replies_and_nobody_else(office, who):
    with pytest.raises(Denied):
        do(office, who, "reply", opinion=published(office), reply="Yes.")


def test_the_author_does_not_change_what_was_published(office):
    row = do(office, "mwana", "rewrite", opinion=written(office), title="Answer", body="They wait.")
    assert row.title == "Answer"
    row = do(office, "mwana", "publish", opinion=row)
    with pytest.raises(IsPublished):
        do(office, "mwana", "rewrite", opinion=row, title="Never mind", body="x")


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Softer"}, {"body": "Softer."}, {"reply_due": TODAY + timedelta(600)},
        {"published_on": TODAY + timedelta(1)}, {"stage": "draft"}, {"brief_action": "REP-1"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("who", ["jabari", "mwana"])
def test_the_database_keeps_what_was_published(office, change, who):
    """Past the services, as a careless program would: neither the office nor the author can."""
    row = published(office)
    with office.open(getattr(office, who)), pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=row.pk).update(**change)
    with office.open(office.mwana), pytest.raises(Error), transaction.atomic():
        Opinion.objects.filter(pk=row.pk).delete()
    assert office.fresh(row).body == "They wait."


def test_the_database_lets_nobody_write_in_the_institutions_name(office):
    row = written(office)
    with office.open(office.jabari), pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=row.pk).update(body="All is well.")
    forged = Opinion(
        reference="O-1", title="x", body="x", author_id=office.mwana.user_id, desk_id=office.desk.pk
    )
    with (
        office.open(office.jabari),
        pytest.raises(IntegrityError, match="by its author alone"),
        transaction.atomic(),
    ):
        forged.save(force_insert=True)


def test_the_database_keeps_the_reply_too(office):
    row = do(office, "jabari", "reply", opinion=published(office), reply="We do it.")
    with office.open(office.jabari), pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=row.pk).update(reply="We never said so.")


def test_the_clock_of_a_reply_runs_out_and_says_so(office):
    assert queries.days_left(written(office)) is None
    new, old = published(office), published(office, ago=61)
    assert (queries.days_left(new), queries.is_late(new)) == (60, False)
    assert (queries.days_left(old), queries.is_late(old)) == (-1, True)
    with office.open():
        assert queries.late() == 1
        assert queries.published()[0] == old, "who waits longest comes first"
    late = do(office, "ines", "reply", opinion=old, reply="Sorry.")
    assert queries.is_late(late), "a late reply stays late"
    with office.open():
        assert queries.late() == 0
