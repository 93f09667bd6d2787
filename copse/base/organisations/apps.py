from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "copse.base.organisations"
    label = "organisations"

    def ready(self) -> None:
        from copse.base.organisations import policies  # noqa: F401 - declares who may do what
