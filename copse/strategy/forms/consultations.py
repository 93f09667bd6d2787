from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.kit import taxonomy
from copse.kit.framework.library import shipped
from copse.kit.framework.model import NodeKind, words
from copse.strategy.forms.plan import Plain, day, line, sentences
from copse.strategy.models import Strategy
from copse.strategy.queries.consultations import childhood_bands

MOST_PEOPLE = 1_000_000


def groups() -> list[tuple[str, str]]:
    """The seven groups as choices, by their names."""
    language = get_language() or "en"
    nodes = shipped()["itu-brief"].of_kind(NodeKind.GROUP)
    return [(node.id, words(node.label, language)) for node in nodes]


def _many(label: Any, *, required: bool = True, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=required, help_text=help_text, widget=forms.CheckboxSelectMultiple
    )


class DesignForm(Plain):
    plan = forms.ChoiceField(label=_("About which plan"))
    title = line(_("Title"))
    question = sentences(_("What is asked, in the words of those who are asked"), required=True)
    groups = _many(_("Who is asked"))
    children = forms.BooleanField(label=_("Children are among them"), required=False)
    safeguarding = sentences(
        _("How they are kept safe"),
        help_text=_(
            "Who meets them and never alone, how they agree, how they stop, who helps when somebody "
            "tells of harm. A safeguarding officer approves it as it stands."
        ),
    )

    def __init__(self, *args: Any, plans: Sequence[Strategy] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = groups()  # type: ignore[attr-defined]
        if plans:
            chosen = [(one.reference, one.title) for one in plans]
            self.fields["plan"].choices = chosen  # type: ignore[attr-defined]
        else:
            # One that was designed stays with its plan.
            del self.fields["plan"]


class HeardForm(Plain):
    prefix = "heard"
    on = day(_("On which day they were heard"))
    people = forms.IntegerField(
        label=_("How many came"), min_value=1, max_value=MOST_PEOPLE,
        help_text=_("It stays in this room."),
    )  # fmt: skip
    groups = _many(_("Which groups came"))
    age_bands = _many(
        _("Ages of the children"), required=False, help_text=_("None, when no child came.")
    )
    heard = sentences(
        _("What they said"), required=True,
        help_text=_("It stays in this room. Name nobody."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scheme, language = taxonomy.scheme("age_band"), get_language() or "en"
        bands = [(code, scheme.label(code, language)) for code in childhood_bands()]
        self.fields["groups"].choices = groups()  # type: ignore[attr-defined]
        self.fields["age_bands"].choices = bands  # type: ignore[attr-defined]


class AnswerForm(Plain):
    prefix = "answer"
    answer = sentences(
        _("Your answer"), required=True,
        help_text=_(
            "What becomes of what they said, and what does not, and why. Those you heard and the "
            "public read it: name nobody, and no small number of children."
        ),
    )  # fmt: skip
