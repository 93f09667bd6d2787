from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "copse.base.jobs"
    label = "jobs"

    def ready(self) -> None:
        post_migrate.connect(_harden, sender=self, dispatch_uid="copse-jobs-rights")
        autodiscover_modules("tasks")


def _harden(*, using: str, **_: object) -> None:
    from django.db import connections

    from copse.base.jobs.rights import harden

    harden(connections[using])
