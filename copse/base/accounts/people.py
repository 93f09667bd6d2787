"""Inviting people, giving them places and roles, taking them away."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from copse.base import access, audit
from copse.base.access import Actor
from copse.base.accounts.models import Invitation, Membership, User
from copse.base.accounts.policies import Action, administrator
from copse.base.organisations.models import Desk
from copse.kit.errors import InputError

VALID = timedelta(hours=72)


class NoInvitation(InputError):  # noqa: N818 - named for the state
    """The link is unknown, used or too old."""

    code = "no-invitation"


class NoSuchPlace(InputError):  # noqa: N818 - named for the state
    """A place needs at least one role, and only roles of the desk's room."""

    code = "no-such-place"

    @classmethod
    def choose(cls) -> Self:
        return cls(_("Choose at least one role of the desk."))


class LastAdministrator(InputError):  # noqa: N818 - named for the state
    """Somebody must be able to invite and remove people."""

    code = "last-administrator"


def _vault(name: str) -> Any:
    return import_string(f"copse.base.vault.{name}")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def everybody() -> list[User]:
    """Every active person with their places, for the administrator's page."""
    people = User.objects.filter(is_active=True).prefetch_related("memberships__desk")
    return list(people.order_by("name"))


def person(user: UUID) -> User | None:
    return User.objects.filter(pk=user, is_active=True).first()


def desks() -> list[Desk]:
    return list(Desk.objects.order_by("room", "name"))


def desks_with_roles() -> list[Desk]:
    """The desks at which somebody can have a place; the portal has none."""
    return [one for one in desks() if access.roles(one.room)]


def desk(wanted: UUID) -> Desk | None:
    return Desk.objects.filter(pk=wanted).first()


def places_of(user: User) -> list[Membership]:
    """A person's places with the titles of their roles, for the administrator's page."""
    titles = {one.code: one.title for one in access.roles()}
    found = list(Membership.objects.filter(user=user).select_related("desk"))
    for place in found:
        place.titles = [titles.get(code, code) for code in place.roles]  # type: ignore[attr-defined]
    return sorted(found, key=lambda place: (place.desk.room, place.desk.name))


def add_person(*, email: str, name: str, password: str, language: str = "en") -> User:
    """A person with a password and a key, at no desk yet. For `init`, the demo and invitations."""
    user = User(email=email.lower(), name=name, language=language)
    user.set_password(password)
    with transaction.atomic():
        user.save(force_insert=True)
        _vault("new_member_key")(user.pk, password)
    return user


def join(user: User, desk: UUID, roles: Iterable[str]) -> None:
    """Give a person a place at a desk, or other roles there. The desk's key is granted apart."""
    known = {one.code for one in access.roles()}
    wanted = sorted(set(roles) & known)
    place = Membership.objects.filter(user=user, desk_id=desk).first()
    if place is None:
        Membership(user=user, desk_id=desk, roles=wanted).save(force_insert=True)
        return
    Membership.objects.filter(pk=place.pk).update(roles=wanted)


def invite(actor: Actor, email: str, desk: Desk, roles: Iterable[str]) -> str:
    """Make a single-use link's token for a place at one desk."""
    return invite_to(actor, email, {desk: roles})


def invite_to(actor: Actor, email: str, places: Mapping[Desk, Iterable[str]]) -> str:
    """Make a single-use link's token. For somebody known it sets a new password, and no key.

    Raises `NoSuchPlace` for a role of another room, or no role at all.
    """
    access.require(actor, Action.INVITE)
    if not places:
        raise NoSuchPlace.choose()
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=email.lower(),
        token_digest=_digest(token),
        places=[{"desk": str(one.pk), "roles": _of_room(one, places[one])} for one in places],
        invited_by=actor.user_id,
        expires_at=timezone.now() + VALID,
    )
    invitation.save(force_insert=True)
    audit.record(actor, Action.INVITE, invitation, desks=len(places))
    return token


def _of_room(desk: Desk, roles: Iterable[str]) -> list[str]:
    wanted = sorted(set(roles))
    if not wanted or set(wanted) - {one.code for one in access.roles(desk.room)}:
        raise NoSuchPlace.choose()
    return wanted


