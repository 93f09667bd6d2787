"""Inviting people, giving them places and roles, taking them away."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from copse.base import access, audit
from copse.base.access import Actor
from copse.base.accounts.models import Invitation, Membership, User
from copse.base.accounts.policies import Action
from copse.base.organisations.models import Desk
from copse.kit.errors import InputError

VALID = timedelta(hours=72)


class NoInvitation(InputError):  # noqa: N818 - named for the state
    """The link is unknown, used or too old."""

    code = "no-invitation"


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
    """Make a single-use link's token. For somebody known it sets a new password, and no key."""
    access.require(actor, Action.INVITE)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=email.lower(),
        token_digest=_digest(token),
        places=[{"desk": str(desk.pk), "roles": sorted(roles)}],
        invited_by=actor.user_id,
        expires_at=timezone.now() + VALID,
    )
    invitation.save(force_insert=True)
    audit.record(actor, Action.INVITE, invitation)
    return token


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
    user = User.objects.filter(email=invitation.email, is_active=True).first()
    if user is None:
        user = add_person(email=invitation.email, name=name, password=password, language=language)
    else:
        # A reset never restores keys: a colleague grants again, or the recovery key does.
        user.set_password(password)
        User.objects.filter(pk=user.pk).update(password=user.password)
        _vault("close_sessions_of")(user.pk)
        _vault("new_member_key")(user.pk, password)
    for place in invitation.places:
        if not Membership.objects.filter(user=user, desk_id=place["desk"]).exists():
            join(user, UUID(place["desk"]), place["roles"])
    return user


def change_roles(actor: Actor, user: User, desk: UUID, roles: Iterable[str]) -> None:
    access.require(actor, Action.ROLES)
    join(user, desk, roles)
    audit.record(actor, Action.ROLES, user)


def remove(actor: Actor, user: User) -> None:
    """End a person's places and sessions; every desk of theirs gets a new key."""
    access.require(actor, Action.REMOVE)
    places = list(Membership.objects.filter(user=user).values_list("desk_id", flat=True))
    Membership.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(is_active=False)
    for desk in places:
        _vault("remove_member")(desk, user.pk)
    audit.record(actor, Action.REMOVE, user)
