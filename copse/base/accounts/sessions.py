"""How long a staff session lives: 15 minutes idle, 12 hours in all."""

import time
from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.module_loading import import_string

from copse.base.accounts.door import key_cookie

IDLE = 15 * 60
TOTAL = 12 * 3600
SINCE, SEEN = "copse_since", "copse_seen"


class StaffSession:
    """Ends sessions in time, sends and takes back the key's cookie, insists on a second step."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without the cookie there is no session to look at: a public page never starts one.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _end_in_time(request)
        response = self.get_response(request)
        if getattr(request, "copse_minute", False):
            _rewrap(request)
        cookie = getattr(request, "copse_key_cookie", None)
        if cookie:
            response.set_cookie(
                key_cookie(),
                cookie,
                path="/",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
        elif cookie == "":
            response.delete_cookie(key_cookie(), samesite="Strict")
        return response

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> HttpResponseBase | None:
        guard = getattr(view, "copse_guard", "door")
        if guard in {"door", "portal", "public"} or settings.COPSE.mode != "real":
            return None
        user: Any = request.user
        if not user.is_authenticated or is_mfa_enabled(user):
            return None
        return HttpResponseRedirect(reverse("mfa_index"))


def _end_in_time(request: HttpRequest) -> None:
    session, now = request.session, int(time.time())
    if not request.user.is_authenticated:
        return
    since, seen = session.get(SINCE), session.get(SEEN, now)
    if since is None:
        session[SINCE], session[SEEN] = now, now
        return
    if now - since > TOTAL or now - seen > IDLE:
        import_string("copse.base.vault.close_session")(request.COOKIES.get(key_cookie(), ""))
        request.copse_key_cookie = ""  # type: ignore[attr-defined]
        logout(request)
    elif now - seen > 60:  # noqa: PLR2004 - written once a minute, not on every page
        session[SEEN] = now
        request.copse_minute = True  # type: ignore[attr-defined]


def _rewrap(request: HttpRequest) -> None:
    """Once a minute, re-wrap some old records of the desk whose page was just made.

    Only a member's session opens what a former desk key wrapped, so this is where it happens.
    """
    actor = getattr(request, "actor", None)
    if actor is not None and actor.keyring is not None:
        import_string("copse.base.vault.granting.rewrap_in_passing")(actor)
