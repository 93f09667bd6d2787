"""Forms as the design system draws them: label, hint, error, control, in that order."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

_OURS = "web/widgets/"
_DJANGOS = "django/forms/widgets/"


class Said(str):
    """The words of a choice, with a sentence that explains or comforts beside them."""

    __slots__ = ("about",)
    about: str


class FormRenderer(TemplatesSetting):
    """Our templates where we have one, Django's elsewhere, whatever the order of apps."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"
    bound_field_class = None

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith(_DJANGOS):
            try:
                return get_template(template_name.replace(_DJANGOS, _OURS))
            except TemplateDoesNotExist:
                return get_template(template_name)
        return get_template(template_name)
