"""What `access.guarded` asks about a request: who this is, at which desk, and how to ask again."""

import time
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.module_loading import import_string

from copse.base.access import Actor, SeeOther
from copse.base.accounts.models import Membership, User

FRESH_SECONDS = 300
CHOSEN = "copse_desks"


def key_cookie() -> str:
    """The cookie that opens the member's key; `__Host-` wherever the address is https."""
    return "__Host-copse-key" if settings.SESSION_COOKIE_SECURE else "copse-key"


def keyring_of(request: HttpRequest) -> Any:
    """The member's keyring for this request, or None when it was never opened or has ended."""
    if not hasattr(request, "copse_keyring"):
        find = import_string("copse.base.vault.session_keyring")
        cookie = request.COOKIES.get(key_cookie(), "")
        user: Any = request.user
        request.copse_keyring = (  # type: ignore[attr-defined]
            find(user.pk, cookie) if cookie and user.is_authenticated else None
        )
    return request.copse_keyring  # type: ignore[attr-defined]


def memberships_of(user: User) -> list[Membership]:
    """A person's places, in the order of rooms."""
    places = Membership.objects.filter(user=user).select_related("desk", "desk__organisation")
    return list(places.order_by("desk__room", "desk__name"))


def actor_for(request: HttpRequest, room: str) -> Actor | None:
    """Who acts in a room: the chosen desk of it, or the first. None for people not of the room."""
    user: Any = request.user
    if not user.is_active:
        return None
    places = [place for place in memberships_of(user) if place.desk.room == room]
    if not places:
        return None
    chosen = request.session.get(CHOSEN, {}).get(room)
    place = next((one for one in places if str(one.desk_id) == chosen), places[0])
    return _actor_at(request, place)


def actors_of(request: HttpRequest) -> list[Actor]:
    """Who the asking person is at each of their desks; nobody before log-in."""
    user: Any = request.user
    if not user.is_authenticated or not user.is_active:
        return []
    return [_actor_at(request, place) for place in memberships_of(user)]


def _actor_at(request: HttpRequest, place: Membership) -> Actor:
    user: Any = request.user
    return Actor(user.pk, user.name, place.desk.key, frozenset(place.roles), keyring_of(request))


def choose(request: HttpRequest, desk: UUID) -> Membership | None:
    """Remember which of several desks in one room is meant from now on."""
    user: Any = request.user
    place = next((one for one in memberships_of(user) if one.desk_id == desk), None)
    if place is not None:
        chosen = {**request.session.get(CHOSEN, {}), place.desk.room: str(desk)}
        request.session[CHOSEN] = chosen
    return place


def is_fresh(request: HttpRequest) -> bool:
    """Whether a password or second step was given within the last five minutes."""
    user: Any = request.user
    records = get_authentication_records(request, user)
    return bool(records) and time.time() - records[-1]["at"] < FRESH_SECONDS


def ask_to_log_in(request: HttpRequest) -> HttpResponseBase:
    """To the log-in page, and back here afterwards."""
    query = urlencode({"next": request.get_full_path()})
    return SeeOther(f"{reverse('account_login')}?{query}")


def ask_again(request: HttpRequest) -> HttpResponseBase:
    """Ask for the password again, then go on with what was asked."""
    answer: HttpResponseBase = suspend_request(request, reverse("account_reauthenticate"))
    return answer
