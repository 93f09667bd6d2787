from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class DatabaseConfig(AppConfig):
    name = "copse.base.database"
    label = "database"

    def ready(self) -> None:
        post_migrate.connect(_protect, sender=self, dispatch_uid="copse-protect")


def _protect(*, using: str, **_: object) -> None:
    # Last of all apps would be right too, but rights are cheap to set and a gap is not.
    from copse.base.database.protection import protect

    protect(connections[using])
