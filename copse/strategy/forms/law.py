from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from copse.kit.errors import InputError
from copse.kit.framework.model import Node
from copse.strategy.forms.plan import Plain, day, line, organisations, sentences
from copse.strategy.models import Provision, Work
from copse.strategy.queries import law, law_wording
from copse.strategy.services.law import check_length

Choices = list[tuple[str, Any]]


def _grouped(provisions: Iterable[Provision]) -> Choices:
    """Articles under the laws they belong to, each with its state today."""
    today = timezone.localdate()
    return [
        (work.title, [(str(one.pk), _said(one, law.state_of(one, today))) for one in found])
        for work, found in groupby(provisions, key=lambda one: one.work)
    ]


def _said(one: Provision, state: str) -> str:
    name = f"{one.number} {one.heading}".strip()
    return f"{name} ({law_wording.state(state).title})"


class ArticleBoxes(forms.CheckboxSelectMultiple):
    """Boxes folded law by law: hundreds of articles fit on a phone, without a script.

    A law with a chosen article stands open and first, its chosen articles on top.
    """

    template_name = "strategy/law_articles.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        laws = [_fold(title, options) for title, options, _at in context["widget"]["optgroups"]]
        context["laws"] = sorted(laws, key=lambda one: not one["chosen"])
        return context


def _fold(title: str | None, options: list[dict[str, Any]]) -> dict[str, Any]:
    chosen = sum(one["selected"] for one in options)
    ordered = sorted(options, key=lambda one: not one["selected"])
    return {"title": title, "chosen": chosen, "all": len(options), "options": ordered}


class WorkForm(Plain):
    title = line(_("Title"), help_text=_("As it is cited, with its year."))
    kind = forms.ChoiceField(label=_("Kind"), choices=[*law_wording.KINDS.items()])
    number = line(_("Number"), required=False, most=40)
    passed_on = day(_("Day it passed"), required=False, help_text=_("A bill has none."))


class ProvisionForm(Plain):
    prefix = "article"
    number = line(_("Number"), most=40, help_text=_("As it is cited: 12, 12(3), 12 bis."))
    heading = line(_("Heading"), required=False)
    text = sentences(_("Text"), rows=5, most=100_000)
    commenced_on = day(
        _("In force since"), required=False,
        help_text=_("The day this article commenced, or will. Leave it empty while nobody knows."),
    )  # fmt: skip
    repealed_on = day(_("Repealed on"), required=False)


class TextForm(Plain):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    as_of = day(_("As it stood from"), help_text=_("The day from which this wording is the law."))
    url = forms.URLField(label=_("Web page"), required=False, assume_scheme="https")
    # Without a `maxlength`: a browser would cut what is pasted, and nobody would see it.
    text = forms.CharField(
        label=_("Text"), required=False, strip=False,
        help_text=_(
            "At most 1.5 MB, about 700 pages. Of a longer law paste the parts that matter here, "
            "or give its web page only."
        ),
        widget=forms.Textarea(attrs={"rows": 20, "dir": "auto"}),
    )  # fmt: skip

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            check_length(text)
        except InputError as error:
            raise forms.ValidationError(error.sentence) from None
        return text


class AmendForm(Plain):
    prefix = "amend"
    by = forms.ChoiceField(label=_("The law that changes it"))
    on = day(_("From which day"))
    provisions = forms.MultipleChoiceField(
        label=_("Articles that it touches"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None means the whole law."),
    )  # fmt: skip
    what = sentences(_("What changes"), rows=3)

    def __init__(self, *args: Any, work: Work, works: Iterable[Work], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(one.reference, one.title) for one in works if one.pk != work.pk]
        numbers = [(one.number, one.number) for one in work.provisions.all()]
        self.fields["by"].choices = [("", _("Choose")), *others]  # type: ignore[attr-defined]
        self.fields["provisions"].choices = numbers  # type: ignore[attr-defined]


class RepealForm(Plain):
    prefix = "repeal"
    on = day(_("Repealed on"))


class AnswerForm(Plain):
    value = forms.ChoiceField(label=_("State"), widget=forms.RadioSelect)
    provisions = forms.MultipleChoiceField(
        label=_("Articles it rests on"), required=False, widget=ArticleBoxes
    )
    note = sentences(_("Note"), rows=3, most=5000)

    def __init__(self, *args: Any, provisions: Iterable[Provision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].choices = [*law_wording.states().items()]  # type: ignore[attr-defined]
        self.fields["provisions"].choices = _grouped(provisions)  # type: ignore[attr-defined]


class PowerForm(Plain):
    state = forms.ChoiceField(label=_("State"), widget=forms.RadioSelect)
    provision = forms.ChoiceField(label=_("Article it rests on"), required=False)
    holder = forms.ChoiceField(label=_("Who has the power"), required=False)
    gap_since = day(
        _("Gap known since"), required=False,
        help_text=_("Empty means the day that is written down, or today."),
    )  # fmt: skip

    def __init__(self, *args: Any, provisions: Iterable[Provision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        articles = [("", _("None")), *_grouped(provisions)]
        self.fields["state"].choices = [*law_wording.states().items()]  # type: ignore[attr-defined]
        self.fields["provision"].choices = articles  # type: ignore[attr-defined]
        self.fields["holder"].choices = organisations(empty=_("Nobody yet"))  # type: ignore[attr-defined]

    def clean_holder(self) -> UUID | None:
        return UUID(self.cleaned_data["holder"]) if self.cleaned_data["holder"] else None


class TreatyForm(Plain):
    state = forms.ChoiceField(label=_("State"), widget=forms.RadioSelect)
    on = day(_("On which day"), required=False)
    reservations = sentences(_("Reservations and declarations"), rows=3)

    def __init__(self, *args: Any, treaty: Node, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [*law_wording.bonds(treaty).items()]
        self.fields["state"].choices = states  # type: ignore[attr-defined]


class GroundForm(Plain):
    label = forms.ChoiceField(label=_("Label"))
    provision = forms.ChoiceField(label=_("Article it rests on"))

    def __init__(self, *args: Any, provisions: Iterable[Provision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = [(code, law_wording.label(code)) for code in law.labels()]
        articles = [("", _("Choose")), *_grouped(provisions)]
        self.fields["label"].choices = [("", _("Choose")), *labels]  # type: ignore[attr-defined]
        self.fields["provision"].choices = articles  # type: ignore[attr-defined]
