"""Finding services: for the public, and for the administrators who keep them."""

from uuid import UUID

from django.db.models import QuerySet

from copse.base.organisations.directory import Region, Service

FIRST = ("helpline", "police", "shelter", "hotline", "health", "social_service")


def _whole() -> QuerySet[Service]:
    return Service.objects.select_related("organisation").prefetch_related(
        "phones", "schedules", "service_at_locations__location"
    )


def services_near(*, region: str = "", language: str = "", channel: str = "") -> list[Service]:
    """Open services for a region (or the whole country), a language and a channel."""
    found = _whole().filter(status="active")
    if language:
        found = found.filter(languages__contains=[language])
    if channel:
        found = found.filter(channels__contains=[channel])
    near = [one for one in found if not region or not one.regions or region in one.regions]
    return sorted(near, key=_order)


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
