"""The council at Arbora's table: seats, a year of meetings, decisions, and the Commissioner's word.

Days are counted back from today, so that the same decisions are overdue whenever it is filled.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from copse.base import audit, database
from copse.base.access import Actor
from copse.base.organisations.models import Organisation
from copse.project.demo.people import Cast
from copse.strategy.models import Decision, Meeting, Opinion, Seat
from copse.strategy.queries import opinions
from copse.strategy.services import council
from copse.strategy.workflow import OpinionAction, OpinionStage

FOUNDED = 420
LEFT = 150
QUORUM = 6
# Group, who sits there; the first is the chair.
SEATS = (
    ("S1", "Ministry of Digital Affairs"),
    ("S1", "Ministry of Education"),
    ("S2", "Arbora Police"),
    ("S3", "North Hospital"),
    ("S3", "Highlands Family Office"),
    ("S4", "Lantern Telecom"),
    ("S4", "Orchard Games"),
    ("S5", "Arbora Hotline"),
    ("S6", "Arbora Parents"),
    ("S6", "Youth Council of Arbora"),
    ("S7", "University of the Coast"),
)
ADVISER = ("S5", "Office of the Children’s Commissioner")
LEAVING = "Highlands Family Office"


@dataclass(frozen=True)
class Said:
    """A decision: what, who owes it, days given; days it took (none: open), what came of it."""

    text: str
    owner: str
    days: int
    took: int | None = None
    outcome: str = ""
    dropped: bool = False
    aside: str = ""


@dataclass(frozen=True)
class Sitting:
    """A meeting: title, days ago, who was absent, papers, decisions, a conflict of interest."""

    title: str
    ago: int
    absent: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    conflict: tuple[str, str] = ("", "")
    minutes: str = ""


SITTINGS = (
    Sitting(
        "First meeting: how we work", 330, ("Orchard Games", "North Hospital"),
        ("Draft rules of the council", "What the last plan left undone"),
        (
            Said("Adopt the rules of the council.", "Ministry of Digital Affairs", 30, 12,
                 "Published in the gazette."),
            Said("Show each goal with the number that it reads.", "Child Online Protection Agency",
                 90, 80, "On the public page since spring."),
            Said("Name a person in every regional police desk.", "Arbora Police", 120, 150,
                 "Named in all three regions, a month late."),
            Said("Ask children what stops them from telling.", "Youth Council of Arbora", 60, 40,
                 "Sixty-four children were heard."),
        ),
        minutes="The rules were read line by line. The youth council asked for short papers.",
    ),
    Sitting(
        "Second meeting: money and providers", 240, ("Arbora Police",),
        ("Budget of the plan", "A direct line to every provider"),
        (
            Said("Open a direct line between the hotline and every provider.", "Lantern Telecom",
                 100, 95, "Twenty providers answer on it.", aside="Lantern Telecom"),
            Said("Give the hotline its money for three years.", "Ministry of Digital Affairs", 180),
            Said("Print the report button on school notebooks.", "Ministry of Education", 90,
                 outcome="Pupils said that nobody reads their notebooks. A film is made instead.",
                 dropped=True),
            Said("Publish how long removals take, by month.", "Arbora Hotline", 60, 58,
                 "Published every month."),
        ),
        conflict=("Lantern Telecom", "It would run the line, and be paid for it."),
        minutes="The chair asked who has an interest. Lantern Telecom stood aside for one decision.",
    ),
    Sitting(
        "Third meeting: schools", 140,
        ("Arbora Police", "North Hospital", "Orchard Games", "Lantern Telecom", "Arbora Parents"),
        ("A teacher in every school",),
        minutes="Five of ten came. Nothing could be decided; the papers go to the next meeting.",
    ),
    Sitting(
        "Fourth meeting: schools, and the law", 70, ("Orchard Games",),
        ("A teacher in every school, second draft", "Gaps in the law, as of this month"),
        (
            Said("Train one teacher in every school.", "Ministry of Education", 400),
            Said("Lay the bill on grooming before parliament.", "Ministry of Justice", 45),
            Said("Answer the consultation on duties of providers.", "Child Online Protection Agency",
                 120),
            Said("Try the helpline’s chat with children who do not hear.", "Youth Council of Arbora",
                 60, 50, "Eleven tried it; the keyboard now stays open."),
        ),
        minutes="The seat of the social services is still vacant. Its group was asked for a name.",
    ),
)  # fmt: skip
NEXT = ("Fifth meeting: a year of the plan", 26, "What was promised and what happened")


@dataclass(frozen=True)
class Word:
    """An opinion: what was found, on which action; days ago, and after how many the reply came."""

    title: str
    body: str
    brief: str
    ago: int
    took: int | None = None
    reply: str = ""


WORDS = (
    Word(
        "Children wait for their answer",
        "Two consultations heard children before this plan, and neither answered them. A child who "
        "speaks and hears nothing learns that speaking is useless. Answer within sixty days, in "
        "words that the children themselves would use, and say it when nothing will change.",
        "RIGHTS-3", 210, 38,
        "We agree. A plan is now signed only when those heard have their answer, and the days are "
        "counted on the public page.",
    ),
    Word(
        "A child who shared a picture is not an offender",
        "In the files that we read, three of ten children who sent a picture of themselves were "
        "first questioned as suspects. The law allows another way and no rule asks for it. Write "
        "the rule, train the desks, and count who was sent which way.",
        "LE-1", 95,
    ),
)  # fmt: skip


def fill(cast: Cast) -> None:
    """Seat the council, let it meet for a year, and let the Commissioner speak."""
    leo, today = cast.actor("leo"), timezone.localdate()
    with database.as_desk(leo.desk, leo.user_id):
        bodies = {one.name: one.pk for one in Organisation.objects.all()}
        seats = _seats(leo, bodies, today - timedelta(days=FOUNDED))
        for one in SITTINGS:
            if one.ago < LEFT and LEAVING in seats:
                council.leave(actor=leo, seat=seats.pop(LEAVING), on=today - timedelta(days=LEFT))
            _sit(leo, one, seats, bodies, today - timedelta(days=one.ago))
        title, days, paper = NEXT
        meeting = council.call(
            actor=leo, title=title, held_on=today + timedelta(days=days), quorum=QUORUM
        )
        council.send_paper(actor=leo, meeting=meeting, title=paper, sent_on=today)
    _opinions(cast, today)


def _seats(leo: Actor, bodies: dict[str, UUID], since: date) -> dict[str, Seat]:
    made = {
        name: council.seat(
            actor=leo, group=group, since=since, organisation_id=bodies[name], chair=not number
        )
        for number, (group, name) in enumerate(SEATS)
    }
    group, name = ADVISER
    made[name] = council.seat(
        actor=leo, group=group, since=since, organisation_id=bodies[name], voting=False
    )
    return made


def _sit(
    leo: Actor, one: Sitting, seats: dict[str, Seat], bodies: dict[str, UUID], day: date
) -> None:
    meeting = council.call(actor=leo, title=one.title, held_on=day, quorum=QUORUM)
    for title in one.papers:
        council.send_paper(
            actor=leo, meeting=meeting, title=title, sent_on=day - timedelta(days=14)
        )
    who, interest = one.conflict
    if who:
        council.declare_conflict(actor=leo, meeting=meeting, seat=seats[who], conflict=interest)
    present = {seat.pk for name, seat in seats.items() if name not in one.absent}
    meeting = council.hold(actor=leo, meeting=meeting, present=present, minutes=one.minutes)
    for said in one.said:
        _follow(leo, meeting, said, _decide(leo, meeting, said, seats, bodies))


def _decide(
    leo: Actor, meeting: Meeting, said: Said, seats: dict[str, Seat], bodies: dict[str, UUID]
) -> Decision:
    return council.decide(
        actor=leo, meeting=meeting, text=said.text, owner_id=bodies[said.owner],
        due=meeting.held_on + timedelta(days=said.days),
        recused=[seats[said.aside].pk] if said.aside else [],
    )  # fmt: skip


def _follow(leo: Actor, meeting: Meeting, said: Said, decision: Decision) -> None:
    if said.dropped:
        council.drop(actor=leo, decision=decision, outcome=said.outcome)
    elif said.took is not None:
        day = meeting.held_on + timedelta(days=said.took)
        council.carry_out(actor=leo, decision=decision, outcome=said.outcome, on=day)


def _opinions(cast: Cast, today: date) -> None:
    """Dated back, which the service never does: written as published, then replied to."""
    mwana, jabari = cast.actor("mwana"), cast.actor("jabari")
    for one in WORDS:
        day = today - timedelta(days=one.ago)
        with database.as_desk(mwana.desk, mwana.user_id):
            row = Opinion(
                reference=database.next_reference("O"), stage=OpinionStage.PUBLISHED,
                title=one.title, body=one.body, brief_action=one.brief, author_id=mwana.user_id,
                published_on=day, reply_due=opinions.reply_due(day),
            )  # fmt: skip
            row.save(force_insert=True)
            audit.record(mwana, OpinionAction.WRITE, row)
            audit.record(mwana, OpinionAction.PUBLISH, row)
        if one.took is None:
            continue
        with database.as_desk(jabari.desk, jabari.user_id):
            row.stage, row.reply = OpinionStage.ANSWERED, one.reply
            row.replied_on = day + timedelta(days=one.took)
            row.save(update_fields=["stage", "reply", "replied_on"])
            audit.record(jabari, OpinionAction.REPLY, row)
