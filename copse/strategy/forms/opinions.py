from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from copse.kit.framework.model import NodeKind
from copse.strategy.forms.plan import Plain, brief, line, sentences


class OpinionForm(Plain):
    title = line(_("Title"))
    body = sentences(
        _("What you found, and what you ask for"), required=True, rows=10,
        help_text=_("The public reads it once you publish it. Name no child."),
    )  # fmt: skip
    brief_action = forms.ChoiceField(
        label=_("The action of the brief that it is about"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [("", _("The plan as a whole"))]
        chosen = [*none, *brief(NodeKind.ACTION), *brief(NodeKind.ADDITION)]
        self.fields["brief_action"].choices = chosen  # type: ignore[attr-defined]


class ReplyForm(Plain):
    prefix = "reply"
    reply = sentences(
        _("Your reply"), required=True, rows=6,
        help_text=_("The public reads it beside the opinion. It is written once."),
    )  # fmt: skip
