"""Pages of nobody's room: the errors, which must work when the database does not, the gallery."""

import errno
import logging
import secrets
import sys
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from copse.base.access import outside_desks
from copse.base.web.context import page_for
from copse.base.web.gallery import examples
from copse.base.web.logs import places
from copse.kit.errors import RefusedError, StepNotAllowed

logger = logging.getLogger("copse.web")

PIECE, MOST_DRAINED = 64 * 1024, 32 * 1024 * 1024
# What a forged form could smuggle onto a desk's page stays off it; a child's words are kept.
_NEVER_REPEATED = {"csrfmiddlewaretoken", "password", "code", "token"}


def _page(request: HttpRequest, name: str, status: int, **facts: Any) -> HttpResponse:
    # Asked of the address alone: the failure may have come before the language was chosen.
    code = translation.get_language_from_request(request, check_path=True)
    with translation.override(code):
        facts |= {"page": page_for(request), "is_desk": "desk" in request.path.split("/")[1:3]}
        body = render_to_string(f"web/errors/{name}.html", facts)
    response = HttpResponse(body, status=status)
    response.headers["Content-Language"] = code
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return _page(request, "400", 400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _page(request, "404", 404)


def refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    """What stood in the way of a step, in words; nothing was done."""
    # The workflow knows no language; what other errors say was translated where they were raised.
    sentence = "" if isinstance(error, StepNotAllowed) else error.sentence
    return _page(request, "409", 409, sentence=sentence)


def too_large(request: HttpRequest) -> HttpResponse:
    # Taken in and thrown away: a browser that is still sending shows no answer, only a lost line.
    with suppress(OSError):
        for _ in range(MOST_DRAINED // PIECE):
            if not request.read(PIECE):
                break
    return _page(request, "413", 413)


def is_storage_failure(failure: BaseException | None) -> bool:
    """Whether the disk or the database failed, so that trying again later is the right advice."""
    while failure is not None:
        if isinstance(failure, OperationalError | InterfaceError):
            return True
        if isinstance(failure, OSError) and failure.errno in {errno.ENOSPC, errno.EDQUOT}:
            return True
        failure = failure.__cause__ or failure.__context__
    return False


def server_error(request: HttpRequest) -> HttpResponse:
    kind, failure, trace = sys.exc_info()
    incident = secrets.token_hex(4)
    name = kind.__name__ if kind else "unknown"
    logger.error("incident %s: %s at %s", incident, name, places(trace))
    if is_storage_failure(failure):
        response = _page(request, "503", 503, incident=incident)
        response.headers["Retry-After"] = "60"
        return response
    return _page(request, "500", 500, incident=incident)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form was too old: show what was typed, so that nothing is lost."""
    typed: list[tuple[str, str]] = []
    # Only our own page's words: another site must not put its text before a reader.
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in _NEVER_REPEATED and "password" not in name and value.strip()
        ]
    return _page(request, "csrf", 403, typed=typed, again=request.path)


@outside_desks
def gallery(request: HttpRequest) -> HttpResponse:
    if settings.COPSE.mode == "real":
        raise Http404
    return render(request, "web/gallery.html", examples(request))
