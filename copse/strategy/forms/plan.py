from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.kit.framework.library import shipped
from copse.kit.framework.model import NodeKind, words
from copse.kit.parcels.plan import PERIOD
from copse.strategy.queries import plan, wording

SHOWN_ARTICLES = 20
PERIOD_HELP = _("A year, a quarter or a month: 2026, 2026-Q3 or 2026-09.")


class Plain(forms.Form):
    """A form whose faults the server says, so that each has its sentence."""

    use_required_attribute = False


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, with the browser's own calendar."""
    return forms.DateField(
        label=label, required=required, help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write a day such as 2026-11-25."),
                        "required": _("Write a day such as 2026-11-25.")},
    )  # fmt: skip


def sentences(label: Any, *, rows: int = 4, required: bool = False, most: int = 10_000,
          help_text: Any = "") -> forms.CharField:  # fmt: skip
    """Some sentences."""
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
    )  # fmt: skip


def line(
    label: Any, *, required: bool = True, most: int = 300, help_text: Any = ""
) -> forms.CharField:
    """One line."""
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=help_text,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )  # fmt: skip


def organisations(*, empty: Any) -> list[tuple[str, Any]]:
    """The register as choices."""
    return [("", empty), *plan.names().items()]


def brief(kind: NodeKind) -> list[tuple[str, str]]:
    """Nodes of the brief as choices: REP-1, and what it asks."""
    language = get_language() or "en"
    nodes = shipped()["itu-brief"].of_kind(kind)
    return [(node.id, f"{node.id} · {words(node.label, language)}") for node in nodes]


