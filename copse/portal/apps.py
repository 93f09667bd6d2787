from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "copse.portal"
    label = "portal"

    def ready(self) -> None:
        from copse.portal import policies  # noqa: F401 - declares who may do what
