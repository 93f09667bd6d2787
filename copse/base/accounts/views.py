from uuid import UUID

from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.totp.internal.auth import get_totp_secret
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from copse.base import access
from copse.base.access import StaffRequest, guarded, outside_desks
from copse.base.accounts import door as the_door
from copse.base.accounts import people
from copse.base.accounts.forms import AcceptForm, InviteForm
from copse.base.accounts.models import User
from copse.base.accounts.policies import Action


@outside_desks
def door(request: HttpRequest) -> HttpResponse:
    """The staff's door: log in, or go to one's rooms."""
    user = request.user
    places = the_door.memberships_of(user) if isinstance(user, User) else []
    cast = []
    if settings.COPSE.mode == "demo" and not places:
        from copse.base.accounts import demo

        cast = demo.people()
    titles = {role.code: role.title for role in access.roles()}
    for place in places:
        place.titles = [titles.get(code, code) for code in place.roles]  # type: ignore[attr-defined]
    return render(request, "accounts/door.html", {"places": places, "cast": cast})


@require_POST
@outside_desks
def choose(request: HttpRequest, desk: UUID) -> HttpResponse:
    """Enter one of one's desks."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    place = the_door.choose(request, desk)
    if place is None:
        raise Http404
    room = place.desk.room
    # Each room's first page stands at its own address; rooms are not named from here.
    return redirect(f"{reverse('accounts:door')}{room}/")


@outside_desks
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation's page."""
    try:
        invitation = people.invitation_for(token)
    except people.NoInvitation as gone:
        return render(request, "accounts/gone.html", {"sentence": gone.sentence}, status=404)
    form = AcceptForm(request.POST or None)
    if form.is_valid():
        people.accept(token, **form.cleaned_data, language=get_language() or "en")
        return redirect("account_login")
    return render(request, "accounts/accept.html", {"form": form, "invitation": invitation})


@outside_desks
def qr(request: HttpRequest) -> HttpResponse:
    """The picture an authenticator app reads, from our own address and never kept."""
    if not isinstance(request.user, User):
        raise Http404
    adapter = mfa_adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(request.user, get_totp_secret()))
    answer = HttpResponse(svg, "image/svg+xml")
    answer["Cache-Control"] = "no-store"
    return answer


@guarded(Action.VIEW)
def everybody(request: StaffRequest) -> HttpResponse:
    return render(request, "accounts/people.html", {"people": people.everybody()})


@guarded(Action.INVITE)
def invite(request: StaffRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/invite.html", {"form": form})
    desk = next(one for one in people.desks() if str(one.pk) == form.cleaned_data["desk"])
    token = people.invite(
        request.actor, form.cleaned_data["email"], desk, form.cleaned_data["roles"]
    )
    link = settings.COPSE.public_origin + reverse("accounts:accept", args=[token])
    return render(request, "accounts/invited.html", {"link": link})


@require_POST
@guarded(Action.REMOVE, fresh=True)
def remove(request: StaffRequest, user: UUID) -> HttpResponse:
    found = people.person(user)
    if found is None or found.pk == request.actor.user_id:
        raise Http404
    people.remove(request.actor, found)
    return redirect("accounts:people")
