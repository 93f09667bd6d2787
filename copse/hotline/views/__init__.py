"""Pages of the desk, and the provider's."""

from typing import Any

from django.http import HttpResponseRedirect
from django.urls import reverse


class SeeOther(HttpResponseRedirect):
    status_code = 303


def see_other(name: str, *args: Any) -> SeeOther:
    """Go and get another page of ours; reloading it does not post again."""
    return SeeOther(reverse(name, args=args))
