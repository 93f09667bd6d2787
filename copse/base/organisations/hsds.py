"""The directory as HSDS 3: written as JSON, read from JSON or a zip of CSV tables."""

import csv
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any
from uuid import UUID, uuid5

from django.db import DataError, transaction
from django.utils.translation import gettext as _

from copse.base import audit
from copse.base.access import Actor, require
from copse.base.organisations.directory import (
    STATUSES,
    Location,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
)
from copse.base.organisations.finding import all_services
from copse.base.organisations.models import Organisation
from copse.base.organisations.workflow import Action
from copse.kit.errors import InputError

LARGEST = 20 * 1024 * 1024
_SPACE = UUID("7d3c2f4e-5a55-4d4c-9b1e-0c3f1b7a9e10")


class NotHsds(InputError):  # noqa: N818 - named for the state
    """The file is no HSDS 3 file; the sentence names the first thing that is off."""

    code = "not-hsds"


def exported() -> list[dict[str, Any]]:
    """Every service with what hangs on it. Confidential places carry no address."""
    return [_service(one) for one in all_services()]


def _service(one: Service) -> dict[str, Any]:
    organisation = one.organisation
    return {
        "id": str(one.id),
        "name": one.name,
        "description": one.description,
        "status": one.status,
        "url": one.url or None,
        "email": one.email or None,
        "organization": {
            "id": str(organisation.id),
            "name": organisation.name,
            "description": organisation.kind,
        },
        "phones": [{"id": str(p.id), "number": p.number, "type": p.type} for p in one.phones.all()],
        "schedules": [_schedule(schedule) for schedule in one.schedules.all()],
        "languages": [
            {"id": str(uuid5(one.id, f"language-{code}")), "code": code} for code in one.languages
        ],
        "service_areas": [
            {"id": str(uuid5(one.id, f"area-{code}")), "name": code} for code in one.regions
        ],
        "service_at_locations": [
            {"id": str(link.id), "location": _location(link.location)}
            for link in one.service_at_locations.all()
        ],
        "attributes": _attributes(one),
    }


def _attributes(one: Service) -> list[dict[str, str]]:
    pairs = [("kind", one.kind), *(("channel", channel) for channel in one.channels)]
    pairs += [("always_open", "true")] if one.always_open else []
    return [
        {"id": str(uuid5(one.id, f"{link}-{value}")), "link_type": link, "value": value,
         "taxonomy_term_id": str(uuid5(_SPACE, f"{link}-{value}"))}
        for link, value in pairs
    ]  # fmt: skip


def _schedule(schedule: Schedule) -> dict[str, str]:
    return {
        "id": str(schedule.id),
        "freq": "WEEKLY",
        "byday": schedule.byday,
        "opens_at": schedule.opens_at.strftime("%H:%M"),
        "closes_at": schedule.closes_at.strftime("%H:%M"),
    }


def _location(place: Location) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": str(place.id),
        "name": place.name,
        "location_type": place.location_type,
    }
    if place.address and not place.confidential:
        found["addresses"] = [
            {"id": str(uuid5(place.id, "address")), "address_1": place.address,
             "address_type": "physical"}
        ]  # fmt: skip
    return found


@transaction.atomic
def take_in(*, actor: Actor, content: bytes) -> int:
    """Add or replace the services of an HSDS file, all or none. Raises `NotHsds`."""
    require(actor, Action.IMPORT)
    rows = read(content)
    for row in rows:
        _stored(row)
        audit.record(actor, Action.IMPORT, _uuid(row["id"], "service.id"))
    return len(rows)


def _stored(row: Mapping[str, Any]) -> None:
    try:
        # A savepoint, so that a part PostgreSQL refuses leaves the sentence readable.
        with transaction.atomic():
            _store(row)
    except (ValueError, KeyError, TypeError, AttributeError, DataError) as error:
        raise NotHsds(
            _("Something about “%(name)s” is not as HSDS 3 says: a telephone number, hours or "
              "a place.") % {"name": str(row["name"])[:80]}
        ) from error  # fmt: skip


def read(content: bytes) -> list[dict[str, Any]]:
    """Services with their parts, from JSON or a zip of CSV. Raises `NotHsds`."""
    if len(content) > LARGEST:
        raise NotHsds(_("The file is larger than 20 MB. Send it in parts."))
    try:
        rows = _from_zip(content) if content[:2] == b"PK" else _from_json(content)
        for row in rows:
            _checked(row)
    except (ValueError, zipfile.BadZipFile, KeyError, TypeError, AttributeError) as error:
        raise NotHsds(_("This is neither HSDS JSON nor a zip of HSDS tables.")) from error
    return rows


def _from_json(content: bytes) -> list[dict[str, Any]]:
    found = json.loads(content)
    if isinstance(found, dict):
        found = found.get("contents") or found.get("services") or [found]
    return list(found)


