"""What holds for the whole country: set by `copse init`, changed here by administrators."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from django.db import transaction

from copse.base import audit
from copse.base.access import Actor, require
from copse.base.organisations import directory
from copse.base.organisations.directory import Country
from copse.base.organisations.models import Desk
from copse.base.organisations.workflow import CountryAction

HOTLINE = "hotline"


@dataclass(frozen=True)
class Settings:
    """The part of the country's row, and of the hotline's, that may change."""

    emergency_number: str
    helpline_number: str
    languages: tuple[str, ...]
    exit_url: str
    police_first: bool
    storage_allowed: bool
    duty_email: str = ""


def current(viewer: Actor) -> Settings | None:
    """The settings as they stand. None before `copse init`."""
    require(viewer, CountryAction.CHANGE)
    here, desk = Country.objects.first(), duty_desk()
    return None if here is None else _settings(here, desk)


def duty_desk() -> Desk | None:
    """The desk that takes what the portal sends, and whose duty address hears of danger."""
    return Desk.objects.filter(room=HOTLINE, is_default=True).first()


def change(*, actor: Actor, wanted: Settings) -> list[str]:
    """Set what is different; answers the names of what was. The portal reads it at once.

    Raises `Denied`, and `Country.DoesNotExist` before `copse init`.
    """
    require(actor, CountryAction.CHANGE)
    # Locked: of two administrators at once, the second's entry names what the first one set.
    here = Country.objects.select_for_update().get()
    desk = Desk.objects.select_for_update().filter(room=HOTLINE, is_default=True).first()
    before, after = asdict(_settings(here, desk)), asdict(wanted)
    changed = [name for name in after if after[name] != before[name]]
    if desk is None and "duty_email" in changed:
        changed.remove("duty_email")
    if not changed:
        return []
    _store(here, desk, wanted)
    codes: dict[str, Any] = {}
    for name in changed:
        codes[f"{name}_old"] = _code(name, before[name])
        codes[f"{name}_new"] = _code(name, after[name])
    audit.record(actor, CountryAction.CHANGE, here, **codes)
    # Here at once; another process of the portal reads the row anew within half a minute.
    transaction.on_commit(lambda: directory.remember(here))
    return changed


def _settings(here: Country, desk: Desk | None) -> Settings:
    return Settings(
        here.emergency_number, here.helpline_number, tuple(directory.offered_languages(here)),
        here.exit_url, here.police_first, here.storage_allowed, desk.duty_email if desk else "",
    )  # fmt: skip


def _store(here: Country, desk: Desk | None, wanted: Settings) -> None:
    for name, value in asdict(wanted).items():
        if name != "duty_email":
            setattr(here, name, list(value) if name == "languages" else value)
    here.save()
    if desk is not None:
        desk.duty_email = wanted.duty_email
        desk.save(update_fields=["duty_email"])


def _code(name: str, value: Any) -> str | bool:
    """A setting as the audit log may hold it: a short code, and nothing of a person."""
    if isinstance(value, bool):
        return value
    if name == "languages":
        return ".".join(value)
    if name == "duty_email":
        # Often the address of one person.
        return "set" if value else "none"
    if not value:
        return "none"
    if name == "exit_url":
        host = quote(urlsplit(value).hostname or "", safe="").replace("%", "_")
        return f"host:{host[:40]}:{hashlib.sha256(value.encode()).hexdigest()[:12]}"
    return f"tel:{quote(value, safe='+').replace('%', '_')}"
