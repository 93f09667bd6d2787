"""Writes to the directory, by administrators."""

from dataclasses import dataclass
from datetime import time

from django.db import transaction

from copse.base import audit
from copse.base.access import Actor, require
from copse.base.organisations.directory import (
    Location,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
)
from copse.base.organisations.workflow import Action


@dataclass(frozen=True)
class Open:
    """Weekly hours on some days, "MO,TU"."""

    byday: str
    opens_at: time
    closes_at: time


@dataclass(frozen=True)
class Place:
    """Where a service is. The address of a confidential place is not kept."""

    name: str = ""
    address: str = ""
    confidential: bool = False


@transaction.atomic
def keep_service(
    *,
    actor: Actor,
    service: Service,
    phones: list[str],
    hours: list[Open] | None = None,
    place: Place | None = None,
) -> Service:
    """Store a new or changed service with its telephone numbers, its hours and its place.

    Hours or a place of None are left as they are.
    """
    require(actor, Action.EDIT, service)
    service.save()
    if hours is not None:
        service.schedules.all().delete()
        Schedule.objects.bulk_create(Schedule(service=service, **vars(one)) for one in hours)
    if place is not None:
        _keep_place(service, place)
    service.phones.all().delete()
    Phone.objects.bulk_create(Phone(service=service, number=number) for number in phones)
    audit.record(actor, Action.EDIT, service, status=service.status.replace(" ", "_"))
    return service


def _keep_place(service: Service, place: Place) -> None:
    link = service.service_at_locations.select_related("location").first()
    if link is None and place == Place():
        return
    location = link.location if link else Location()
    location.name, location.confidential = place.name, place.confidential
    location.address = "" if place.confidential else place.address
    location.save()
    if link is None:
        ServiceAtLocation.objects.create(service=service, location=location)