class StrategyForm(Plain):
    title = line(_("Title"), most=200)
    vision = sentences(
        _("Vision"), help_text=_("What childhood online should be like, in plain words.")
    )
    authority_id = forms.ChoiceField(label=_("Who owns the plan"), required=False)
    first_day = day(_("First day"))
    last_day = day(_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = organisations(empty=_("Nobody yet"))
        self.fields["authority_id"].choices = chosen  # type: ignore[attr-defined]

    def clean_authority_id(self) -> str | None:
        return self.cleaned_data["authority_id"] or None


class GoalForm(Plain):
    code = forms.RegexField(
        r"^G-\d{1,3}$", label=_("Code"), help_text=_("Such as G-1."),
        error_messages={"invalid": _("Write G, a hyphen and a number, such as G-1.")},
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )  # fmt: skip
    title = line(_("What should be different"))
    finding = sentences(_("The finding behind it"))
    finding_source = line(_("Where the finding is from, with its year"), required=False)
    indicator = forms.ChoiceField(label=_("The indicator that says so"), required=False)
    baseline = forms.DecimalField(label=_("Its value at the start"), required=False)
    baseline_period = forms.RegexField(
        PERIOD, label=_("Period of that value"), required=False, help_text=PERIOD_HELP,
        error_messages={"invalid": PERIOD_HELP},
    )  # fmt: skip
    owner_id = forms.ChoiceField(label=_("Who answers for it"), required=False)
    due = day(_("By when"))
    plan_tags = line(
        _("Other plans it serves"), required=False,
        help_text=_("Separated by commas, such as SDG 16.2, Digital Plan 2030."),
    )  # fmt: skip
    targets = sentences(
        _("Targets"), rows=3,
        help_text=_("One on each line: the period and the value, such as 2026-Q4 48."),
    )  # fmt: skip

    def __init__(self, *args: Any, indicators: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [("", _("None yet"))]
        self.fields["indicator"].choices = [*none, *indicators.items()]  # type: ignore[attr-defined]
        chosen = organisations(empty=_("Nobody yet"))
        self.fields["owner_id"].choices = chosen  # type: ignore[attr-defined]

    def clean_owner_id(self) -> str | None:
        return self.cleaned_data["owner_id"] or None

    def clean_plan_tags(self) -> list[str]:
        return split(self.cleaned_data["plan_tags"])

    def clean_targets(self) -> list[tuple[str, Decimal]]:
        lines = self.cleaned_data["targets"].splitlines()
        return [_target(one) for one in lines if one.strip()]


def split(text: str) -> list[str]:
    """Words between commas, empty ones left out."""
    return [one.strip() for one in text.split(",") if one.strip()]


def _target(text: str) -> tuple[str, Decimal]:
    period, _space, value = text.strip().partition(" ")
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        number = None
    period_field = forms.RegexField(PERIOD)
    try:
        period = period_field.clean(period)
    except forms.ValidationError:
        number = None
    if number is None or not number.is_finite():
        sentence = _("“%(line)s” is not a period and a number, such as 2026-Q4 48.")
        raise forms.ValidationError(sentence, params={"line": text.strip()[:60]})
    return period, number


class MeasureForm(Plain):
    brief_action = forms.ChoiceField(label=_("The action of the brief that it carries out"))
    title = line(_("What is done"))
    what = sentences(_("How, in plain words"))
    instrument = forms.ChoiceField(
        label=_("Instrument"),
        choices=[("", _("None yet")), *wording.INSTRUMENTS.items()],
        required=False,
    )
    options_rejected = sentences(_("Which other instruments were weighed, and why not"))
    risks = forms.MultipleChoiceField(
        label=_("Risks it answers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    articles = line(
        _("Articles it rests on"), required=False,
        help_text=_("Separated by commas, such as CRC 19, CRC 34, OPSC 3."),
    )  # fmt: skip
    due = day(_("By when"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [*brief(NodeKind.ACTION), *brief(NodeKind.ADDITION)]
        self.fields["brief_action"].choices = chosen  # type: ignore[attr-defined]
        self.fields["risks"].choices = brief(NodeKind.RISK)  # type: ignore[attr-defined]

    def clean_articles(self) -> list[str]:
        found = split(self.cleaned_data["articles"])
        if len(found) > SHOWN_ARTICLES:
            raise forms.ValidationError(_("Name at most 20 articles: those it truly rests on."))
        return found


class OwnerForm(Plain):
    prefix = "owner"
    organisation = forms.ChoiceField(label=_("Organisation"))
    part = forms.ChoiceField(label=_("Its part"), choices=[*wording.PARTS.items()])
    group = forms.ChoiceField(label=_("The group it speaks for"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = organisations(empty=_("Choose"))
        self.fields["organisation"].choices = chosen  # type: ignore[attr-defined]
        self.fields["group"].choices = brief(NodeKind.GROUP)  # type: ignore[attr-defined]


class MoneyForm(Plain):
    prefix = "money"
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    source = line(_("Who gives it"), most=200)
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=_("Currency"), help_text=_("Three capital letters, such as EUR."),
        error_messages={"invalid": _("Three capital letters, such as EUR.")},
    )  # fmt: skip
    planned = forms.IntegerField(label=_("Planned"), min_value=0)
    funded = forms.IntegerField(label=_("Given"), min_value=0)
    spent = forms.IntegerField(label=_("Spent"), min_value=0)


class MilestoneForm(Plain):
    prefix = "milestone"
    title = line(_("Milestone"))
    due = day(_("By when"))


class PolicyForm(Plain):
    prefix = "policy"
    title = line(_("Title"))
    kind = forms.ChoiceField(label=_("Kind"), choices=[*wording.POLICIES.items()])
    url = forms.URLField(label=_("Web page"), required=False, assume_scheme="https")
    overlap = sentences(_("Where the two meet or collide"))


class DocumentForm(Plain):
    prefix = "document"
    title = line(_("Document"))
    url = forms.URLField(label=_("Web page"), required=False, assume_scheme="https")
    dated = day(_("Its date"))
    fresh_months = forms.IntegerField(
        label=_("How many months it counts as fresh"), min_value=1, max_value=120, initial=12
    )


class StopForm(Plain):
    prefix = "stop"
    because = sentences(_("Why it stops. The public reads this."), rows=3, required=True, most=2000)
