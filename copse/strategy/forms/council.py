from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from copse.strategy.forms.consultations import groups
from copse.strategy.forms.plan import Plain, day, line, organisations, sentences
from copse.strategy.models import Meeting, Seat
from copse.strategy.queries import council, plan

MOST_SEATS = 500


class SeatForm(Plain):
    group = forms.ChoiceField(label=_("The group it speaks for"))
    organisation_id = forms.ChoiceField(label=_("Organisation"), required=False)
    since = day(_("Since"))
    chair = forms.BooleanField(label=_("It chairs the council"), required=False)
    voting = forms.BooleanField(label=_("It votes"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = organisations(empty=_("Vacant"))
        self.fields["group"].choices = groups()  # type: ignore[attr-defined]
        self.fields["organisation_id"].choices = chosen  # type: ignore[attr-defined]

    def clean_organisation_id(self) -> str | None:
        return self.cleaned_data["organisation_id"] or None


class FillForm(Plain):
    prefix = "fill"
    organisation_id = forms.ChoiceField(label=_("Organisation"))
    since = day(_("Since"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = organisations(empty=_("Choose"))
        self.fields["organisation_id"].choices = chosen  # type: ignore[attr-defined]


class LeaveForm(Plain):
    prefix = "leave"
    on = day(_("Its last day"))
    keep = forms.BooleanField(
        label=_("The seat stays, and is vacant"), required=False, initial=True
    )


class MeetingForm(Plain):
    title = line(_("Title"), most=200)
    held_on = day(_("Day"))
    quorum = forms.IntegerField(
        label=_("Quorum"), min_value=1, max_value=MOST_SEATS,
        help_text=_("How many voting seats must take part."),
    )  # fmt: skip


class PaperForm(Plain):
    prefix = "paper"
    title = line(_("Paper"))
    url = forms.URLField(label=_("Web page"), required=False, assume_scheme="https")
    text = sentences(_("What it says, in short"))
    sent_on = day(_("Sent on"))


class _OfSeats(Plain):
    """A form that offers the seats of a meeting's day."""

    offered = ""

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.offered].choices = seats(meeting)  # type: ignore[attr-defined]


def seats(meeting: Meeting) -> list[tuple[str, str]]:
    """The seats that somebody held on the day of a meeting."""
    names = plan.names()
    found = [one for one in council.seats_on(meeting.held_on) if one.organisation_id]
    return [(str(one.pk), _seat(one, names)) for one in found]


def _seat(one: Seat, names: dict[str, str]) -> str:
    return f"{council.organisation(one, names)} ({one.group})"


class ConflictForm(_OfSeats):
    prefix = "conflict"
    offered = "seat"
    seat = forms.ChoiceField(label=_("Seat"))
    conflict = sentences(_("What the interest is in"), required=True, rows=3, most=2000)


class HoldForm(_OfSeats):
    prefix = "hold"
    offered = "present"
    present = forms.MultipleChoiceField(
        label=_("Who came"), required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes = sentences(_("Minutes"), rows=6)


class DecisionForm(Plain):
    prefix = "decision"
    text = sentences(_("What was decided"), required=True, rows=3, most=2000)
    owner_id = forms.ChoiceField(label=_("Who owes it"))
    due = day(_("By when"))
    recused = forms.MultipleChoiceField(
        label=_("Who stood aside"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Only seats that declared a conflict of interest. They do not count here."),
    )  # fmt: skip

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = organisations(empty=_("Choose"))  # type: ignore[attr-defined]
        declared = council.conflicted(meeting)
        if declared:
            self.fields["recused"].choices = declared  # type: ignore[attr-defined]
        else:
            del self.fields["recused"]


class DoneForm(Plain):
    prefix = "done"
    on = day(_("On which day"))
    outcome = sentences(_("What came of it"), required=True, rows=3, most=2000)


class DropForm(Plain):
    prefix = "drop"
    outcome = sentences(_("Why it is dropped"), required=True, rows=3, most=2000)
