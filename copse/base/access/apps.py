from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "copse.base.access"
    label = "access"

    def ready(self) -> None:
        from copse.base.access import checks  # noqa: F401 - registers the start-up check
