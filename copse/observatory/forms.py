from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from copse.kit.indicators import Indicator, Statistic
from copse.observatory.queries.page import WORDS
from copse.observatory.services.observations import Typed


class ReleaseForm(forms.Form):
    """Which months the next release covers."""

    until = forms.ChoiceField(
        label=_("Last month of the release"),
        help_text=_("The release covers the twelve months that end with it."),
    )

    without = forms.MultipleChoiceField(
        choices=[(fact, words[0]) for fact, words in WORDS.items()],
        widget=forms.MultipleHiddenInput,
        required=False,
    )

    def __init__(self, *args: Any, months: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].choices = months  # type: ignore[attr-defined]


class AnnounceForm(forms.Form):
    """On which day the public will read the numbers up to a month."""

    use_required_attribute = False

    until = forms.ChoiceField(
        label=_("Last month of the release"),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose a month of the list.")
        ),
    )
    on = forms.DateField(
        label=_("Day on which it comes out"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Write a day such as 2026-11-25.")),
    )
    reason = forms.CharField(
        label=_("Why the day moves"), max_length=500, required=False,
        help_text=_(
            "Only where a day was told before. Everybody reads this beside the new day: name nobody."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )  # fmt: skip

    def __init__(self, *args: Any, months: list[tuple[str, str]], **kwargs: Any) -> None:
        # The page has another form whose field is called the same.
        kwargs.setdefault("auto_id", "announce-%s")
        super().__init__(*args, **kwargs)
        self.fields["until"].choices = months  # type: ignore[attr-defined]


class NumberForm(forms.Form):
    """A number that somebody types, and where it is from. The service says what does not fit."""

    use_required_attribute = False

    period = forms.CharField(
        label=_("Period"), max_length=10, help_text=_("Such as 2025, 2025-Q4 or 2025-12.")
    )
    dimension = forms.ChoiceField(label=_("Broken down by"), required=False)
    key = forms.CharField(
        label=_("Its code"), max_length=40, required=False,
        help_text=_("Leave both empty for the whole."),
    )  # fmt: skip
    value = forms.DecimalField(
        label=_("The number"), required=False, max_digits=19, decimal_places=4
    )
    numerator = forms.IntegerField(label=_("The part, as a count"), required=False)
    denominator = forms.IntegerField(label=_("The whole, as a count"), required=False)
    note = forms.CharField(
        label=_("Where it is from"), max_length=2000, required=False,
        help_text=_("Who asked or counted, when, and how many."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, indicator: Indicator, again: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dimension"].choices = [("", _("Nothing: the whole")), *_named(indicator.by)]  # type: ignore[attr-defined]
        if again or not indicator.by:
            del self.fields["dimension"], self.fields["key"]
        if again:
            del self.fields["period"]
        if indicator.statistic == Statistic.RATIO:
            del self.fields["value"]
        else:
            del self.fields["numerator"]
        if indicator.statistic not in (Statistic.RATIO, Statistic.WEIGHTED):
            del self.fields["denominator"]

    def typed(self) -> Typed:
        """The number as the service takes it."""
        told = self.cleaned_data
        return Typed(
            told["note"], told.get("value"), told.get("numerator"), told.get("denominator")
        )

    def breakdown(self) -> dict[str, str]:
        """The dimension and its key; nothing for the whole."""
        dimension, key = (self.cleaned_data.get(name) or "" for name in ("dimension", "key"))
        return {dimension: key} if dimension or key else {}


def _named(dimensions: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(one, one.replace("_", " ")) for one in dimensions]


class ReturnForm(forms.Form):
    """Why a number goes back to whoever typed it."""

    use_required_attribute = False

    because = forms.CharField(
        label=_("What has to be put right"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip


class LockForm(forms.Form):
    """Which period closes."""

    period = forms.ChoiceField(label=_("Period"))

    def __init__(self, *args: Any, periods: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [(one, one) for one in periods]  # type: ignore[attr-defined]
