"""One form a question. Wrong input is said beside the field, and what was typed stays."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.base.web.forms import Said
from copse.kit import taxonomy
from copse.portal.services import UnreadableCode, read_code
from copse.portal.workflow import Question

MOST_LINES, LONGEST_LINE = 50, 2000
UNSURE = ("unsure", _("I’m not sure"))
# Invisible signs that turn the direction of text: they could make an address look like another.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ufffe\uffff\ud800-\udfff]")


class Words(forms.CharField):
    """Text as typed, without invisible turns of direction; signs that cannot be kept are refused.

    (U+FFFD is what a lone surrogate has become by the time it reaches us.)
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        # Our own sentence says it for NUL and its like together.
        self.validators = [v for v in self.validators if not _is_null_check(v)]
        self.error_messages["max_length"] = _(
            "This is too long. Please make it shorter: at most %(limit_value)d letters."
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:  # noqa: ARG002 - Django's own name
        """None: with `maxlength` a browser cuts off what is pasted, and nobody is told."""
        return {}

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        if _UNREADABLE.search(text):
            raise ValidationError(
                _("Some of these signs cannot be read. Please delete them or type them again.")
            )
        return _TURNS.sub("", text).replace("\r\n", "\n")


def _is_null_check(validator: Any) -> bool:
    return type(validator).__name__ == "ProhibitNullCharactersValidator"


# The page's heading is the field's label, so that a screen reader says the question once.
ASKED = "web/forms/question.html"


def _radio(label: Any, choices: Any, *, required: bool = False) -> forms.ChoiceField:
    # The stubs do not know `template_name` yet.
    return forms.ChoiceField(  # type: ignore[call-arg]
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        required=required,
        error_messages={
            "required": _("Choose one. If you do not know, choose “I’m not sure”."),
            "invalid_choice": _("Choose one from the list."),
        },
        template_name=ASKED,
    )


def _area(
    label: Any, rows: int, limit: int, help_text: Any = "", *, template: str | None = ASKED
) -> Words:
    widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off", "spellcheck": "false"})
    return Words(
        label=label, max_length=limit, help_text=help_text, widget=widget, template_name=template
    )


class QuestionForm(forms.Form):
    use_required_attribute = False

    def __init__(
        self, *args: Any, answers: dict[str, dict[str, str]] | None = None, **kwargs: Any
    ) -> None:
        self.answers = answers or {}
        super().__init__(*args, **kwargs)

    @property
    def title(self) -> Any:
        """The question."""
        return next(iter(self.fields.values())).label


class KindForm(QuestionForm):
    kind = _radio(_("What is it about?"), (), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [*_risks(""), UNSURE]  # type: ignore[attr-defined]


class CloserForm(QuestionForm):
    closer = _radio(_("Which is closest?"), ())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.answers.get(Question.KIND, {}).get("kind", "")
        choices = [*_risks(kind), UNSURE] if kind in taxonomy.scheme("risk") else [UNSURE]
        self.fields["closer"].choices = choices  # type: ignore[attr-defined]


def _risks(parent: str) -> list[tuple[str, str]]:
    risk, language = taxonomy.scheme("risk"), get_language() or "en"
    found: list[tuple[str, str]] = []
    for code, name in risk.choices(language, "child", parent):
        said = Said(name)
        said.about = risk.about(code, language, "child")
        found.append((code, said))
    return found


class WhereForm(QuestionForm):
    where = _area(
        _("Where did it happen?"),
        4,
        10_000,
        _(
            "The address of a page, or the name of an app, a game or a profile. "
            "One on each line. If you do not know, leave this empty."
        ),
    )

    def clean_where(self) -> str:
        text = str(self.cleaned_data["where"])
        if len([line for line in text.splitlines() if line.strip()]) > MOST_LINES:
            raise ValidationError(_("There are more than 50 lines. Please write the first 50."))
        if any(len(line) > LONGEST_LINE for line in text.splitlines()):
            raise ValidationError(
                _("One line is too long. Please put each address on its own line.")
            )
        return text


class StoryForm(QuestionForm):
    story = _area(
        _("What happened?"),
        8,
        20_000,
        _("Use your own words and your own language. You can leave this empty."),
    )


class AgeForm(QuestionForm):
    age = _radio(_("How old is the child?"), ())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bands = taxonomy.scheme("age_band").choices(get_language() or "en")
        known = [band for band in bands if band[0] != "unknown"]
        self.fields["age"].choices = [*known, ("unknown", UNSURE[1])]  # type: ignore[attr-defined]


class DangerForm(QuestionForm):
    danger = _radio(_("Is someone in danger now?"), [("yes", _("Yes")), ("no", _("No")), UNSURE])


class ContactForm(QuestionForm):
    contact = _area(
        _("Is there a safe way to reach you?"),
        3,
        1_000,
        _(
            "You do not have to. With your code you can read our answer without giving a name. "
            "Only write a number or an address that nobody else looks at."
        ),
    )


FORMS: dict[Question, type[QuestionForm]] = {
    Question.KIND: KindForm,
    Question.CLOSER: CloserForm,
    Question.WHERE: WhereForm,
    Question.STORY: StoryForm,
    Question.AGE: AgeForm,
    Question.DANGER: DangerForm,
    Question.CONTACT: ContactForm,
}


class CodeForm(forms.Form):
    use_required_attribute = False
    code = _area(_("Your code"), 3, 400, _("20 digits or 10 words. Spaces do not matter."))

    def clean_code(self) -> str:
        typed = str(self.cleaned_data["code"])
        try:
            return read_code(typed).digits
        except UnreadableCode as error:
            raise ValidationError(
                _("This is not a whole code. A code has 20 digits or 10 words. Look at each one.")
            ) from error


class MessageForm(forms.Form):
    use_required_attribute = False
    text = _area(_("Write to us"), 5, 20_000, template=None)
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if not text.strip():
            raise ValidationError(_("Write something first."))
        return text
