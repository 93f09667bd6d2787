from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from copse.base.access import Actor, outside_desks
from copse.base.accounts import door
from copse.base.accounts.models import User
from copse.base.vault import granting


def _actors(request: HttpRequest) -> list[Actor]:
    user = request.user
    if not isinstance(user, User):
        return []
    found = (door.actor_for(request, place.desk.room) for place in door.memberships_of(user))
    return [actor for actor in found if actor is not None]


@outside_desks
def keys(request: HttpRequest) -> HttpResponse:
    """Colleagues who wait for a key, at each of one's desks."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    waiting = [
        (actor.desk, granting.waiting_at(actor)) for actor in _actors(request)
        if actor.desk.room != "administration"
    ]  # fmt: skip
    return render(request, "vault/keys.html", {"waiting": waiting})


@require_POST
@outside_desks
def grant(request: HttpRequest, desk: UUID, member: UUID) -> HttpResponse:
    """Hand the desk's key to a colleague."""
    actor = next((one for one in _actors(request) if one.desk.id == desk), None)
    if actor is None:
        raise Http404
    if not door.is_fresh(request):
        return door.ask_again(request)  # type: ignore[return-value]
    granting.grant_to(actor, member)
    return redirect("vault:keys")
