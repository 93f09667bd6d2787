from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from copse.base.web.forms import Said
from copse.strategy.forms.plan import Plain, sentences


class AnswerForm(Plain):
    value = forms.ChoiceField(
        label=_("Your answer"), widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers."),
                        "invalid_choice": _("Choose one of the answers.")},
    )  # fmt: skip
    note = sentences(
        _("What it rests on"), most=5000, rows=3,
        help_text=_("A law, a page, a number, a day. Name no person and no child."),
    )  # fmt: skip

    def __init__(self, *args: Any, levels: Iterable[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: list[tuple[str, str]] = []
        for value, name, about in levels:
            said = Said(name)
            said.about = about
            chosen.append((value, said))
        self.fields["value"].choices = chosen  # type: ignore[attr-defined]


class LoadForm(Plain):
    file = forms.FileField(
        label=_("The framework’s file"),
        help_text=_(
            "One YAML file, named like the last part of its URN; "
            "a crosswalk is called <a>--<b>.yaml after two frameworks."
        ),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    answers = forms.ChoiceField(
        label=_("Answers to what this version changes"), required=False, widget=forms.RadioSelect,
        choices=[
            ("keep", _("Keep them, and ask again where the question changed")),
            ("clear", _("Set them aside, and ask anew")),
        ],
    )  # fmt: skip

    def ask_for_choice(self, *, asked: bool) -> None:
        """Leave the choice out until there is something to choose."""
        if not asked:
            del self.fields["answers"]
