"""The shape of what is typed at the hotline."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.hotline.models import Notice
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
                choices=[(code, scheme.label(code, language)) for code in scheme.codes()],
                widget=forms.RadioSelect,
                initial=notice.outcome or None,
                required=len(notices) == 1,
                error_messages={"required": _("Choose what you have done.")},
            )

    def answers(self) -> dict[UUID, str]:
        """Notice id to outcome code, for those that were chosen."""
        return {UUID(key): value for key, value in self.cleaned_data.items() if value}
