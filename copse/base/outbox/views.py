"""The page of undelivered messages. A room includes it with its own two actions.

    desk_urlpatterns += outbox.views.pages(view=Action.OUTBOX, retry=Action.OUTBOX_RETRY)

Its addresses are named `<room>:outbox`, `<room>:outbox-retry` and `<room>:outbox-dismiss`.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from copse.base import access
from copse.base.access import Actor, StaffRequest, guarded, see_other
from copse.base.outbox import queries, sending
from copse.base.outbox.models import Message
from copse.base.outbox.wording import about


def pages(*, view: StrEnum, retry: StrEnum) -> list[URLPattern]:
    """The three addresses, for a room whose actions these are."""
    room = str(view).partition(".")[0]

    @guarded(view)
    def listing(request: StaffRequest) -> HttpResponse:
        found = queries.undelivered_for(request.actor, _after(request))
        context = {
            "messages_out": [about(message) for message in found],
            "may_retry": access.may(request.actor, retry),
            "older": _older(room, found),
            "retry_url": f"{room}:outbox-retry",
            "dismiss_url": f"{room}:outbox-dismiss",
        }
        return render(request, "outbox/undelivered.html", context)

    return [
        path("outbox/", listing, name="outbox"),
        _button("retry", room, retry, sending.retry),
        _button("dismiss", room, retry, sending.dismiss),
    ]


def _button(
    verb: str, room: str, action: StrEnum, act: Callable[[Actor, Message], None]
) -> URLPattern:
    @guarded(action)
    def press(request: StaffRequest, key: UUID) -> HttpResponse:
        message = queries.message_for(request.actor, key)
        access.require(request.actor, action, message)
        act(request.actor, message)
        return see_other(f"{room}:outbox")

    return path(f"outbox/<uuid:key>/{verb}/", require_POST(press), name=f"outbox-{verb}")


def _after(request: HttpRequest) -> tuple[datetime, UUID] | None:
    when, key = request.GET.get("when"), request.GET.get("key")
    if when is None or key is None:
        return None
    try:
        return datetime.fromisoformat(when), UUID(key)
    except ValueError:
        raise Http404 from None


def _older(room: str, found: list[Message]) -> str:
    if len(found) < queries.PAGE:
        return ""
    last = found[-1]
    place = urlencode({"when": last.written_at.isoformat(), "key": str(last.pk)})
    return f"{reverse(f'{room}:outbox')}?{place}"
