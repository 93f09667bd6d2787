"""The shape of what is typed at the hotline."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.base.web.forms import Said
from copse.hotline.models import Notice
from copse.hotline.queries import labels as law
from copse.hotline.workflow import SYSTEMS_OWN
from copse.kit import taxonomy


class AnswerForm(forms.Form):
    """A provider's answer: one choice for each notice of a mail."""

    def __init__(self, notices: Sequence[Notice], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scheme = taxonomy.scheme("notice_outcome")
        language = get_language() or "en"
        for notice in notices:
            self.fields[str(notice.pk)] = forms.ChoiceField(
                label=notice.reference,
                help_text=notice.material.defanged,
                choices=[(code, scheme.label(code, language)) for code in scheme.codes()],
                widget=forms.RadioSelect,
                initial=notice.outcome or None,
                required=len(notices) == 1,
                error_messages={"required": _("Choose what you have done.")},
            )

    def answers(self) -> dict[UUID, str]:
        """Notice id to outcome code, for those that were chosen."""
        return {UUID(key): value for key, value in self.cleaned_data.items() if value}


def _choices(name: str) -> list[tuple[str, str]]:
    return taxonomy.scheme(name).choices(get_language() or "en")


def _explained(name: str) -> list[tuple[str, str]]:
    scheme, language = taxonomy.scheme(name), get_language() or "en"
    described = [(code, scheme.describe(code, language)) for code in scheme.codes()]
    return [(code, f"{one.name}. {one.about}".strip(" .") + ".") for code, one in described]


def _labels() -> list[tuple[str, str]]:
    """The hotline's labels, each with what it means and the law it rests on."""
    scheme, language, bases = taxonomy.scheme("material_label"), get_language() or "en", law.bases()
    found: list[tuple[str, str]] = []
    for code in scheme.codes():
        said = Said(scheme.label(code, language))
        basis = bases.get(code)
        about = [scheme.about(code, language), basis.sentence if basis else ""]
        said.about = " ".join(one for one in about if one)
        found.append((code, said))
    return found


class ReadingForm(forms.Form):
    """One analyst's reading."""

    label = forms.ChoiceField(label=_("Label"), widget=forms.RadioSelect, choices=())
    age_band = forms.ChoiceField(label=_("How old does the child look?"), choices=())
    severity = forms.ChoiceField(label=_("Severity"), choices=())
    series = forms.SlugField(
        label=_("Series, if you know it"), max_length=60, required=False, allow_unicode=True
    )
    note = forms.CharField(
        label=_("Note for the evidence"),
        help_text=_("It is sealed. Write what you saw, not what you felt."),
        widget=forms.Textarea,
        max_length=20_000,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].choices = _labels()  # type: ignore[attr-defined]
        for field in ("age_band", "severity"):
            # Nothing is chosen beforehand: a reading is what somebody saw, not what stood there.
            choices = [("", _("Choose")), *_choices(field)]
            self.fields[field].choices = choices  # type: ignore[attr-defined]


class MessageForm(forms.Form):
    """What the desk tells a reporter."""

    status = forms.ChoiceField(label=_("Status the reporter sees"), choices=())
    text = forms.CharField(
        label=_("Message, in words a child can read"),
        widget=forms.Textarea,
        max_length=20_000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [one for one in _choices("concern_status") if one[0] not in SYSTEMS_OWN]
        self.fields["status"].choices = choices  # type: ignore[attr-defined]


class HoldForm(forms.Form):
    """Why a record is held."""

    reason = forms.ChoiceField(
        label=_("Who or what asks for it"), widget=forms.RadioSelect, choices=()
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("It is sealed: the number of the order, whom to ask."),
        widget=forms.Textarea,
        max_length=5_000,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = _explained("hold_reason")  # type: ignore[attr-defined]


class PassOnForm(forms.Form):
    """A service of the directory that takes over."""

    service = forms.TypedChoiceField(label=_("Service"), choices=(), coerce=UUID)

    def __init__(self, services: list[tuple[UUID, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            (str(key), name) for key, name in services
        ]
