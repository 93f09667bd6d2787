"""Every component in every state, for the gallery page that tests photograph."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from copse.base.web import charts
from copse.base.web.steps import Step

BANDS = [("under-10", _("Under 10")), ("10-12", _("10 to 12")), ("unsure", _("I’m not sure"))]


class ExampleForm(forms.Form):
    """One field of each kind."""

    address = forms.CharField(
        label=_("Where did you see it?"),
        help_text=_("Copy the address from the top of the page."),
        max_length=40,
    )
    story = forms.CharField(label=_("What happened?"), widget=forms.Textarea(attrs={"rows": 4}))
    band = forms.ChoiceField(
        label=_("How old is the child?"), choices=BANDS, widget=forms.RadioSelect
    )
    kinds = forms.MultipleChoiceField(
        label=_("What was it about?"),
        help_text=_("Choose all that fit."),
        choices=[("words", _("Mean words")), ("pictures", _("Pictures"))],
        widget=forms.CheckboxSelectMultiple,
    )
    region = forms.ChoiceField(label=_("Region"), choices=[("north", "North"), ("coast", "Coast")])
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    noted = forms.BooleanField(label=_("I have noted my code"))


def _steps() -> list[Step]:
    return [
        Step(_("Confirm"), "#"),
        Step(_("Let go"), "#", kind="secondary"),
        Step(_("Dismiss"), "#", kind="warning", method="get"),
        Step(
            _("Send notice"),
            "#",
            open=False,
            reason=_("You made the first reading; a second analyst must confirm it."),
        ),
    ]


def _charts() -> list[charts.Chart]:
    months = [f"2026-{month:02}" for month in range(1, 9)]
    one = {str(_("Concerns")): [120, 95, 140, None, 180, 165, 210, 190]}
    two = one | {str(_("Removed")): [80, 60, 100, None, 120, 130, 150, 160]}
    gap = _("fewer than 5")
    return [
        charts.bar(two, months, _("Concerns and removals"), _("By month."), missing=gap),
        charts.line(two, months, _("Over time"), missing=gap),
        charts.stacked(two, months, _("Parts of a whole"), missing=gap),
    ]


def examples(_request: HttpRequest) -> dict[str, Any]:
    """The gallery page's context."""
    return {
        "form": ExampleForm(auto_id="empty_%s"),
        "wrong": ExampleForm({"address": "x" * 41, "band": "old"}, auto_id="wrong_%s"),
        "steps": _steps(),
        "charts": _charts(),
        "head": [_("Reference"), _("Stage"), _("Age of the child")],
        "rows": [
            ["H-26-000123", _("Stage: open"), "10–12"],
            ["H-26-000124", _("Confirmed"), "13–15"],
        ],
        "summary": [
            (_("Where did you see it?"), "example.test/page", "#"),
            (_("What happened?"), "نص عربي", "#"),
            (_("Region"), "", ""),
        ],
    }
