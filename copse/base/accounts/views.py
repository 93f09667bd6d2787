from collections.abc import Callable
from uuid import UUID

from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.totp.internal.auth import get_totp_secret
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from copse.base import access
from copse.base.access import StaffRequest, guarded, outside_desks, see_other
from copse.base.accounts import door as the_door
from copse.base.accounts import people
from copse.base.accounts.forms import AcceptForm, InviteForm, RolesForm
from copse.base.accounts.models import User
from copse.base.accounts.policies import Action
from copse.base.organisations.models import Desk


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
        return see_other("account_login")
    place = the_door.choose(request, desk)
    if place is None:
        raise Http404
    room = place.desk.room
    # Each room's first page stands at its own address; rooms are not named from here.
    return access.SeeOther(f"{reverse('accounts:door')}{room}/")


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
        messages.success(request, _("Your password is set. Log in with it."))
        return see_other("account_login")
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
    """All who work here, with their desks."""
    return render(request, "accounts/people.html", {"people": people.everybody()})


@guarded(Action.VIEW)
def person(request: StaffRequest, user: UUID) -> HttpResponse:
    """One member: desks, roles there, and the desks that could be added."""
    found = _person(user)
    places = people.places_of(found)
    taken = {place.desk_id for place in places}
    offered = [one for one in people.desks_with_roles() if one.pk not in taken]
    context = {"person": found, "places": places, "offered": offered}
    return render(request, "accounts/person.html", context)


@guarded(Action.ROLES)
def place(request: StaffRequest, user: UUID, desk: UUID) -> HttpResponse:
    """A member's roles at one desk: the first ones, or others."""
    found, where = _person(user), _desk(desk)
    held = next((one for one in people.places_of(found) if one.desk_id == desk), None)
    form = RolesForm(
        request.POST or None, desk=where, initial={"roles": held.roles if held else []}
    )
    if request.method == "POST" and form.is_valid():
        try:
            people.change_roles(request.actor, found, where, form.cleaned_data["roles"])
        except people.LastAdministrator as last:
            form.add_error("roles", last.sentence)
        else:
            messages.success(request, _("Saved."))
            return see_other("accounts:person", user)
    context = {"form": form, "person": found, "desk": where, "held": held}
    return render(request, "accounts/place.html", context)


@guarded(Action.LEAVE, fresh=True)
def leave(request: StaffRequest, user: UUID, desk: UUID) -> HttpResponse:
    """Take a desk away from a member, after saying what that does."""
    found, where = _person(user), _desk(desk)
    if request.method == "POST":
        return _done(request, user, lambda: people.take_away(request.actor, found, where))
    return render(request, "accounts/leave.html", {"person": found, "desk": where})


@guarded(Action.INVITE)
def invite(request: StaffRequest) -> HttpResponse:
    """Make a link for somebody new, or known; it is in this answer and nowhere else."""
    form = InviteForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/invite.html", {"form": form})
    places = form.places()
    token = people.invite_to(request.actor, form.cleaned_data["email"], places)
    link = settings.COPSE.public_origin + reverse("accounts:accept", args=[token])
    context = {"link": link, "email": form.cleaned_data["email"], "desks": list(places)}
    return render(request, "accounts/invited.html", context)


@guarded(Action.REMOVE, fresh=True)
def remove(request: StaffRequest, user: UUID) -> HttpResponse:
    """Remove a member, after saying what that does."""
    found = _person(user)
    if found.pk == request.actor.user_id:
        raise Http404
    if request.method == "POST":
        return _done(request, user, lambda: people.remove(request.actor, found))
    return render(request, "accounts/remove.html", {"person": found})


def _done(request: StaffRequest, user: UUID, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except people.LastAdministrator as last:
        messages.error(request, last.sentence)
        return see_other("accounts:person", user)
    messages.success(request, _("Taken away. What comes in from now on does not open for them."))
    return see_other("accounts:people")


def _person(user: UUID) -> User:
    found = people.person(user)
    if found is None:
        raise Http404
    return found


def _desk(desk: UUID) -> Desk:
    found = people.desk(desk)
    if found is None:
        raise Http404
    return found
