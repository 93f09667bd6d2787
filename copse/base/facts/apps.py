from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FactsConfig(AppConfig):
    name = "copse.base.facts"
    label = "facts"

    def ready(self) -> None:
        autodiscover_modules("facts")
        from copse.base.facts import tasks

        tasks.register()