def _from_zip(content: bytes) -> list[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            raise NotHsds(_("The file is larger than 20 MB. Send it in parts."))
        tables = {
            entry.filename.rpartition("/")[2].removesuffix("s.csv").removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(archive.read(entry).decode("utf-8-sig")))
            )
            for entry in archive.infolist()
            if entry.filename.endswith(".csv")
        }
    return [_joined(row, tables) for row in tables["service"]]


def _joined(row: Mapping[str, Any], tables: Mapping[str, list[dict[str, str]]]) -> dict[str, Any]:
    of = {name: [r for r in rows if r.get("service_id") == row["id"]]
          for name, rows in tables.items()}  # fmt: skip
    places = {r["id"]: dict(r) for r in tables.get("location", [])}
    addresses = defaultdict(list)
    for address in tables.get("address", []):
        addresses[address["location_id"]].append(address)
    for pk, place in places.items():
        place["addresses"] = addresses[pk]  # type: ignore[assignment]
    organisation = next(
        (r for r in tables.get("organization", []) if r["id"] == row.get("organization_id")), None
    )
    return {
        **row,
        "organization": organisation,
        "phones": of.get("phone", []),
        "schedules": of.get("schedule", []),
        "languages": of.get("language", []),
        "service_areas": of.get("service_area", []),
        "service_at_locations": [
            {"id": link["id"], "location": places[link["location_id"]]}
            for link in of.get("service_at_location", [])
        ],
    }


def _checked(row: Mapping[str, Any]) -> None:
    _uuid(row.get("id"), "service.id")
    if not row.get("name"):
        raise NotHsds(_("A service has no name (service.name)."))
    if row.get("status") not in STATUSES:
        raise NotHsds(_("“%(name)s” has no known status (service.status).") % {"name": row["name"]})
    organisation = row.get("organization")
    if not organisation or not organisation.get("name"):
        raise NotHsds(
            _("“%(name)s” belongs to no organization (service.organization).")
            % {"name": row["name"]}
        )
    _uuid(organisation.get("id"), "organization.id")


def _uuid(value: Any, where: str) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise NotHsds(
            _("“%(value)s” is no UUID (%(field)s).") % {"value": str(value)[:80], "field": where}
        ) from None


def _values(row: Mapping[str, Any], link: str) -> list[str]:
    return [str(a["value"]) for a in row.get("attributes") or [] if a.get("link_type") == link]


def _store(row: Mapping[str, Any]) -> None:
    kind = next(iter(_values(row, "kind")), "other")
    organisation, _is_new = Organisation.objects.get_or_create(
        pk=_uuid(row["organization"]["id"], "organization.id"),
        defaults={"name": row["organization"]["name"][:200], "kind": kind},
    )
    service, _is_new = Service.objects.update_or_create(
        pk=_uuid(row["id"], "service.id"),
        defaults={
            "organisation": organisation,
            "name": row["name"][:200],
            "description": row.get("description") or "",
            "kind": kind,
            "status": row["status"],
            "url": row.get("url") or "",
            "email": row.get("email") or "",
            "languages": [one.get("code") or one["name"] for one in row.get("languages") or []],
            "regions": [one["name"] for one in row.get("service_areas") or []],
            "channels": _values(row, "channel") or (["phone"] if row.get("phones") else []),
            "always_open": bool(_values(row, "always_open")),
        },
    )
    _store_parts(service, row)


def _store_parts(service: Service, row: Mapping[str, Any]) -> None:
    service.phones.all().delete()
    service.schedules.all().delete()
    service.service_at_locations.all().delete()
    for phone in row.get("phones") or []:
        Phone.objects.create(
            service=service, number=phone["number"][:40], type=phone.get("type") or "voice"
        )
    for schedule in row.get("schedules") or []:
        if schedule.get("opens_at") and schedule.get("closes_at"):
            Schedule.objects.create(
                service=service,
                byday=schedule.get("byday") or "MO,TU,WE,TH,FR,SA,SU",
                opens_at=time.fromisoformat(schedule["opens_at"][:5]),
                closes_at=time.fromisoformat(schedule["closes_at"][:5]),
            )
    for link in row.get("service_at_locations") or []:
        _store_place(service, link["location"])


def _store_place(service: Service, place: Mapping[str, Any]) -> None:
    addresses: Iterable[Mapping[str, Any]] = place.get("addresses") or []
    address = next((one["address_1"] for one in addresses if one.get("address_1")), "")
    hidden = Location.objects.filter(pk=place["id"], confidential=True).exists()
    location, _is_new = Location.objects.update_or_create(
        pk=_uuid(place["id"], "location.id"),
        defaults={
            "name": place.get("name") or "",
            "location_type": place.get("location_type") or "physical",
            # Somebody here called it confidential; a file from elsewhere does not undo that.
            "address": "" if hidden else address[:300],
        },
    )
    ServiceAtLocation.objects.create(service=service, location=location)
