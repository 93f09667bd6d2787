"""How a posted form becomes an act: what is refused is said where it was typed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.utils.translation import gettext as _

from copse.base.access import Denied, StaffRequest
from copse.kit.errors import InputError, RefusedError, StepNotAllowed


def kept(form: Form, act: Callable[..., Any]) -> bool:
    """Act on what a valid form holds; else the form says what is wrong, and nothing was done.

    A person who may not do this is still turned away as from an absent page; and when somebody
    else took the step meanwhile, its form is gone from the page, so a page of its own says so.
    """
    if not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except InputError as error:
        field = str(error.facts.get("field", ""))
        form.add_error(field if field in form.fields else None, error.sentence)
    except (Denied, StepNotAllowed):
        raise
    except RefusedError as error:
        form.add_error(None, error.sentence)
    return form.is_valid()


def done(request: StaffRequest, act: Callable[[], Any]) -> None:
    """Act, and say on the next page that it was done or why it was not."""
    try:
        act()
    except Denied:
        raise
    except RefusedError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("It is written down."))