def invitation_for(token: str) -> Invitation:
    """The invitation of a link. Raises `NoInvitation`."""
    found = Invitation.objects.filter(
        token_digest=_digest(token), used_at=None, expires_at__gt=timezone.now()
    ).first()
    if found is None:
        raise NoInvitation(_("This link was used or is too old. Ask for a new one."))
    return found


@transaction.atomic
def accept(token: str, *, name: str, password: str, language: str = "en") -> User:
    """Use a link once: a person with a key and places, or a new password for a known one."""
    invitation = invitation_for(token)
    used = Invitation.objects.filter(pk=invitation.pk, used_at=None)
    if not used.update(used_at=timezone.now()):
        raise NoInvitation(_("This link was used or is too old. Ask for a new one."))
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        user = add_person(email=invitation.email, name=name, password=password, language=language)
    else:
        # A reset never restores keys: a colleague grants again, or the recovery key does.
        user.set_password(password)
        User.objects.filter(pk=user.pk).update(password=user.password, is_active=True)
        # A lost phone is a reason for the link, so a second step is set up anew too.
        Authenticator.objects.filter(user_id=user.pk).delete()
        _vault("close_sessions_of")(user.pk)
        _vault("new_member_key")(user.pk, password)
    for place in invitation.places:
        if not Membership.objects.filter(user=user, desk_id=place["desk"]).exists():
            join(user, UUID(place["desk"]), place["roles"])
    return user


@transaction.atomic
def change_roles(actor: Actor, user: User, desk: Desk, roles: Iterable[str]) -> None:
    """Give a person a place at a desk, or other roles there.

    Raises `NoSuchPlace` for roles of another room or none, `LastAdministrator`.
    """
    known = Membership.objects.filter(user=user, desk=desk).exists()
    action = Action.ROLES if known else Action.JOIN
    access.require(actor, action)
    wanted = _of_room(desk, roles)
    with _an_administrator_stays():
        join(user, desk.pk, wanted)
    audit.record(actor, action, user, desk=desk.pk, **dict.fromkeys(wanted, True))


@transaction.atomic
def take_away(actor: Actor, user: User, desk: Desk) -> None:
    """End a person's place at one desk: its next key is made without them, their sessions end.

    Raises `LastAdministrator`.
    """
    access.require(actor, Action.LEAVE)
    with _an_administrator_stays():
        ended, _rows = Membership.objects.filter(user=user, desk=desk).delete()
    if ended:
        _void_invitations_of(user)
        _vault("remove_member")(desk.pk, user.pk)
        audit.record(actor, Action.LEAVE, user, desk=desk.pk)


@transaction.atomic
def remove(actor: Actor, user: User) -> None:
    """End a person's places and sessions; every desk of theirs gets a new key.

    Raises `LastAdministrator`.
    """
    access.require(actor, Action.REMOVE)
    places = list(Membership.objects.filter(user=user).values_list("desk_id", flat=True))
    with _an_administrator_stays():
        Membership.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(is_active=False)
    _void_invitations_of(user)
    for desk in places:
        _vault("remove_member")(desk, user.pk)
    audit.record(actor, Action.REMOVE, user)


def _void_invitations_of(user: User) -> None:
    """A link that lies about would bring back what was just taken away."""
    waiting = Invitation.objects.filter(email=user.email, used_at=None)
    waiting.update(used_at=timezone.now())


@contextmanager
def _an_administrator_stays() -> Iterator[None]:
    """Let a change stand only when somebody can still invite. Raises `LastAdministrator`."""
    desks = list(Desk.objects.filter(room="administration").values_list("pk", flat=True))
    places = Membership.objects.filter(
        desk_id__in=desks, roles__contains=[administrator.code], user__is_active=True
    )
    # Locked before the change: two who take each other's role away at once must not both succeed.
    list(places.select_for_update(of=("self",)))
    yield
    if not places.exists():
        raise LastAdministrator(_("This is the last administrator. Make somebody else one first."))
