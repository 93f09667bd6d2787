from django.apps import AppConfig


class OutsideConfig(AppConfig):
    name = "copse.base.outside"
    label = "outside"

    def ready(self) -> None:
        from copse.base.outside import checks  # noqa: F401 - registers itself
