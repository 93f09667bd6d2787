"""Founding an empty install: the country, its body, its desks and the first invitation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import slugify

from copse.base import access, database, vault
from copse.base.accounts import people
from copse.base.organisations import retention
from copse.base.organisations.directory import Country, Region
from copse.base.organisations.models import Desk, Organisation
from copse.kit.errors import InputError
from copse.project.answers import RETENTION, read
from copse.strategy.services import frameworks

DESKS = (
    ("administration", "Administration"),
    ("hotline", "Hotline"),
    ("observatory", "Observatory"),
    ("strategy", "Strategy"),
)
# The answers that the country's row holds.
STORED = (
    "code", "name", "emergency_number", "helpline_number", "exit_url", "languages",
    "storage_allowed", "police_first",
)  # fmt: skip


@dataclass(frozen=True)
class Founded:
    """What must be written down once: each desk's recovery key, and the first way in."""

    recovery_keys: dict[str, str]
    invitation: str


def found(given: Mapping[str, Any]) -> Founded:
    """Make everything an empty install needs. Raises `InputError`, a line for each wrong answer.

    Refused when a country is there already: an install is founded once.
    """
    answers = read(given)
    check_clocks(answers[RETENTION])
    with database.as_room("administration"):
        if Country.objects.exists():
            raise InputError("This install has its country already. Nothing was changed.")
        _country(answers)
        retention.found(answers[RETENTION])
        desks = _desks(answers)
        keys = {desk.name: vault.new_desk_key(desk.pk) for desk in desks}
    _frameworks(desks)
    return Founded(keys, _first_invitation(desks[0], str(answers["administrator_email"])))


def _country(answers: Mapping[str, Any]) -> None:
    Country(**{name: answers[name] for name in STORED}).save(force_insert=True)
    for number, name in enumerate(answers["regions"], 1):
        # A name in another script has no letters for a code.
        code = slugify(name)[:40] or f"region-{number}"
        Region(code=code, name=name).save(force_insert=True)


def check_clocks(days: Mapping[str, int]) -> None:
    """Refuse a period that no class of record has. Raises `InputError`, a line for each."""
    wrong = []
    for code, number in days.items():
        try:
            retention.check(code, number)
        except InputError as error:
            wrong.append(f"retention.{code}: {error.sentence}")
    if wrong:
        raise InputError("\n".join(wrong), fields=list(days))


def _desks(answers: Mapping[str, Any]) -> list[Desk]:
    body = Organisation(name=answers["organisation"], kind="agency", country=answers["code"])
    body.save(force_insert=True)
    made = []
    for room, name in DESKS:
        duty = answers["duty_email"] if room == "hotline" else ""
        desk = Desk(organisation=body, room=room, name=name, duty_email=duty)
        desk.save(force_insert=True)
        made.append(desk)
    return made


def _frameworks(desks: list[Desk]) -> None:
    """Load what a plan is measured against, so that it is there on the first day."""
    for desk in desks:
        if desk.room == "strategy":
            with database.as_desk(desk):
                frameworks.load_shipped(actor=access.system(desk.key))


def _first_invitation(desk: Desk, email: str) -> str:
    first = access.Actor(
        access.system(desk.key).user_id, "copse init", desk.key, frozenset({"administrator"})
    )
    with database.as_desk(desk):
        token = people.invite(first, email, desk, ["administrator"])
    return reverse("accounts:accept", args=[token])
