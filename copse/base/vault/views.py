from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from copse.base.access import Actor, outside_desks, see_other
from copse.base.accounts import door
from copse.base.vault import granting
from copse.base.vault.errors import Locked


def _actors(request: HttpRequest) -> list[Actor]:
    # Administration seals nothing, so it has no key.
    return [one for one in door.actors_of(request) if one.desk.room != "administration"]


def _actor_at(request: HttpRequest, desk: UUID) -> Actor:
    found = next((one for one in _actors(request) if one.desk.id == desk), None)
    if found is None:
        raise Http404
    return found


@outside_desks
def keys(request: HttpRequest) -> HttpResponse:
    """Each of one's desks: colleagues who wait for its key, and its recovery key."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    found = granting.at_desks(_actors(request))
    return render(request, "vault/keys.html", {"found": found})


@require_POST
@outside_desks
def grant(request: HttpRequest, desk: UUID, member: UUID) -> HttpResponse:
    """Hand the desk's key to a colleague."""
    actor = _actor_at(request, desk)
    if not door.is_fresh(request):
        return door.ask_again(request)  # type: ignore[return-value]
    try:
        granting.grant_to(actor, member)
    except Locked as locked:
        messages.error(request, locked.sentence)
    else:
        messages.success(request, _("The key is granted."))
    return see_other("vault:keys")


@outside_desks
def recovery(request: HttpRequest, desk: UUID) -> HttpResponse:
    """Replace the printed recovery key. The new one is in this answer and nowhere else."""
    actor = _actor_at(request, desk)
    if not door.is_fresh(request):
        return door.ask_again(request)  # type: ignore[return-value]
    if request.method != "POST":
        return render(request, "vault/recovery.html", {"desk": granting.desk_of(actor)})
    try:
        made = granting.replace_recovery(actor)
    except Locked as locked:
        messages.error(request, locked.sentence)
        return see_other("vault:keys")
    groups = made.split("-")
    lines = ["-".join(groups[at : at + 2]) for at in range(0, len(groups), 2)]
    return render(
        request, "vault/recovered.html", {"desk": granting.desk_of(actor), "lines": lines}
    )
