"""Founding an empty install: the country, its body, its desks and the first invitation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import slugify

from copse.base import access, database, vault
from copse.base.accounts import people
from copse.base.organisations.directory import Country, Region
from copse.base.organisations.models import Desk, Organisation
from copse.kit.errors import InputError

DESKS = (
    ("administration", "Administration"),
    ("hotline", "Hotline"),
    ("observatory", "Observatory"),
)
NEEDED = ("name", "code", "organisation", "administrator_email")


@dataclass(frozen=True)
class Founded:
    """What must be written down once: each desk's recovery key, and the first way in."""

    recovery_keys: dict[str, str]
    invitation: str


def found(answers: Mapping[str, Any]) -> Founded:
    """Make everything an empty install needs. Raises `InputError` for a missing answer.

    Refused when a country is there already: an install is founded once.
    """
    missing = [key for key in NEEDED if not answers.get(key)]
    if missing:
        raise InputError(f"Still to be answered: {', '.join(missing)}.", fields=missing)
    with database.as_room("administration"):
        if Country.objects.exists():
            raise InputError("This install has its country already. Nothing was changed.")
        _country(answers)
        desks = _desks(answers)
        keys = {desk.name: vault.new_desk_key(desk.pk) for desk in desks}
    return Founded(keys, _first_invitation(desks[0], str(answers["administrator_email"])))


def _country(answers: Mapping[str, Any]) -> None:
    Country(
        code=str(answers["code"]).upper(),
        name=answers["name"],
        emergency_number=answers.get("emergency_number", ""),
        helpline_number=answers.get("helpline_number", ""),
        **({"exit_url": answers["exit_url"]} if answers.get("exit_url") else {}),
    ).save(force_insert=True)
    for name in answers.get("regions", ()):
        Region(code=slugify(name), name=name).save(force_insert=True)


def _desks(answers: Mapping[str, Any]) -> list[Desk]:
    body = Organisation(
        name=answers["organisation"], kind="agency", country=str(answers["code"]).upper()
    )
    body.save(force_insert=True)
    made = []
    for room, name in DESKS:
        duty = answers.get("duty_email", "") if room == "hotline" else ""
        desk = Desk(organisation=body, room=room, name=name, duty_email=duty)
        desk.save(force_insert=True)
        made.append(desk)
    return made


def _first_invitation(desk: Desk, email: str) -> str:
    first = access.Actor(
        access.system(desk.key).user_id, "copse init", desk.key, frozenset({"administrator"})
    )
    with database.as_desk(desk):
        token = people.invite(first, email, desk, ["administrator"])
    return reverse("accounts:accept", args=[token])
