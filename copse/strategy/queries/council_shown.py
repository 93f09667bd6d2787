"""Consultations, council and opinions as their pages print them, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from copse.kit import taxonomy
from copse.strategy.models import Consultation, Decision, Meeting, Opinion, Seat
from copse.strategy.queries import consultations, council, opinions, plan, wording
from copse.strategy.queries.wording import Tag
from copse.strategy.workflow import ConsultationStage, DecisionStage, MeetingStage, OpinionStage

Text = str | Promise

CONSULTATION: Mapping[str, Tag] = {
    ConsultationStage.DESIGNED: Tag(gettext_lazy("Designed"), "grey"),
    ConsultationStage.SAFEGUARDED: Tag(gettext_lazy("Safeguarding approved"), "blue"),
    ConsultationStage.OPEN: Tag(gettext_lazy("Being asked"), "turquoise"),
    ConsultationStage.HEARD: Tag(gettext_lazy("Heard, waits for its answer"), "yellow"),
    ConsultationStage.ANSWERED: Tag(gettext_lazy("Answered"), "green"),
    ConsultationStage.CLOSED: Tag(gettext_lazy("Closed"), "grey"),
}
MEETING: Mapping[str, Tag] = {
    MeetingStage.CALLED: Tag(gettext_lazy("Called"), "blue"),
    MeetingStage.HELD: Tag(gettext_lazy("Took place"), "green"),
    MeetingStage.CANCELLED: Tag(gettext_lazy("Called off"), "grey"),
}
NO_QUORUM = Tag(gettext_lazy("Took place without a quorum"), "red")
DECISION: Mapping[str, Tag] = {
    DecisionStage.OPEN: Tag(gettext_lazy("To be done"), "blue"),
    DecisionStage.DONE: Tag(gettext_lazy("Carried out"), "green"),
    DecisionStage.DROPPED: Tag(gettext_lazy("Dropped"), "grey"),
}
OVERDUE = Tag(gettext_lazy("Overdue"), "red")
OPINION: Mapping[str, Tag] = {
    OpinionStage.DRAFT: Tag(gettext_lazy("Draft"), "grey"),
    OpinionStage.PUBLISHED: Tag(gettext_lazy("Waits for a reply"), "yellow"),
    OpinionStage.ANSWERED: Tag(gettext_lazy("Replied to"), "green"),
}


class Clock(NamedTuple):
    """A clock as its component draws it."""

    label: Text
    value: Text
    state: str


class Place(NamedTuple):
    """A seat at a meeting: who, which group, whether it was taken and voted, its conflict."""

    name: str
    group: str
    present: bool
    voting: bool
    conflict: str


@dataclass(frozen=True)
class Owed:
    """A decision with who owes it."""

    decision: Decision
    tag: Tag
    owner: str
    overdue: bool


def clock(days_left: int | None, due: date | None) -> Clock | None:
    """How long somebody still waits, or how long too long."""
    if days_left is None or due is None:
        return None
    until = date_format(due, "j M Y")
    if days_left < 0:
        return Clock(_("Days late"), f"{-days_left}", "late")
    return Clock(_("Days left, until %(day)s") % {"day": until}, f"{days_left}", "")


def consultation_clock(one: Consultation) -> Clock | None:
    return clock(consultations.days_left(one), consultations.answer_due(one))


def opinion_clock(one: Opinion) -> Clock | None:
    return clock(opinions.days_left(one), one.reply_due)


def consultation_rows(one: Consultation) -> list[tuple[Text, Text]]:
    """What is known of a consultation, for its summary list; what is not yet, is left out."""
    rows: list[tuple[Text, Text]] = [
        (_("The plan"), one.strategy.title),
        (_("Question"), one.question),
        (_("Who is asked"), ", ".join(wording.label(group) for group in sorted(one.groups))),
        (_("Children are among them"), _("Yes") if one.children else _("No")),
        (_("How they are kept safe"), one.safeguarding),
    ]
    if one.opened_on:
        rows.append((_("Opened"), date_format(one.opened_on, "j M Y")))
    if one.heard_on:
        rows += [
            (_("Heard"), date_format(one.heard_on, "j M Y")),
            (_("People who came"), str(one.people or "")),
            *([(_("Ages of the children"), ages(one.age_bands))] if one.children else []),
            (_("What they said"), one.heard),
        ]
    if one.answered_on:
        rows += [
            (_("Answer"), one.answer),
            (_("Answered"), date_format(one.answered_on, "j M Y")),
        ]
    return rows


def ages(bands: Iterable[str]) -> str:
    """Age bands in words."""
    scheme, language = taxonomy.scheme("age_band"), get_language() or "en"
    return ", ".join(scheme.label(code, language) for code in scheme.codes() if code in set(bands))


def seats(groups: list[tuple[str, list[Seat]]]) -> list[tuple[str, list[tuple[Seat, str]]]]:
    """Each group's name and its seats, with who sits there."""
    names = plan.names()
    return [
        (wording.label(group), [(one, council.organisation(one, names)) for one in found])
        for group, found in groups
    ]


def owed(decisions: Iterable[Decision]) -> list[Owed]:
    """Decisions with who owes them and how they stand."""
    names = plan.names()
    return [_owed(one, names) for one in decisions]


def _owed(one: Decision, names: dict[str, str]) -> Owed:
    overdue = council.is_overdue(one)
    tag = OVERDUE if overdue else DECISION[one.stage]
    return Owed(one, tag, names.get(str(one.owner_id), ""), overdue)


def meetings(found: Iterable[Meeting]) -> list[tuple[Meeting, Tag]]:
    return [(one, meeting_tag(one)) for one in found]


def meeting_tag(one: Meeting) -> Tag:
    """Where a meeting stands; one that was held without a quorum says so."""
    if one.stage == MeetingStage.HELD and council.voting_present(one) < one.quorum:
        return NO_QUORUM
    return MEETING[one.stage]


def places(one: Meeting) -> list[Place]:
    """Who came to a meeting and who did not."""
    names = plan.names()
    rows = [
        Place(
            council.organisation(row.seat, names), wording.label(row.seat.group), row.present,
            row.seat.voting, row.conflict,
        )
        for row in one.attendances.all()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (not row.present, row.name))


def recused(one: Decision) -> list[str]:
    """Who stood aside when it was taken."""
    names = plan.names()
    found = Seat.objects.filter(pk__in=one.recused)
    return sorted(council.organisation(seat, names) for seat in found)


def consultation_list(
    found: Iterable[Consultation],
) -> list[tuple[Consultation, Tag, Clock | None]]:
    return [(one, CONSULTATION[one.stage], consultation_clock(one)) for one in found]


def opinion_list(found: Iterable[Opinion]) -> list[tuple[Opinion, Tag, Clock | None]]:
    return [(one, OPINION[one.stage], opinion_clock(one)) for one in found]
