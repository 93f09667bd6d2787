"""Finding services: for the public, and for the administrators who keep them."""

from datetime import time
from uuid import UUID

from django.db.models import QuerySet

from copse.base.organisations.directory import Region, Service

FIRST = ("helpline", "police", "shelter", "hotline", "health", "social_service")


def _whole() -> QuerySet[Service]:
    return Service.objects.select_related("organisation").prefetch_related(
        "phones", "schedules", "service_at_locations__location"
    )


EVENING = time(19)


def services_near(
    *, region: str = "", language: str = "", channel: str = "", when: str = ""
) -> list[Service]:
    """Open services for a region (or the whole country), a language, a channel and hours."""
    found = _whole().filter(status="active")
    if language:
        found = found.filter(languages__contains=[language])
    if channel:
        found = found.filter(channels__contains=[channel])
    near = [one for one in found if not region or not one.regions or region in one.regions]
    return sorted((one for one in near if _is_open(one, when)), key=_order)


def _is_open(service: Service, when: str) -> bool:
    # Weekly hours are said in the country's own time, so no clock is asked.
    if not when or service.always_open:
        return True
    schedules = service.schedules.all()
    if when == "evening":
        return any(one.closes_at > EVENING or one.closes_at <= one.opens_at for one in schedules)
    return when == "weekend" and any(
        {"SA", "SU"} & {day.strip().upper()[-2:] for day in one.byday.split(",")}
        for one in schedules
    )


def _order(service: Service) -> tuple[bool, int, str]:
    rank = FIRST.index(service.kind) if service.kind in FIRST else len(FIRST)
    return (not service.always_open, rank, service.name)


def regions() -> list[Region]:
    return list(Region.objects.all())


def all_services() -> list[Service]:
    """Every service, closed ones too, for administrators."""
    return list(_whole())


def service(pk: UUID) -> Service | None:
    return _whole().filter(pk=pk).first()
