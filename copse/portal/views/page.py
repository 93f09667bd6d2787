"""What every page of the portal keeps to: not stored, no foreign posts, 303 after each POST."""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from copse.base.access import public
from copse.base.database import as_room
from copse.base.organisations import directory
from copse.base.web.context import same_page_in
from copse.portal.services import Held


class NoFiles(FileUploadHandler):
    """A picture is never asked for; one that is sent all the same touches no disk."""

    def new_file(self, *_args: Any, **_kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, _raw_data: bytes, _start: int) -> None:
        """Nothing arrives here."""

    def file_complete(self, _file_size: int) -> None:
        """Nothing is kept."""


log = logging.getLogger("copse.portal")
View = Callable[..., HttpResponseBase]


def page(view: View) -> View:
    """A page of the portal: public, never stored by a browser, plain when it cannot save.

    Django's own form check would set a cookie before anything is told. In its place: the cookie
    is SameSite=Strict, a post from another site is refused, and sending asks the draft's token.
    """
    opened = public("portal")(view)

    @csrf_exempt
    @wraps(opened)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [NoFiles(request)]
        if request.method == "POST" and not _from_here(request):
            raise Http404
        try:
            response = _in_a_language_spoken(request) or opened(request, *args, **kwargs)
        except (DatabaseError, InterfaceError) as error:
            # The name of the fault only: its text could hold what somebody typed.
            log.error("portal could not save: %s", type(error).__name__)  # noqa: TRY400
            response = _not_saved(request)
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store"
        return response

    return wrapper


def _in_a_language_spoken(request: HttpRequest) -> HttpResponse | None:
    """Lead on to a language that this country offers, from one that it does not."""
    here = directory.country_last_seen()
    if here is None:
        with as_room("portal"):
            here = directory.country()
    offered = directory.offered_languages(here)
    if request.method == "POST" or get_language() in offered:
        return None
    return HttpResponseRedirect(same_page_in(request.path, offered[0]))


def _not_saved(request: HttpRequest) -> HttpResponse:
    """Say so, with what was typed in a form of its own: going back would show an empty page."""
    context: dict[str, Any] = {"typed": list(request.POST.items()), "action": request.path}
    context["country"] = directory.country_last_seen()
    with suppress(DatabaseError, InterfaceError), as_room("portal"):
        # A full disk can still be read from.
        context["country"] = directory.country()
    return render(request, "portal/not_saved.html", context, status=503)


def _from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "null")
    # A browser told to send no referrer writes “null” even to our own pages.
    return origin in ("null", f"{request.scheme}://{request.get_host()}")


def cookie_name() -> str:
    """`__Host-` wherever the address is https; not every browser takes it on plain localhost."""
    return "__Host-s" if settings.SESSION_COOKIE_SECURE else "s"


def cookie_of(request: HttpRequest) -> str | None:
    """What opens this browser's row, if it has told us anything yet."""
    return request.COOKIES.get(cookie_name())


def seen(response: HttpResponse, held: Held) -> HttpResponse:
    """Give the browser the cookie that opens its row."""
    return _with_cookie(response, held.cookie, max_age=None)


def forgotten(response: HttpResponse) -> HttpResponse:
    """Take the cookie from the browser."""
    return _with_cookie(response, "", max_age=0)


def _with_cookie(response: HttpResponse, value: str, *, max_age: int | None) -> HttpResponse:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(
        cookie_name(), value, max_age=max_age, secure=secure, httponly=True, samesite="Strict"
    )
    return response


def see_other(name: str, *args: Any) -> HttpResponse:
    """A 303 to one of our pages: what was posted is not repeated, and not kept by the browser."""
    return HttpResponse(status=303, headers={"Location": reverse(f"portal:{name}", args=args)})


def shown(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page with the country's numbers at hand."""
    context["country"] = directory.country()
    return render(request, f"portal/{template}.html", context)
