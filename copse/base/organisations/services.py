"""Writes to the directory, by administrators."""

from django.db import transaction

from copse.base import audit
from copse.base.access import Actor, require
from copse.base.organisations.directory import Phone, Service
from copse.base.organisations.workflow import Action


@transaction.atomic
def keep_service(*, actor: Actor, service: Service, phones: list[str]) -> Service:
    """Store a new or changed service with its telephone numbers."""
    require(actor, Action.EDIT, service)
    service.save()
    service.phones.all().delete()
    Phone.objects.bulk_create(Phone(service=service, number=number) for number in phones)
    audit.record(actor, Action.EDIT, service, status=service.status.replace(" ", "_"))
    return service
