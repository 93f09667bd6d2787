"""What a view answers to a post."""

from typing import Any

from django.http import HttpResponseRedirect
from django.urls import reverse


class SeeOther(HttpResponseRedirect):
    """Go and get another page of ours; reloading it does not post again."""

    status_code = 303


def see_other(name: str, *args: Any) -> SeeOther:
    """A 303 to one of our pages by its name."""
    return SeeOther(reverse(name, args=args))
